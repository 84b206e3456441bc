//go:build linux && (amd64 || arm64 || arm) && !nonative

package native

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/ebitengine/purego"
)

// Library is TensorFlow Lite loaded into this process: only a worker has one.
type Library struct {
	Path    string
	Version string
	Parts   Parts
	fn      functions
}

// Load opens the library at path and binds its functions.
func Load(path string) (*Library, error) {
	handle, err := open(path, purego.RTLD_GLOBAL) // delegates may want the library's symbols
	if err != nil {
		return nil, err
	}
	l := &Library{Path: path, Parts: Parts{}}
	var lacking []string
	fields := reflect.ValueOf(&l.fn).Elem()
	for i := range fields.NumField() {
		tag := fields.Type().Field(i).Tag
		name, part := tag.Get("c"), tag.Get("part")
		at, err := purego.Dlsym(handle, name)
		if err == nil {
			purego.RegisterFunc(fields.Field(i).Addr().Interface(), at)
		} else if part == "" {
			lacking = append(lacking, name)
		}
		if part != "" {
			l.Parts.note(part, err == nil)
		}
	}
	if len(lacking) > 0 {
		what := fmt.Sprintf("does not export %s of TensorFlow Lite's C API", strings.Join(lacking, ", "))
		return nil, &LibraryError{Path: path, What: what, Hint: "the C library is called libtensorflowlite_c.so"}
	}
	l.Version = cString(l.fn.Version())
	return l, nil
}

// open loads a shared library into the process. What the dynamic linker would say less clearly is found out before.
func open(path string, scope int) (handle uintptr, err error) {
	if err := checkFile(path); err != nil {
		return 0, err
	}
	handle, err = purego.Dlopen(path, purego.RTLD_NOW|scope)
	if err != nil {
		return 0, linkerError(path, err)
	}
	return handle, nil
}

var glibcNeeded = regexp.MustCompile("version `(GLIBC(?:XX)?_[0-9.]+)' not found")

// linkerError makes a LibraryError of the dynamic linker's words.
func linkerError(path string, err error) error {
	text := strings.TrimSpace(strings.TrimPrefix(err.Error(), path+": "))
	if m := glibcNeeded.FindStringSubmatch(text); m != nil {
		return &LibraryError{Path: path, What: "needs " + m[1] + ", which this system's C library does not have",
			Hint: "use a build of the library for this system, or a newer system"}
	}
	if name, ok := strings.CutSuffix(text, ": cannot open shared object file: No such file or directory"); ok {
		return &LibraryError{Path: path, What: "needs " + name + ", which is not installed"}
	}
	return &LibraryError{Path: path, What: "cannot be loaded: " + text}
}

// names are those under which the library is looked for: Google's build, then Debian's.
var names = []string{"libtensorflowlite_c.so", "libtensorflow-lite.so", "libtensorflow-lite.so.2*"}

// Find returns the path of the library: the given one if there is one, else one beside the program, else one of the
// system's.
func Find(given string) (string, error) {
	if given != "" {
		if _, err := os.Stat(given); err != nil {
			return "", &LibraryError{Path: given, What: "no such file", Hint: hintInstall}
		}
		return given, nil
	}
	var dirs []string
	if program, err := os.Executable(); err == nil {
		dirs = append(dirs, filepath.Dir(program))
	}
	return findLibrary(append(dirs, systemDirs()...))
}

// findLibrary looks for it in folders.
func findLibrary(dirs []string) (string, error) {
	if path, err := findIn(dirs, names...); err == nil {
		return path, nil
	}
	return "", &LibraryError{What: "TensorFlow Lite's library is not installed", Hint: hintInstall}
}

// findIn returns the first file of the given names, or patterns, in the first of the folders that has one; of several that a
// pattern fits the newest version.
func findIn(dirs []string, names ...string) (string, error) {
	for _, dir := range dirs {
		for _, name := range names {
			if found, _ := filepath.Glob(filepath.Join(dir, name)); len(found) > 0 {
				return slices.MaxFunc(found, byVersion), nil
			}
		}
	}
	return "", &LibraryError{What: names[0] + " is not installed", Hint: "looked in " + strings.Join(dirs, ", ")}
}

// byVersion compares names whose runs of digits count as numbers: 2.14 comes after 2.9.
func byVersion(a, b string) int {
	runs := regexp.MustCompile(`\d+|\D+`)
	return slices.CompareFunc(runs.FindAllString(a, -1), runs.FindAllString(b, -1), func(a, b string) int {
		n, errN := strconv.Atoi(a)
		m, errM := strconv.Atoi(b)
		if errN == nil && errM == nil {
			return cmp.Compare(n, m)
		}
		return strings.Compare(a, b)
	})
}

const hintInstall = "scripts/get-tflite installs libtensorflowlite_c.so; EDGED_TFLITE names its path"

// IsLibraryError reports whether err is about a library file.
func IsLibraryError(err error) bool {
	_, ok := errors.AsType[*LibraryError](err)
	return ok
}
