package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// replay runs cases that were written to files, and prints each with both answers; of many, briefly, only how each came out
// that is not equal, and how many there were of each.
func (o *options) replay(paths []string, w io.Writer) error {
	asked := &oracle{script: o.oracle}
	defer asked.stop()
	var by [verdicts]int
	for _, path := range paths {
		c, err := readCase(path)
		if err != nil {
			return err
		}
		if c.outputs, c.refused = c.run(); c.refused != nil {
			c.outputs = nil
		}
		a, err := asked.ask(c.model, c.inputs)
		if err != nil {
			return err
		}
		v, what := c.judge(a)
		by[v]++
		if !o.brief || v != equal {
			fmt.Fprintf(w, "%s (%s): %s %s\n", path, c.family.name, verdictNames[v], what)
		}
		if !o.brief {
			c.print(w, a)
		}
	}
	for v, n := range by {
		fmt.Fprintf(w, "%d %s\n", n, verdictNames[v])
	}
	if n := by[differs] + by[lacks]; n > 0 {
		return fmt.Errorf("%d of %d cases differ", n, len(paths))
	}
	return nil
}

// readCase reads what write wrote.
func readCase(path string) (*testCase, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var r record
	if err := json.Unmarshal(data, &r); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	m, err := tflite.Parse(r.Model)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if len(m.Graphs) == 0 {
		return nil, errors.New(path + ": a model without a graph")
	}
	f := &family{name: r.Family}
	if known := chosen(r.Family); len(known) > 0 && known[0].name == r.Family {
		f = known[0]
	}
	return &testCase{family: f, graph: m.Graphs[0], model: r.Model, inputs: r.Inputs}, nil
}

// print writes a case in words: operators, tensors with values, both answers.
func (c *testCase) print(w io.Writer, a answer) {
	for i := range c.graph.Ops {
		o := &c.graph.Ops[i]
		fmt.Fprintf(w, "  %s v%d %v -> %v", o.Name(), o.Version, o.Inputs, o.Outputs)
		if v := reflect.ValueOf(o.Options); v.Kind() == reflect.Pointer && !v.IsNil() {
			fmt.Fprintf(w, " %+v", v.Elem())
		}
		fmt.Fprintln(w)
	}
	for _, t := range c.graph.Tensors {
		fmt.Fprintf(w, "  %d: %s %s", t.Index, t.DType, t.Shape)
		if t.Quant.Quantized() {
			fmt.Fprintf(w, " scale %v zero %v axis %d", t.Quant.Scale, t.Quant.ZeroPoint, t.Quant.Axis)
		}
		if t.Data != nil {
			fmt.Fprintf(w, " = %s", words(t.DType, t.Data))
		}
		fmt.Fprintln(w)
	}
	for i, in := range c.inputs {
		fmt.Fprintf(w, "  input %d: %s\n", i, words(c.graph.Tensors[c.graph.Inputs[i]].DType, in))
	}
	for i, t := range c.graph.Outputs {
		if i < len(c.outputs) {
			fmt.Fprintf(w, "  output %d: edged  %s %s\n", i, c.outputs[i].Shape, words(c.outputs[i].DType, c.outputs[i].Data))
		}
		if i < len(a.Outputs) {
			fmt.Fprintf(w, "  output %d: LiteRT %v %s\n", i, a.Shapes[i], words(c.graph.Tensors[t].DType, a.Outputs[i]))
		}
	}
}

// words writes the first elements of a tensor.
func words(t tensor.DType, data []byte) string {
	const most = 40
	n := len(data) / max(1, t.Bytes(1))
	data = data[:t.Bytes(min(n, most))]
	s := fmt.Sprint(values(t, data))
	if n > most {
		s = s[:len(s)-1] + fmt.Sprintf(" … %d]", n)
	}
	return s
}

func values(t tensor.DType, data []byte) any {
	aligned := append([]byte(nil), data...)
	switch t {
	case tensor.Float32:
		return tensor.As[float32](aligned)
	case tensor.Int8:
		return tensor.As[int8](aligned)
	case tensor.Int16:
		return tensor.As[int16](aligned)
	case tensor.Int32:
		return tensor.As[int32](aligned)
	case tensor.Int64:
		return tensor.As[int64](aligned)
	}
	return aligned
}
