package op

import (
	"slices"

	"edged/runtime/internal/kernel"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// transposeConv is a TRANSPOSE_CONV without its output's shape: layer makes a Step for one.
type transposeConv struct {
	node     *Node // with operands in the order of CONV_2D: input, weights, bias
	options  tflite.TransposeConvOptions
	computed bool // the output's shape
}

// prepareTransposeConv: output shape int32 [4], weights [O,Kh,Kw,C], in [N,H,W,C], bias [O] or left out. The output's shape
// may be computed.
func prepareTransposeConv(n *Node) (Step, error) {
	if err := n.operands(3, 4, 1); err != nil {
		return nil, err
	}
	shape, in, w, out := n.In[0], n.In[2], n.In[1], n.Out[0]
	if err := rank4(in, w); err != nil {
		return nil, err
	}
	if shape.DType != tensor.Int32 || shape.Shape.Elems() != 4 {
		return nil, malformed("output shape is %s %s, want 4 of int32", shape.DType, shape.Shape)
	}
	t := &transposeConv{options: options[tflite.TransposeConvOptions](n)}
	t.node = &Node{Op: n.Op, In: []*tensor.Tensor{in, w, n.optional(3)}, Out: n.Out, Pool: n.Pool, Model: n.Model,
		Folded: []bool{!n.stored(2), !n.stored(1), len(n.In) > 3 && !n.stored(3)}}
	if t.computed = !n.stored(0); constant(shape) {
		var err error
		if out.Shape, err = t.outShape(tensor.As[int32](shape.Data)); err != nil {
			return nil, err
		}
		n.MACs = int64(in.Shape.Elems()) * int64(w.Shape.Elems()/max(1, w.Shape[3]))
		return t.layer()
	}
	n.Dynamic = true
	return t.dynamic(shape), nil
}

// dynamic returns a Step that reads the output's shape each time and prepares the layer anew where it has changed.
func (t *transposeConv) dynamic(shape *tensor.Tensor) Step {
	var known tensor.Shape
	var layer Step
	return func() error {
		dims, want := tensor.As[int32](shape.Data), known
		var err error
		if !slices.EqualFunc(dims, known, func(d int32, k int) bool { return int(d) == k }) {
			if want, err = t.outShape(dims); err != nil {
				return err
			}
		}
		if err := t.node.Grow(t.node.Out[0], want); err != nil {
			return err
		}
		if layer == nil || !slices.Equal(want, known) {
			t.node.release()
			if layer, err = t.layer(); err != nil {
				return err
			}
			known = want
		}
		return layer()
	}
}

// outShape checks the output's shape against input and weights.
func (t *transposeConv) outShape(dims []int32) (tensor.Shape, error) {
	in, w := t.node.In[0], t.node.In[1]
	shape := make(tensor.Shape, 4)
	for i, d := range dims {
		shape[i] = int(d)
	}
	if shape[0] != in.Shape[0] || shape[3] != w.Shape[0] || in.Shape[3] != w.Shape[3] || in.Shape.Elems() == 0 || w.Shape.Elems() == 0 {
		return nil, malformed("output %s of input %s and weights %s", shape, in.Shape, w.Shape)
	}
	_, err := t.window(shape)
	return shape, err
}

// window works out the geometry; Y and X are the output's.
func (t *transposeConv) window(out tensor.Shape) (kernel.Window, error) {
	in, f, o := t.node.In[0].Shape, t.node.In[1].Shape, t.options
	if out[1] < 1 || out[2] < 1 {
		return kernel.Window{}, malformed("output %s is empty", out)
	}
	w, err := window(out, geometry{f[1], f[2], o.StrideH, o.StrideW, 1, 1, o.Padding == tflite.PaddingSame})
	if err != nil {
		return w, err
	}
	if w.Y != in[1] || w.X != in[2] {
		return w, malformed("output %s asks for an input of %dx%d, it is %dx%d", out, w.Y, w.X, in[1], in[2])
	}
	w.H, w.W, w.Y, w.X, w.C = in[1], in[2], out[1], out[2], in[3]
	return w, nil
}

// layer makes the Step for the output's present shape.
func (t *transposeConv) layer() (Step, error) {
	w, err := t.window(t.node.Out[0].Shape)
	if err != nil {
		return nil, err
	}
	in, weights := t.node.In[0], t.node.In[1]
	image := int64(w.H) * int64(w.W) * int64(w.C)
	if err := t.node.take(image + 6*int64(weights.Shape.Elems())); err != nil {
		return nil, err
	}
	if err := t.node.takeLayer(0, weights.Shape[0]); err != nil {
		return nil, err
	}
	switch {
	case in.DType == tensor.Float32 && weights.DType == tensor.Float32:
		return t.float(w)
	case in.DType == tensor.Float32 && weights.DType == tensor.Int8:
		return t.hybrid(w)
	case int16x8(in, weights):
		return t.int16(w)
	}
	if weights.DType == tensor.Int4 {
		return nil, unsupported("input %s with weights int4", in.DType)
	}
	if err := byteTypes(in, weights); err != nil {
		return nil, err
	}
	if in.DType == tensor.Int8 {
		return transposeBytes[int8](t, w)
	}
	return transposeBytes[uint8](t, w)
}

// taken reports whether XNNPACK takes the layer: not where the padding is SAME and the stride over the kernel, and only an
// output's shape that the file has. Source: LiteRT, xnnpack_delegate.cc, CalculateTransposeConvPaddings.
func (t *transposeConv) taken(w *kernel.Window) bool {
	return !t.computed && storedWeights(t.node) && (t.options.Padding != tflite.PaddingSame || w.KernelH >= w.StrideH && w.KernelW >= w.StrideW)
}

// transposeBytes: int8 and uint8.
func transposeBytes[T int8 | uint8](t *transposeConv, w kernel.Window) (Step, error) {
	n, channels := t.node, t.node.In[1].Shape[0]
	l := layer{channels: channels, act: t.options.Activation, builtin: !t.taken(&w), product: n.In[0].DType == tensor.Uint8}
	p, err := convParams[T](n, l)
	if err != nil {
		return nil, err
	}
	weights := make([]int16, len(p.Weights))
	for i, v := range p.Weights {
		weights[i] = int16(int32(v) - p.WZero)
	}
	k := kernel.NewTransposeConv[T, int16, int32](w, channels, weights, n.Pool)
	in, out := n.In[0], n.Out[0]
	finish := func(pixel int, acc []int32) {
		p.Finish(tensor.As[T](out.Data)[pixel*channels:][:channels], acc, 0)
	}
	return func() error {
		k.Run(tensor.As[T](in.Data), p.InZero, p.Bias, finish)
		return nil
	}, nil
}

func (t *transposeConv) int16(w kernel.Window) (Step, error) {
	if t.options.BiasType == tensor.Int32 {
		return transpose16[int32](t, w, kernel.Twice)
	}
	return transpose16[int64](t, w, kernel.Wide)
}

// transpose16 has sums of type A.
func transpose16[A int32 | int64](t *transposeConv, w kernel.Window, rounding kernel.Rounding) (Step, error) {
	n, channels := t.node, t.node.In[1].Shape[0]
	p, err := params16(n, layer{channels: channels, act: t.options.Activation, rounding: rounding})
	if err != nil {
		return nil, err
	}
	var bias []A
	for _, b := range p.Bias {
		bias = append(bias, A(b))
	}
	in, out := n.In[0], n.Out[0]
	k := kernel.NewTransposeConv[int16, int8, A](w, channels, p.Weights, n.Pool)
	finish := func(pixel int, acc []A) {
		kernel.FixedRow(&p.Fixed, tensor.As[int16](out.Data)[pixel*channels:][:channels], acc, 0)
	}
	return func() error {
		k.Run(tensor.As[int16](in.Data), 0, bias, finish)
		return nil
	}, nil
}

func (t *transposeConv) float(w kernel.Window) (Step, error) {
	n, channels := t.node, t.node.In[1].Shape[0]
	lo, hi, err := activationFloat(t.options.Activation)
	if err != nil {
		return nil, err
	}
	weights, out := n.In[1], n.Out[0]
	if out.DType != tensor.Float32 {
		return nil, unsupported("float32 input with output %s", out.DType)
	}
	bias, err := floatBias(n.In[2], channels)
	if err != nil {
		return nil, err
	}
	k := kernel.NewTransposeConv[float32, float32, float32](w, channels, tensor.As[float32](weights.Data), n.Pool)
	finish := func(pixel int, acc []float32) {
		kernel.FloatRow(tensor.As[float32](out.Data)[pixel*channels:][:channels], acc, lo, hi)
	}
	in, fixed := n.In[0], constant(weights)
	return func() error {
		if !fixed {
			k.Weigh(tensor.As[float32](weights.Data))
		}
		k.Run(tensor.As[float32](in.Data), 0, floats(bias), finish)
		return nil
	}, nil
}

// hybrid: each image is quantized as a whole, by TFLite's rule where XNNPACK does not take the layer.
func (t *transposeConv) hybrid(w kernel.Window) (Step, error) {
	n, channels := t.node, t.node.In[1].Shape[0]
	p, bias, err := hybridParams(n, channels, 0, t.options.Activation)
	if err != nil {
		return nil, err
	}
	if p.Range = kernel.QuantizeRowTFLite; t.taken(&w) {
		p.Range = kernel.QuantizeRowXNN
	}
	k := kernel.NewHybridTransposeConv(w, channels, p)
	in, out := n.In[0], n.Out[0]
	return func() error {
		k.Run(tensor.As[float32](out.Data), tensor.As[float32](in.Data), floats(bias))
		return nil
	}, nil
}
