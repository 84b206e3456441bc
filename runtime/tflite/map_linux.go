package tflite

import (
	"os"

	"golang.org/x/sys/unix"
)

// mapFile maps n bytes of f read-only. The mapping outlives f.
func mapFile(f *os.File, n int) (b []byte, unmap func() error, err error) {
	b, err = unix.Mmap(int(f.Fd()), 0, n, unix.PROT_READ, unix.MAP_PRIVATE)
	if err != nil {
		return nil, nil, &os.PathError{Op: "mmap", Path: f.Name(), Err: err}
	}
	return b, func() error { return unix.Munmap(b) }, nil
}
