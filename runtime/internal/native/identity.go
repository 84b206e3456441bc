//go:build linux && (amd64 || arm64 || arm) && !nonative

package native

import (
	"crypto/sha256"
	"debug/elf"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"syscall"
)

// hashes remembers the SHA-256 of files, so that a worker's restart does not read its libraries again.
type hashes struct{ known map[string]string } // by path, size and time

// identify says what a probe of o would try. The library and the delegate count with every byte, what they need in turn by
// name, size and time; edged itself by its build.
func (h *hashes) identify(o Options) identity {
	sum := sha256.New()
	fmt.Fprintf(sum, "%q %s\n", o.Key(), build())
	seen := map[string]bool{}
	for _, path := range o.libraries() {
		fmt.Fprintf(sum, "%s %s\n", path, h.file(path))
		needed(sum, path, seen)
	}
	return identity{hex.EncodeToString(sum.Sum(nil)), ThisMachine().devices()}
}

// libraries are the files that o names, or that its delegate's name stands for.
func (o Options) libraries() []string {
	list := []string{o.Library}
	switch {
	case o.Delegate.Path != "":
		list = append(list, o.Delegate.Path)
	case o.Delegate.Name == "edgetpu":
		if path, err := findEdgeTPU(); err == nil {
			list = append(list, path)
		}
	case o.Delegate.Name == "nnapi":
		if path, err := findIn(systemDirs(), "libneuralnetworks.so"); err == nil {
			list = append(list, path)
		}
	}
	return list
}

// build names this edged: what Go knows of it, and the size and time of its file.
func build() string {
	b := "unknown"
	if info, ok := debug.ReadBuildInfo(); ok {
		b = info.Main.Version + info.GoVersion
		for _, s := range info.Settings {
			b += s.Key + s.Value
		}
	}
	return b + stamp("/proc/self/exe")
}

// stamp is a file's size and time; empty if it is not there.
func stamp(path string) string {
	info, err := os.Stat(path)
	if err != nil {
		return ""
	}
	return fmt.Sprintf("%d %d", info.Size(), info.ModTime().UnixNano())
}

// file returns the SHA-256 of a file, or why there is none.
func (h *hashes) file(path string) string {
	key := path + " " + stamp(path)
	if sum := h.known[key]; sum != "" {
		return sum
	}
	f, err := os.Open(path)
	if err != nil {
		return err.Error()
	}
	defer f.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return err.Error()
	}
	if h.known == nil {
		h.known = map[string]string{}
	}
	h.known[key] = hex.EncodeToString(sum.Sum(nil))
	return h.known[key]
}

// needed writes down the libraries that the one at path needs, those that they need, and so on.
func needed(w io.Writer, path string, seen map[string]bool) {
	f, err := elf.Open(path)
	if err != nil {
		return
	}
	defer f.Close()
	names, _ := f.ImportedLibraries()
	for _, name := range names {
		if seen[name] {
			continue
		}
		seen[name] = true
		found, _ := findIn(append([]string{filepath.Dir(path)}, systemDirs()...), filepath.Base(name))
		fmt.Fprintf(w, "%s %s %s\n", name, found, stamp(found))
		needed(w, found, seen)
	}
}

// devices sums up what a driver's crash may come of beside the libraries: the device nodes with their owners and rights, who
// runs edged, and the kernel.
func (m *Machine) devices() string {
	sum := sha256.New()
	groups, _ := os.Getgroups()
	fmt.Fprintln(sum, m.read("proc/sys/kernel/osrelease"), os.Getuid(), groups)
	for _, pattern := range []string{"dev", "dev/dri", "dev/accel", "dev/bus/usb/*"} {
		dirs, _ := fs.Glob(m.Root, pattern)
		for _, dir := range dirs {
			m.nodes(sum, dir)
		}
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// nodes writes down the devices in a folder.
func (m *Machine) nodes(w io.Writer, dir string) {
	list, _ := fs.ReadDir(m.Root, dir)
	for _, entry := range slices.DeleteFunc(list, func(e fs.DirEntry) bool { return e.Type()&fs.ModeDevice == 0 }) {
		info, err := entry.Info()
		if err != nil {
			continue
		}
		fmt.Fprintln(w, dir, entry.Name(), info.Mode())
		if s, ok := info.Sys().(*syscall.Stat_t); ok {
			fmt.Fprintln(w, s.Uid, s.Gid)
		}
	}
}
