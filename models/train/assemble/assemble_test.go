package main

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"edged/runtime"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// TestAnswersArePyTorchs assembles what fixture.py has written and compares the engine's answers with PyTorch's.
func TestAnswersArePyTorchs(t *testing.T) {
	data, err := assemble("testdata/every.json")
	if err != nil {
		t.Fatal(err)
	}
	var numbers struct{ Inputs, Outputs [][]float32 }
	text, err := os.ReadFile("testdata/every.want.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &numbers); err != nil {
		t.Fatal(err)
	}
	m, err := tflite.Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	s, err := runtime.New(m, runtime.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for i, values := range numbers.Inputs {
		feed(s.Input(i), values)
	}
	if err := s.Invoke(t.Context()); err != nil {
		t.Fatal(err)
	}
	for i, info := range s.Signature().Outputs {
		got, want := tensor.As[float32](s.Output(i).Data), numbers.Outputs[i]
		if len(got) != len(want) {
			t.Fatalf("%s: got %d numbers, want %d", info.Name, len(got), len(want))
		}
		for j := range got {
			if math.Abs(float64(got[j]-want[j])) > 1e-5 {
				t.Errorf("%s[%d]: got %g, want %g", info.Name, j, got[j], want[j])
			}
		}
	}
	if name := s.Signature().Outputs[2].Name; name != "state" {
		t.Errorf("got an output %q, want the state by its input's name", name)
	}
}

// feed gives an input numbers.
func feed(in *tensor.Tensor, values []float32) {
	if in.DType == tensor.Int32 {
		for i, v := range values {
			tensor.As[int32](in.Data)[i] = int32(v)
		}
		return
	}
	copy(tensor.As[float32](in.Data), values)
}

func TestAssembleRefuses(t *testing.T) {
	const in, out = `{"name":"x","type":"float32","shape":[1,2]}`, `{"name":"y","type":"float32","shape":[1,2]}`
	whole := func(tensors, op string) string {
		return `{"inputs":["x"],"outputs":["y"],"tensors":[` + tensors + `],"ops":[` + op + `]}`
	}
	for _, c := range []struct{ name, text, want string }{
		{"a good one", whole(in+","+out, `{"op":"TANH","inputs":["x"],"outputs":["y"]}`), ""},
		{"an unknown key", `{"layers":[]}`, `unknown field "layers"`},
		{"an unknown operator", whole(in+","+out, `{"op":"SIN","inputs":["x"],"outputs":["y"]}`), `op 0 SIN: op "SIN" is not known here`},
		{"an unknown activation", whole(in+","+out, `{"op":"ADD","inputs":["x","x"],"outputs":["y"],"options":{"activation":"gelu"}}`), `activation "gelu"`},
		{"an unknown tensor", whole(in, `{"op":"TANH","inputs":["x"],"outputs":["y"]}`), `no tensor "y"`},
		{"a name twice", whole(in+","+in, ``), `tensor 1: "x" is no name of its own`},
		{"a type", whole(`{"name":"x","type":"int4"}`, ``), `tensor "x" is of "int4", want float32 or int32`},
		{"not yet computed", whole(in+","+out, `{"op":"TANH","inputs":["y"],"outputs":["y"]}`), `tensor "y" is read before it is computed`},
		{"computed twice", whole(in, `{"op":"TANH","inputs":["x"],"outputs":["x"]}`), `tensor "x" is computed twice`},
		{"weights that are not there", whole(in+`,{"name":"y","type":"float32","shape":[1,2],"at":8}`, ``), `tensor "y" lies at 8 with 8 bytes, the weights have 8`},
		{"too few numbers", whole(in+`,{"name":"y","type":"int32","shape":[2],"ints":[1]}`, ``), `tensor "y" has 1 elements, its shape 2`},
		{"what the engine refuses", whole(in+","+out, `{"op":"CONV_2D","inputs":["x","x"],"outputs":["y"]}`), "CONV_2D"},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "net.json")
			for file, data := range map[string]string{path: c.text, strings.TrimSuffix(path, ".json") + ".bin": "8 bytes."} {
				if err := os.WriteFile(file, []byte(data), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			err := run(path, "")
			switch {
			case c.want == "" && err != nil:
				t.Errorf("got %v", err)
			case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}
