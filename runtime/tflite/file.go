package tflite

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"os"
	"sync"
)

// File is a model with the file it came from. The Model's slices lie in the file's mapping: after Close they must not
// be touched.
type File struct {
	*Model
	Bytes []byte // the whole file, read-only: writing to it crashes

	unmap func() error
	sum   func() string
}

// Open maps the file at path into memory and parses it. Errors begin with the path; one of the file's content wraps a
// *FormatError or an *UnsupportedError.
//
// The file must stay as it is while it is open: to replace a model, rename a new file over it. Writing into it changes
// a running model, and cutting it short kills the process.
func Open(path string) (*File, error) {
	b, unmap, err := read(path)
	if err != nil {
		return nil, err // an *fs.PathError names the path
	}
	m, err := Parse(b)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", path, err), unmap())
	}
	sum := sync.OnceValue(func() string {
		s := sha256.Sum256(b)
		return hex.EncodeToString(s[:])
	})
	return &File{Model: m, Bytes: b, unmap: unmap, sum: sum}, nil
}

func read(path string) (b []byte, unmap func() error, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close() // read only: nothing to lose
	info, err := f.Stat()
	if err != nil {
		return nil, nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, nil, fmt.Errorf("%s: not a regular file", path)
	}
	if info.Size() > math.MaxInt {
		return nil, nil, fmt.Errorf("%s: %d bytes are too large for this machine", path, info.Size())
	}
	if info.Size() == 0 {
		return nil, func() error { return nil }, nil // which no system maps
	}
	return mapFile(f, int(info.Size()))
}

// SHA256 returns the SHA-256 of the whole file in lower-case hexadecimal; "" after Close. It is computed once, and not
// before it is asked for.
func (f *File) SHA256() string { return f.sum() }

// AssociatedFiles unpacks the files packed behind the model; see the function of that name.
func (f *File) AssociatedFiles() ([]AssociatedFile, error) { return AssociatedFiles(f.Bytes) }

// Close gives the mapping back. Closing twice is harmless.
func (f *File) Close() error {
	if f.unmap == nil {
		return nil
	}
	unmap := f.unmap
	f.sum = func() string { return "" } // which would read the mapping
	f.unmap, f.Bytes, f.Model = nil, nil, nil
	return unmap()
}
