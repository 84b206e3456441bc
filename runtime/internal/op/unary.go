package op

import (
	"errors"
	"math"

	"edged/runtime/internal/kernel"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// prepareUnary: the operators of one operand and one result of its shape and type, element by element.
func prepareUnary(n *Node) (Step, error) {
	if err := n.operands(1, 1, 1); err != nil {
		return nil, err
	}
	in, out := n.In[0], n.Out[0]
	out.Shape = in.Shape
	if in.DType != out.DType {
		return nil, unsupported("input %s with output %s", in.DType, out.DType)
	}
	var step Step
	var err error
	switch in.DType {
	case tensor.Float32:
		step = unaryFloat(n)
	case tensor.Int8, tensor.Uint8:
		step, err = unaryByte(n)
	case tensor.Int16:
		step, err = unaryInt16(n)
	case tensor.Int32:
		step = unaryInt32(n)
	case tensor.Int64:
		if n.Op.Code == tflite.OpNeg {
			step = mapStep(n, tensor.As[int64], func(v int64) int64 { return -v })
		}
	}
	if step == nil && err == nil {
		err = unsupported("input %s", in.DType)
	}
	n.inPlace(0)
	return step, err
}

// mapStep applies f to each element.
func mapStep[T any](n *Node, as func([]byte) []T, f func(T) T) Step {
	return spanStep(n, as, func(out, in []T) { kernel.Map(out, in, f) })
}

// spanStep applies f to spans of elements. It looks at the context in between, because some functions take long.
func spanStep[T any](n *Node, as func([]byte) []T, f func(out, in []T)) Step {
	const most = 1 << 16
	in, out, pool := n.In[0], n.Out[0], n.Pool
	return func() error {
		from, to := as(in.Data), as(out.Data)
		for ; len(from) > most && !pool.Stopped(); from, to = from[most:], to[most:] {
			f(to[:most], from[:most])
		}
		f(to, from[:min(len(from), most)])
		return nil
	}
}

func unaryFloat(n *Node) Step {
	if n.Op.Code == tflite.OpLog {
		return spanStep(n, tensor.As[float32], kernel.Logs)
	}
	if f := floatFunction(n); f != nil {
		return mapStep(n, tensor.As[float32], f)
	}
	if lo, hi, ok := reluBounds(n.Op.Code); ok {
		in, out := n.In[0], n.Out[0]
		return func() error {
			dst := tensor.As[float32](out.Data)
			copy(dst, tensor.As[float32](in.Data))
			kernel.Clamp(dst, lo, hi)
			return nil
		}
	}
	return nil
}

// floatFunction returns the operator's function; nil if it has none.
func floatFunction(n *Node) func(float32) float32 {
	switch n.Op.Code {
	case tflite.OpAbs:
		return kernel.AbsFloat
	case tflite.OpCeil:
		return kernel.Ceil
	case tflite.OpCos:
		return kernel.Cos
	case tflite.OpElu:
		return kernel.Elu
	case tflite.OpExp:
		return kernel.Exp
	case tflite.OpFloor:
		return kernel.Floor
	case tflite.OpGelu:
		return gelu(n)
	case tflite.OpHardSwish:
		return kernel.HardSwish
	case tflite.OpLeakyRelu:
		alpha := options[tflite.LeakyReluOptions](n).Alpha
		return func(x float32) float32 {
			if x < 0 {
				return x * alpha
			}
			return x
		}
	case tflite.OpLogistic:
		return kernel.Logistic
	case tflite.OpNeg:
		return func(x float32) float32 { return -x }
	case tflite.OpRound:
		return kernel.Round
	case tflite.OpRsqrt:
		return kernel.Rsqrt
	case tflite.OpSign:
		return kernel.Sign[float32]
	case tflite.OpSin:
		return kernel.Sin
	case tflite.OpSqrt:
		return kernel.Sqrt
	case tflite.OpSquare:
		return func(x float32) float32 { return x * x }
	case tflite.OpTanh:
		return kernel.Tanh
	}
	return nil
}

func gelu(n *Node) func(float32) float32 {
	if options[tflite.GeluOptions](n).Approximate {
		return kernel.GeluTanh
	}
	return kernel.Gelu
}

// reluBounds returns the bounds of a RELU operator.
func reluBounds(code tflite.OpCode) (lo, hi float32, ok bool) {
	inf := float32(math.Inf(1))
	switch code {
	case tflite.OpRelu:
		return 0, inf, true
	case tflite.OpRelu6:
		return 0, 6, true
	case tflite.OpReluN1To1:
		return -1, 1, true
	case tflite.OpRelu0To1:
		return 0, 1, true
	}
	return 0, 0, false
}

func unaryInt32(n *Node) Step {
	switch n.Op.Code {
	case tflite.OpAbs:
		return mapStep(n, tensor.As[int32], kernel.Abs[int32])
	case tflite.OpNeg:
		return mapStep(n, tensor.As[int32], func(v int32) int32 { return -v })
	case tflite.OpSign:
		return mapStep(n, tensor.As[int32], kernel.Sign[int32])
	}
	return nil
}

// unaryBytes checks a quantized operator of one int8 or uint8 operand whose output has its shape and type.
func unaryBytes(n *Node) (in, out kernel.Affine, err error) {
	if err := n.operands(1, 1, 1); err != nil {
		return in, out, err
	}
	n.Out[0].Shape = n.In[0].Shape
	d := n.In[0].DType
	if d != tensor.Int8 && d != tensor.Uint8 || n.Out[0].DType != d {
		return in, out, unsupported("input %s with output %s", d, n.Out[0].DType)
	}
	return unaryQuant(n)
}

// unaryQuant returns the quantization of a unary operator's input and output.
func unaryQuant(n *Node) (in, out kernel.Affine, err error) {
	if in, err = affine("input", n.In[0]); err != nil {
		return in, out, err
	}
	out, err = affine("output", n.Out[0])
	return in, out, err
}

var errNegative = errors.New("negative input")
