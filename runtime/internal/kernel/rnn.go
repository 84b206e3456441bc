package kernel

// RNN is a layer of plain recurrent cells, of float32, with int8 weights or without:
//
//	h = act(W·x + A·y + R·h + b)
//
//	x [Inputs], W [Cells,Inputs], y [Aux], A [Cells,Aux], h [Cells], R [Cells,Cells], b [Cells]
//
// at each step of a Sequence whose Outputs are its Cells; y is a second input of as many steps, or absent.
// Source: TFLite, kernel_utils.cc (RnnBatchStep).
type RNN struct {
	Sequence
	Aux                           int // elements of the second input, 0 without one
	FromInput, FromAux, FromState Matrix
	Bias                          []float32
	Act                           func(float32) float32

	x, y, h *QuantizedRow
}

// NewRNN prepares the kernel.
func NewRNN(r RNN) *RNN {
	r.x, r.h = NewQuantizedRow(r.Inputs, r.FromInput.Rule), NewQuantizedRow(r.Cells, r.FromState.Rule)
	r.y = NewQuantizedRow(r.Aux, r.FromAux.Rule)
	return &r
}

// Run computes out from in and aux, and moves on the state h [Batch,Cells].
func (r *RNN) Run(out, in, aux, h []float32) {
	for b := range r.Batch {
		state := h[b*r.Cells : (b+1)*r.Cells]
		for t := 0; t < r.Time && !r.Pool.Stopped(); t++ {
			row := r.row(b, t)
			r.x.Set(in[row*r.Inputs : (row+1)*r.Inputs])
			r.y.Set(aux[row*r.Aux : (row+1)*r.Aux])
			r.step(out[row*r.Stride+r.Offset:][:r.Cells], state)
		}
	}
}

func (r *RNN) step(out, state []float32) {
	r.h.Set(state)
	copy(out, r.Bias)
	r.FromInput.AddTo(out, r.x)
	r.FromAux.AddTo(out, r.y)
	r.FromState.AddTo(out, r.h)
	Map(out, out, r.Act)
	copy(state, out)
}
