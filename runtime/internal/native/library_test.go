//go:build linux && (amd64 || arm64 || arm) && !nonative

package native

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	goruntime "runtime"
	"strings"
	"testing"
)

// TestLibraryErrors: each way in which a library cannot be used is one clear error.
func TestLibraryErrors(t *testing.T) {
	standIn := plugin(t)
	foreign := filepath.Join(t.TempDir(), "libforeign.so")
	b, err := os.ReadFile(standIn)
	if err != nil {
		t.Fatal(err)
	}
	const machine = 18 // e_machine in the ELF header (elf(5))
	b[machine] = 0xf3  // RISC-V
	b[machine+1] = 0
	if err := os.WriteFile(foreign, b, 0o600); err != nil {
		t.Fatal(err)
	}
	lacking := standInLibrary(t, filepath.Join(t.TempDir(), "lacking.so"))
	for _, c := range []struct{ name, path, want string }{
		{"missing", "/nonexistent/libtensorflowlite_c.so", "no such file"},
		{"another architecture", foreign, "is for EM_RISCV, edged runs on "},
		{"another library", standIn, "does not export TfLiteVersion, TfLiteModelCreate, "},
		{"a function is missing", lacking, "does not export TfLiteInterpreterInvoke of TensorFlow Lite's C API"},
		{"an old C library", future(t), "needs GLIBC_2.99, which this system's C library does not have"},
		{"no library", "library_test.go", "is not a shared library"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := openBytes(t, newWorkerOf(t, c.path), addModel(t), Options{}, false)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an error with %q", err, c.want)
			}
		})
	}
}

// future builds a library that wants a newer C library than there is.
func future(t *testing.T) string {
	dir := t.TempDir()
	libc, path := filepath.Join(dir, "libc.so.6"), filepath.Join(dir, "libfuture.so")
	for _, args := range [][]string{
		{"-DLIBC", "-Wl,-soname,libc.so.6", "-Wl,--version-script,testdata/future.map", "-o", libc, "testdata/future.c"},
		{"-o", path, "testdata/future.c", libc},
	} {
		out, err := exec.Command(compilers[goruntime.GOARCH], append([]string{"-shared", "-fPIC", "-nostdlib"}, args...)...).CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
	return path
}

// newWorkerOf is newWorker with a library that need not exist.
func newWorkerOf(t *testing.T, path string) *Worker {
	w := newWorker(t, Options{})
	w.options.Library = path
	return w
}

// TestLinkerErrors: what the dynamic linker says (recorded from glibc 2.36), made clear.
func TestLinkerErrors(t *testing.T) {
	for _, c := range []struct{ name, said, what, hint string }{
		{"an old C library", "/lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.38' not found (required by libx.so)",
			"needs GLIBC_2.38, which this system's C library does not have", "a newer system"},
		{"an old C++ library", "/lib/x86_64-linux-gnu/libstdc++.so.6: version `GLIBCXX_3.4.32' not found (required by libx.so)",
			"needs GLIBCXX_3.4.32", "a newer system"},
		{"a dependency", "libusb-1.0.so.0: cannot open shared object file: No such file or directory", "needs libusb-1.0.so.0, which is not installed", ""},
		{"a symbol", "libx.so: undefined symbol: vx_create", "cannot be loaded: undefined symbol: vx_create", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			l, ok := errors.AsType[*LibraryError](linkerError("libx.so", errors.New(c.said)))
			if !ok || !strings.Contains(l.What, c.what) || !strings.Contains(l.Hint, c.hint) {
				t.Errorf("got %+v, want %q, hint %q", l, c.what, c.hint)
			}
		})
	}
}
