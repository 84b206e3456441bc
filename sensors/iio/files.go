package iio

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"path"
	"slices"
	"strconv"
	"strings"
)

// folder is where Linux lists the devices, in sysfs.
const folder = "bus/iio/devices"

// What a device may have at most; sysfs gives a page to a file.
const (
	maxFiles    = 4096
	maxChannels = 64
	maxText     = 4096
)

// Info is a device that is there.
type Info struct {
	ID     string   // "iio:device0"
	Name   string   // the chip's, as its driver gives it: "bme280"
	Label  string   // what a device tree calls it, often nothing
	Values []string // names of what it measures, without those that have no name here
}

// List returns the devices of the sysfs at sys, by their numbers. No IIO at all is no error.
func List(sys fs.FS) ([]Info, error) {
	entries, err := fs.ReadDir(sys, folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("iio: %w", err)
	}
	var all []Info
	for _, e := range entries {
		if _, ok := number(e.Name()); !ok {
			continue // a trigger
		}
		info := Info{ID: e.Name()}
		dir := path.Join(folder, e.Name())
		info.Name, _ = text(sys, path.Join(dir, "name")) // either may be missing
		info.Label, _ = text(sys, path.Join(dir, "label"))
		files, err := names(sys, dir)
		if err != nil {
			continue // gone meanwhile
		}
		for _, c := range channels(files) {
			info.Values = append(info.Values, c.name)
		}
		all = append(all, info)
	}
	slices.SortFunc(all, func(a, b Info) int {
		x, _ := number(a.ID)
		y, _ := number(b.ID)
		return x - y
	})
	return all, nil
}

// number is that of "iio:device0".
func number(id string) (int, bool) {
	digits, ok := strings.CutPrefix(id, "iio:device")
	n, err := strconv.ParseUint(digits, 10, 16)
	return int(n), ok && err == nil
}

// names are those of the files in dir.
func names(sys fs.FS, dir string) ([]string, error) {
	entries, err := fs.ReadDir(sys, dir)
	if err != nil {
		return nil, err
	}
	if len(entries) > maxFiles {
		return nil, fmt.Errorf("%s has %d files, want up to %d", dir, len(entries), maxFiles)
	}
	var all []string
	for _, e := range entries {
		all = append(all, e.Name())
	}
	return all, nil
}

// text reads a small file without the spaces around what it says.
func text(sys fs.FS, file string) (string, error) {
	f, err := sys.Open(file)
	if err != nil {
		return "", err
	}
	b, err := io.ReadAll(io.LimitReader(f, maxText))
	if err := errors.Join(err, f.Close()); err != nil {
		return "", err
	}
	return strings.TrimSpace(string(b)), nil
}

// decimal reads a file with one number.
func decimal(sys fs.FS, file string) (float64, error) {
	s, err := text(sys, file)
	if err != nil {
		return 0, err
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
		return 0, fmt.Errorf("%s says %.40q, want a number", file, s)
	}
	return v, nil
}
