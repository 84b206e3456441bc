package runtime_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	goruntime "runtime"
	"slices"
	"strings"
	"testing"

	"edged/runtime"
	"edged/runtime/internal/corpus"
	"edged/runtime/tensor"
)

// TestConformance runs every case of the corpus and compares with LiteRT's outputs. A model that the engine cannot run
// fails with the name of what it lacks.
func TestConformance(t *testing.T) {
	dir := corpus.Dir(t)
	for _, m := range corpus.Read(t, dir).Models {
		t.Run(m.Name, func(t *testing.T) { conform(t, dir, m) })
	}
}

func conform(t *testing.T, dir string, m corpus.Model) {
	for _, c := range m.Cases {
		s, err := runtime.Open(filepath.Join(dir, m.File), runtime.Options{Engine: "builtin", Shapes: shapes(c)})
		if err != nil {
			t.Fatal(err)
		}
		t.Run(c.Name, func(t *testing.T) { runCase(t, dir, m, c, s) })
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}

// shapes are the case's input shapes without the steps.
func shapes(c corpus.Case) map[int]tensor.Shape {
	if c.Steps > 1 {
		return nil
	}
	shapes := map[int]tensor.Shape{}
	for i, in := range c.Inputs {
		shapes[i] = in.Shape
	}
	return shapes
}

func runCase(t *testing.T, dir string, m corpus.Model, c corpus.Case, s runtime.Session) {
	outputs := steps(t, dir, c, s)
	for i, o := range c.Outputs {
		if err := corpus.Compare(outputs[i], o.Golden(t, dir), o.DType, o.Tolerance(m.Kind)); err != nil {
			t.Errorf("output %d: %v", i, err)
		}
	}
}

// steps runs a case and returns its outputs, those of all steps one after the other.
func steps(t *testing.T, dir string, c corpus.Case, s runtime.Session) [][]byte {
	t.Helper()
	inputs := read(t, dir, c)
	outputs := make([][]byte, len(c.Outputs))
	for step := range max(1, c.Steps) {
		feed(t, s, inputs, step, max(1, c.Steps))
		if err := s.Invoke(context.Background()); err != nil {
			t.Fatal(err)
		}
		for i := range outputs {
			outputs[i] = append(outputs[i], s.Output(i).Data...)
		}
	}
	return outputs
}

// read returns a case's inputs, each of all steps.
func read(t *testing.T, dir string, c corpus.Case) [][]byte {
	inputs := make([][]byte, len(c.Inputs))
	for i := range c.Inputs {
		inputs[i] = c.Inputs[i].Data(t, dir)
	}
	return inputs
}

// feed gives s the inputs of one step of so many.
func feed(t *testing.T, s runtime.Session, inputs [][]byte, step, steps int) {
	for i, in := range inputs {
		size := len(in) / steps
		if got := copy(s.Input(i).Data, in[step*size:(step+1)*size]); got != size || got != len(s.Input(i).Data) {
			t.Fatalf("input %d takes %d bytes, the case has %d", i, len(s.Input(i).Data), size)
		}
	}
}

// TestThreadsAgree runs real models on one thread and on several.
func TestThreadsAgree(t *testing.T) {
	dir := corpus.Dir(t)
	for _, m := range corpus.Read(t, dir).Models {
		if !slices.Contains([]string{"kws_ref_int8", "mobilenet_v1_0.25_128_quant", "tf2_mobilenet_v2_1.0_224_ptq"}, m.Name) {
			continue
		}
		for _, threads := range []int{2, 3} {
			t.Run(fmt.Sprintf("%s/%d", m.Name, threads), func(t *testing.T) {
				s, err := runtime.Open(filepath.Join(dir, m.File), runtime.Options{Threads: threads})
				if err != nil {
					t.Fatal(err)
				}
				defer s.Close()
				runCase(t, dir, m, m.Cases[0], s)
			})
		}
	}
}

// TestRejects opens the files that TensorFlow Lite refuses.
func TestRejects(t *testing.T) {
	dir := corpus.Dir(t)
	for _, r := range corpus.Read(t, dir).Reject {
		t.Run(r.Name, func(t *testing.T) {
			s, err := runtime.Open(filepath.Join(dir, r.File), runtime.Options{})
			if r.Expect == "accepted" {
				if err == nil {
					err = errors.Join(s.Invoke(context.Background()), s.Close())
				}
				t.Logf("survived: %v", err)
				return
			}
			if err == nil {
				t.Fatal("accepted what TensorFlow Lite refuses")
			}
			t.Log(err)
			if !strings.Contains(err.Error(), r.File) {
				t.Errorf("error %q does not name the file", err)
			}
			for name := range r.CustomOps {
				if name != "TFLite_Detection_PostProcess" && !strings.Contains(err.Error(), name) {
					t.Errorf("error %q does not name the operator %s", err, name)
				}
			}
		})
	}
}

// TestInvokeAllocatesNothing holds from the first Invoke on, for every model of the corpus, on one thread and on two in turn. Where
// an input decides over shapes, operators are prepared in the first; where it is k, in each.
func TestInvokeAllocatesNothing(t *testing.T) {
	dir := corpus.Dir(t)
	for i, m := range corpus.Read(t, dir).Models {
		if m.Name == "litert_simple_topk_op_runtime_k" {
			continue
		}
		t.Run(m.Name, func(t *testing.T) {
			n := uint64(1)
			for try := 0; try < 5 && n > 0; try++ { // the count is the process's: Go's own goroutines may add to one
				n = allocations(t, dir, m, 1+i%2)
			}
			if n != 0 {
				t.Errorf("%d allocations in an Invoke", n)
			}
		})
	}
}

// allocations opens m and counts those of an Invoke.
func allocations(t *testing.T, dir string, m corpus.Model, threads int) uint64 {
	t.Helper()
	c := m.Cases[0]
	s, err := runtime.Open(filepath.Join(dir, m.File), runtime.Options{Threads: threads, Shapes: shapes(c)})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	feed(t, s, read(t, dir, c), 0, max(1, c.Steps))
	invoke := func() {
		if err := s.Invoke(context.Background()); err != nil {
			t.Error(err)
		}
	}
	if strings.HasPrefix(m.Name, "seanet_transpose_conv") {
		invoke()
	}
	var before, after goruntime.MemStats
	goruntime.ReadMemStats(&before)
	invoke()
	goruntime.ReadMemStats(&after)
	return after.Mallocs - before.Mallocs
}
