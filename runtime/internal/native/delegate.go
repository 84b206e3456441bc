//go:build linux && (amd64 || arm64 || arm) && !nonative

package native

import (
	"encoding/binary"
	"fmt"
	"maps"
	goruntime "runtime"
	"slices"
	"strings"
	"unsafe"

	"github.com/ebitengine/purego"
	"golang.org/x/sys/unix"
)

// delegate is a TfLiteDelegate with what it took.
type delegate struct {
	handle  uintptr
	free    func(handle uintptr)
	hook    *hook
	message string // what a plugin has reported while it was made
	version string // of libedgetpu
}

// newDelegate makes the delegate that d names; nil for none.
func newDelegate(lib *Library, d Delegate) (*delegate, error) {
	switch d.Name {
	case "":
		return nil, nil
	case "xnnpack":
		return newXNNPack(lib, d)
	case "gpu":
		return fromLibrary(d, lib.fn.GPUCreate, lib.fn.GPUDelete)
	case "nnapi":
		return fromLibrary(d, lib.fn.NNAPICreate, lib.fn.NNAPIDelete)
	case "edgetpu":
		return newEdgeTPU(lib, d)
	default:
		return newPlugin(d)
	}
}

// fromLibrary makes a delegate that the library itself has, with its default options.
func fromLibrary(d Delegate, create func(uintptr) uintptr, free func(uintptr)) (*delegate, error) {
	if create == nil || free == nil {
		return nil, fmt.Errorf("delegate %s: this build of the library does not have it", d.Name)
	}
	handle := create(0)
	if handle == 0 {
		if _, err := findIn(systemDirs(), "libneuralnetworks.so"); d.Name == "nnapi" && err != nil {
			return nil, fmt.Errorf("delegate nnapi: %w", err)
		}
		return nil, fmt.Errorf("delegate %s: cannot be created", d.Name)
	}
	return adopt(handle, free), nil
}

// The flags of the XNNPACK delegate that take 8-bit operators (TFLITE_XNNPACK_DELEGATE_FLAG_QS8, _QU8).
const xnnpackQuantized = 1 | 2

// newXNNPack makes the XNNPACK delegate. Its options are a struct that has grown: num_threads first, then the flags, and
// since 2.17 runtime_flags between the two. A block of zeros, longer than any version's, is what it says by default.
func newXNNPack(lib *Library, d Delegate) (*delegate, error) {
	if lib.fn.XNNPackCreate == nil || lib.fn.XNNPackDelete == nil {
		return nil, fmt.Errorf("delegate xnnpack: this build of the library (%s) does not have it", lib.Version)
	}
	options := make([]byte, 512)
	binary.LittleEndian.PutUint32(options, uint32(max(1, d.threads)))
	binary.LittleEndian.PutUint32(options[4*d.flagsWord(lib.Version):], xnnpackQuantized)
	handle := lib.fn.XNNPackCreate(address(options))
	goruntime.KeepAlive(options)
	if handle == 0 {
		return nil, fmt.Errorf("delegate xnnpack: cannot be created")
	}
	return adopt(handle, lib.fn.XNNPackDelete), nil
}

// flagsWord is the place of the flags among the words of the options: what the version says, or what the caller found out.
func (d Delegate) flagsWord(version string) int {
	if d.xnnpackWord != 0 {
		return d.xnnpackWord
	}
	var major, minor int
	if n, _ := fmt.Sscanf(version, "%d.%d", &major, &minor); n == 2 && (major > 2 || minor >= 17) {
		return 2
	}
	return 1
}

// newEdgeTPU makes libedgetpu's delegate, which is one of the external kind. The versions are printed before it is made: a pair
// that does not fit crashes.
func newEdgeTPU(lib *Library, d Delegate) (*delegate, error) {
	d.Options = edgeTPUOptions(d.Options)
	if d.Path == "" {
		var err error
		if d.Path, err = findEdgeTPU(); err != nil {
			return nil, err
		}
	}
	version, err := edgeTPUVersion(d.Path)
	if err != nil {
		return nil, err
	}
	if version != "" {
		_, _ = unix.Write(2, []byte(versionPair{lib.Version, version}.String()+"\n"))
	}
	made, err := newPlugin(d)
	if err == nil {
		made.version = version
	}
	return made, err
}

// edgeTPUVersion asks libedgetpu for its version (edgetpu_c.h), where it exports that.
func edgeTPUVersion(path string) (string, error) {
	handle, err := open(path, purego.RTLD_LOCAL)
	if err != nil {
		return "", err
	}
	at, err := purego.Dlsym(handle, "edgetpu_version")
	if err != nil {
		return "", nil
	}
	text, _, _ := purego.SyscallN(at)
	return runtimeVersion(cString(text)), nil
}

func findEdgeTPU() (string, error) { return findIn(systemDirs(), "libedgetpu.so.1", "libedgetpu.so") }

// newPlugin opens an external delegate: a shared library that exports tflite_plugin_create_delegate and
// tflite_plugin_destroy_delegate (tensorflow/lite/delegates/external/external_delegate_interface.h).
func newPlugin(d Delegate) (*delegate, error) {
	handle, err := open(d.Path, purego.RTLD_LOCAL)
	if err != nil {
		return nil, err
	}
	create, err := purego.Dlsym(handle, "tflite_plugin_create_delegate")
	if err != nil {
		return nil, &LibraryError{Path: d.Path, What: "does not export tflite_plugin_create_delegate",
			Hint: "an external delegate for TensorFlow Lite does"}
	}
	destroy, err := purego.Dlsym(handle, "tflite_plugin_destroy_delegate")
	if err != nil {
		return nil, &LibraryError{Path: d.Path, What: "does not export tflite_plugin_destroy_delegate"}
	}
	return callPlugin(d, create, destroy)
}

func callPlugin(d Delegate, create, destroy uintptr) (*delegate, error) {
	keys, values, keep := cStrings(d.Options)
	var said []string
	report := purego.NewCallback(func(message uintptr) { said = append(said, cString(message)) })
	made, _, _ := purego.SyscallN(create, keys, values, uintptr(len(d.Options)), report)
	goruntime.KeepAlive(keep)
	message := strings.Join(said, "; ")
	if made == 0 {
		if message == "" {
			message = "returned no delegate, and no reason"
		}
		return nil, fmt.Errorf("delegate %s: %s", d, message)
	}
	a := adopt(made, func(handle uintptr) { purego.SyscallN(destroy, handle) })
	a.message = message
	return a, nil
}

// cStrings lays a map out as two C arrays of strings, in the keys' order. keep must live as long as C may read them.
func cStrings(m map[string]string) (keys, values uintptr, keep any) {
	var k, v []uintptr
	var text [][]byte
	for _, name := range slices.Sorted(maps.Keys(m)) {
		a, b := zeroTerminated(name), zeroTerminated(m[name])
		text = append(text, a, b)
		k, v = append(k, address(a)), append(v, address(b))
	}
	if len(k) == 0 {
		return 0, 0, nil
	}
	return uintptr(unsafe.Pointer(&k[0])), uintptr(unsafe.Pointer(&v[0])), []any{k, v, text}
}

func adopt(handle uintptr, free func(uintptr)) *delegate {
	return &delegate{handle: handle, free: free, hook: newHook(handle)}
}

func (d *delegate) close() {
	d.hook.remove()
	d.free(d.handle)
}
