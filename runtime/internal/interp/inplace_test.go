package interp

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"edged/runtime/internal/sample"
	"edged/runtime/tflite"
)

// TestOperatorsRunInPlace runs a sample of every operator in every kind as a called graph, whose inputs may be overwritten,
// and compares it with itself as a main graph, whose inputs keep their values.
func TestOperatorsRunInPlace(t *testing.T) {
	inPlace := map[string]bool{}
	for _, o := range sample.Operators() {
		for _, k := range sample.Kinds() {
			for _, m := range o.Models(k) {
				if shared, err := sameWhenCalled(m); err != nil {
					t.Errorf("%s of %s: %v", o.Name(), k.Name, err)
				} else if shared {
					inPlace[o.Name()] = true
				}
			}
		}
	}
	for _, name := range []string{"ADD", "CAST", "EQUAL", "LOGISTIC", "PRELU", "QUANTIZE", "RELU", "RESHAPE", "SELECT_V2", "WHILE"} {
		if !inPlace[name] {
			t.Errorf("%s does not run in place", name)
		}
	}
	t.Logf("%d operators run in place", len(inPlace))
}

// sameWhenCalled runs m as it is and called, with the same inputs, and reports whether the called one shared memory.
func sameWhenCalled(m *tflite.Model) (shared bool, err error) {
	s, err := New(m, Options{})
	if err != nil {
		return false, nil // the table of operators knows
	}
	defer s.Close()
	if len(s.main.graph.Ops) > s.main.segments[0].next || s.main.segments[0].moving != nil {
		return false, nil // calls want shapes that are known
	}
	c, err := New(calling(m), Options{})
	if err != nil {
		return false, err
	}
	defer c.Close()
	r := rand.New(rand.NewPCG(1, 5))
	for range 2 {
		for i := range m.Graphs[0].Inputs {
			sample.Fill(s.Input(i), r)
			c.Input(i).Data = append(c.Input(i).Data[:0], s.Input(i).Data...) // strings may be longer
		}
		if err := s.Invoke(context.Background()); err != nil {
			return false, nil
		}
		if err := c.Invoke(context.Background()); err != nil {
			return false, err
		}
		for i := range m.Graphs[0].Outputs {
			if got, want := c.Output(i).Data, s.Output(i).Data; !bytes.Equal(got, want) {
				return false, fmt.Errorf("output %d is %v in place, want %v", i, got, want)
			}
		}
	}
	for _, call := range c.Plans()[0].Calls {
		for _, at := range call.Plans[0].Tensors {
			shared = shared || at.Onto >= 0
		}
	}
	return shared, nil
}

// calling returns a model whose main graph calls that of m.
func calling(m *tflite.Model) *tflite.Model {
	callee := m.Graphs[0]
	main := tflite.Graph{Tensors: callee.Tensors, Inputs: callee.Inputs, Outputs: callee.Outputs}
	main.Ops = []tflite.Op{{Code: tflite.OpCall, Options: &tflite.CallOptions{Graph: len(m.Graphs)}, Inputs: main.Inputs, Outputs: main.Outputs}}
	graphs := append([]tflite.Graph{main}, m.Graphs[1:]...)
	return &tflite.Model{Version: 3, Graphs: append(graphs, callee)}
}
