package op

import (
	"edged/runtime/internal/kernel"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// unaryBytes checks a quantized operator of one int8 or uint8 operand whose output has its shape and type.
func unaryBytes(n *Node) (in, out quantized, err error) {
	if err := n.operands(1, 1, 1); err != nil {
		return in, out, err
	}
	n.Out[0].Shape = n.In[0].Shape
	d := n.In[0].DType
	if d != tensor.Int8 && d != tensor.Uint8 || n.Out[0].DType != d {
		return in, out, unsupported("input %s with output %s", d, n.Out[0].DType)
	}
	if in.scale, in.zero, err = perTensor("input", n.In[0]); err != nil {
		return in, out, err
	}
	out.scale, out.zero, err = perTensor("output", n.Out[0])
	return in, out, err
}

// quantized is a tensor's one scale and zero point.
type quantized struct {
	scale float32
	zero  int32
}

// prepareLogistic: LOGISTIC on int8 or uint8.
func prepareLogistic(n *Node) (Step, error) {
	q, r, err := unaryBytes(n)
	if err != nil {
		return nil, err
	}
	in, out := n.In[0], n.Out[0]
	t := kernel.NewTable(in.DType == tensor.Int8, q.scale, q.zero, r.scale, r.zero, kernel.Logistic)
	return func() error {
		t.Map(out.Data, in.Data)
		return nil
	}, nil
}

// prepareSoftmax: SOFTMAX over the last dimension of int8 or uint8.
func prepareSoftmax(n *Node) (Step, error) {
	q, r, err := unaryBytes(n)
	if err != nil {
		return nil, err
	}
	in, out := n.In[0], n.Out[0]
	if len(in.Shape) == 0 {
		return nil, malformed("input is a scalar")
	}
	beta := options[tflite.SoftmaxOptions](n).Beta
	if !(beta > -3e38 && beta < 3e38) {
		return nil, malformed("beta is %g", beta)
	}
	s, depth := kernel.NewSoftmax(q.scale, beta, r.scale, r.zero), in.Shape[len(in.Shape)-1]
	if in.DType == tensor.Int8 {
		return func() error {
			kernel.SoftmaxRows(s, tensor.As[int8](out.Data), tensor.As[int8](in.Data), depth)
			return nil
		}, nil
	}
	return func() error {
		kernel.SoftmaxRows(s, out.Data, in.Data, depth)
		return nil
	}, nil
}

// prepareMean: MEAN of int8 or uint8 over constant axes.
func prepareMean(n *Node) (Step, error) {
	if err := n.operands(2, 2, 1); err != nil {
		return nil, err
	}
	in, out := n.In[0], n.Out[0]
	axes, err := constInts("axes", n.In[1])
	if err != nil {
		return nil, err
	}
	reduced := make([]bool, len(in.Shape))
	for _, a := range axes {
		d := a
		if d < 0 {
			d += len(in.Shape)
		}
		if d < 0 || d >= len(in.Shape) {
			return nil, malformed("axis %d of an input %s", a, in.Shape)
		}
		reduced[d] = true
	}
	out.Shape = tensor.Shape{}
	for i, d := range in.Shape {
		if !reduced[i] {
			out.Shape = append(out.Shape, d)
		} else if options[tflite.ReducerOptions](n).KeepDims {
			out.Shape = append(out.Shape, 1)
		}
	}
	return meanStep(n, reduced)
}

func meanStep(n *Node, reduced []bool) (Step, error) {
	in, out := n.In[0], n.Out[0]
	if in.DType != tensor.Int8 && in.DType != tensor.Uint8 || out.DType != in.DType {
		return nil, unsupported("input %s with output %s", in.DType, out.DType)
	}
	if in.Shape.Elems() == 0 {
		return nil, unsupported("mean of an empty tensor %s", in.Shape)
	}
	inScale, inZero, err := perTensor("input", in)
	if err != nil {
		return nil, err
	}
	scale, zero, err := perTensor("output", out)
	if err != nil {
		return nil, err
	}
	m := kernel.NewMean(in.Shape, reduced, inScale, inZero, scale, zero)
	if in.DType == tensor.Int8 {
		return func() error {
			kernel.RunMean(m, tensor.As[int8](out.Data), tensor.As[int8](in.Data))
			return nil
		}, nil
	}
	return func() error {
		kernel.RunMean(m, out.Data, in.Data)
		return nil
	}, nil
}

// constInts reads a constant int32 operand.
func constInts(what string, t *tensor.Tensor) ([]int, error) {
	if t.DType != tensor.Int32 {
		return nil, unsupported("%s %s", what, t.DType)
	}
	if !constant(t) {
		return nil, unsupported("%s %q are computed, not constant", what, t.Name)
	}
	var ints []int
	for _, v := range tensor.As[int32](t.Data) {
		ints = append(ints, int(v))
	}
	return ints, nil
}
