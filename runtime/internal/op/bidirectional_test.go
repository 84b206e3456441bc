package op

import (
	"slices"
	"strings"
	"testing"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// biLSTMNode is two LSTMs of one cell over three steps. Their gates are open and their weights zero but for the cell
// gate's, which is 1: with an activation of max(x, 0), a cell adds up its input.
func biLSTMNode(merge bool) *Node {
	f := func(v float32, shape ...int) *tensor.Tensor {
		return constantOf(tensor.Float32, []float32{v}, shape...)
	}
	n := &Node{Op: &tflite.Op{Code: tflite.OpBidirectionalSequenceLstm, Options: &tflite.BidirectionalSequenceLSTMOptions{
		Activation: tflite.ActRelu, MergeOutputs: merge}}, In: make([]*tensor.Tensor, 48), Out: []*tensor.Tensor{typed(tensor.Float32, false)}}
	n.In[0] = constantOf(tensor.Float32, []float32{1, 2, 4}, 1, 3, 1)
	for _, d := range []int{biForward, biBackward} {
		for i := range 8 {
			n.In[d+i] = f(0, 1, 1)
		}
		n.In[d+2] = f(1, 1, 1)
		for i := range 4 {
			n.In[d+11+i] = f(100, 1)
		}
		n.In[d+13] = f(0, 1)
	}
	for i := biForwardState; i < biAux; i++ {
		n.In[i] = typed(tensor.Float32, false, 1, 1)
	}
	if !merge {
		n.Out = append(n.Out, typed(tensor.Float32, false))
	}
	return n
}

func TestBidirectionalLSTM(t *testing.T) {
	for _, c := range []struct {
		name              string
		change            func(n *Node)
		forward, backward []float32
	}{
		{"one input", func(*Node) {}, []float32{1, 3, 7}, []float32{7, 6, 4}},
		{"the backward cell's own input", func(n *Node) { n.In[biAux] = constantOf(tensor.Float32, []float32{1, 1, 1}, 1, 3, 1) },
			[]float32{1, 3, 7}, []float32{3, 2, 1}},
		{"a second input for both", func(n *Node) {
			n.In[biAux] = constantOf(tensor.Float32, []float32{10, 0, 0, 10, 0, 0}, 1, 3, 2)
			for i := biForwardAux; i < 48; i++ {
				n.In[i] = constantOf(tensor.Float32, []float32{0, 0}, 1, 2)
			}
			n.In[biForwardAux+2] = constantOf(tensor.Float32, []float32{1, 0}, 1, 2)
		}, []float32{11, 13, 17}, []float32{7, 6, 4}},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := biLSTMNode(false)
			c.change(n)
			run(t, n)
			f, b := tensor.As[float32](n.Out[0].Data), tensor.As[float32](n.Out[1].Data)
			if !slices.Equal(f, c.forward) || !slices.Equal(b, c.backward) {
				t.Errorf("got %v and %v, want %v and %v", f, b, c.forward, c.backward)
			}
			n = biLSTMNode(true)
			c.change(n)
			run(t, n)
			both := tensor.As[float32](n.Out[0].Data)
			if want := []float32{c.forward[0], c.backward[0], c.forward[1], c.backward[1], c.forward[2], c.backward[2]}; !slices.Equal(both, want) {
				t.Errorf("merged: got %v, want %v", both, want)
			}
		})
	}
}

func TestBidirectionalLSTMRefusals(t *testing.T) {
	f := func(shape ...int) *tensor.Tensor { return typed(tensor.Float32, true, shape...) }
	for _, c := range []struct {
		name   string
		change func(n *Node)
		want   string
	}{
		{"47 inputs", func(n *Node) { n.In = n.In[:47] }, "47 inputs"},
		{"no input", func(n *Node) { n.In[0] = nil }, "the first of them there"},
		{"rank", func(n *Node) { n.In[0] = f(1, 1) }, "want 3 dimensions"},
		{"outputs", func(n *Node) { n.Out = n.Out[:1] }, "1 outputs, want 2"},
		{"int8", func(n *Node) { n.In[0] = t8(true, 1, 3, 1) }, "input int8"},
		{"no backward weights", func(n *Node) { n.In[biBackward+1] = nil }, "is left out"},
		{"backward weights", func(n *Node) { n.In[biBackward+2] = f(1, 2) }, "is 1x2, want 1x1"},
		{"backward state", func(n *Node) { n.In[biBackwardState] = nil }, "output state is left out"},
		{"auxiliary weights without an input", func(n *Node) { n.In[biForwardAux+1] = f(1, 1) }, "left out"},
		{"auxiliary weights of a gate", func(n *Node) { n.In[biAux], n.In[biForwardAux+1] = f(1, 3, 1), f(1, 1) }, "auxiliary weights of gate 0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := biLSTMNode(false)
			c.change(n)
			if _, err := Prepare(n); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an error with %q", err, c.want)
			}
		})
	}
}
