package quant

import (
	"encoding/binary"
	"fmt"
	"math"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// Operands of UNIDIRECTIONAL_SEQUENCE_LSTM; the gates are input, forget, cell, output
// (tensorflow/lite/kernels/lstm_shared.h).
const (
	lstmFromInput = 1
	lstmFromState = 5
	lstmPeephole  = 9
	lstmBias      = 12
	lstmProject   = 16
	lstmState     = 18
	lstmCell      = 19
	lstmNorm      = 20
	lstmOperands  = 24
)

// whyFloatLSTM says why an LSTM cannot become one of integers.
func (n *net) whyFloatLSTM(o *tflite.Op) string {
	x, ok := o.Options.(*tflite.SequenceLSTMOptions)
	if !ok || x.Activation != tflite.ActTanh {
		return "an LSTM of another activation than TANH"
	}
	if len(o.Inputs) < lstmNorm || !n.activation(o.Inputs[0]) {
		return "not enough operands"
	}
	for i := lstmPeephole; i < len(o.Inputs); i++ {
		if extra := i < lstmBias || i >= lstmProject && i < lstmState || i >= lstmNorm; extra && o.Inputs[i] >= 0 {
			return "an LSTM with peepholes, projection or normalization"
		}
	}
	for i := 1; i < lstmProject; i++ {
		if t := o.Inputs[i]; t >= 0 && (!n.constant(t) || !n.float(t)) {
			return fmt.Sprintf("%q is computed", n.graph.Tensors[t].Name)
		}
	}
	if o.Inputs[lstmState] < 0 || o.Inputs[lstmCell] < 0 {
		return "no state"
	}
	return ""
}

// lstm is a float LSTM without peepholes, projection and normalization, to see the cell state, which never leaves it.
type lstm struct {
	gates     [4]lstmGate
	cells     int
	clip      float64
	timeMajor bool
}

type lstmGate struct{ fromInput, fromState, bias []float32 }

// floatLSTM reads an operator; it reports false for an LSTM that stays float.
func floatLSTM(n *net, o *tflite.Op) (*lstm, bool) {
	if n.whyFloatLSTM(o) != "" {
		return nil, false
	}
	x := o.Options.(*tflite.SequenceLSTMOptions)
	l := &lstm{clip: float64(x.CellClip), timeMajor: x.TimeMajor}
	for i := range l.gates {
		if o.Inputs[lstmFromInput+i] < 0 {
			continue // the input gate of a coupled cell is 1 less its forget gate
		}
		l.gates[i] = lstmGate{n.values(o.Inputs[lstmFromInput+i]), n.values(o.Inputs[lstmFromState+i]), n.values(o.Inputs[lstmBias+i])}
	}
	l.cells = len(l.gates[1].bias)
	return l, true
}

// run returns the range of the cell state over a sequence, from the states that the operator is about to begin with.
func (l *lstm) run(in []*tensor.Tensor) Range {
	x, shape := tensor.As[float32](in[0].Data), in[0].Shape
	if len(shape) != 3 {
		return Range{}
	}
	batch, steps, width := shape[0], shape[1], shape[2]
	strideB, strideT := steps*width, width
	if l.timeMajor {
		batch, steps = steps, batch
		strideB, strideT = width, batch*width
	}
	r := Range{}
	for b := range batch {
		h := append([]float32(nil), tensor.As[float32](in[lstmState].Data)[b*l.cells:][:l.cells]...)
		c := append([]float32(nil), tensor.As[float32](in[lstmCell].Data)[b*l.cells:][:l.cells]...)
		for t := range steps {
			l.step(x[b*strideB+t*strideT:][:width], h, c)
			r = r.join(rangeOf(c))
		}
	}
	return r
}

// step is one step of time: Hochreiter and Schmidhuber's cell with a forget gate (Gers et al. 2000).
func (l *lstm) step(x, h, c []float32) {
	next := make([]float32, len(h))
	for j := range c {
		f := sigmoid(l.gates[1].at(j, x, h))
		i := 1 - f
		if l.gates[0].bias != nil {
			i = sigmoid(l.gates[0].at(j, x, h))
		}
		v := f*float64(c[j]) + i*math.Tanh(l.gates[2].at(j, x, h))
		if l.clip > 0 {
			v = min(l.clip, max(-l.clip, v))
		}
		c[j] = float32(v)
		next[j] = float32(sigmoid(l.gates[3].at(j, x, h)) * math.Tanh(v))
	}
	copy(h, next)
}

// at returns the sum that goes into cell j's gate.
func (g *lstmGate) at(j int, x, h []float32) float64 {
	sum := float64(g.bias[j])
	for k, v := range x {
		sum += float64(v) * float64(g.fromInput[j*len(x)+k])
	}
	for k, v := range h {
		sum += float64(v) * float64(g.fromState[j*len(h)+k])
	}
	return sum
}

func sigmoid(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

// lstm writes an LSTM with weights of int8, a state of int8 and a cell state of int16 whose scale is a power of two
// (quantization specification; tensorflow/lite/kernels/unidirectional_sequence_lstm.cc).
func (w *rewriter) lstm(o *tflite.Op) {
	p, n := w.plan, w.plan.net
	in, out := p.quant[o.Inputs[0]], p.quant[o.Outputs[0]]
	op := *o
	op.Version = 0
	op.Inputs, op.Outputs = make([]int, len(o.Inputs)), []int{w.result(o.Outputs[0])}
	for i, t := range o.Inputs {
		switch {
		case t < 0:
			op.Inputs[i] = -1
		case i == 0:
			op.Inputs[i] = w.narrow(t, in)
		case i < lstmPeephole:
			op.Inputs[i] = w.symmetric(t)
		case i < lstmProject:
			weights := w.b.Tensors[op.Inputs[lstmFromInput+i-lstmBias]].Quant.Scale[0]
			op.Inputs[i] = w.lstmBias(t, in.Scale[0]*weights)
		case i == lstmState:
			op.Inputs[i] = w.state(t, tensor.Int8, out)
		case i == lstmCell:
			r := p.calib.cells[o.Index]
			op.Inputs[i] = w.state(t, tensor.Int16, perTensor(powerOfTwo(max(-r.Lo, r.Hi)), 0))
		}
	}
	for i := range 5 { // four scales of gates, which only normalization needs, and that of the state before a projection
		x := tensor.Info{Name: fmt.Sprintf("%s/intermediate%d", n.graph.Tensors[o.Outputs[0]].Name, i), DType: tensor.Float32, Shape: tensor.Shape{0}}
		if i == 4 {
			x.DType, x.Quant = tensor.Int8, out
		}
		op.Intermediates = append(op.Intermediates, w.b.Add(tflite.Tensor{Info: x, HasRank: true}))
	}
	w.op(op, o.Index)
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

// symmetric adds weights of int8 with one scale.
func (w *rewriter) symmetric(t int) int {
	values := w.plan.net.values(t)
	q := perTensor(widest(values)/127, 0)
	info := w.plan.net.graph.Tensors[t].Info
	info.DType, info.Quant = tensor.Int8, q
	return w.b.Constant(info, quantized(values, tensor.Int8, q))
}

// lstmBias adds a gate's bias at a scale.
func (w *rewriter) lstmBias(t int, scale float32) int {
	info := w.plan.net.graph.Tensors[t].Info
	info.DType, info.Quant = tensor.Int32, tensor.Quant{Scale: []float32{scale}, ZeroPoint: []int64{0}}
	var data []byte
	for _, v := range w.plan.net.values(t) {
		q := min(math.MaxInt32, max(math.MinInt32, math.RoundToEven(float64(v)/float64(scale))))
		data = binary.LittleEndian.AppendUint32(data, uint32(int32(q)))
	}
	return w.b.Constant(info, data)
}

// state adds a variable.
func (w *rewriter) state(t int, d tensor.DType, q tensor.Quant) int {
	x := w.plan.net.graph.Tensors[t]
	x.DType, x.Quant, x.Data = d, q, nil
	return w.b.Add(x)
}
