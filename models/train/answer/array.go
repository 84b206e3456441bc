package main

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"os"
	"regexp"
	"strings"

	"edged/runtime/tensor"
)

// array is a NumPy array of samples that is read one by one (NumPy enhancement proposal 1, format version 1.0).
type array struct {
	*os.File
	in     *bufio.Reader
	dtype  tensor.DType
	sample []byte
}

var (
	descr = regexp.MustCompile(`'descr': '([^']*)', 'fortran_order': False`)
	types = map[string]tensor.DType{"<f4": tensor.Float32, "|u1": tensor.Uint8, "<i4": tensor.Int32}
)

// openArray opens an array and reads up to its first element.
func openArray(path string) (*array, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	a := &array{File: f, in: bufio.NewReaderSize(f, 1<<20)}
	if a.dtype, err = header(a.in); err != nil {
		_ = f.Close()
		return nil, err
	}
	return a, nil
}

func header(r io.Reader) (tensor.DType, error) {
	var start [10]byte
	if _, err := io.ReadFull(r, start[:]); err != nil || string(start[:8]) != "\x93NUMPY\x01\x00" {
		return tensor.Invalid, fmt.Errorf("no NumPy array of format version 1.0")
	}
	text := make([]byte, binary.LittleEndian.Uint16(start[8:]))
	if _, err := io.ReadFull(r, text); err != nil {
		return tensor.Invalid, err
	}
	found := descr.FindSubmatch(text)
	if found == nil || types[string(found[1])] == tensor.Invalid {
		return tensor.Invalid, fmt.Errorf("header %q: want float32, uint8 or int32 in C order", text)
	}
	return types[string(found[1])], nil
}

// fits makes a ready for samples of a shape.
func (a *array) fits(shape tensor.Shape) error {
	info, err := a.Stat()
	if err != nil {
		return err
	}
	a.sample = make([]byte, a.dtype.Bytes(shape.Elems()))
	at, err := a.Seek(0, io.SeekCurrent)
	if err != nil {
		return err
	}
	if elements := info.Size() - at + int64(a.in.Buffered()); len(a.sample) == 0 || elements%int64(len(a.sample)) != 0 {
		return fmt.Errorf("%d bytes are no samples of %s %v", elements, a.dtype, shape)
	}
	return nil
}

// next fills an input with the next sample.
func (a *array) next(dst *tensor.Tensor, mean, std float64) error {
	if _, err := io.ReadFull(a.in, a.sample); err != nil {
		return err
	}
	if a.dtype == tensor.Int32 && dst.DType == tensor.Int32 {
		copy(dst.Data, a.sample)
		return nil
	}
	scale, zero, err := dst.Affine()
	if err != nil {
		return err
	}
	if dst.DType != tensor.Float32 && dst.DType != tensor.Int8 {
		return fmt.Errorf("an input of %s", dst.DType)
	}
	switch a.dtype {
	case tensor.Uint8:
		for i, v := range a.sample {
			put(dst, i, (float64(v)-mean)/std, float64(scale), float64(zero))
		}
	case tensor.Float32:
		for i, v := range tensor.As[float32](a.sample) {
			put(dst, i, float64(v), float64(scale), float64(zero))
		}
	default:
		return fmt.Errorf("elements of %s for an input of %s", a.dtype, dst.DType)
	}
	return nil
}

// put sets an element as pipelines/prep does.
func put(dst *tensor.Tensor, i int, v, scale, zero float64) {
	if dst.DType == tensor.Float32 {
		tensor.As[float32](dst.Data)[i] = float32(v)
		return
	}
	tensor.As[int8](dst.Data)[i] = int8(min(max(math.Round(v/scale)+zero, math.MinInt8), math.MaxInt8))
}

// writeArray writes an array of float32.
func writeArray(path string, shape tensor.Shape, v []float32) error {
	text := "{'descr': '<f4', 'fortran_order': False, 'shape': (" + strings.ReplaceAll(shape.String(), "x", ", ") + ",), }"
	text += strings.Repeat(" ", 63-(10+len(text))%64) + "\n"
	data := append([]byte("\x93NUMPY\x01\x00"), byte(len(text)), byte(len(text)>>8))
	data = append(data, text...)
	for _, x := range v {
		data = binary.LittleEndian.AppendUint32(data, math.Float32bits(x))
	}
	return os.WriteFile(path, data, 0o666)
}
