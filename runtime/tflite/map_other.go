//go:build !linux

package tflite

import (
	"io"
	"os"
)

// mapFile reads f where we do not map.
func mapFile(f *os.File, n int) (b []byte, unmap func() error, err error) {
	b = make([]byte, n)
	if _, err := io.ReadFull(f, b); err != nil {
		return nil, nil, &os.PathError{Op: "read", Path: f.Name(), Err: err}
	}
	return b, func() error { return nil }, nil
}
