package why

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// folder is where the files of a ring are. Tests have one that fails at any call.
type folder interface {
	// segments returns the files of the ring, oldest first. The folder is made if it is not there.
	segments() ([]segment, error)
	// extend appends b to a file, which is made if it is not there, and returns how many bytes of it are in the file.
	extend(number uint64, b []byte) (int, error)
	remove(number uint64) error
}

// segment is one file of a ring.
type segment struct {
	number uint64 // counts the files of a ring, from 1
	bytes  int64
}

// maxNumber is the last number that a file may have: what has a higher one is not ours.
const maxNumber = 1e15

func nameOf(number uint64) string { return fmt.Sprintf("why-%016d.log", number) }

// numberOf returns the number in a file's name; ok is false of other files.
func numberOf(name string) (number uint64, ok bool) {
	number, err := strconv.ParseUint(strings.TrimSuffix(strings.TrimPrefix(name, "why-"), ".log"), 10, 64)
	return number, err == nil && number > 0 && number <= maxNumber && name == nameOf(number)
}

// disk is a folder of the operating system.
type disk string

func (d disk) segments() ([]segment, error) {
	// What rules looked at may tell who was at home: only the owner reads it.
	if err := os.MkdirAll(string(d), 0o700); err != nil {
		return nil, err
	}
	return segmentsOf(string(d))
}

// segmentsOf lists the files of the ring in a folder, oldest first.
func segmentsOf(path string) ([]segment, error) {
	list, err := os.ReadDir(path)
	if err != nil {
		return nil, err
	}
	var all []segment
	for _, e := range list {
		number, ok := numberOf(e.Name())
		if !ok || !e.Type().IsRegular() {
			continue
		}
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) {
			continue // the ring has gone on meanwhile
		}
		if err != nil {
			return nil, err
		}
		all = append(all, segment{number, info.Size()})
	}
	slices.SortFunc(all, func(a, b segment) int { return cmp.Compare(a.number, b.number) })
	return all, nil
}

func (d disk) path(number uint64) string { return filepath.Join(string(d), nameOf(number)) }

// extend opens the file anew, so that one that was taken away comes back.
func (d disk) extend(number uint64, b []byte) (n int, err error) {
	f, err := os.OpenFile(d.path(number), os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return f.Write(b)
}

func (d disk) remove(number uint64) error {
	if err := os.Remove(d.path(number)); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
