package op

import (
	"math"

	"edged/runtime/internal/kernel"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// plainStep runs f over values without scales, clamped by the fused activation.
func plainStep[T kernel.Plain](n *Node, w *kernel.Broadcast, f func(a, b T) T, act tflite.Activation) (Step, error) {
	lo, hi, err := activationPlain[T](n.Out[0].DType, act)
	if err != nil {
		return nil, err
	}
	a, b, out := n.In[0], n.In[1], n.Out[0]
	return func() error {
		kernel.Binary(w, f, lo, hi, tensor.As[T](out.Data), tensor.As[T](a.Data), tensor.As[T](b.Data))
		return nil
	}, nil
}

// floatStep runs op over float32, clamped by the fused activation.
func floatStep(n *Node, w *kernel.Broadcast, op kernel.FloatOp, act tflite.Activation) (Step, error) {
	lo, hi, err := activationPlain[float32](n.Out[0].DType, act)
	if err != nil {
		return nil, err
	}
	a, b, out, to := n.In[0], n.In[1], n.Out[0], kernel.FloatBounds{Lo: lo, Hi: hi}
	return func() error {
		kernel.BinaryFloat(w, op, to, tensor.As[float32](out.Data), tensor.As[float32](a.Data), tensor.As[float32](b.Data))
		return nil
	}, nil
}

// walkStep runs f over both operands.
func walkStep[T any](n *Node, as func([]byte) []T, f func(out, a, b []T)) Step {
	a, b, out := n.In[0], n.In[1], n.Out[0]
	return func() error {
		f(as(out.Data), as(a.Data), as(b.Data))
		return nil
	}
}

// fixedStep runs f over quantized values.
func fixedStep(n *Node, w *kernel.Broadcast, f kernel.Int32Op) Step {
	switch n.Out[0].DType {
	case tensor.Int8:
		return fixedStepOf[int8](n, w, f)
	case tensor.Uint8:
		return fixedStepOf[uint8](n, w, f)
	default:
		return fixedStepOf[int16](n, w, f)
	}
}

func fixedStepOf[T kernel.Quantized](n *Node, w *kernel.Broadcast, f kernel.Int32Op) Step {
	a, b, out := n.In[0], n.In[1], n.Out[0]
	return func() error {
		kernel.BinaryQ(w, f, tensor.As[T](out.Data), tensor.As[T](a.Data), tensor.As[T](b.Data))
		return nil
	}
}

// binaryScales are the scales and zero points of a binary operator's tensors.
type binaryScales struct{ a, b, out kernel.Affine }

func binaryQuant(n *Node) (q binaryScales, err error) {
	if q.a, err = affine("operand", n.In[0]); err != nil {
		return q, err
	}
	if q.b, err = affine("operand", n.In[1]); err != nil {
		return q, err
	}
	q.out, err = affine("output", n.Out[0])
	return q, err
}

// affine is perTensor for kernels.
func affine(what string, t *tensor.Tensor) (a kernel.Affine, err error) {
	a.Scale, a.Zero, err = perTensor(what, t)
	return a, err
}

// symmetric checks that all zero points are 0, as int16 arithmetic wants.
func symmetric(q binaryScales) error {
	if q.a.Zero != 0 || q.b.Zero != 0 || q.out.Zero != 0 {
		return malformed("int16 with zero points %d, %d and %d, want 0", q.a.Zero, q.b.Zero, q.out.Zero)
	}
	return nil
}

// log2 returns the logarithm of a scale, and whether the scale is near enough to a power of two. Source: TFLite,
// CheckedLog2.
func log2(scale float32) (exp int, ok bool) {
	l := math.Log2(float64(scale))
	exp = int(math.Round(l))
	return exp, math.Abs(l-float64(exp)) < 1e-3
}

// pick returns a if first, else b.
func pick[T any](first bool, a, b T) T {
	if first {
		return a
	}
	return b
}
