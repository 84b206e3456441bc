package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"edged/runtime"
	"edged/runtime/internal/corpus"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// family draws models of one kind.
type family struct {
	name string
	draw func(d *draw)

	// apart is how far floats may lie apart, as a part of the expected values' range; 0 is 2e-5, the corpus's bound for
	// models of floats alone.
	apart float64
}

func (f *family) tolerance() float64 { return cmp.Or(f.apart, 2e-5) }

// testCase is a model with inputs, and what the builtin engine makes of it.
type testCase struct {
	family  *family
	choices []uint32
	graph   tflite.Graph
	model   []byte // the file
	inputs  [][]byte
	outputs []tensor.Tensor
	refused error  // by the builtin engine
	want    answer // of LiteRT, of a case to be written
}

// newCase draws a case and runs it on the builtin engine.
func newCase(f *family, given []uint32, random *rand.Rand) (*testCase, error) {
	d := &draw{choices: choices{given: given, random: random}}
	f.draw(d)
	c := &testCase{family: f, choices: d.taken, graph: d.graph, inputs: d.inputs}
	c.refused = c.complete()
	var err error
	if c.model, err = tflite.Write(c.wrap(c.graph.Outputs)); err != nil {
		return nil, fmt.Errorf("%s: drew a model that cannot be written: %w", f.name, err)
	}
	if c.refused == nil {
		c.outputs, c.refused = c.run()
	}
	return c, nil
}

func (c *testCase) wrap(outputs []int) *tflite.Model {
	g := c.graph
	g.Outputs = outputs
	return &tflite.Model{Version: 3, Graphs: []tflite.Graph{g}}
}

// complete gives the tensors that operators compute the shapes that the builtin engine finds, as a converter does.
func (c *testCase) complete() error {
	var computed []int
	for _, o := range c.graph.Ops {
		computed = append(computed, o.Outputs...)
	}
	s, err := runtime.New(c.wrap(computed), runtime.Options{})
	if err != nil {
		return err
	}
	defer s.Close()
	for i, data := range c.inputs {
		copy(s.Input(i).Data, data)
	}
	err = s.Invoke(context.Background()) // for the shapes that depend on values
	for i, t := range computed {
		c.graph.Tensors[t].Shape = s.Output(i).Shape
	}
	return err
}

func (c *testCase) run() (outputs []tensor.Tensor, err error) {
	m, err := tflite.Parse(c.model)
	if err != nil {
		return nil, err
	}
	s, err := runtime.New(m, runtime.Options{})
	if err != nil {
		return nil, err
	}
	defer s.Close()
	for i, data := range c.inputs {
		copy(s.Input(i).Data, data)
	}
	if err := s.Invoke(context.Background()); err != nil {
		return nil, err
	}
	for i := range c.graph.Outputs {
		out := *s.Output(i)
		out.Data = append([]byte{}, out.Data...)
		outputs = append(outputs, out)
	}
	return outputs, nil
}

// verdict is how a case came out.
type verdict int

const (
	equal   verdict = iota
	differs         // in a value, a shape, or a size
	lacks           // LiteRT runs what the builtin engine refuses
	lenient         // the builtin engine runs what LiteRT refuses
	refused         // both refuse
	verdicts
)

var verdictNames = [verdicts]string{"equal", "differ", "edged lacks", "only edged runs", "both refuse"}

// judge compares the builtin engine's answer with LiteRT's; what says in what they differ.
func (c *testCase) judge(a answer) (v verdict, what string) {
	switch {
	case c.refused != nil && strings.HasPrefix(a.Error, "Custom allocation is too small"):
		return lacks, "and the output's shape is not known: " + c.refused.Error() // so LiteRT was asked nothing
	case a.Error != "" && c.refused != nil:
		return refused, c.refused.Error() + " / " + a.Error
	case a.Error != "":
		return lenient, a.Error
	case c.refused != nil:
		if f := (*tflite.FormatError)(nil); errors.As(c.refused, &f) {
			return lacks, "called malformed: " + c.refused.Error()
		}
		return lacks, c.refused.Error()
	}
	for i, out := range c.outputs {
		if i >= len(a.Outputs) {
			return differs, fmt.Sprintf("output %d is missing", i)
		}
		if shape := tensor.Shape(a.Shapes[i]); !slices.Equal(out.Shape, shape) {
			return differs, fmt.Sprintf("output %d: got shape %s, want %s", i, out.Shape, shape)
		}
		if err := corpus.Compare(out.Data, a.Outputs[i], out.DType.String(), c.family.tolerance()); err != nil {
			return differs, fmt.Sprintf("output %d: %v", i, err)
		}
	}
	return equal, ""
}
