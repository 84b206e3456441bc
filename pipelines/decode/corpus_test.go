package decode

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"edged/runtime/tensor"
)

// corpus returns the path of a file of the conformance corpus, ../shared/corpus beside the repository, and skips the
// test where there is none.
func corpus(t testing.TB, name string) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("no go.mod above the test")
		}
		dir = filepath.Dir(dir)
	}
	path := filepath.Join(dir, "..", "shared", "corpus", name)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("the corpus is not there: %v", err)
	}
	return path
}

func corpusBytes(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(corpus(t, name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func corpusLines(t testing.TB, name string) []string {
	t.Helper()
	return strings.Split(strings.TrimSpace(string(corpusBytes(t, name))), "\n")
}

// task is a record of the manifest's tasks.
type task struct {
	Task, Model, Case, Labels string
	Top                       [][]any `json:"oracle_top3"` // index, label, score
	Detections                []struct {
		Label string
		Score float32
		Box   [4]float32 `json:"box_yxyx"`
	}
}

type manifest struct {
	Models []struct {
		Name    string
		Outputs []struct {
			Name  string
			Shape []int
			DType string
			Scale *float32
			Zero  *int64 `json:"zero_point"`
		}
	}
	Tasks []task
}

func readManifest(t testing.TB) *manifest {
	t.Helper()
	var m manifest
	if err := json.Unmarshal(corpusBytes(t, "manifest.json"), &m); err != nil {
		// Some fields have other types in models that these tests do not read.
		if _, ok := err.(*json.UnmarshalTypeError); !ok {
			t.Fatal(err)
		}
	}
	return &m
}

// output returns what the manifest says of a model's first output.
func (m *manifest) output(t testing.TB, model string) tensor.Info {
	t.Helper()
	types := map[string]tensor.DType{"uint8": tensor.Uint8, "int8": tensor.Int8, "float32": tensor.Float32}
	for _, x := range m.Models {
		if x.Name != model {
			continue
		}
		o := x.Outputs[0]
		info := tensor.Info{Name: o.Name, DType: types[o.DType], Shape: o.Shape}
		if o.Scale != nil {
			info.Quant = tensor.Quant{Scale: []float32{*o.Scale}, ZeroPoint: []int64{*o.Zero}}
		}
		return info
	}
	t.Fatalf("the manifest has no model %s", model)
	return tensor.Info{}
}
