package publish

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// A file that has to be written on a full disk has a spare beside it: as large, and never removed. It is written over in place,
// which takes no room, and then the two change places.

// replaceFile writes a file anew, durably: a crash at any instant leaves the old one or the new one. Blanks follow the text. It
// may tell who was at home: only the owner reads it.
func replaceFile(path string, text []byte) error {
	spare := path + ".spare"
	if err := overwrite(spare, text); err != nil {
		return err
	}
	err := exchange(spare, path)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, errors.ErrUnsupported) {
		err = os.Rename(spare, path)
	}
	if err != nil {
		return err
	}
	if sizeOf(spare) < int64(len(text)) {
		_ = overwrite(spare, text) // for the next time; that says so if there is no room
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	_ = dir.Sync() // some file systems (FUSE, 9p) know no such thing
	return dir.Close()
}

// sizeOf returns a file's size; 0 if there is none.
func sizeOf(path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return info.Size()
}

// page is what a file grows by.
const page = 4096

// overwrite writes a file in place, and makes it half as large again if it is too small.
func overwrite(path string, text []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	size := int64(0)
	info, err := f.Stat()
	if err == nil {
		if size = info.Size(); size < int64(len(text)) {
			size = (int64(len(text))*3/2 + page) &^ (page - 1)
		}
		_, err = f.WriteAt(append(bytes.Clone(text), bytes.Repeat([]byte(" "), int(size)-len(text))...), 0)
	}
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}
