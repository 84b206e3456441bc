package media

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"syscall"
	"time"
)

// store is a folder of files that are kept, never larger than a limit and none older than a time. One goroutine uses it.
type store struct {
	dir   string
	limit int64         // bytes
	keep  time.Duration // 0 is for ever

	open  bool // the folder has been read
	files []file
	bytes int64 // of all files
}

// file is one file of a store.
type file struct {
	name string
	size int64
	at   time.Time
}

// ours are the names that nameOf makes: only what is called so is ever removed.
var ours = regexp.MustCompile(`^[\w-]+-\d{8}T\d{6}\.\d{3}Z-[\w-]+\.(jpg|wav)$`)

// partial is the file that is being written.
const partial = ".partial"

// clockSet is before any picture was taken by this program. A board without a battery starts long before, and what it wrote then is as
// old as nobody knows.
var clockSet = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)

// read makes the folder if it is not there, and finds out what is in it.
func (s *store) read() error {
	if s.open {
		return nil
	}
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return err
	}
	if err := s.clear(); err != nil {
		return err
	}
	list, err := os.ReadDir(s.dir)
	if err != nil {
		return err
	}
	s.files, s.bytes = nil, 0
	for _, e := range list {
		info, err := e.Info()
		if err == nil && info.Mode().IsRegular() && ours.MatchString(e.Name()) {
			s.add(file{e.Name(), info.Size(), info.ModTime()})
		}
	}
	slices.SortStableFunc(s.files, func(a, b file) int { return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.name, b.name)) })
	s.open = true
	return s.room(0)
}

func (s *store) path(name string) string { return filepath.Join(s.dir, name) }

func (s *store) add(f file) {
	s.files = append(s.files, f)
	s.bytes += f.size
}

// room removes the oldest files until so many bytes fit.
func (s *store) room(n int64) error {
	for len(s.files) > 0 && s.bytes+n > s.limit {
		if err := s.remove(0); err != nil {
			return err
		}
	}
	return nil
}

// expire removes what is too old.
func (s *store) expire(now time.Time) error {
	for i := 0; i < len(s.files) && s.keep > 0; {
		if at := s.files[i].at; at.Before(clockSet) || now.Sub(at) <= s.keep {
			i++
			continue
		}
		if err := s.remove(i); err != nil {
			return err
		}
	}
	return nil
}

func (s *store) remove(i int) error {
	if err := os.Remove(s.path(s.files[i].name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	s.bytes -= s.files[i].size
	s.files = slices.Delete(s.files, i, i+1)
	return nil
}

// write makes a file, durably and whole or not at all. Older ones make room for it.
func (s *store) write(name string, data []byte) error {
	if err := s.read(); err != nil {
		return err
	}
	n := int64(len(data))
	if n > s.limit {
		return fmt.Errorf("%d bytes, and media.limit is %d", n, s.limit)
	}
	if err := s.room(n); err != nil {
		return err
	}
	if err := s.draft(data); err != nil {
		s.open = !errors.Is(err, fs.ErrNotExist) // nor is the folder there
		return errors.Join(err, s.clear())
	}
	err := os.Rename(s.path(partial), s.path(name))
	if err == nil {
		err = s.sync()
	}
	if err != nil {
		s.open = false // who knows what is there now
		return err
	}
	s.add(file{name, n, time.Now()})
	return nil
}

// draft writes what is to be a file, durably.
func (s *store) draft(data []byte) error {
	f, err := os.OpenFile(s.path(partial), os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600) // what was seen is for its owner
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// clear removes what was left half written.
func (s *store) clear() error {
	if err := os.Remove(s.path(partial)); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// sync makes durable which names there are. Some file systems (FUSE, 9p) know no such thing, and say that it is invalid.
func (s *store) sync() error {
	dir, err := os.Open(s.dir)
	if err != nil {
		return err
	}
	err = dir.Sync()
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, errors.ErrUnsupported) {
		err = nil
	}
	return errors.Join(err, dir.Close())
}
