//go:build linux && (amd64 || arm64 || arm) && !nonative

package native

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	goruntime "runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// compilers are the C compilers by architecture.
var compilers = map[string]string{"amd64": "x86_64-linux-gnu-gcc", "arm64": "aarch64-linux-gnu-gcc", "arm": "arm-linux-gnueabihf-gcc"}

// plugin builds testdata/plugin.c and returns its path.
func plugin(t testing.TB, defined ...string) string {
	headers := filepath.Join(filepath.Dir(library(t)), "include")
	if _, err := os.Stat(headers); err != nil {
		t.Skip("no TensorFlow Lite headers beside the library: scripts/get-tflite installs them")
	}
	path := filepath.Join(t.TempDir(), "libstandin_delegate.so")
	cc := compilers[goruntime.GOARCH]
	args := []string{"-shared", "-fPIC", "-O1", "-fvisibility=hidden", "-I", headers, "-o", path, "testdata/plugin.c"}
	for _, d := range defined {
		args = append(args, "-D"+d)
	}
	out, err := exec.Command(cc, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", cc, err, out)
	}
	return path
}

// addModel is y = x+x, z = y+y, both ADD of floats, then ABS, which the plugin does not take.
func addModel(t testing.TB) []byte {
	g := tflite.Graph{Inputs: []int{0}, Outputs: []int{3}}
	for i, name := range []string{"x", "y", "z", "abs"} {
		g.Tensors = append(g.Tensors, tflite.Tensor{Info: tensor.Info{Name: name, Index: i, DType: tensor.Float32, Shape: tensor.Shape{1, 4}}})
	}
	add := func(i, in, out int) tflite.Op {
		return tflite.Op{Index: i, Code: tflite.OpAdd, Version: 1, Inputs: []int{in, in}, Outputs: []int{out}, Options: &tflite.ArithmeticOptions{}}
	}
	g.Ops = []tflite.Op{add(0, 0, 1), add(1, 1, 2), {Index: 2, Code: tflite.OpAbs, Version: 1, Inputs: []int{2}, Outputs: []int{3}}}
	b, err := tflite.Write(&tflite.Model{Version: 3, Graphs: []tflite.Graph{g}})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func openBytes(t testing.TB, w *Worker, file []byte, o Options, keep bool) (*Session, error) {
	m, err := tflite.Parse(file)
	if err != nil {
		t.Fatal(err)
	}
	s, err := w.Open(file, m, o, keep)
	if err == nil {
		t.Cleanup(func() { s.Close() })
	}
	return s, err
}

func behaving(path string, options ...string) Options {
	o := Options{Delegate: Delegate{Name: "external", Path: path, Options: map[string]string{}}, Timeout: time.Second}
	for _, pair := range options {
		k, v, _ := strings.Cut(pair, "=")
		o.Delegate.Options[k] = v
	}
	return o
}

func TestPluginTakesOperators(t *testing.T) {
	path := plugin(t)
	for _, c := range []struct {
		behave string
		taken  []int
	}{{"ok", []int{0, 1}}, {"some", []int{0}}} {
		t.Run(c.behave, func(t *testing.T) {
			s, err := openBytes(t, newWorker(t, Options{}), addModel(t), behaving(path, "behave="+c.behave), false)
			if err != nil {
				t.Fatal(err)
			}
			if r := s.Report(); !slices.Equal(r.Taken, c.taken) || r.Partitions != 1 {
				t.Errorf("took %v in %d partitions, want %v in 1", r.Taken, r.Partitions, c.taken)
			}
			copy(tensor.As[float32](s.Input(0).Data), []float32{1, -2, 3, 0.5})
			if err := s.Invoke(context.Background()); err != nil {
				t.Fatal(err)
			}
			if got := tensor.As[float32](s.Output(0).Data); !slices.Equal(got, []float32{4, 8, 12, 2}) {
				t.Errorf("got %v, want [4 8 12 2]", got)
			}
		})
	}
}

// TestPluginTakesNothing is no error where allow_cpu says so.
func TestPluginTakesNothing(t *testing.T) {
	o := behaving(plugin(t), "behave=none")
	o.AllowCPU = true
	s, err := openBytes(t, newWorker(t, Options{}), addModel(t), o, false)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Invoke(context.Background()); err != nil || len(s.Report().Taken) != 0 {
		t.Errorf("got %v, and %v taken", err, s.Report().Taken)
	}
}

// TestPluginRefuses: what goes wrong while a model is opened is told when it is opened.
func TestPluginRefuses(t *testing.T) {
	path := plugin(t)
	for _, c := range []struct {
		behave string
		fault  Fault
		want   string
	}{
		{"refuse", Refused, "no device found on the bus"},
		{"null", Refused, "returned no delegate, and no reason"},
		{"none", Refused, "takes none of the model's operators"},
		{"crash-prepare", Crashed, "signal 6 (aborted): plugin: crashing in prepare"},
	} {
		t.Run(c.behave, func(t *testing.T) {
			_, err := openBytes(t, newWorker(t, Options{}), addModel(t), behaving(path, "behave="+c.behave), false)
			w, ok := errors.AsType[*WorkerError](err)
			if !ok || w.Fault != c.fault || !strings.Contains(w.What, c.want) {
				t.Errorf("got %v, want %s with %q", err, c.fault, c.want)
			}
		})
	}
}

// TestPluginFails: what goes wrong while a model runs is told by that Invoke, and the worker comes back.
func TestPluginFails(t *testing.T) {
	path := plugin(t)
	for _, c := range []struct {
		behave string
		fault  Fault
		want   string
	}{
		{"crash-invoke", Crashed, "signal 11 (segmentation fault): plugin: crashing in invoke"},
		{"exit", Crashed, "exit status 7"},
		{"hang", Hung, "no answer within 300ms"},
		{"leak", Leaked, "over 400 MiB of memory"},
		{"fail", Refused, "the device is unplugged"},
	} {
		t.Run(c.behave, func(t *testing.T) {
			flag := filepath.Join(t.TempDir(), "misbehave")
			o := behaving(path, "behave="+c.behave, "after=2", "flag="+flag)
			if o.Timeout = 10 * time.Second; c.fault == Hung {
				o.Timeout = 300 * time.Millisecond
			}
			w := newWorker(t, Options{MemoryLimit: 400 << 20})
			s, err := openBytes(t, w, addModel(t), o, false)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(flag, nil, 0o600); err != nil {
				t.Fatal(err)
			}
			e, ok := errors.AsType[*WorkerError](untilError(t, s))
			if !ok || e.Fault != c.fault || !strings.Contains(e.What, c.want) {
				t.Fatalf("got %v, want %s with %q", e, c.fault, c.want)
			}
			if err := os.Remove(flag); err != nil {
				t.Fatal(err)
			}
			untilWell(t, s)
		})
	}
}

// untilError runs s until it fails.
func untilError(t *testing.T, s *Session) error {
	const most = 10 * time.Second
	for start := time.Now(); time.Since(start) < most; {
		if err := s.Invoke(context.Background()); err != nil {
			return err
		}
	}
	t.Fatalf("no error within %v", most)
	return nil
}

// untilWell runs s until it is back, and looks at what it computes.
func untilWell(t *testing.T, s *Session) {
	t.Helper()
	const most = 10 * time.Second
	for start := time.Now(); ; {
		err := s.Invoke(context.Background())
		if err == nil {
			break
		}
		if time.Since(start) > most {
			t.Fatalf("not back within %v: %v", most, err)
		}
		goruntime.Gosched()
	}
	copy(tensor.As[float32](s.Input(0).Data), []float32{1, 1, 1, 1})
	if err := s.Invoke(context.Background()); err != nil {
		t.Fatal(err)
	}
	if got := tensor.As[float32](s.Output(0).Data)[0]; got != 4 {
		t.Errorf("got %g after the restart, want 4", got)
	}
}

// TestPluginLacks: libraries that are no delegates.
func TestPluginLacks(t *testing.T) {
	w := newWorker(t, Options{})
	for _, c := range []struct{ name, path, want string }{
		{"missing file", "/nonexistent/libdelegate.so", "no such file"},
		{"no shared library", "plugin_test.go", "is not a shared library"},
		{"no delegate", library(t), "does not export tflite_plugin_create_delegate"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := openBytes(t, w, addModel(t), behaving(c.path), false); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an error with %q", err, c.want)
			}
		})
	}
}

// TestEdgeTPUVersion: libedgetpu's version is reported where it runs, and stands with TensorFlow Lite's in the error where it
// crashes.
func TestEdgeTPUVersion(t *testing.T) {
	path := plugin(t, "EDGETPU")
	for _, c := range []struct {
		name, behave, version, want string
	}{
		{"runs", "ok", "14", ""},
		{"crashes", "crash-prepare", "", "TensorFlow Lite 2.9.0 with Edge TPU runtime 14"},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := behaving(path, "behave="+c.behave)
			o.Delegate.Name, o.AllowCPU = "edgetpu", true
			s, err := openBytes(t, newWorker(t, Options{}), addModel(t), o, false)
			if c.want != "" {
				if err == nil || !strings.Contains(err.Error(), c.want) {
					t.Errorf("got %v, want %q", err, c.want)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got := s.Report().EdgeTPU; got != c.version {
				t.Errorf("got version %q, want %q", got, c.version)
			}
		})
	}
}
