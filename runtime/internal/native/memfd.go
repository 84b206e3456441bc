//go:build linux && (amd64 || arm64 || arm) && !nonative

package native

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// memory is memory that edged and a worker share, without a name in the file system.
type memory struct {
	fd   int
	data []byte
}

func newMemory(name string, size int) (*memory, error) {
	fd, err := unix.MemfdCreate(name, unix.MFD_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("memfd_create: %w", err)
	}
	m := &memory{fd: fd}
	if err := unix.Ftruncate(fd, int64(size)); err != nil {
		m.close()
		return nil, fmt.Errorf("memfd of %d bytes: %w", size, err)
	}
	if m.data, err = unix.Mmap(fd, 0, size, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED); err != nil {
		m.close()
		return nil, fmt.Errorf("mapping %d bytes: %w", size, err)
	}
	return m, nil
}

func (m *memory) close() {
	if m.data != nil {
		_ = unix.Munmap(m.data)
		m.data = nil
	}
	if m.fd >= 0 {
		_ = unix.Close(m.fd)
		m.fd = -1
	}
}
