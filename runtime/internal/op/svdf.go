package op

import (
	"edged/runtime/internal/kernel"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// prepareSVDF: in [N,K], feature weights [F,K], time weights [F,Memory], bias [F/rank] or left out, and the state
// [N,F·Memory], a variable.
func prepareSVDF(n *Node) (Step, error) {
	if err := n.operands(3, 5, 1); err != nil {
		return nil, err
	}
	if len(n.In) != 5 {
		return nil, malformed("%d inputs, want 5", len(n.In))
	}
	o := options[tflite.SVDFOptions](n)
	in, feature, time := n.In[0], n.In[1], n.In[2]
	if len(in.Shape) != 2 || len(feature.Shape) != 2 || len(time.Shape) != 2 {
		return nil, malformed("input %s, feature weights %s and time weights %s: want 2 dimensions", in.Shape, feature.Shape, time.Shape)
	}
	s := kernel.SVDF{Batch: in.Shape[0], Inputs: in.Shape[1], Filters: feature.Shape[0], Rank: o.Rank, Memory: time.Shape[1], Pool: n.Pool}
	if s.Rank < 1 || s.Filters%s.Rank != 0 || in.Shape.Elems() == 0 {
		return nil, malformed("%d filters of rank %d over an input %s", s.Filters, s.Rank, in.Shape)
	}
	if err := shaped("feature weights", feature, s.Filters, s.Inputs); err != nil {
		return nil, err
	}
	if err := shaped("time weights", time, s.Filters, s.Memory); err != nil {
		return nil, err
	}
	n.Stateful = true
	if err := n.takeRecurrent(16*int64(s.Filters) + int64(s.Inputs) + 4*int64(time.Shape.Elems())); err != nil {
		return nil, err
	}
	n.Out[0].Shape = tensor.Shape{s.Batch, s.Filters / s.Rank}
	n.MACs = int64(s.Batch) * int64(s.Filters) * int64(s.Inputs+s.Memory)
	if in.DType == tensor.Int8 {
		return svdf8(n, s, o.Activation)
	}
	return svdfFloat(n, s, o)
}

func svdf8(n *Node, s kernel.SVDF, act tflite.Activation) (Step, error) {
	in, feature, time, memory, out := n.In[0], n.In[1], n.In[2], n.In[4], n.Out[0]
	if feature.DType != tensor.Int8 || time.DType != tensor.Int16 || out.DType != tensor.Int8 || act != tflite.ActRelu {
		return nil, unsupported("weights %s and %s with output %s and activation %d", feature.DType, time.DType, out.DType, act)
	}
	if err := state("state", memory, tensor.Int16, int64(s.Batch)*int64(s.Filters*s.Memory)); err != nil {
		return nil, err
	}
	bias, err := vector[int32]("bias", n.In[3], tensor.Int32, s.Filters/s.Rank)
	if err != nil {
		return nil, err
	}
	var q [5]kernel.Affine
	for i, t := range []*tensor.Tensor{in, feature, time, memory, out} {
		if q[i], err = affine("operand", t); err != nil {
			return nil, err
		}
	}
	k := &kernel.SVDF8{SVDF: s, Feature: tensor.As[int8](feature.Data), Time: tensor.As[int16](time.Data), Bias: bias,
		ToState: kernel.NewMultiplier(float64(float32(q[0].Scale*q[1].Scale) / q[3].Scale)),
		ToOut:   kernel.NewMultiplier(float64(float32(q[3].Scale*q[2].Scale) / q[4].Scale)), InZero: q[0].Zero, OutZero: q[4].Zero}
	return func() error {
		k.Run(tensor.As[int8](out.Data), tensor.As[int8](in.Data), tensor.As[int16](memory.Data))
		return nil
	}, nil
}

func svdfFloat(n *Node, s kernel.SVDF, o tflite.SVDFOptions) (Step, error) {
	in, feature, time, memory, out := n.In[0], n.In[1], n.In[2], n.In[4], n.Out[0]
	if in.DType != tensor.Float32 || out.DType != tensor.Float32 {
		return nil, unsupported("input %s with output %s", in.DType, out.DType)
	}
	if err := state("state", memory, tensor.Float32, int64(s.Batch)*int64(s.Filters*s.Memory)); err != nil {
		return nil, err
	}
	k := kernel.SVDFFloat{SVDF: s}
	var err error
	if k.Feature, err = matrix("feature weights", feature, s.Filters, s.Inputs, o.AsymmetricQuantizeInputs); err != nil {
		return nil, err
	}
	if k.Time, err = timeWeights(time); err != nil {
		return nil, err
	}
	if k.Bias, err = vector[float32]("bias", n.In[3], tensor.Float32, s.Filters/s.Rank); err != nil {
		return nil, err
	}
	if k.Act, err = activationFunc(o.Activation); err != nil {
		return nil, err
	}
	run := kernel.NewSVDFFloat(k)
	return func() error {
		run.Run(tensor.As[float32](out.Data), tensor.As[float32](in.Data), tensor.As[float32](memory.Data))
		return nil
	}, nil
}

// timeWeights returns time weights as floats: those of a hybrid layer are int8, or what passes for uint8.
func timeWeights(t *tensor.Tensor) ([]float32, error) {
	if t.DType == tensor.Float32 {
		return tensor.As[float32](t.Data), nil
	}
	if t.DType != tensor.Int8 && t.DType != tensor.Uint8 {
		return nil, unsupported("time weights %s", t.DType)
	}
	a, err := affine("time weights", t)
	var list []float32
	for _, v := range tensor.As[int8](t.Data) {
		list = append(list, float32(v)*a.Scale)
	}
	return list, err
}
