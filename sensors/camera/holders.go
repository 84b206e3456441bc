package camera

import (
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"
)

// holders names the processes that have the file open, as far as proc, which is /proc, shows them to this user; self is
// the number of our own.
func holders(proc fs.FS, file string, self int) string {
	entries, err := fs.ReadDir(proc, ".")
	if err != nil {
		return ""
	}
	var all []string
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil || !holds(proc, e.Name(), file) {
			continue
		}
		if pid != self { // the one that asks has it open too, or had a moment ago
			all = append(all, fmt.Sprintf("%s (process %d)", attribute(proc, e.Name(), "comm"), pid))
		}
	}
	return strings.Join(all, ", ")
}

// holds reports whether the process pid has the file open.
func holds(proc fs.FS, pid, file string) bool {
	dir := path.Join(pid, "fd")
	entries, err := fs.ReadDir(proc, dir)
	if err != nil {
		return false
	}
	for _, e := range entries {
		if target, err := fs.ReadLink(proc, path.Join(dir, e.Name())); err == nil && target == file {
			return true
		}
	}
	return false
}
