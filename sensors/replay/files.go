package replay

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// files is a row of files, in the order of their names, and the place reached in it.
type files struct {
	fsys   fs.FS
	folder string // as the caller named it, for errors
	names  []string
	next   int
	repeat bool
	good   bool // this round has given a sample
}

// list finds the file at where, or those of the folder at where that end as one of suffixes does, in any case.
func list(o *Options, where string, suffixes ...string) (*files, error) {
	fsys, folder, name, err := locate(o.FS, where)
	if err != nil {
		return nil, fmt.Errorf("replay: %w", err)
	}
	f := &files{fsys: fsys, folder: folder, repeat: o.Repeat}
	if name != "" {
		f.names = []string{name}
		return f, nil
	}
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return nil, fmt.Errorf("replay: %w", err)
	}
	for _, e := range entries {
		if !e.IsDir() && slices.Contains(suffixes, strings.ToLower(path.Ext(e.Name()))) {
			f.names = append(f.names, e.Name())
		}
	}
	if len(f.names) == 0 {
		return nil, fmt.Errorf("replay: folder %s has no file that ends in %s", where, strings.Join(suffixes, " "))
	}
	return f, nil
}

// locate gives the folder that where is or lies in, as a file system, and where's name in it, "" for the folder.
func locate(fsys fs.FS, where string) (in fs.FS, folder, name string, err error) {
	if fsys == nil {
		info, err := os.Stat(where)
		if err != nil || info.IsDir() {
			return os.DirFS(where), where, "", err
		}
		folder, name = filepath.Split(where)
		return os.DirFS(filepath.Clean(folder)), folder, name, nil
	}
	info, err := fs.Stat(fsys, where)
	if err != nil {
		return nil, "", "", err
	}
	folder = where
	if !info.IsDir() {
		folder, name = path.Split(where)
	}
	in, err = fs.Sub(fsys, path.Clean(folder))
	return in, folder, name, err
}

// more says whether there is another file, having started over if that is wanted and the round gave anything.
func (f *files) more() bool {
	if f.next == len(f.names) && f.repeat && f.good {
		f.next, f.good = 0, false
	}
	return f.next < len(f.names)
}

// name is the next file's.
func (f *files) name() string { return f.names[f.next] }

// open opens the next file and gives its size. Only regular files are opened: a pipe would block.
func (f *files) open() (fs.File, int64, error) {
	info, err := fs.Stat(f.fsys, f.name())
	if err != nil {
		return nil, 0, err
	}
	if !info.Mode().IsRegular() {
		return nil, 0, fmt.Errorf("is not a file but %v", info.Mode().Type())
	}
	file, err := f.fsys.Open(f.name())
	return file, info.Size(), err
}

// wrap says of which file err speaks: the next one's whole path.
func (f *files) wrap(err error) error {
	if pe, ok := err.(*fs.PathError); ok {
		err = pe.Err
	}
	return fmt.Errorf("replay: %s: %w", filepath.Join(f.folder, f.name()), err)
}
