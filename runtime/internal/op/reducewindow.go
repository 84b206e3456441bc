package op

import (
	"edged/runtime/internal/kernel"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// windowed is a reduction of windows of operand 0, each starting from the value of operand 1.
type windowed struct {
	window, strides, dilations []int64
	pads                       []interior // of the operand, or nil
	join                       kernel.Join
}

// prepareReduceWindow: REDUCE_WINDOW, the first form of STABLEHLO_REDUCE_WINDOW: its window, strides and dilations are
// operands 2 to 4.
func prepareReduceWindow(n *Node) (Step, error) {
	if err := n.operands(5, 5, 1); err != nil {
		return nil, err
	}
	var w windowed
	for i, list := range []*[]int64{&w.window, &w.strides, &w.dilations} {
		t := n.In[2+i]
		if t.DType != tensor.Int64 || !constant(t) {
			return nil, unsupported("operand %d is %s, want constant int64", 2+i, t.DType)
		}
		*list = tensor.As[int64](t.Data)
	}
	byFunction := [...]kernel.Join{tflite.ReduceAdd: kernel.JoinAdd, tflite.ReduceMul: kernel.JoinMul, tflite.ReduceMin: kernel.JoinMin,
		tflite.ReduceMax: kernel.JoinMax, tflite.ReduceAll: kernel.JoinAll, tflite.ReduceAny: kernel.JoinAny}
	f := options[tflite.ReduceWindowOptions](n).Function
	if f <= tflite.ReduceUnsupported || f >= len(byFunction) {
		return nil, unsupported("reduction function %d", f)
	}
	w.join = byFunction[f]
	return w.prepare(n)
}

// prepareStablehloReduceWindow: STABLEHLO_REDUCE_WINDOW, whose body is one operator.
// Source: StableHLO specification, reduce_window; TFLite, stablehlo_reduce_window.cc.
func prepareStablehloReduceWindow(n *Node) (Step, error) {
	o := options[tflite.StablehloReduceWindowOptions](n)
	if err := n.operands(2, 2, 1); err != nil {
		return nil, err
	}
	rank := len(n.In[0].Shape)
	w := windowed{window: o.Window, strides: orOnes(o.Strides, rank), dilations: orOnes(o.WindowDilations, rank)}
	base := orOnes(o.BaseDilations, rank)
	if len(base) != rank || len(o.Padding) != 0 && len(o.Padding) != 2*rank {
		return nil, malformed("%d dilations and %d paddings of %d dimensions", len(base), len(o.Padding), rank)
	}
	w.pads = make([]interior, rank)
	for d := range w.pads {
		w.pads[d].gap = base[d] - 1
		if len(o.Padding) > 0 {
			w.pads[d].low, w.pads[d].high = o.Padding[2*d], o.Padding[2*d+1]
		}
	}
	body, err := n.Model.Body(o.Body)
	if err != nil {
		return nil, err
	}
	if len(body.Ops) != 1 || joins(body.Ops[0].Code) == kernel.JoinNone {
		return nil, unsupported("body of %d operators, want one that joins two values", len(body.Ops))
	}
	if w.join = joins(body.Ops[0].Code); w.join == kernel.JoinAnd {
		w.join = kernel.JoinAll
	}
	return w.prepare(n)
}

func orOnes(v []int64, n int) []int64 {
	if len(v) > 0 {
		return v
	}
	v = make([]int64, n)
	for i := range v {
		v[i] = 1
	}
	return v
}

// prepare checks types and sizes and sets the output's shape.
func (w *windowed) prepare(n *Node) (Step, error) {
	in, start, out := n.In[0], n.In[1], n.Out[0]
	if in.DType != start.DType || in.DType != out.DType {
		return nil, unsupported("input %s, start %s and output %s", in.DType, start.DType, out.DType)
	}
	if start.Shape.Elems() != 1 {
		return nil, malformed("start is %s, want one element", start.Shape)
	}
	base, err := w.base(in.Shape)
	if err != nil {
		return nil, err
	}
	if out.Shape, err = w.places(base); err != nil {
		return nil, err
	}
	n.Work = elems64(out.Shape) * product64(w.window)
	switch in.DType {
	case tensor.Bool, tensor.Int8: // TFLite counts bools as int8, too
		return windowStep[int8](n, w)
	case tensor.Uint8:
		return windowStep[uint8](n, w)
	case tensor.Int16:
		return windowStep[int16](n, w)
	case tensor.Int32:
		return windowStep[int32](n, w)
	case tensor.Int64:
		return windowStep[int64](n, w)
	case tensor.Float32:
		return windowStep[float32](n, w)
	case tensor.Float64:
		return windowStep[float64](n, w)
	}
	return nil, unsupported("input %s", in.DType)
}

// base returns the shape of the input when it is dilated and padded.
func (w *windowed) base(in tensor.Shape) (tensor.Shape, error) {
	if len(in) == 0 || in.Elems() == 0 {
		return nil, malformed("input is %s", in)
	}
	if w.pads == nil {
		w.pads = make([]interior, len(in))
	}
	dims, err := padded(in, w.pads)
	if err != nil {
		return nil, err
	}
	if hasEmpty(dims) {
		return nil, malformed("input %s would be cropped to %v", in, dims)
	}
	return sized(dims...)
}

// places returns how often the window fits into the base in each dimension.
func (w *windowed) places(base tensor.Shape) (tensor.Shape, error) {
	if len(w.window) != len(base) || len(w.strides) != len(base) || len(w.dilations) != len(base) {
		return nil, malformed("window of %d, strides of %d and dilations of %d dimensions, input has %d", len(w.window), len(w.strides),
			len(w.dilations), len(base))
	}
	dims, taps := make([]int64, len(base)), int64(1)
	for d, n := range base {
		size, stride, dilation := w.window[d], w.strides[d], w.dilations[d]
		if min(size, stride, dilation) < 1 || max(size, stride, dilation) > maxElems {
			return nil, malformed("window %d, stride %d and dilation %d of dimension %d", size, stride, dilation, d)
		}
		if taps *= size; taps > mostTaps {
			return nil, unsupported("window of over %d elements", mostTaps)
		}
		if span := (size-1)*dilation + 1; span <= int64(n) {
			dims[d] = (int64(n)-span)/stride + 1
		}
	}
	return sized(dims...)
}

// product64 is the number of elements of a window, which is at most mostTaps.
func product64(dims []int64) int64 {
	n := int64(1)
	for _, d := range dims {
		n *= d
	}
	return n
}

func windowStep[T kernel.Number](n *Node, w *windowed) (Step, error) {
	in, start, out := n.In[0], n.In[1], n.Out[0]
	if out.Shape.Elems() == 0 {
		return func() error { return nil }, nil
	}
	k := kernel.NewWindowReduce(n.Pool, w.axes(in.Shape, out.Shape)...)
	f := kernel.JoinOf[T](w.join)
	return func() error {
		kernel.ReduceWindow(k, tensor.As[T](out.Data), tensor.As[T](in.Data), tensor.As[T](start.Data)[0], f)
		return nil
	}, nil
}

// axes describes each dimension to the kernel. Its numbers fit an int: they are checked to be at most maxElems.
func (w *windowed) axes(in, out tensor.Shape) []kernel.WindowAxis {
	axes := make([]kernel.WindowAxis, len(in))
	for d := range axes {
		p := w.pads[d]
		axes[d] = kernel.WindowAxis{In: in[d], Out: out[d], Size: int(w.window[d]), Stride: int(w.strides[d]),
			Dilation: int(w.dilations[d]), Low: int(p.low), Gap: int(p.gap)}
	}
	return axes
}
