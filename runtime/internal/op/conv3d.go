package op

import (
	"edged/runtime/internal/kernel"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// prepareConv3D: CONV_3D of float32: in [N,D,H,W,C], filter [Kd,Kh,Kw,C,O], bias [O] or left out.
func prepareConv3D(n *Node) (Step, error) {
	if err := n.operands(2, 3, 1); err != nil {
		return nil, err
	}
	in, filter := n.In[0], n.In[1]
	if err := volumes(in, filter); err != nil {
		return nil, err
	}
	channels, c := filter.Shape[4], filter.Shape[3]
	if c != in.Shape[4] || channels == 0 {
		return nil, malformed("filter %s for an input %s", filter.Shape, in.Shape)
	}
	o := options[tflite.Conv3DOptions](n)
	w, err := window3D(in.Shape, filter.Shape, o)
	if err != nil {
		return nil, err
	}
	l, err := newFloatLayer(n, channels, o.Activation)
	if err != nil {
		return nil, err
	}
	if n.Out[0].Shape, err = sized(int64(w.N), int64(w.Z), int64(w.Y), int64(w.X), int64(channels)); err != nil {
		return nil, err
	}
	n.MACs = elems64(n.Out[0].Shape) * elems64(filter.Shape[:4])
	return l.step(kernel.NewConv3D(w, channels, n.Pool).Run), nil
}

// prepareConv3DTranspose: CONV_3D_TRANSPOSE of float32: the output's shape [N,Z,Y,X,O], filter [Kd,Kh,Kw,O,C], in
// [N,D,H,W,C], bias [O] or left out. The input must be what a CONV_3D of these options would make of the output.
func prepareConv3DTranspose(n *Node) (Step, error) {
	if err := n.operands(3, 4, 1); err != nil {
		return nil, err
	}
	if step := late(n, prepareConv3DTranspose, 0); step != nil {
		return step, nil
	}
	in, filter := n.In[2], n.In[1]
	if err := volumes(in, filter); err != nil {
		return nil, err
	}
	dims, err := numbers("output shape", n.In[0])
	if err != nil {
		return nil, err
	}
	shape, err := sized(dimensions(dims)...)
	if err != nil {
		return nil, err
	}
	channels := filter.Shape[3]
	if len(shape) != 5 || shape[0] != in.Shape[0] || shape[4] != channels || filter.Shape[4] != in.Shape[4] {
		return nil, malformed("filter %s for an input %s and an output %s", filter.Shape, in.Shape, shape)
	}
	o := options[tflite.Conv3DOptions](n)
	w, err := window3D(shape, filter.Shape, o)
	if err != nil {
		return nil, err
	}
	if w.Z != in.Shape[1] || w.Y != in.Shape[2] || w.X != in.Shape[3] {
		return nil, malformed("input %s for an output %s, want %dx%dx%d in it", in.Shape, shape, w.Z, w.Y, w.X)
	}
	w.D, w.H, w.W, w.Z, w.Y, w.X, w.C = w.Z, w.Y, w.X, w.D, w.H, w.W, in.Shape[4]
	layer := &Node{In: []*tensor.Tensor{in, filter, n.optional(3)}, Out: n.Out}
	l, err := newFloatLayer(layer, channels, o.Activation)
	if err != nil {
		return nil, err
	}
	n.Out[0].Shape = shape
	n.MACs = elems64(in.Shape) * elems64(filter.Shape[:4])
	return l.step(kernel.NewConv3DTranspose(w, channels, n.Pool).Run), nil
}

// volumes checks types and ranks of a 3-D convolution's input and filter.
func volumes(in, filter *tensor.Tensor) error {
	if in.DType != tensor.Float32 || filter.DType != tensor.Float32 {
		return unsupported("input %s with a filter %s", in.DType, filter.DType)
	}
	if len(in.Shape) != 5 || len(filter.Shape) != 5 {
		return malformed("input is %s and filter %s, want 5 dimensions each", in.Shape, filter.Shape)
	}
	return nil
}

// window3D works out the geometry over [N,D,H,W,C] with a filter of kernel's first three dimensions: depth is laid over
// the height of a window of its own.
func window3D(in, kernelShape tensor.Shape, o tflite.Conv3DOptions) (w kernel.Window3D, err error) {
	same := o.Padding == tflite.PaddingSame
	w.KernelD, w.StrideD, w.DilationD, w.D = kernelShape[0], o.StrideD, o.DilationD, in[1]
	w.Window, err = window(tensor.Shape{in[0], in[2], in[3], in[4]},
		geometry{kernelShape[1], kernelShape[2], o.StrideH, o.StrideW, o.DilationH, o.DilationW, same})
	if err != nil {
		return w, err
	}
	deep, err := window(tensor.Shape{in[0], in[1], 1, in[4]}, geometry{w.KernelD, 1, w.StrideD, 1, w.DilationD, 1, same})
	w.Z, w.PadFront = deep.Y, deep.PadTop
	return w, err
}
