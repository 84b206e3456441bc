package op

import (
	"slices"
	"strings"
	"testing"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

func svdfNode(in ...*tensor.Tensor) *Node {
	return &Node{Op: &tflite.Op{Code: tflite.OpSvdf, Options: &tflite.SVDFOptions{Rank: 1}}, In: in, Out: []*tensor.Tensor{typed(tensor.Float32, false)}}
}

func TestSVDFRemembers(t *testing.T) {
	state := typed(tensor.Float32, false, 1, 2)
	n := svdfNode(constantOf(tensor.Float32, []float32{3}, 1, 1), constantOf(tensor.Float32, []float32{2}, 1, 1),
		constantOf(tensor.Float32, []float32{1, 10}, 1, 2), nil, state)
	run(t, n)
	if !n.Stateful {
		t.Error("the operator does not say that it remembers")
	}
	if got := tensor.As[float32](state.Data); !slices.Equal(got, []float32{0, 6}) {
		t.Errorf("state %v, want [0 6]", got)
	}
	if got := tensor.As[float32](n.Out[0].Data); !slices.Equal(got, []float32{60}) {
		t.Errorf("got %v, want [60]", got)
	}
}

func TestSVDFRefusals(t *testing.T) {
	f := func(shape ...int) *tensor.Tensor { return typed(tensor.Float32, true, shape...) }
	v := func(shape ...int) *tensor.Tensor { return typed(tensor.Float32, false, shape...) }
	for _, c := range []struct {
		name string
		n    *Node
		want string
	}{
		{"four inputs", svdfNode(f(1, 2), f(3, 2), f(3, 4), f(3)), "4 inputs, want 5"},
		{"no state", svdfNode(f(1, 2), f(3, 2), f(3, 4), f(3), nil), "state is left out"},
		{"feature weights", svdfNode(f(1, 2), f(3, 5), f(3, 4), f(3), v(1, 12)), "feature weights \"x\" is 3x5, want 3x2"},
		{"time weights", svdfNode(f(1, 2), f(3, 2), f(4, 4), f(3), v(1, 12)), "time weights \"x\" is 4x4, want 3x4"},
		{"state", svdfNode(f(1, 2), f(3, 2), f(3, 4), f(3), v(1, 11)), "want 12 elements"},
		{"bias", svdfNode(f(1, 2), f(3, 2), f(3, 4), f(2), v(1, 12)), "bias \"x\" is 2, want 3"},
		{"empty", svdfNode(f(1, 0), f(3, 0), f(3, 4), f(3), v(1, 12)), "over an input 1x0"},
		{"constant state", svdfNode(f(1, 2), f(3, 2), f(3, 4), f(3), f(1, 12)), "is a constant, want a variable"},
		{"rank", svdfNode(f(2), f(3, 2), f(3, 4), f(3), v(1, 12)), "want 2 dimensions"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := Prepare(c.n); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an error with %q", err, c.want)
			}
		})
	}
}

// lstmNode of one input, one cell and weights of zero: the gates see their biases alone.
func newLSTMNode(bias [4]float32) *Node {
	f := func(shape ...int) *tensor.Tensor { return typed(tensor.Float32, true, shape...) }
	in := make([]*tensor.Tensor, 24)
	in[0] = f(1, 1)
	for i := 1; i <= 8; i++ {
		in[i] = f(1, 1)
	}
	for i, b := range bias {
		in[12+i] = constantOf(tensor.Float32, []float32{b}, 1)
	}
	in[18], in[19] = typed(tensor.Float32, false, 1, 1), typed(tensor.Float32, false, 1, 1)
	return &Node{Op: &tflite.Op{Code: tflite.OpLstm, Options: &tflite.LSTMOptions{Activation: tflite.ActRelu}}, In: in,
		Out: []*tensor.Tensor{typed(tensor.Float32, false)}}
}

// TestLSTMRemembers: with open gates and an activation of max(x, 0) the cell counts up by the cell gate's bias.
func TestLSTMRemembers(t *testing.T) {
	n := newLSTMNode([4]float32{100, 100, 2, 100})
	again := run(t, n)
	out := tensor.As[float32](n.Out[0].Data)
	if out[0] != 2 || !n.Stateful {
		t.Errorf("got %g, stateful %v, want 2, true", out[0], n.Stateful)
	}
	if err := again(); err != nil || out[0] != 4 {
		t.Errorf("the second step gives %g (%v), want 4", out[0], err)
	}
}

func TestLSTMRefusals(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(n *Node)
		want   string
	}{
		{"19 inputs", func(n *Node) { n.In = n.In[:19] }, "19 inputs"},
		{"rank", func(n *Node) { n.In[0] = typed(tensor.Float32, true, 1, 1, 1) }, "want 2 dimensions"},
		{"no forget gate", func(n *Node) { n.In[2] = nil }, "input 2 is left out"},
		{"no state", func(n *Node) { n.In[18] = nil }, "output state is left out"},
		{"no recurrent input weights", func(n *Node) { n.In[5] = nil }, "recurrent weights are left out"},
		{"weights", func(n *Node) { n.In[3] = typed(tensor.Float32, true, 1, 2) }, "is 1x2, want 1x1"},
		{"computed weights", func(n *Node) { n.In[3] = typed(tensor.Float32, false, 1, 1) }, "computed"},
		{"mixed weights", func(n *Node) { n.In[3] = t8(true, 1, 1) }, "several types"},
		{"bias", func(n *Node) { n.In[12] = typed(tensor.Float32, true, 2) }, "bias \"x\" is 2, want 1"},
		{"cell state", func(n *Node) { n.In[19] = typed(tensor.Float32, false, 1, 3) }, "want 1 elements"},
		{"outputs", func(n *Node) { n.In[8] = typed(tensor.Float32, true, 1, 2) }, "2 outputs of 1 cells"},
		{"peephole", func(n *Node) { n.In[9] = typed(tensor.Float32, true, 2) }, "peephole \"x\" is 2"},
		{"int16 input", func(n *Node) { n.In[0] = typed(tensor.Int16, true, 1, 1) }, "input int16"},
		{"int8 input with a float output", func(n *Node) { n.In[0] = t8(true, 1, 1) }, "int8"},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := newLSTMNode([4]float32{})
			c.change(n)
			if _, err := Prepare(n); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an error with %q", err, c.want)
			}
		})
	}
}

// newLSTM8Node is newLSTMNode in int8.
func newLSTM8Node() *Node {
	n := newLSTMNode([4]float32{})
	for i := range 9 {
		n.In[i] = t8(true, 1, 1)
	}
	for i := 12; i < 16; i++ {
		n.In[i] = i32(0)
	}
	n.In[18], n.In[19] = t8(false, 1, 1), scaled(typed(tensor.Int16, false, 1, 1), 1.0/4096, 0)
	n.Out[0] = t8(false)
	for range 5 {
		n.Inter = append(n.Inter, t8(false, 0))
	}
	return n
}

func TestLSTM8Refusals(t *testing.T) {
	if _, err := Prepare(newLSTM8Node()); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		change func(n *Node)
		want   string
	}{
		{"no intermediates", func(n *Node) { n.Inter = nil }, "0 intermediate tensors, want 5"},
		{"cell state's scale", func(n *Node) { n.In[19].Quant.Scale[0] = 0.001 }, "want a power of two"},
		{"weights' zero point", func(n *Node) { n.In[2].Quant.ZeroPoint[0] = 4 }, "zero point 4"},
		{"unscaled weights", func(n *Node) { n.In[2].Quant = tensor.Quant{} }, "has 0 scales"},
		{"bias of floats", func(n *Node) { n.In[13] = typed(tensor.Float32, true, 1) }, "bias float32, want int32"},
		{"normalization", func(n *Node) { n.In[20] = scaled(typed(tensor.Int16, true, 3), 1, 0) }, "is 3, want 1"},
		{"projection", func(n *Node) { n.In[16] = t8(true, 2, 1) }, "is 2x1, want 1x1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := newLSTM8Node()
			c.change(n)
			if _, err := Prepare(n); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an error with %q", err, c.want)
			}
		})
	}
}

// basicLSTMNode is one cell whose gates see their biases alone.
func basicLSTMNode(bias [4]float32) *Node {
	f := func(constant bool, shape ...int) *tensor.Tensor { return typed(tensor.Float32, constant, shape...) }
	return &Node{Op: &tflite.Op{Code: tflite.OpLstm, Options: &tflite.LSTMOptions{Basic: true}},
		In:  []*tensor.Tensor{f(true, 1, 2), f(false, 1, 1), f(true, 4, 3), constantOf(tensor.Float32, bias[:], 4), f(false, 1, 1)},
		Out: []*tensor.Tensor{f(false), f(false), f(false), f(false)}}
}

// TestBasicLSTMRemembers: with open gates and a new value of 1, the cell counts its steps.
func TestBasicLSTMRemembers(t *testing.T) {
	n := basicLSTMNode([4]float32{100, 100, 100, 100})
	again := run(t, n)
	if err := again(); err != nil || !n.Stateful {
		t.Fatalf("got %v, stateful %v", err, n.Stateful)
	}
	if got := tensor.As[float32](n.Out[1].Data)[0]; got != 2 {
		t.Errorf("cell state %g after two steps, want 2", got)
	}
	if h, want := tensor.As[float32](n.In[1].Data)[0], tensor.As[float32](n.Out[0].Data)[0]; h != want || want == 0 {
		t.Errorf("output state %g, want the output %g", h, want)
	}
}

func TestBasicLSTMRefusals(t *testing.T) {
	f := func(shape ...int) *tensor.Tensor { return typed(tensor.Float32, true, shape...) }
	for _, c := range []struct {
		name   string
		change func(n *Node)
		want   string
	}{
		{"four inputs", func(n *Node) { n.In = n.In[:4] }, "4 inputs, want 5"},
		{"one output", func(n *Node) { n.Out = n.Out[:1] }, "1 outputs, want 4"},
		{"batches", func(n *Node) { n.In[0] = f(2, 2) }, "input is 2x2 and output state 1x1"},
		{"rank", func(n *Node) { n.In[0] = f(2) }, "input is 2"},
		{"weights", func(n *Node) { n.In[2] = f(4, 2) }, "is 4x2, want 4x3"},
		{"bias", func(n *Node) { n.In[3] = f(3) }, "is 3, want 4"},
		{"constant state", func(n *Node) { n.In[4] = f(1, 1) }, "want a variable"},
		{"cell state", func(n *Node) { n.In[4] = typed(tensor.Float32, false, 1, 2) }, "want 1 elements"},
		{"int8", func(n *Node) { n.In[0] = t8(true, 1, 2) }, "input 0 is int8"},
		{"output of bytes", func(n *Node) { n.Out[3] = t8(false) }, "output 3 is int8"},
		{"uint8 with float weights", func(n *Node) { n.In[0] = typed(tensor.Uint8, true, 1, 2) }, "input 1 is float32, want uint8"},
		{"huge", func(n *Node) { n.In[1] = typed(tensor.Float32, false, 1, 1<<29) }, "over the limit"},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := basicLSTMNode([4]float32{})
			c.change(n)
			if _, err := Prepare(n); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an error with %q", err, c.want)
			}
		})
	}
}
