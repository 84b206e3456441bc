package i2c

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
)

// busFolder is where Linux lists adapters (i2c-1) and the chips that its drivers know of (1-0076), in sysfs.
const busFolder = "bus/i2c/devices"

// Adapter is a bus that Linux has.
type Adapter struct {
	Number int
	Name   string            // the adapter's, as its driver gives it
	Held   map[uint16]string // addresses of chips that have a driver of the kernel's, and those chips' names
}

// List returns the buses of the sysfs at sys, by number. None at all is no error.
func List(sys fs.FS) ([]Adapter, error) {
	entries, err := fs.ReadDir(sys, busFolder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("i2c: %w", err)
	}
	byNumber := map[int]*Adapter{}
	for _, e := range entries {
		if digits, ok := strings.CutPrefix(e.Name(), "i2c-"); ok {
			if n, err := strconv.ParseUint(digits, 10, 16); err == nil {
				byNumber[int(n)] = &Adapter{Number: int(n), Name: says(sys, e.Name()), Held: map[uint16]string{}}
			}
		}
	}
	for _, e := range entries {
		number, address, ok := client(e.Name())
		if a := byNumber[number]; ok && a != nil && driven(sys, e.Name()) {
			a.Held[address] = says(sys, e.Name())
		}
	}
	var all []Adapter
	for _, a := range byNumber {
		all = append(all, *a)
	}
	slices.SortFunc(all, func(a, b Adapter) int { return a.Number - b.Number })
	return all, nil
}

// client reads "1-0076": bus and address.
func client(name string) (bus int, address uint16, ok bool) {
	left, right, ok := strings.Cut(name, "-")
	n, err := strconv.ParseUint(left, 10, 16)
	a, err2 := strconv.ParseUint(right, 16, 7)
	return int(n), uint16(a), ok && err == nil && err2 == nil
}

// says is what a device's file "name" says; nothing if it cannot be read.
func says(sys fs.FS, device string) string {
	b, err := fs.ReadFile(sys, path.Join(busFolder, device, "name"))
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(b[:min(len(b), 128)]))
}

// driven says whether a driver of the kernel's has taken the chip.
func driven(sys fs.FS, device string) bool {
	_, err := fs.Stat(sys, path.Join(busFolder, device, "driver"))
	return err == nil
}
