package op

import (
	"edged/runtime/internal/kernel"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// prepareL2Norm: L2_NORMALIZATION over the last dimension of float32, int8 or uint8.
func prepareL2Norm(n *Node) (Step, error) {
	if err := n.operands(1, 1, 1); err != nil {
		return nil, err
	}
	in, out := n.In[0], n.Out[0]
	if len(in.Shape) == 0 {
		return nil, malformed("input is a scalar")
	}
	if act := options[tflite.L2NormOptions](n).Activation; act != tflite.ActNone {
		return nil, unsupported("fused activation %d", act)
	}
	out.Shape = in.Shape
	depth := in.Shape[len(in.Shape)-1]
	if in.DType == tensor.Float32 && out.DType == tensor.Float32 {
		return func() error {
			kernel.L2NormFloat(tensor.As[float32](out.Data), tensor.As[float32](in.Data), depth)
			return nil
		}, nil
	}
	q, r, err := unaryBytes(n)
	if err != nil {
		return nil, err
	}
	lo, _ := limits(in.DType)
	if r.Scale != 1.0/128 || int64(r.Zero) != lo+128 {
		return nil, malformed("output has scale %g and zero point %d, want 1/128 and %d", r.Scale, r.Zero, lo+128)
	}
	if in.DType == tensor.Int8 {
		return func() error {
			kernel.L2NormFixed(tensor.As[int8](out.Data), tensor.As[int8](in.Data), depth, q.Zero)
			return nil
		}, nil
	}
	return func() error {
		kernel.L2NormFixed(out.Data, in.Data, depth, q.Zero)
		return nil
	}, nil
}

// prepareLocalResponse: LOCAL_RESPONSE_NORMALIZATION of float32 [N,H,W,C].
func prepareLocalResponse(n *Node) (Step, error) {
	o := options[tflite.LocalResponseNormalizationOptions](n)
	if err := n.operands(1, 1, 1); err != nil {
		return nil, err
	}
	in, out := n.In[0], n.Out[0]
	if len(in.Shape) != 4 {
		return nil, malformed("input is %s, want 4 dimensions", in.Shape)
	}
	if in.DType != tensor.Float32 || out.DType != tensor.Float32 {
		return nil, unsupported("input %s with output %s", in.DType, out.DType)
	}
	if o.Radius < 0 {
		return nil, malformed("radius %d", o.Radius)
	}
	out.Shape = in.Shape
	n.Work = elems64(in.Shape) * int64(min(2*min(o.Radius, in.Shape[3])+1, in.Shape[3]))
	k := kernel.LocalResponse{Depth: in.Shape[3], Radius: min(o.Radius, in.Shape[3]), Bias: o.Bias, Alpha: o.Alpha, Beta: o.Beta, Pool: n.Pool}
	return func() error {
		k.Run(tensor.As[float32](out.Data), tensor.As[float32](in.Data))
		return nil
	}, nil
}
