package op

import (
	"edged/runtime/internal/kernel"
	"edged/runtime/tensor"
)

// preparePrelu: PRELU, x where x ≥ 0, else x·alpha, alpha broadcast to x's shape; of float32, of int8 or uint8, or of int16
// with alpha int8.
func preparePrelu(n *Node) (Step, error) {
	if err := n.operands(2, 2, 1); err != nil {
		return nil, err
	}
	in, alpha, out := n.In[0], n.In[1], n.Out[0]
	mixed := in.DType == tensor.Int16 && alpha.DType == tensor.Int8
	if out.DType != in.DType || alpha.DType != in.DType && !mixed || in.DType == tensor.Int16 && !mixed {
		return nil, unsupported("input %s with alpha %s and output %s", in.DType, alpha.DType, out.DType)
	}
	w, shape, ok := kernel.NewBroadcast(in.Shape, alpha.Shape)
	if !ok || tensor.Shape(shape).String() != in.Shape.String() {
		return nil, malformed("alpha %s does not broadcast to input %s", alpha.Shape, in.Shape)
	}
	out.Shape, w.Pool = in.Shape, n.Pool
	n.inPlace(0, 1)
	switch in.DType {
	case tensor.Int8, tensor.Uint8, tensor.Int16:
		return preluFixed(n, &w)
	case tensor.Float32:
		return func() error {
			dst, x, a := tensor.As[float32](out.Data), tensor.As[float32](in.Data), tensor.As[float32](alpha.Data)
			w.Each(func(o, i, j int) { dst[o] = prelu(x[i], a[j]) })
			return nil
		}, nil
	}
	return nil, unsupported("input %s", in.DType)
}

func prelu(x, alpha float32) float32 {
	if x < 0 {
		return x * alpha
	}
	return x
}

func preluFixed(n *Node, w *kernel.Broadcast) (Step, error) {
	in, out, err := unaryQuant(n)
	if err != nil {
		return nil, err
	}
	alpha, err := affine("alpha", n.In[1])
	if err != nil {
		return nil, err
	}
	lo, hi := limits(n.In[0].DType)
	f := kernel.PreluFixed(in, alpha, out, int32(lo), int32(hi))
	switch n.In[0].DType {
	case tensor.Int8:
		return preluStep(n, w, f, tensor.As[int8], tensor.As[int8]), nil
	case tensor.Uint8:
		return preluStep(n, w, f, tensor.As[uint8], tensor.As[uint8]), nil
	default:
		return preluStep(n, w, f, tensor.As[int16], tensor.As[int8]), nil
	}
}

func preluStep[T, A kernel.Quantized](n *Node, w *kernel.Broadcast, f kernel.Int32Op, as func([]byte) []T, asAlpha func([]byte) []A) Step {
	in, alpha, out := n.In[0], n.In[1], n.Out[0]
	return func() error {
		dst, x, a := as(out.Data), as(in.Data), asAlpha(alpha.Data)
		w.Each(func(o, i, j int) { dst[o] = T(f(int32(x[i]), int32(a[j]))) })
		return nil
	}
}
