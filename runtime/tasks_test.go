package runtime_test

import (
	"encoding/json"
	"errors"
	"path/filepath"
	"slices"
	"testing"

	"edged/runtime"
	"edged/runtime/internal/corpus"
	"edged/runtime/tensor"
)

// labelTask is a record of the corpus: what a case's input shows, and LiteRT's first labels for it.
type labelTask struct {
	Task, Model, Case string
	Top               [][]any `json:"oracle_top3"` // index, label, score
}

// labelTasks reads the records; fields of others have other types.
func labelTasks(t *testing.T, dir string) []labelTask {
	var m struct{ Tasks []labelTask }
	err := json.Unmarshal(corpus.File(t, dir, "manifest.json"), &m)
	if _, other := errors.AsType[*json.UnmarshalTypeError](err); err != nil && !other {
		t.Fatal(err)
	}
	return slices.DeleteFunc(m.Tasks, func(k labelTask) bool { return k.Task != "label" })
}

// TestLabels holds the first label of each record to LiteRT's.
func TestLabels(t *testing.T) {
	dir := corpus.Dir(t)
	tasks := labelTasks(t, dir)
	if len(tasks) == 0 {
		t.Fatal("the manifest has no label tasks")
	}
	for _, k := range tasks {
		t.Run(k.Model+"/"+k.Case, func(t *testing.T) {
			got := bestOf(t, dir, k.Model, k.Case)
			if want := int(k.Top[0][0].(float64)); got != want {
				t.Errorf("got label %d, want %d, %v", got, want, k.Top[0][1])
			}
		})
	}
}

// bestOf runs a case and returns where its first output is largest.
func bestOf(t *testing.T, dir, model, name string) int {
	for _, m := range corpus.Read(t, dir).Models {
		for _, c := range m.Cases {
			if m.Name != model || c.Name != name {
				continue
			}
			s, err := runtime.Open(filepath.Join(dir, m.File), runtime.Options{Shapes: shapes(c)})
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			steps(t, dir, c, s)
			return largestOf(t, s.Output(0))
		}
	}
	t.Fatalf("the corpus has no case %s of %s", name, model)
	return 0
}

func largestOf(t *testing.T, out *tensor.Tensor) int {
	switch out.DType {
	case tensor.Int8:
		return largest(tensor.As[int8](out.Data))
	case tensor.Uint8:
		return largest(out.Data)
	case tensor.Float32:
		return largest(tensor.As[float32](out.Data))
	}
	t.Fatalf("output %s", out.DType)
	return 0
}
