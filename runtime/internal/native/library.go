//go:build linux && (amd64 || arm64 || arm) && !nonative

package native

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/ebitengine/purego"
)

// Library is TensorFlow Lite loaded into this process: only a worker has one.
type Library struct {
	Path    string
	Version string
	Missing []string // functions of the C API that this library does not export, of those that are optional
	fn      functions
}

// functions are those of TensorFlow Lite's C API (tensorflow/lite/c/c_api.h, c_api_experimental.h, the XNNPACK delegate's
// xnnpack_delegate.h), each bound by its symbol. Those marked optional may be nil.
type functions struct {
	Version func() uintptr `c:"TfLiteVersion"`

	ModelCreate func(data uintptr, size uintptr) uintptr `c:"TfLiteModelCreate"`
	ModelDelete func(model uintptr)                      `c:"TfLiteModelDelete"`

	OptionsCreate             func() uintptr                         `c:"TfLiteInterpreterOptionsCreate"`
	OptionsDelete             func(options uintptr)                  `c:"TfLiteInterpreterOptionsDelete"`
	OptionsSetNumThreads      func(options uintptr, n int32)         `c:"TfLiteInterpreterOptionsSetNumThreads"`
	OptionsAddDelegate        func(options, delegate uintptr)        `c:"TfLiteInterpreterOptionsAddDelegate"`
	OptionsEnableCancellation func(options uintptr, yes uint8) int32 `c:"TfLiteInterpreterOptionsEnableCancellation,optional"`

	InterpreterCreate func(model, options uintptr) uintptr                           `c:"TfLiteInterpreterCreate"`
	InterpreterDelete func(interpreter uintptr)                                      `c:"TfLiteInterpreterDelete"`
	InputCount        func(interpreter uintptr) int32                                `c:"TfLiteInterpreterGetInputTensorCount"`
	OutputCount       func(interpreter uintptr) int32                                `c:"TfLiteInterpreterGetOutputTensorCount"`
	InputTensor       func(interpreter uintptr, i int32) uintptr                     `c:"TfLiteInterpreterGetInputTensor"`
	OutputTensor      func(interpreter uintptr, i int32) uintptr                     `c:"TfLiteInterpreterGetOutputTensor"`
	ResizeInput       func(interpreter uintptr, i int32, dims *int32, n int32) int32 `c:"TfLiteInterpreterResizeInputTensor"`
	AllocateTensors   func(interpreter uintptr) int32                                `c:"TfLiteInterpreterAllocateTensors"`
	Invoke            func(interpreter uintptr) int32                                `c:"TfLiteInterpreterInvoke"`
	ModifyGraph       func(interpreter, delegate uintptr) int32                      `c:"TfLiteInterpreterModifyGraphWithDelegate,optional"`
	ResetVariables    func(interpreter uintptr) int32                                `c:"TfLiteInterpreterResetVariableTensors,optional"`
	Cancel            func(interpreter uintptr) int32                                `c:"TfLiteInterpreterCancel,optional"`

	TensorType     func(tensor uintptr) int32          `c:"TfLiteTensorType"`
	TensorNumDims  func(tensor uintptr) int32          `c:"TfLiteTensorNumDims"`
	TensorDim      func(tensor uintptr, i int32) int32 `c:"TfLiteTensorDim"`
	TensorByteSize func(tensor uintptr) uintptr        `c:"TfLiteTensorByteSize"`
	TensorData     func(tensor uintptr) uintptr        `c:"TfLiteTensorData"`

	XNNPackCreate func(options uintptr) uintptr `c:"TfLiteXNNPackDelegateCreate,optional"`
	XNNPackDelete func(delegate uintptr)        `c:"TfLiteXNNPackDelegateDelete,optional"`
	GPUCreate     func(options uintptr) uintptr `c:"TfLiteGpuDelegateV2Create,optional"`
	GPUDelete     func(delegate uintptr)        `c:"TfLiteGpuDelegateV2Delete,optional"`
	NNAPICreate   func(options uintptr) uintptr `c:"TfLiteNnapiDelegateCreate,optional"`
	NNAPIDelete   func(delegate uintptr)        `c:"TfLiteNnapiDelegateDelete,optional"`
}

// Load opens the library at path and binds its functions.
func Load(path string) (*Library, error) {
	handle, err := open(path, purego.RTLD_GLOBAL) // delegates may want the library's symbols
	if err != nil {
		return nil, err
	}
	l := &Library{Path: path}
	var lacking []string
	fields := reflect.ValueOf(&l.fn).Elem()
	for i := range fields.NumField() {
		name, option, _ := strings.Cut(fields.Type().Field(i).Tag.Get("c"), ",")
		at, err := purego.Dlsym(handle, name)
		switch {
		case err == nil:
			purego.RegisterFunc(fields.Field(i).Addr().Interface(), at)
		case option == "optional":
			l.Missing = append(l.Missing, name)
		default:
			lacking = append(lacking, name)
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
	dirs = append(dirs, systemDirs()...)
	if path, err := findIn(dirs, names...); err == nil {
		return path, nil
	}
	return "", &LibraryError{What: "TensorFlow Lite's library is not installed", Hint: hintInstall}
}

// findIn returns the first file of the given names, or patterns, in the folders; of several that a pattern fits the last.
func findIn(dirs []string, names ...string) (string, error) {
	for _, name := range names {
		for _, dir := range dirs {
			found, _ := filepath.Glob(filepath.Join(dir, name))
			if slices.Sort(found); len(found) > 0 {
				return found[len(found)-1], nil
			}
		}
	}
	return "", &LibraryError{What: names[0] + " is not installed", Hint: "looked in " + strings.Join(dirs, ", ")}
}

const hintInstall = "scripts/get-tflite installs libtensorflowlite_c.so; EDGED_TFLITE names its path"

// IsLibraryError reports whether err is about a library file.
func IsLibraryError(err error) bool {
	_, ok := errors.AsType[*LibraryError](err)
	return ok
}
