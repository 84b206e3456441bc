package op

import (
	"edged/runtime/internal/kernel"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// prepareSoftmax: SOFTMAX over the last dimension of float32, of int8 or uint8 to the same or to int16, or of int16.
func prepareSoftmax(n *Node) (Step, error) {
	if err := n.operands(1, 1, 1); err != nil {
		return nil, err
	}
	in, out := n.In[0], n.Out[0]
	if len(in.Shape) == 0 {
		return nil, malformed("input is a scalar")
	}
	out.Shape = in.Shape
	beta := options[tflite.SoftmaxOptions](n).Beta
	if !(beta > -3e38 && beta < 3e38) {
		return nil, malformed("beta is %g", beta)
	}
	depth := in.Shape[len(in.Shape)-1]
	if in.DType == tensor.Float32 && out.DType == tensor.Float32 {
		return func() error {
			kernel.SoftmaxFloat(tensor.As[float32](out.Data), tensor.As[float32](in.Data), depth, beta)
			return nil
		}, nil
	}
	switch in.DType {
	case tensor.Int8, tensor.Uint8, tensor.Int16:
	default:
		return nil, unsupported("input %s with output %s", in.DType, out.DType)
	}
	q, err := affine("input", in)
	if err != nil {
		return nil, err
	}
	r, err := affine("output", out)
	if err != nil {
		return nil, err
	}
	return softmaxStep(in, out, q, r, beta)
}

func softmaxStep(in, out *tensor.Tensor, q, r kernel.Affine, beta float32) (Step, error) {
	depth := in.Shape[len(in.Shape)-1]
	if in.DType == tensor.Int16 && out.DType == tensor.Int16 {
		s := kernel.NewSoftmax16(q.Scale, beta)
		return func() error {
			s.Rows(tensor.As[int16](out.Data), tensor.As[int16](in.Data), depth)
			return nil
		}, nil
	}
	s := kernel.NewSoftmax(q.Scale, beta, r.Scale, r.Zero)
	switch {
	case in.DType == tensor.Int8 && out.DType == tensor.Int8:
		return softmaxBytes[int8, int8](s, in, out, depth), nil
	case in.DType == tensor.Uint8 && out.DType == tensor.Uint8:
		return softmaxBytes[uint8, uint8](s, in, out, depth), nil
	case in.DType == tensor.Int8 && out.DType == tensor.Int16:
		return softmaxBytes[int8, int16](s, in, out, depth), nil
	case in.DType == tensor.Uint8 && out.DType == tensor.Int16:
		return softmaxBytes[uint8, int16](s, in, out, depth), nil
	}
	return nil, unsupported("input %s with output %s", in.DType, out.DType)
}

func softmaxBytes[A int8 | uint8, B kernel.Quantized](s *kernel.Softmax, in, out *tensor.Tensor, depth int) Step {
	return func() error {
		kernel.SoftmaxRows(s, tensor.As[B](out.Data), tensor.As[A](in.Data), depth)
		return nil
	}
}

// prepareLogSoftmax: LOG_SOFTMAX over the last dimension of float32, int8 or uint8.
func prepareLogSoftmax(n *Node) (Step, error) {
	if err := n.operands(1, 1, 1); err != nil {
		return nil, err
	}
	in, out := n.In[0], n.Out[0]
	if len(in.Shape) == 0 {
		return nil, malformed("input is a scalar")
	}
	out.Shape = in.Shape
	depth := in.Shape[len(in.Shape)-1]
	if in.DType == tensor.Float32 && out.DType == tensor.Float32 {
		return func() error {
			kernel.LogSoftmaxFloat(tensor.As[float32](out.Data), tensor.As[float32](in.Data), depth)
			return nil
		}, nil
	}
	q, r, err := unaryBytes(n)
	if err != nil {
		return nil, err
	}
	if _, hi := limits(in.DType); r.Scale != 16.0/256 || int64(r.Zero) != hi {
		return nil, malformed("output has scale %g and zero point %d, want 1/16 and %d", r.Scale, r.Zero, hi)
	}
	s := kernel.NewSoftmax(q.Scale, 1, r.Scale, r.Zero)
	if in.DType == tensor.Int8 {
		return func() error {
			kernel.LogSoftmaxQ(s, q.Scale, tensor.As[int8](out.Data), tensor.As[int8](in.Data), depth)
			return nil
		}, nil
	}
	return func() error {
		kernel.LogSoftmaxQ(s, q.Scale, out.Data, in.Data, depth)
		return nil
	}, nil
}
