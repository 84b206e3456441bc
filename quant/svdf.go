package quant

import (
	"math"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// Operands of SVDF (tensorflow/lite/kernels/svdf.cc).
const (
	svdfFeature = 1
	svdfTime    = 2
	svdfBias    = 3
	svdfState   = 4
)

// whyFloatSVDF says why an SVDF cannot become one of integers.
func (n *net) whyFloatSVDF(o *tflite.Op) string {
	x, ok := o.Options.(*tflite.SVDFOptions)
	switch {
	case !ok || x.Activation != tflite.ActRelu:
		return "an SVDF of another activation than RELU"
	case len(o.Inputs) != svdfState+1 || !n.activation(o.Inputs[0]):
		return "not enough operands"
	}
	if why := n.constants(o.Inputs[svdfFeature:svdfState]); why != "" {
		return why
	}
	return n.whyFloatState(o.Inputs[svdfState])
}

// filtered returns the range of what an SVDF's filters make of an input [N,K], which is what they remember.
func (n *net) filtered(o *tflite.Op, in *tensor.Tensor) (r Range) {
	x, feature := tensor.As[float32](in.Data), n.values(o.Inputs[svdfFeature])
	width := in.Shape[1]
	for ; len(x) > 0; x = x[width:] {
		for f := 0; f < len(feature); f += width {
			sum := 0.0
			for k, w := range feature[f : f+width] {
				sum += float64(w) * float64(x[k])
			}
			r = r.join(Range{sum, sum})
		}
	}
	return r
}

// svdf writes an SVDF with feature weights of int8, time weights of ten bits in int16, and a memory of int16 (quantization
// specification; tensorflow/lite/tools/optimize/operator_property.cc).
func (w *rewriter) svdf(o *tflite.Op) {
	p, r := w.plan, w.plan.calib.within[o.Index].cell
	memory := perTensor(max(-r.Lo, r.Hi)/math.MaxInt16, 0)
	op := *o
	op.Version, op.Outputs = 0, []int{w.result(o.Outputs[0])}
	op.Inputs = []int{
		w.narrow(o.Inputs[0], p.quant[o.Inputs[0]]),
		w.symmetric(o.Inputs[svdfFeature], tensor.Int8, math.MaxInt8),
		w.symmetric(o.Inputs[svdfTime], tensor.Int16, p.net.timeLevels(o)),
		-1,
		w.state(o.Inputs[svdfState], tensor.Int16, memory),
	}
	if b := o.Inputs[svdfBias]; b >= 0 {
		op.Inputs[svdfBias] = w.scaled(b, memory.Scale[0]*w.b.Tensors[op.Inputs[svdfTime]].Quant.Scale[0])
	}
	w.op(op, o.Index)
}

// timeLevels is what the largest time weight becomes: 512, so that six bits are left for a sum over the memory. Where that
// is too long for it, the weights get less: the kernels' sums of int32 wrap around.
func (n *net) timeLevels(o *tflite.Op) float64 {
	const levels = 512
	time, rank := n.values(o.Inputs[svdfTime]), o.Options.(*tflite.SVDFOptions).Rank
	unit, most := rank*n.graph.Tensors[o.Inputs[svdfTime]].Shape[1], 0.0
	for ; len(time) > 0; time = time[unit:] {
		sum := 0.0
		for _, v := range time[:unit] {
			sum += math.Abs(float64(v))
		}
		most = max(most, sum)
	}
	sums := most / widest(n.values(o.Inputs[svdfTime])) * math.MaxInt16 // of a memory that is full, for each level
	return min(levels, max(1, math.Floor((1<<30)/sums)))
}
