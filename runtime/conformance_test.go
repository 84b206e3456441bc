package runtime_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"edged/runtime"
	"edged/runtime/internal/corpus"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// complete are the models that the builtin engine must run; a model beside them may still lack an operator.
var complete = []string{
	"mobilenet_v1_0.25_128_quant", "mobilenet_v2_1.0_224_quant", "tf2_mobilenet_v2_1.0_224_ptq", "ssd_mobilenet_v1_coco_quant",
	"kws_ref_int8", "vww_96_int8", "resnet8_int8", "ad01_int8", "micro_speech_quantized", "audio_preprocessor_int8",
	"mltk_magic_wand", "hello_world_int8", "hello_world_float",
}

// TestConformance runs every case of the corpus and compares with LiteRT's outputs.
func TestConformance(t *testing.T) {
	dir := corpus.Dir(t)
	for _, engine := range runtime.Engines() {
		for _, m := range corpus.Read(t, dir).Models {
			t.Run(engine+"/"+m.Name, func(t *testing.T) { conform(t, dir, engine, m) })
		}
	}
}

func conform(t *testing.T, dir, engine string, m corpus.Model) {
	for _, c := range m.Cases {
		s, err := runtime.Open(filepath.Join(dir, m.File), runtime.Options{Engine: engine, Shapes: shapes(c)})
		if _, lacking := errors.AsType[*tflite.UnsupportedError](err); lacking && !slices.Contains(complete, m.Name) {
			return // listed, with its operators, by TestLackingOperatorsAreListed
		}
		if err != nil {
			t.Fatal(err)
		}
		t.Run(c.Name, func(t *testing.T) { runCase(t, dir, m, c, s) })
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}

var update = flag.Bool("update", false, "write testdata/lacking.txt anew")

// TestLackingOperatorsAreListed holds testdata/lacking.txt, the models that the builtin engine cannot run yet and why, to
// the truth.
func TestLackingOperatorsAreListed(t *testing.T) {
	dir := corpus.Dir(t)
	var list strings.Builder
	for _, m := range corpus.Read(t, dir).Models {
		f, err := tflite.Open(filepath.Join(dir, m.File))
		if err != nil {
			t.Fatal(err)
		}
		reasons := map[string]int{}
		for _, r := range runtime.Unsupported(f.Model) {
			reasons[r]++
		}
		for _, r := range slices.Sorted(maps.Keys(reasons)) {
			fmt.Fprintf(&list, "%s: %d %s\n", m.Name, reasons[r], r)
		}
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	}
	const path = "testdata/lacking.txt"
	if *update {
		if err := os.WriteFile(path, []byte(list.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if list.String() != string(want) {
		t.Errorf("%s is out of date: go test ./runtime -run Lacking -update\n%s", path, list.String())
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
	inputs := make([][]byte, len(c.Inputs))
	for i := range c.Inputs {
		inputs[i] = c.Inputs[i].Data(t, dir)
	}
	outputs := make([][]byte, len(c.Outputs))
	for step := range max(1, c.Steps) {
		for i, in := range inputs {
			size := len(in) / max(1, c.Steps)
			if got := copy(s.Input(i).Data, in[step*size:(step+1)*size]); got != size || got != len(s.Input(i).Data) {
				t.Fatalf("input %d takes %d bytes, the case has %d", i, len(s.Input(i).Data), size)
			}
		}
		if err := s.Invoke(context.Background()); err != nil {
			t.Fatal(err)
		}
		for i := range outputs {
			outputs[i] = append(outputs[i], s.Output(i).Data...)
		}
	}
	for i, o := range c.Outputs {
		if err := corpus.Compare(outputs[i], o.Golden(t, dir), o.DType, o.Tolerance(m.Kind)); err != nil {
			t.Errorf("output %d: %v", i, err)
		}
	}
}

// TestThreadsAgree runs real models on one thread and on several.
func TestThreadsAgree(t *testing.T) {
	dir := corpus.Dir(t)
	for _, m := range corpus.Read(t, dir).Models {
		if !slices.Contains([]string{"kws_ref_int8", "mobilenet_v1_0.25_128_quant", "ad01_int8"}, m.Name) {
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

// TestInvokeAllocatesNothing holds for every model that must run, on one thread and on two.
func TestInvokeAllocatesNothing(t *testing.T) {
	dir := corpus.Dir(t)
	for _, m := range corpus.Read(t, dir).Models {
		if !slices.Contains(complete, m.Name) {
			continue
		}
		for _, threads := range []int{1, 2} {
			t.Run(fmt.Sprintf("%s/%d", m.Name, threads), func(t *testing.T) {
				s, err := runtime.Open(filepath.Join(dir, m.File), runtime.Options{Threads: threads})
				if err != nil {
					t.Fatal(err)
				}
				defer s.Close()
				n := 1.0
				for try := 0; try < 5 && n > 0; try++ { // the count is the process's: Go's own goroutines may add to one
					n = testing.AllocsPerRun(1, func() {
						if err := s.Invoke(context.Background()); err != nil {
							t.Error(err)
						}
					})
				}
				if n != 0 {
					t.Errorf("%v allocations in an Invoke", n)
				}
			})
		}
	}
}
