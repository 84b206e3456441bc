package outbox

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// lock keeps other processes out of a folder, until it is closed or this process ends.
func lock(dir *os.File) error {
	err := syscall.Flock(int(dir.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return fmt.Errorf("%s is in use by another process", dir.Name())
	}
	return os.NewSyscallError("flock", err)
}

// syncData is fdatasync: it leaves out the times of the file, which fsync would write to the journal at each commit.
func syncData(f *os.File) error {
	for {
		if err := syscall.Fdatasync(int(f.Fd())); err != syscall.EINTR {
			return os.NewSyscallError("fdatasync", err)
		}
	}
}

// syncNames syncs a folder. Some file systems (FUSE, 9p) know no such thing, and say that it is invalid.
func syncNames(dir *os.File) error {
	err := dir.Sync()
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, errors.ErrUnsupported) {
		return nil
	}
	return err
}

// unreadable reports whether err says that the device cannot read this place, while it may read others.
func unreadable(err error) bool { return errors.Is(err, syscall.EIO) }
