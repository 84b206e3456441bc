package main

import (
	"bufio"
	"compress/gzip"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"strings"

	"edged/runtime/tensor"
)

// feed fills an input for the next inference; it reports false when it has nothing more.
type feed func(dst *tensor.Tensor) (bool, error)

// randomFeed fills inputs: narrow integers with all values, wide ones with 0 to 99, as TensorFlow Lite's benchmark_model
// does, for they are mostly indices; floats in [-1, 1); bools. The same seed gives the same inputs.
func randomFeed(seed uint64) feed {
	rng := rand.New(rand.NewPCG(seed, 0))
	return func(dst *tensor.Tensor) (bool, error) {
		switch dst.DType {
		case tensor.Float32:
			fillEach(dst, func() float32 { return 2*rng.Float32() - 1 })
		case tensor.Float64:
			fillEach(dst, func() float64 { return 2*rng.Float64() - 1 })
		case tensor.Bool:
			fillEach(dst, func() uint8 { return uint8(rng.Uint32() & 1) })
		case tensor.Int8, tensor.Uint8, tensor.Int16, tensor.Uint16:
			fillEach(dst, func() uint8 { return uint8(rng.Uint32()) })
		case tensor.Int32, tensor.Uint32:
			fillEach(dst, func() uint32 { return rng.Uint32N(100) })
		case tensor.Int64, tensor.Uint64:
			fillEach(dst, func() uint64 { return rng.Uint64N(100) })
		default:
			return false, fmt.Errorf("no random values for type %s", dst.DType)
		}
		return true, nil
	}
}

// fillEach fills dst with values of T's size.
func fillEach[T float32 | float64 | uint8 | uint32 | uint64](dst *tensor.Tensor, next func() T) {
	out := tensor.As[T](dst.Data)
	for i := range out {
		out[i] = next()
	}
}

// rawFeed fills an input from a file of tensors one after the other, row-major and little-endian, gzipped if its name
// ends in .gz. The file must hold exactly as many as there are steps.
func rawFeed(path string, size, steps int) (feed, io.Closer, error) {
	r, file, err := openTensor(path)
	if err != nil {
		return nil, nil, err
	}
	step := 0
	return func(dst *tensor.Tensor) (bool, error) {
		n, err := io.ReadFull(r, dst.Data)
		if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
			return false, fmt.Errorf("%s: %w", path, err)
		}
		if n < len(dst.Data) {
			return false, fmt.Errorf("%s: has %d bytes, want %d×%d, for %s %s", path, step*size+n, steps, size, dst.DType, dst.Shape)
		}
		if step++; step < steps {
			return true, nil
		}
		if n, _ := io.CopyN(io.Discard, r, 1); n > 0 {
			return false, fmt.Errorf("%s: has more than %d×%d bytes, for %s %s", path, steps, size, dst.DType, dst.Shape)
		}
		return true, nil
	}, file, nil
}

// stringFeed fills an input from a file of packed strings, one tensor after the other.
func stringFeed(path string, steps int) (feed, error) {
	rest, err := readTensor(path)
	if err != nil {
		return nil, err
	}
	step := 0
	return func(dst *tensor.Tensor) (bool, error) {
		s, err := tensor.ParseStrings(rest)
		if err != nil {
			return false, fmt.Errorf("%s: run %d: %w", path, step+1, err)
		}
		if s.Len() != dst.Shape.Elems() {
			return false, fmt.Errorf("%s: run %d: %d strings, want %s", path, step+1, s.Len(), dst.Shape)
		}
		dst.Data, rest = rest[:s.Size():s.Size()], rest[s.Size():]
		if step++; step == steps && len(rest) > 0 {
			return false, fmt.Errorf("%s: has more than the strings of %d runs", path, steps)
		}
		return true, nil
	}, nil
}

// openTensor opens a file of raw tensors, unpacked if its name ends in .gz.
func openTensor(path string) (io.Reader, io.Closer, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	var r io.Reader = bufio.NewReader(file)
	if strings.HasSuffix(path, ".gz") {
		if r, err = gzip.NewReader(r); err != nil {
			file.Close()
			return nil, nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	return r, file, nil
}

// readTensor reads such a file whole.
func readTensor(path string) ([]byte, error) {
	r, file, err := openTensor(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	b, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return b, nil
}
