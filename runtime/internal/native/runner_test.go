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

// standInLibrary builds testdata/library.c under a name, with what is defined.
func standInLibrary(t testing.TB, path string, defined ...string) string {
	cc := compilers[goruntime.GOARCH]
	if _, err := exec.LookPath(cc); err != nil {
		t.Skipf("no C compiler: %v", err)
	}
	args := []string{"-shared", "-fPIC", "-O1", "-nostdlib", "-fvisibility=hidden", "-o", path, "testdata/library.c"}
	if goruntime.GOARCH == "arm64" {
		args = append(args, "-mno-outline-atomics") // which would be in libgcc
	}
	for _, d := range defined {
		args = append(args, "-D"+d)
	}
	if out, err := exec.Command(cc, args...).CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", cc, err, out)
	}
	return path
}

// openOn opens a model on a library.
func openOn(t testing.TB, path string, m *tflite.Model, o Options) (*Session, error) {
	o.Library, o.Worker = path, workerCommand()
	w, err := NewWorker(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	})
	file, err := tflite.Write(m)
	if err != nil {
		t.Fatal(err)
	}
	return w.Open(file, m, o, false)
}

// twoGraphs has x+x as its main graph, and as signature "square" x*x of its second.
func twoGraphs() *tflite.Model {
	graph := func(code tflite.OpCode) tflite.Graph {
		at := func(i int, name string) tflite.Tensor {
			return tflite.Tensor{Info: tensor.Info{Name: name, Index: i, DType: tensor.Float32, Shape: tensor.Shape{1, 4}}}
		}
		return tflite.Graph{Tensors: []tflite.Tensor{at(0, "x"), at(1, "y")}, Inputs: []int{0}, Outputs: []int{1},
			Ops: []tflite.Op{{Code: code, Version: 1, Inputs: []int{0, 0}, Outputs: []int{1}, Options: &tflite.ArithmeticOptions{}}}}
	}
	return &tflite.Model{Version: 3, Graphs: []tflite.Graph{graph(tflite.OpAdd), graph(tflite.OpMul)},
		Signatures: []tflite.Signature{
			{Key: "twice", Inputs: []tflite.Port{{Name: "in", Tensor: 0}}, Outputs: []tflite.Port{{Name: "out", Tensor: 1}}},
			{Key: "square", Graph: 1, Inputs: []tflite.Port{{Name: "side", Tensor: 0}}, Outputs: []tflite.Port{{Name: "area", Tensor: 1}}},
		}}
}

// TestSignatures: a signature runs through its runner where the library exports runners. Without them the main graph's is the
// main graph, and another is an error that says why.
func TestSignatures(t *testing.T) {
	dir := t.TempDir()
	newer := standInLibrary(t, filepath.Join(dir, "newer.so"), "INVOKE", "RUNNERS")
	older := standInLibrary(t, filepath.Join(dir, "older.so"), "INVOKE")
	for _, c := range []struct {
		name, library, key string
		want               []float32
		err                string
	}{
		{"runner", newer, "square", []float32{9, 16, 0.25, 1}, ""},
		{"main graph", newer, "", []float32{6, 8, 1, 2}, ""},
		{"a signature that the library does not know", newer, "twice", nil, `the library finds no signature "twice"`},
		{"one that the model has not", newer, "half", nil, `the model has no signature "half"`},
		{"the main graph's, without runners", older, "twice", []float32{6, 8, 1, 2}, ""},
		{"another, without runners", older, "square", nil, `signature "square" is graph 1 of the model, and version 2.17.0-standin exports no signature runners`},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := openOn(t, c.library, twoGraphs(), Options{Signature: c.key, Shapes: map[int]tensor.Shape{0: {1, 4}}})
			if c.err != "" {
				if err == nil || !strings.Contains(err.Error(), c.err) {
					t.Fatalf("got %v, want %q", err, c.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			copy(tensor.As[float32](s.Input(0).Data), []float32{3, 4, 0.5, 1})
			if err := s.Invoke(context.Background()); err != nil {
				t.Fatal(err)
			}
			if got := tensor.As[float32](s.Output(0).Data); !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
			if p := s.Report().Parts; p["signature runners"] != (c.library == newer) || p["xnnpack"] {
				t.Errorf("got parts %v", p)
			}
		})
	}
}

// TestCancellation: the end of the context ends an Invoke that runs, in the library, and the process goes on.
func TestCancellation(t *testing.T) {
	path := standInLibrary(t, filepath.Join(t.TempDir(), "lib.so"), "INVOKE", "RUNNERS")
	for _, key := range []string{"", "square"} {
		t.Run("signature "+key, func(t *testing.T) {
			s, err := openOn(t, path, twoGraphs(), Options{Signature: key, Timeout: time.Minute})
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			pid := s.w.Stats().PID
			ctx, cancel := context.WithCancel(context.Background())
			tensor.As[float32](s.Input(0).Data)[0] = -1
			time.AfterFunc(10*time.Millisecond, cancel)
			if err := s.Invoke(ctx); !errors.Is(err, context.Canceled) {
				t.Errorf("got %v, want the context's end", err)
			}
			tensor.As[float32](s.Input(0).Data)[0] = 2
			if err := s.Invoke(context.Background()); err != nil || s.w.Stats().PID != pid {
				t.Errorf("got %v from process %d, want none from %d", err, s.w.Stats().PID, pid)
			}
		})
	}
}

// TestFindLibrary: folders come before names, and of Debian's versions the newest counts.
func TestFindLibrary(t *testing.T) {
	for _, c := range []struct {
		name  string
		files []string
		want  string
	}{
		{"nothing", nil, ""},
		{"Google's name", []string{"b/libtensorflowlite_c.so"}, "b/libtensorflowlite_c.so"},
		{"Debian's", []string{"b/libtensorflow-lite.so.2.14.1"}, "b/libtensorflow-lite.so.2.14.1"},
		{"the newest of Debian's", []string{"b/libtensorflow-lite.so.2.9.1", "b/libtensorflow-lite.so.2.14.1"}, "b/libtensorflow-lite.so.2.14.1"},
		{"the first folder", []string{"a/libtensorflow-lite.so.2.9.1", "b/libtensorflowlite_c.so"}, "a/libtensorflow-lite.so.2.9.1"},
		{"not the C++ library", []string{"a/libtensorflowlite.so", "a/libtensorflow-lite.a"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			for _, f := range c.files {
				if err := errors.Join(os.MkdirAll(filepath.Dir(filepath.Join(dir, f)), 0o700), os.WriteFile(filepath.Join(dir, f), nil, 0o600)); err != nil {
					t.Fatal(err)
				}
			}
			got, err := findLibrary([]string{filepath.Join(dir, "a"), filepath.Join(dir, "b")})
			if got, _ = strings.CutPrefix(got, dir+"/"); got != c.want || (err == nil) != (c.want != "") {
				t.Errorf("got %q, %v, want %q", got, err, c.want)
			}
		})
	}
}

// TestDebiansLibrary: a library under Debian's name is found in its folder, loaded, and says what it has.
func TestDebiansLibrary(t *testing.T) {
	dir := t.TempDir()
	want := standInLibrary(t, filepath.Join(dir, "libtensorflow-lite.so.2.14.1"), "INVOKE", "RUNNERS")
	path, err := findLibrary([]string{dir})
	if err != nil || path != want {
		t.Fatalf("got %q, %v", path, err)
	}
	s, err := openOn(t, path, twoGraphs(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	r := s.Report()
	if got, want := r.Parts.List(true), []string{"cancellation", "cancellation of signatures", "signature runners"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if r.Version != "2.17.0-standin" {
		t.Errorf("got version %q", r.Version)
	}
}
