//go:build linux && (amd64 || arm64 || arm) && !nonative

package native

import (
	"debug/elf"
	"errors"
	"fmt"
	"io/fs"
	goruntime "runtime"
)

// machines are the ELF machine numbers of the architectures that this package is built for.
var machines = map[string]elf.Machine{"amd64": elf.EM_X86_64, "arm64": elf.EM_AARCH64, "arm": elf.EM_ARM}

// triplets are Debian's names of the architectures' library folders.
var triplets = map[string]string{"amd64": "x86_64-linux-gnu", "arm64": "aarch64-linux-gnu", "arm": "arm-linux-gnueabihf"}

// checkFile finds out whether path is a shared library for this architecture.
func checkFile(path string) error {
	f, err := elf.Open(path)
	if format := (*elf.FormatError)(nil); errors.As(err, &format) {
		return &LibraryError{Path: path, What: "is not a shared library"}
	}
	if errors.Is(err, fs.ErrNotExist) {
		return &LibraryError{Path: path, What: "no such file"}
	}
	if err != nil {
		return &LibraryError{Path: path, What: err.Error()}
	}
	defer f.Close()
	if want := machines[goruntime.GOARCH]; f.Machine != want {
		return &LibraryError{Path: path, What: fmt.Sprintf("is for %s, edged runs on %s", machineName(f.Machine), goruntime.GOARCH),
			Hint: "install the library for this architecture: scripts/get-tflite"}
	}
	return nil
}

func machineName(m elf.Machine) string {
	for name, number := range machines {
		if m == number {
			return name
		}
	}
	return m.String()
}

// systemDirs are the folders in which libraries are installed.
func systemDirs() []string {
	t := triplets[goruntime.GOARCH]
	return []string{"/usr/local/lib", "/usr/local/lib/" + t, "/usr/lib/" + t, "/usr/lib", "/lib/" + t, "/lib"}
}
