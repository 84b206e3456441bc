package op

import (
	"math"

	"edged/runtime/internal/kernel"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// unaryInt16: the unary operators on int16, which XNNPACK does not take. Zero points are 0.
func unaryInt16(n *Node) (Step, error) {
	as := tensor.As[int16]
	switch c := n.Op.Code; {
	case c == tflite.OpNeg:
		return mapStep(n, as, func(v int16) int16 { return -v }), nil
	case c == tflite.OpAbs && !n.In[0].Quant.Quantized():
		return mapStep(n, as, kernel.Abs[int16]), nil
	case !int16Operator(c):
		return nil, nil
	}
	in, out, err := unaryQuant(n)
	if err != nil {
		return nil, err
	}
	if (in.Zero != 0 || out.Zero != 0) && n.Op.Code != tflite.OpSqrt && n.Op.Code != tflite.OpGelu {
		return nil, malformed("int16 with zero points %d and %d", in.Zero, out.Zero)
	}
	switch n.Op.Code {
	case tflite.OpLogistic, tflite.OpTanh:
		return sigmoidInt16(n, in, out)
	case tflite.OpExp:
		return table16Step(n, in, out, kernel.Exp), nil
	case tflite.OpGelu:
		return table16Step(n, in, out, gelu(n)), nil
	case tflite.OpLog:
		return table16Step(n, in, out, logAbove(out.Scale*float32(math.MinInt16-out.Zero))), nil
	case tflite.OpRsqrt:
		most := math.MaxInt16 * out.Scale
		return positive(n, in, table16Step(n, in, out, func(x float32) float32 {
			if x <= 0 {
				return most
			}
			return kernel.Rsqrt(x)
		})), nil
	}
	return fixedInt16(n, in, out), nil
}

// int16Operator reports whether LiteRT has the operator on quantized int16.
func int16Operator(code tflite.OpCode) bool {
	switch code {
	case tflite.OpAbs, tflite.OpExp, tflite.OpGelu, tflite.OpLeakyRelu, tflite.OpLog, tflite.OpLogistic, tflite.OpRelu,
		tflite.OpRelu6, tflite.OpRsqrt, tflite.OpSqrt, tflite.OpTanh:
		return true
	}
	return false
}

// fixedInt16: the operators that compute each element in fixed point.
func fixedInt16(n *Node, in, out kernel.Affine) Step {
	const lo, hi = math.MinInt16, math.MaxInt16
	var f func(int32) int32
	switch n.Op.Code {
	case tflite.OpAbs:
		f = kernel.AbsFixed(in, out, lo, hi)
	case tflite.OpLeakyRelu:
		f = kernel.LeakyReluFixed(in, out, options[tflite.LeakyReluOptions](n).Alpha, lo, hi)
	case tflite.OpSqrt:
		f = kernel.SqrtFixed(in, out, lo, hi)
	default:
		low, high := reluRange(n, out, lo, hi)
		f = kernel.ReluFixed(in, out, low, high)
	}
	step := mapStep(n, tensor.As[int16], func(v int16) int16 { return int16(f(int32(v))) })
	if n.Op.Code == tflite.OpSqrt {
		return positive(n, in, step)
	}
	return step
}

func table16Step(n *Node, in, out kernel.Affine, f func(float32) float32) Step {
	t := kernel.NewTable16(in.Scale, in.Zero, out.Scale, out.Zero, f)
	return mapStep(n, tensor.As[int16], t.At)
}

// positive runs step unless an input is negative.
func positive(n *Node, in kernel.Affine, step Step) Step {
	x := n.In[0]
	return func() error {
		for _, v := range tensor.As[int16](x.Data) {
			if int32(v) < in.Zero {
				return errNegative
			}
		}
		return step()
	}
}

// sigmoidInt16: LOGISTIC and TANH, with an output scale of 2⁻¹⁵. Input scales 2⁻¹² (and 2⁻¹¹ for TANH) go to gemmlowp's
// functions, others to a table. Source: TFLite, activations.cc.
func sigmoidInt16(n *Node, in, out kernel.Affine) (Step, error) {
	tanh := n.Op.Code == tflite.OpTanh
	if exp, ok := exponent(out.Scale); !ok || exp != -15 {
		return nil, malformed("output scale %g, want 1/32768", out.Scale)
	}
	as := tensor.As[int16]
	exp, ok := exponent(in.Scale)
	switch shift := exp + 12; {
	case ok && tanh && (shift == 0 || shift == 1):
		return mapStep(n, as, func(v int16) int16 {
			return kernel.TanhFixed16(int16(min(max(int32(v)<<shift, math.MinInt16), math.MaxInt16)))
		}), nil
	case ok && shift == 0:
		return mapStep(n, as, kernel.LogisticFixed16), nil
	}
	s := kernel.NewSigmoid16(in.Scale)
	if tanh {
		return mapStep(n, as, s.Tanh), nil
	}
	return mapStep(n, as, s.Logistic), nil
}

// exponent returns log₂ of a scale, and whether it is as good as whole (TFLite, CheckedLog2).
func exponent(scale float32) (exp int, ok bool) {
	log := math.Log2(float64(scale))
	round := math.Round(log)
	return int(round), math.Abs(log-round) < 1e-3
}
