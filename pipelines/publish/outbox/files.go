package outbox

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// files is a folder as the outbox uses it. Tests have one that fails at any call and forgets what was not synced.
type files interface {
	names() ([]string, error)
	open(name string) (file, error) // to read
	edit(name string) (file, error) // to read and write; made if it is not there
	remove(name string) error
	sync() error // makes durable which names there are
	close() error
}

// file is a file of such a folder.
type file interface {
	io.ReaderAt
	io.WriterAt
	io.Closer
	Truncate(size int64) error
	size() (int64, error)
	sync() error // makes durable what was written, and the size
}

// folder is a folder of the operating system, locked against other processes while it is open.
type folder struct{ dir *os.File }

// openFolder makes the folder if it is not there. What waits for the broker may tell who was at home: only the owner reads it.
func openFolder(path string) (files, error) {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return nil, err
	}
	dir, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	if err := lock(dir); err != nil {
		return nil, errors.Join(err, dir.Close())
	}
	return &folder{dir}, nil
}

func (d *folder) path(name string) string { return filepath.Join(d.dir.Name(), name) }

func (d *folder) names() ([]string, error) {
	list, err := os.ReadDir(d.dir.Name())
	var names []string
	for _, e := range list {
		if e.Type().IsRegular() {
			names = append(names, e.Name())
		}
	}
	return names, err
}

func (d *folder) open(name string) (file, error) {
	f, err := os.Open(d.path(name))
	if err != nil {
		return nil, err
	}
	return diskFile{f}, nil
}

func (d *folder) edit(name string) (file, error) {
	f, err := os.OpenFile(d.path(name), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	return diskFile{f}, nil
}

func (d *folder) remove(name string) error {
	if err := os.Remove(d.path(name)); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

func (d *folder) sync() error  { return syncNames(d.dir) }
func (d *folder) close() error { return d.dir.Close() }

// diskFile is a file of a folder.
type diskFile struct{ *os.File }

func (f diskFile) size() (int64, error) {
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

func (f diskFile) sync() error { return syncData(f.File) }
