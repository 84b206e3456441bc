package quant

import (
	"fmt"
	"math"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// Operands of LSTM and UNIDIRECTIONAL_SEQUENCE_LSTM; the gates are input, forget, cell, output
// (tensorflow/lite/kernels/lstm_shared.h).
const (
	lstmFromInput = 1
	lstmFromState = 5
	lstmPeephole  = 9 // of the input, forget and output gate
	lstmBias      = 12
	lstmProject   = 16
	lstmProjBias  = 17
	lstmState     = 18
	lstmCell      = 19
	lstmNorm      = 20
	lstmOperands  = 24
)

// lstmOptions returns an LSTM's options; it reports false for the one of five operands.
func lstmOptions(o *tflite.Op) (tflite.SequenceLSTMOptions, bool) {
	switch x := o.Options.(type) {
	case *tflite.SequenceLSTMOptions:
		return *x, true
	case *tflite.LSTMOptions:
		return tflite.SequenceLSTMOptions{Activation: x.Activation, CellClip: x.CellClip, ProjClip: x.ProjClip, TimeMajor: true}, !x.Basic
	}
	return tflite.SequenceLSTMOptions{}, false
}

// whyFloatLSTM says why an LSTM cannot become one of integers.
func (n *net) whyFloatLSTM(o *tflite.Op) string {
	x, ok := lstmOptions(o)
	switch {
	case !ok:
		return "an LSTM of five operands"
	case x.Activation != tflite.ActTanh:
		return "an LSTM of another activation than TANH"
	case len(o.Inputs) != lstmNorm && len(o.Inputs) != lstmOperands || !n.activation(o.Inputs[0]):
		return "not enough operands"
	}
	for _, t := range append([]int{lstmProject}, 5, 6, 7, 8) {
		if i := o.Inputs[t]; i >= 0 && len(n.graph.Tensors[i].Shape) != 2 {
			return "an LSTM of diagonal weights"
		}
	}
	if n.narrowPeepholes(o) {
		return "peepholes beside a projection to fewer outputs, which integer kernels give to the wrong cells"
	}
	for _, operands := range [][]int{o.Inputs[1:lstmState], o.Inputs[lstmNorm:]} {
		if why := n.constants(operands); why != "" {
			return why
		}
	}
	if why := n.whyFloatState(o.Inputs[lstmState]); why != "" {
		return why
	}
	return n.whyFloatState(o.Inputs[lstmCell])
}

// narrowPeepholes reports whether an LSTM has peepholes for more cells than outputs.
func (n *net) narrowPeepholes(o *tflite.Op) bool {
	p := o.Inputs[lstmProject]
	return o.Inputs[lstmPeephole+2] >= 0 && p >= 0 && n.graph.Tensors[p].Shape[0] != n.graph.Tensors[p].Shape[1]
}

// lstm writes an LSTM with weights of int8, a state of int8 and a cell state of int16 whose scale is a power of two
// (quantization specification; tensorflow/lite/tools/optimize/operator_property.cc, kernels/lstm_eval.cc).
func (w *rewriter) lstm(o *tflite.Op) {
	p := w.plan
	op := *o
	op.Version = 0
	op.Inputs, op.Outputs = make([]int, len(o.Inputs)), []int{w.result(o.Outputs[0])}
	for i, t := range o.Inputs {
		if op.Inputs[i] = -1; t >= 0 {
			op.Inputs[i] = w.lstmOperand(o, op.Inputs, i)
		}
	}
	seen := p.calib.within[o.Index]
	for i, r := range seen.sums {
		op.Intermediates = append(op.Intermediates, w.lstmInner(o, i, tensor.Int16, perTensor(max(-r.Lo, r.Hi)/math.MaxInt16, 0)))
	}
	op.Intermediates = append(op.Intermediates, w.lstmInner(o, len(seen.sums), tensor.Int8, w.hidden(o)))
	w.op(op, o.Index)
}

// lstmOperand adds operand i; those before it, and the weights that a bias is scaled by, are among done already.
func (w *rewriter) lstmOperand(o *tflite.Op, done []int, i int) int {
	p, t := w.plan, o.Inputs[i]
	scale := func(operand int) float32 { return w.b.Tensors[done[operand]].Quant.Scale[0] }
	switch {
	case i == 0:
		return w.narrow(t, p.quant[t])
	case i < lstmPeephole || i == lstmProject:
		return w.symmetric(t, tensor.Int8, math.MaxInt8)
	case i < lstmBias || i >= lstmNorm:
		return w.symmetric(t, tensor.Int16, math.MaxInt16)
	case i < lstmProject:
		if gate := i - lstmBias; lstmNorm+gate < len(o.Inputs) && o.Inputs[lstmNorm+gate] >= 0 {
			norm := perTensor(widest(p.net.values(o.Inputs[lstmNorm+gate]))/math.MaxInt16, 0)
			return w.scaled(t, norm.Scale[0]/1024) // normalized values have ten bits behind the point
		}
		return w.scaled(t, scale(0)*scale(lstmFromInput+i-lstmBias))
	case i == lstmProjBias:
		return w.scaled(t, scale(lstmProject)*w.hidden(o).Scale[0])
	case i == lstmState:
		return w.state(t, tensor.Int8, p.quant[o.Outputs[0]])
	}
	r := p.calib.within[o.Index].cell
	return w.state(t, tensor.Int16, perTensor(powerOfTwo(max(-r.Lo, r.Hi)), 0))
}

// hidden is the quantization of what an LSTM projects, or of its result where it does not.
func (w *rewriter) hidden(o *tflite.Op) tensor.Quant {
	if o.Inputs[lstmProject] < 0 {
		return w.plan.quant[o.Outputs[0]]
	}
	r := w.plan.calib.within[o.Index].hidden
	return perTensor(max(-r.Lo, r.Hi)/math.MaxInt8, 0)
}

// lstmInner adds a tensor that tells the kernel a scale and holds no values.
func (w *rewriter) lstmInner(o *tflite.Op, i int, d tensor.DType, q tensor.Quant) int {
	name := fmt.Sprintf("%s/intermediate%d", w.plan.net.graph.Tensors[o.Outputs[0]].Name, i)
	return w.b.Add(tflite.Tensor{Info: tensor.Info{Name: name, DType: d, Shape: tensor.Shape{0}, Quant: q}, HasRank: true})
}

// powerOfTwo returns the scale of an int16 cell state of values up to m: the specification wants a power of two, and the
// kernels one of 2⁻¹⁵ to 2⁻⁹.
func powerOfTwo(m float64) float64 {
	_, exp := math.Frexp(m)
	if m == math.Ldexp(1, exp-1) {
		exp--
	}
	return math.Ldexp(1, min(6, max(0, exp))-15)
}
