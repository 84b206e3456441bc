package op

import (
	"math"

	"edged/runtime/internal/kernel"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// unaryByte: the unary operators on int8 and uint8, all as tables. XNNPACK takes ELU, LOGISTIC, TANH and most LEAKY_RELU;
// the rest is TFLite's.
func unaryByte(n *Node) (Step, error) {
	signed := n.In[0].DType == tensor.Int8
	if n.Op.Code == tflite.OpNeg { // LiteRT takes no notice of scales here
		if !signed {
			return nil, nil
		}
		return mapStep(n, tensor.As[int8], func(v int8) int8 { return -v }), nil
	}
	if !byteOperator(n.Op.Code, signed) {
		return nil, nil
	}
	in, out, err := unaryQuant(n)
	if err != nil {
		return nil, err
	}
	t, err := byteTable(n, signed, in, out)
	if err != nil {
		return nil, err
	}
	x, y := n.In[0], n.Out[0]
	if c := n.Op.Code; c == tflite.OpSqrt || c == tflite.OpRsqrt {
		return func() error {
			for _, v := range tensor.As[int8](x.Data) {
				if int32(v) < in.Zero {
					return errNegative
				}
			}
			t.Map(y.Data, x.Data)
			return nil
		}, nil
	}
	return func() error {
		t.Map(y.Data, x.Data)
		return nil
	}, nil
}

// byteOperator reports whether LiteRT has the operator on int8 (signed) or uint8.
func byteOperator(code tflite.OpCode, signed bool) bool {
	switch code {
	case tflite.OpGelu, tflite.OpHardSwish, tflite.OpLeakyRelu, tflite.OpLogistic, tflite.OpTanh,
		tflite.OpRelu, tflite.OpRelu6, tflite.OpReluN1To1, tflite.OpRelu0To1:
		return true
	case tflite.OpAbs, tflite.OpElu, tflite.OpExp, tflite.OpLog, tflite.OpRsqrt, tflite.OpSqrt:
		return signed
	}
	return false
}

func byteTable(n *Node, signed bool, in, out kernel.Affine) (*kernel.Table, error) {
	l, h := limits(n.In[0].DType)
	lo, hi := int32(l), int32(h)
	xnn := func(f func(float32) float32) (*kernel.Table, error) {
		return kernel.NewTable(signed, in.Scale, in.Zero, out.Scale, out.Zero, f), nil
	}
	round := func(f func(float32) float32) (*kernel.Table, error) {
		return kernel.NewRoundTable(signed, in, out, f), nil
	}
	fixed := func(f func(int32) int32) (*kernel.Table, error) { return kernel.NewByteTable(signed, f), nil }
	switch n.Op.Code {
	case tflite.OpElu:
		return xnn(kernel.Elu)
	case tflite.OpLogistic:
		return xnn(kernel.Logistic)
	case tflite.OpTanh:
		return xnn(kernel.Tanh)
	case tflite.OpLeakyRelu:
		alpha := options[tflite.LeakyReluOptions](n).Alpha
		if f, ok := kernel.LeakyReluXNN(in, out, alpha, lo, hi); ok {
			return fixed(f)
		}
		return fixed(kernel.LeakyReluFixed(in, out, alpha, lo, hi))
	case tflite.OpGelu:
		return round(gelu(n))
	case tflite.OpExp:
		return round(kernel.Exp)
	case tflite.OpLog:
		return round(logAbove(out.Scale * float32(lo-out.Zero)))
	case tflite.OpAbs:
		return fixed(kernel.AbsFixed(in, out, lo, hi))
	case tflite.OpSqrt:
		return fixed(kernel.SqrtFixed(in, out, lo, hi))
	case tflite.OpRsqrt:
		return fixed(kernel.RsqrtFixed(in, out, lo, hi))
	case tflite.OpHardSwish:
		f, ok := kernel.HardSwishFixed(in, out, lo, hi)
		if !ok {
			return nil, malformed("output scale %g is under 1/128 of input scale %g", out.Scale, in.Scale)
		}
		return fixed(f)
	default:
		low, high := reluRange(n, out, lo, hi)
		return fixed(kernel.ReluFixed(in, out, low, high))
	}
}

// logAbove is the logarithm, and least where there is none.
func logAbove(least float32) func(float32) float32 {
	return func(x float32) float32 {
		if x <= 0 {
			return least
		}
		return kernel.Log(x)
	}
}

// reluRange returns the quantized bounds of a RELU operator (TFLite, activations.cc, QuantizedReluX).
func reluRange(n *Node, out kernel.Affine, lo, hi int32) (low, high int32) {
	l, h, _ := reluBounds(n.Op.Code)
	q := func(v float32) int32 {
		x := float64(out.Zero) + math.Round(float64(v/out.Scale))
		return int32(min(max(x, float64(lo)), float64(hi)))
	}
	if math.IsInf(float64(h), 1) {
		return q(l), hi
	}
	return q(l), q(h)
}
