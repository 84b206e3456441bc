package main

import (
	"os"
	"os/exec"
	"path/filepath"
	goruntime "runtime"
	"strings"
	"syscall"
	"testing"

	"edged/runtime/tflite"
)

// TestAutoGoesOnWithoutALibrary: a library that cannot be used is told in the events and in the log, with the cause, and the
// builtin engine answers.
func TestAutoGoesOnWithoutALibrary(t *testing.T) {
	needsTFLite(t)
	dir := t.TempDir()
	c := newCompiler(t, dir)
	foreign := []byte(read(t, c.library("whole.so", "-DINVOKE")))
	const machine = 18 // e_machine in the ELF header (elf(5))
	foreign[machine], foreign[machine+1] = 0xf3, 0
	write(t, filepath.Join(dir, "foreign.so"), string(foreign))
	for _, l := range []struct{ name, path, why string }{
		{"missing", filepath.Join(dir, "missing.so"), "no such file"},
		{"another architecture", filepath.Join(dir, "foreign.so"), "is for EM_RISCV, edged runs on " + goruntime.GOARCH},
		{"a C library that is too old", c.future(), "needs GLIBC_2.99, which this system's C library does not have"},
		{"a function is missing", c.library("lacking.so"), "does not export TfLiteInterpreterInvoke of TensorFlow Lite's C API"},
	} {
		t.Run(l.name, func(t *testing.T) {
			b := newMosquitto(t)
			b.start()
			dir := t.TempDir()
			write(t, filepath.Join(dir, "mqtt.password"), b.password+"\n")
			write(t, filepath.Join(dir, "labels.txt"), "warm\ndamp\nheavy\n")
			model, err := tflite.Write(twice())
			if err != nil {
				t.Fatal(err)
			}
			write(t, filepath.Join(dir, "twice.tflite"), string(model))
			write(t, filepath.Join(dir, "edged.yaml"), strings.NewReplacer("BROKER", b.url(), "USER", b.user, "LIBRARY", l.path,
				`{ path: PLUGIN, options: { behave: "BEHAVE", after: "3", flag: FLAG, trace: TRACE } }`, "{ name: xnnpack }").Replace(acceleratedConfig))
			heard := b.listen()
			daemon := startDaemon(t, "run", "-c", filepath.Join(dir, "edged.yaml"))
			daemon.untilLogged("on the builtin engine: ")
			heard.until("events with the cause", (&gaps{}).degraded(l.why))
			daemon.end(syscall.SIGTERM, 0)
		})
	}
}

// TestEnginesSideBySide: bench measures both engines in turns, verify compares them, and inspect says what a delegate takes.
func TestEnginesSideBySide(t *testing.T) {
	needsTFLite(t)
	library := os.Getenv("EDGED_TFLITE")
	if library == "" {
		t.Skip("no TensorFlow Lite: run scripts/get-tflite and set EDGED_TFLITE")
	}
	model := filepath.Join(t.TempDir(), "twice.tflite")
	data, err := tflite.Write(twice())
	if err != nil {
		t.Fatal(err)
	}
	write(t, model, string(data))
	for _, c := range []struct {
		name string
		args []string
		want []string
	}{
		{"bench", []string{"bench", model, "--engine", "builtin,tflite", "--delegate", "xnnpack", "--runs", "3", "--json"},
			[]string{`"engine":"builtin","delegate":"","threads":1,"runs":3`, `"engine":"tflite","delegate":"xnnpack","threads":1,"runs":3`}},
		{"verify", []string{"verify", model, "--delegate", "xnnpack"}, []string{"0 of 3 elements differ"}},
		{"inspect", []string{"inspect", model, "--delegate", "xnnpack", "--json"}, []string{`"delegates":{"xnnpack":{"taken":[0,1],"partitions":1}}`}},
		{"doctor", []string{"doctor"}, []string{"tflite   runs, version 2.9.0, " + library + "; it has ", "xnnpack  runs", "gpu      tflite worker refused"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			out := output(t, append(c.args, "--library", library)...)
			for _, want := range c.want {
				if !strings.Contains(out, want) {
					t.Errorf("edged says\n%s\nwant %q", out, want)
				}
			}
		})
	}
}

// compiler builds the libraries of runtime/internal/native/testdata.
type compiler struct {
	t         *testing.T
	from, dir string
}

func newCompiler(t *testing.T, dir string) *compiler {
	return &compiler{t, filepath.Join(repository(t), "runtime/internal/native/testdata"), dir}
}

func (c *compiler) run(args ...string) {
	c.t.Helper()
	cc := map[string]string{"amd64": "x86_64-linux-gnu-gcc", "arm64": "aarch64-linux-gnu-gcc", "arm": "arm-linux-gnueabihf-gcc"}[goruntime.GOARCH]
	if _, err := exec.LookPath(cc); err != nil {
		c.t.Skipf("needs a C compiler for %s: %v", goruntime.GOARCH, err)
	}
	cmd := exec.Command(cc, append([]string{"-shared", "-fPIC", "-O1", "-nostdlib", "-fvisibility=hidden"}, args...)...)
	cmd.Dir = c.from
	if out, err := cmd.CombinedOutput(); err != nil {
		c.t.Fatalf("%v\n%s", err, out)
	}
}

// library builds the stand-in for TensorFlow Lite, with what is defined.
func (c *compiler) library(name string, defined ...string) string {
	c.t.Helper()
	path := filepath.Join(c.dir, name)
	c.run(append(defined, "-o", path, "library.c")...)
	return path
}

// future builds a library that wants a newer C library than there is.
func (c *compiler) future() string {
	c.t.Helper()
	if err := os.MkdirAll(filepath.Join(c.dir, "future"), 0o700); err != nil {
		c.t.Fatal(err)
	}
	libc, path := filepath.Join(c.dir, "future", "libc.so.6"), filepath.Join(c.dir, "libfuture.so")
	c.run("-fvisibility=default", "-DLIBC", "-Wl,-soname,libc.so.6", "-Wl,--version-script,future.map", "-o", libc, "future.c")
	c.run("-o", path, "future.c", libc)
	return path
}
