package boards

import (
	"errors"
	"io"
	"io/fs"
	"strconv"
	"strings"
)

// fileLimit bounds what is read of one file: 256 processors of an amd64 server fill a quarter of it.
const fileLimit = 1 << 20

// reader reads small files of a root directory, and keeps what went wrong.
type reader struct {
	root fs.FS
	errs []error
}

// text returns a file that is there on any Linux; empty where it is not. Other errors are kept.
func (r *reader) text(name string) string {
	text, err := read(r.root, name, fileLimit)
	if err != nil && !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, fs.ErrPermission) {
		r.errs = append(r.errs, err)
	}
	return text
}

// attribute returns what a file of sysfs says, without space around it. A driver that is asleep or gone says nothing, and
// that is no error.
func attribute(root fs.FS, name string) string {
	text, _ := read(root, name, 4096)
	return strings.Trim(text, "\x00\n\t ")
}

// number returns a decimal or 0x number of sysfs, and whether there is one.
func number(root fs.FS, name string) (int, bool) {
	n, err := strconv.ParseInt(attribute(root, name), 0, 32)
	return int(n), err == nil
}

// read returns the beginning of a file.
func read(root fs.FS, name string, limit int64) (string, error) {
	f, err := root.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, limit))
	return string(text), err
}

// list returns the names in a folder that begin with prefix, in order; none if it is not there.
func list(root fs.FS, dir, prefix string) []string {
	entries, _ := fs.ReadDir(root, dir)
	var names []string
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), prefix) {
			names = append(names, e.Name())
		}
	}
	return names
}

// field returns what stands behind "key:" in the lines of /proc.
func field(text, key string) string {
	for line := range strings.Lines(text) {
		name, value, ok := strings.Cut(line, ":")
		if ok && strings.TrimSpace(name) == key {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// kibibytes returns what a line "key: 1234 kB" says, in bytes.
func kibibytes(text, key string) int64 {
	n, err := strconv.ParseInt(strings.TrimSuffix(field(text, key), " kB"), 10, 52)
	if err != nil || n < 0 {
		return 0
	}
	return n << 10
}

func hasPrefix(s string, any []string) bool {
	for _, p := range any {
		if strings.HasPrefix(s, p) {
			return true
		}
	}
	return false
}
