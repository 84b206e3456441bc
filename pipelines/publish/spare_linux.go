package publish

import (
	"errors"

	"golang.org/x/sys/unix"
)

// exchange lets two files change places at once (renameat2(2)). It is errors.ErrUnsupported where the kernel or the file system
// cannot.
func exchange(a, b string) error {
	err := unix.Renameat2(unix.AT_FDCWD, a, unix.AT_FDCWD, b, unix.RENAME_EXCHANGE)
	if err == unix.EINVAL || err == unix.ENOSYS || err == unix.EOPNOTSUPP {
		return errors.ErrUnsupported
	}
	return err
}
