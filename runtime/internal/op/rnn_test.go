package op

import (
	"slices"
	"strings"
	"testing"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// rnnCellOf is the operands of a cell that adds its input to what it remembers, of two inputs and two units.
func rnnCellOf() (weights, recurrent, bias, state *tensor.Tensor) {
	unit := func() *tensor.Tensor { return constantOf(tensor.Float32, []float32{1, 0, 0, 1}, 2, 2) }
	return unit(), unit(), constantOf(tensor.Float32, []float32{0, 0}, 2), typed(tensor.Float32, false, 1, 2)
}

func rnnNode(code tflite.OpCode, options any, in *tensor.Tensor) *Node {
	w, r, b, h := rnnCellOf()
	return &Node{Op: &tflite.Op{Code: code, Options: options}, In: []*tensor.Tensor{in, w, r, b, h}, Out: []*tensor.Tensor{typed(tensor.Float32, false)}}
}

func TestRNNRemembers(t *testing.T) {
	n := rnnNode(tflite.OpRnn, &tflite.RNNOptions{}, constantOf(tensor.Float32, []float32{1, 10}, 1, 2))
	again := run(t, n)
	out := tensor.As[float32](n.Out[0].Data)
	if !slices.Equal(out, []float32{1, 10}) || !n.Stateful {
		t.Errorf("got %v, stateful %v, want [1 10], true", out, n.Stateful)
	}
	if err := again(); err != nil || !slices.Equal(out, []float32{2, 20}) {
		t.Errorf("the second step gives %v (%v), want [2 20]", out, err)
	}
}

func TestSequenceRNNAddsUp(t *testing.T) {
	for _, timeMajor := range []bool{true, false} {
		in := constantOf(tensor.Float32, []float32{1, 10, 2, 20, 3, 30}, 3, 1, 2)
		if !timeMajor {
			in.Shape = tensor.Shape{1, 3, 2}
		}
		n := rnnNode(tflite.OpUnidirectionalSequenceRnn, &tflite.SequenceRNNOptions{TimeMajor: timeMajor}, in)
		run(t, n)
		if got := tensor.As[float32](n.Out[0].Data); !slices.Equal(got, []float32{1, 10, 3, 30, 6, 60}) {
			t.Errorf("time major %v: got %v, want [1 10 3 30 6 60]", timeMajor, got)
		}
	}
}

// biRNNNode is two adding cells over two steps; extra is the second input and its weights.
func biRNNNode(merge bool, extra ...*tensor.Tensor) *Node {
	n := rnnNode(tflite.OpBidirectionalSequenceRnn, &tflite.BidirectionalSequenceRNNOptions{TimeMajor: true, MergeOutputs: merge},
		constantOf(tensor.Float32, []float32{1, 10, 2, 20}, 2, 1, 2))
	w, r, b, h := rnnCellOf()
	n.In = append(append(n.In, w, r, b, h), extra...)
	if !merge {
		n.Out = append(n.Out, typed(tensor.Float32, false))
	}
	return n
}

func TestBidirectionalRNN(t *testing.T) {
	second := func() *tensor.Tensor { return constantOf(tensor.Float32, []float32{5, 0, 7, 0}, 2, 1, 2) }
	weights := func() *tensor.Tensor { return constantOf(tensor.Float32, []float32{1, 0, 0, 1}, 2, 2) }
	for _, c := range []struct {
		name              string
		extra             []*tensor.Tensor
		forward, backward []float32
	}{
		{"one input", []*tensor.Tensor{nil, nil, nil}, []float32{1, 10, 3, 30}, []float32{3, 30, 2, 20}},
		{"the backward cell's own input", []*tensor.Tensor{second(), nil, nil}, []float32{1, 10, 3, 30}, []float32{12, 0, 7, 0}},
		{"a second input for both", []*tensor.Tensor{second(), weights(), weights()}, []float32{6, 10, 15, 30}, []float32{15, 30, 9, 20}},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := biRNNNode(false, c.extra...)
			run(t, n)
			f, b := tensor.As[float32](n.Out[0].Data), tensor.As[float32](n.Out[1].Data)
			if !slices.Equal(f, c.forward) || !slices.Equal(b, c.backward) {
				t.Errorf("got %v and %v, want %v and %v", f, b, c.forward, c.backward)
			}
			n = biRNNNode(true, c.extra...)
			run(t, n)
			want := slices.Concat(c.forward[:2], c.backward[:2], c.forward[2:], c.backward[2:])
			if got := tensor.As[float32](n.Out[0].Data); !slices.Equal(got, want) {
				t.Errorf("merged: got %v, want %v", got, want)
			}
		})
	}
}

func TestRNNRefusals(t *testing.T) {
	f := func(shape ...int) *tensor.Tensor { return typed(tensor.Float32, true, shape...) }
	for _, c := range []struct {
		name   string
		change func(n *Node)
		want   string
	}{
		{"four inputs", func(n *Node) { n.In = n.In[:4] }, "4 inputs, want 5"},
		{"rank", func(n *Node) { n.In[0] = f(2) }, "want 2 dimensions"},
		{"empty input", func(n *Node) { n.In[0] = f(0, 2) }, "input is 0x2"},
		{"scalar weights", func(n *Node) { n.In[1] = f() }, "weights are scalar"},
		{"weights", func(n *Node) { n.In[1] = f(2, 3) }, "is 2x3, want 2x2"},
		{"recurrent weights", func(n *Node) { n.In[2] = f(2, 3) }, "is 2x3, want 2x2"},
		{"mixed weights", func(n *Node) { n.In[2] = t8(true, 2, 2) }, "weights float32 and recurrent weights int8"},
		{"bias", func(n *Node) { n.In[3] = f(3) }, "bias \"x\" is 3, want 2"},
		{"state", func(n *Node) { n.In[4] = typed(tensor.Float32, false, 1, 3) }, "want 2 elements"},
		{"constant state", func(n *Node) { n.In[4] = f(1, 2) }, "want a variable"},
		{"int8 input", func(n *Node) { n.In[0] = t8(true, 1, 2) }, "input int8"},
		{"activation", func(n *Node) { n.Op.Options = &tflite.RNNOptions{Activation: 9} }, "activation 9"},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := rnnNode(tflite.OpRnn, &tflite.RNNOptions{}, f(1, 2))
			c.change(n)
			if _, err := Prepare(n); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an error with %q", err, c.want)
			}
		})
	}
}

func TestBidirectionalRNNRefusals(t *testing.T) {
	f := func(shape ...int) *tensor.Tensor { return typed(tensor.Float32, true, shape...) }
	for _, c := range []struct {
		name   string
		change func(n *Node)
		want   string
	}{
		{"eleven inputs", func(n *Node) { n.In = n.In[:11] }, "11 inputs, want 12"},
		{"one output", func(n *Node) { n.Out = n.Out[:1] }, "1 outputs, want 2"},
		{"weights of one direction", func(n *Node) { n.In[9], n.In[10] = f(2, 1, 2), f(2, 2) }, "one direction only"},
		{"weights without a second input", func(n *Node) { n.In[10], n.In[11] = f(2, 2), f(2, 2) }, "left out"},
		{"second input", func(n *Node) { n.In[9] = f(3, 1, 2) }, "inputs are 2x1x2 and 3x1x2"},
		{"second input of rank 1", func(n *Node) { n.In[9] = f(2) }, "inputs are 2x1x2 and 2"},
		{"second input of bytes", func(n *Node) { n.In[9] = t8(true, 2, 1, 2) }, "inputs float32 and int8"},
		{"backward weights", func(n *Node) { n.In[5] = f(2, 3) }, "is 2x3, want 2x2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := biRNNNode(false, nil, nil, nil)
			c.change(n)
			if _, err := Prepare(n); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an error with %q", err, c.want)
			}
		})
	}
}
