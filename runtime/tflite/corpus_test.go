package tflite

import (
	"encoding/json"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"testing"
)

type corpusModel struct {
	Name, File, SHA256 string
	Ops                map[string]int
	CustomOps          map[string]int `json:"custom_ops"`
	Subgraphs          int
	Metadata           []string
	Inputs, Outputs    []corpusTensor
}

type corpusTensor struct {
	Name      string
	Shape     []int
	Signature []int `json:"shape_signature"`
	DType     string
	Scale     *float64
	ZeroPoint *int64 `json:"zero_point"`
}

type corpusManifest struct{ Models, Reject []corpusModel }

// corpus returns the conformance corpus beside the repository; the test is skipped where it is absent.
func corpus(t testing.TB) (string, corpusManifest) {
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
	dir = filepath.Join(dir, "..", "shared", "corpus")
	text, err := os.ReadFile(filepath.Join(dir, "manifest.json"))
	if errors.Is(err, os.ErrNotExist) {
		t.Skip("no conformance corpus at ../shared/corpus")
	}
	if err != nil {
		t.Fatal(err)
	}
	var m corpusManifest
	if err := json.Unmarshal(text, &m); err != nil {
		t.Fatal(err)
	}
	return dir, m
}

func TestParseCorpus(t *testing.T) {
	dir, manifest := corpus(t)
	for _, want := range manifest.Models {
		t.Run(want.Name, func(t *testing.T) {
			b, err := os.ReadFile(filepath.Join(dir, want.File))
			if err != nil {
				t.Fatal(err)
			}
			m, err := Parse(b)
			if err != nil {
				t.Fatal(err)
			}
			if len(m.Graphs) != want.Subgraphs {
				t.Errorf("got %d subgraphs, want %d", len(m.Graphs), want.Subgraphs)
			}
			ops, custom := countOps(m)
			if !maps.Equal(ops, want.Ops) {
				t.Errorf("got operators %v, want %v", ops, want.Ops)
			}
			if !maps.Equal(custom, want.CustomOps) {
				t.Errorf("got custom operators %v, want %v", custom, want.CustomOps)
			}
			g := &m.Graphs[0]
			checkTensors(t, "inputs", g, g.Inputs, want.Inputs)
			checkTensors(t, "outputs", g, g.Outputs, want.Outputs)
		})
	}
}

func countOps(m *Model) (ops, custom map[string]int) {
	ops, custom = map[string]int{}, map[string]int{}
	for _, g := range m.Graphs {
		for _, o := range g.Ops {
			if o.Code == OpCustom {
				custom[o.Name()]++
			} else {
				ops[o.Name()]++
			}
		}
	}
	return ops, custom
}

func checkTensors(t *testing.T, kind string, g *Graph, indices []int, want []corpusTensor) {
	t.Helper()
	if len(indices) != len(want) {
		t.Errorf("got %d %s, want %d", len(indices), kind, len(want))
		return
	}
	for i, w := range want {
		got := g.Tensors[indices[i]]
		if got.Name != w.Name || got.DType.String() != w.DType {
			t.Errorf("%s %d: got %q %s, want %q %s", kind, i, got.Name, got.DType, w.Name, w.DType)
		}
		if shape := got.Shape; !sameShape(shape, w.Shape) {
			t.Errorf("%s %d: got shape %v, want %v", kind, i, shape, w.Shape)
		}
		if got.Quant.Quantized() != (w.Scale != nil) {
			t.Errorf("%s %d: got quantization %v, want scale %v", kind, i, got.Quant, w.Scale)
		} else if w.Scale != nil && (got.Quant.Scale[0] != float32(*w.Scale) || got.Quant.ZeroPoint[0] != *w.ZeroPoint) {
			t.Errorf("%s %d: got quantization %v, want %g, %d", kind, i, got.Quant, *w.Scale, *w.ZeroPoint)
		}
	}
}

// sameShape compares with the file's own shape, where -1 stands for what Parse makes 1.
func sameShape(got, want []int) bool {
	if len(got) != len(want) {
		return false
	}
	for i := range got {
		if got[i] != want[i] && (want[i] != -1 || got[i] != 1) {
			return false
		}
	}
	return true
}

// The corpus keeps files that TensorFlow Lite refuses. Those that are not models at all must fail here; those with
// operators that nobody knows are well-formed.
func TestParseRejects(t *testing.T) {
	dir, manifest := corpus(t)
	malformed := map[string]bool{
		"not_a_model_29_bytes": true, "java_invalid_model": true, "test_model_broken": true, "zero_subgraphs": true,
	}
	for _, r := range manifest.Reject {
		t.Run(r.Name, func(t *testing.T) {
			b, err := os.ReadFile(filepath.Join(dir, r.File))
			if err != nil {
				t.Fatal(err)
			}
			m, err := Parse(b)
			if malformed[r.Name] {
				if format := (*FormatError)(nil); !errors.As(err, &format) {
					t.Fatalf("got error %v, want a FormatError", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if _, custom := countOps(m); !maps.Equal(custom, r.CustomOps) {
				t.Errorf("got custom operators %v, want %v", custom, r.CustomOps)
			}
		})
	}
}

func TestFlexCorpus(t *testing.T) {
	dir, _ := corpus(t)
	b, err := os.ReadFile(filepath.Join(dir, "models/detection/ssd_mobilenet_v1_coco_quant.tflite"))
	if err != nil {
		t.Fatal(err)
	}
	m, err := Parse(b)
	if err != nil {
		t.Fatal(err)
	}
	ops := m.Graphs[0].Ops
	options, err := Flex(ops[len(ops)-1].CustomOptions)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]float64{
		"max_detections": 10, "max_classes_per_detection": 1, "num_classes": 90, "nms_iou_threshold": float64(float32(0.6)),
		"x_scale": 10, "y_scale": 10, "w_scale": 5, "h_scale": 5, "_output_quantized": 1,
	}
	for key, w := range want {
		if got, err := options.Float(key, -1); err != nil || got != w {
			t.Errorf("%s: got %g, %v, want %g", key, got, err, w)
		}
	}
}
