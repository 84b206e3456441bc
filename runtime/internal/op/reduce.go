package op

import (
	"math"

	"edged/runtime/internal/kernel"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// mostSums is the most accumulators that a reduction keeps beside its output.
const mostSums = 1 << 24

// reduction checks a reducer's operands, input and axes, and sets the output's shape. An axis may be repeated.
func reduction(n *Node) (*kernel.Fold, error) {
	if err := n.operands(2, 2, 1); err != nil {
		return nil, err
	}
	in, out := n.In[0], n.Out[0]
	if in.DType != out.DType {
		return nil, unsupported("input %s with output %s", in.DType, out.DType)
	}
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
		if len(in.Shape) == 0 { // LiteRT ignores the axes of a scalar
			break
		}
		if d < 0 || d >= len(in.Shape) {
			return nil, malformed("axis %d of an input %s", a, in.Shape)
		}
		reduced[d] = true
	}
	out.Shape = tensor.Shape{}
	keep := options[tflite.ReducerOptions](n).KeepDims
	for i, d := range in.Shape {
		if !reduced[i] {
			out.Shape = append(out.Shape, d)
		} else if keep {
			out.Shape = append(out.Shape, 1)
		}
	}
	if _, err := sized(dimensions(out.Shape)...); err != nil {
		return nil, err
	}
	f := kernel.NewFold(in.Shape, reduced)
	if f.Out > mostSums && (n.Op.Code == tflite.OpMean || n.Op.Code == tflite.OpSum || n.Op.Code == tflite.OpReduceProd) {
		return nil, unsupported("reduction to %s: %d elements are the most", out.Shape, mostSums)
	}
	return f, n.take(16 * int64(f.Out))
}

// taken reports whether XNNPACK takes a reduction of bytes: over at least one axis, none of them computed, of at most six
// dimensions.
func taken(n *Node) bool {
	rank := len(n.In[0].Shape)
	return n.In[1].Shape.Elems() > 0 && rank > 0 && rank <= 6 && n.stored(1) && !n.Dynamic
}

// fold makes a Step of a reduction whose accumulators are the output's elements.
func fold[T any](n *Node, f *kernel.Fold, as func([]byte) []T, start T, op func(acc, v T) T) Step {
	in, out := n.In[0], n.Out[0]
	return func() error {
		kernel.Reduce(f, as(out.Data), as(in.Data), start, op)
		return nil
	}
}

// foldTo makes a Step of a reduction with accumulators of its own, turned into outputs by finish.
func foldTo[A, T any](n *Node, f *kernel.Fold, as func([]byte) []T, op func(acc A, v T) A, finish func(A) T) Step {
	in, out, acc := n.In[0], n.Out[0], make([]A, f.Out)
	return func() error {
		var zero A
		kernel.Reduce(f, acc, as(in.Data), zero, op)
		dst := as(out.Data)
		for i, v := range acc {
			dst[i] = finish(v)
		}
		return nil
	}
}

func addFloat(acc float64, v float32) float64 { return acc + float64(v) }

// prepareMean: MEAN of float32, int32, int64 and quantized types over some axes.
func prepareMean(n *Node) (Step, error) {
	if s := late(n, prepareMean, 1); s != nil {
		return s, nil
	}
	f, err := reduction(n)
	if err != nil {
		return nil, err
	}
	switch d := n.In[0].DType; d {
	case tensor.Float32:
		return foldTo(n, f, tensor.As[float32], addFloat, func(v float64) float32 { return float32(v / float64(f.Count)) }), nil
	case tensor.Int32, tensor.Int64:
		if f.Count == 0 {
			return nil, unsupported("mean of an empty tensor %s", n.In[0].Shape)
		}
		if d == tensor.Int64 {
			return foldTo(n, f, tensor.As[int64], kernel.Sum[int64], func(v int64) int64 { return v / int64(f.Count) }), nil
		}
		add := func(acc int64, v int32) int64 { return acc + int64(v) }
		return foldTo(n, f, tensor.As[int32], add, func(v int64) int32 { return int32(v / int64(f.Count)) }), nil
	case tensor.Int8, tensor.Uint8, tensor.Int16:
		return quantizedMean(n, f)
	default:
		return nil, unsupported("input %s", d)
	}
}

// prepareSum: SUM of float32, int32, int64 and quantized types over some axes; integers wrap around.
func prepareSum(n *Node) (Step, error) {
	if s := late(n, prepareSum, 1); s != nil {
		return s, nil
	}
	f, err := reduction(n)
	if err != nil {
		return nil, err
	}
	switch d := n.In[0].DType; d {
	case tensor.Float32:
		return foldTo(n, f, tensor.As[float32], addFloat, func(v float64) float32 { return float32(v) }), nil
	case tensor.Int32:
		return fold(n, f, tensor.As[int32], 0, kernel.Sum), nil
	case tensor.Int64:
		return fold(n, f, tensor.As[int64], 0, kernel.Sum), nil
	case tensor.Int8, tensor.Uint8, tensor.Int16:
		return quantizedMean(n, f)
	default:
		return nil, unsupported("input %s", d)
	}
}

// quantizedMean: MEAN and SUM of int8, uint8 and int16.
func quantizedMean(n *Node, f *kernel.Fold) (Step, error) {
	in, err := affine("input", n.In[0])
	if err != nil {
		return nil, err
	}
	out, err := affine("output", n.Out[0])
	if err != nil {
		return nil, err
	}
	if f.Count == 0 || f.Out == 0 {
		return nil, unsupported("reduction of an empty tensor %s", n.In[0].Shape)
	}
	switch n.In[0].DType {
	case tensor.Int8:
		return meanOfBytes(n, f, tensor.As[int8], in, out), nil
	case tensor.Uint8:
		return meanOfBytes(n, f, tensor.As[uint8], in, out), nil
	}
	if in.Zero != 0 || out.Zero != 0 {
		return nil, malformed("int16 with zero points %d and %d", in.Zero, out.Zero)
	}
	return meanLeft(n, f, tensor.As[int16], in, out), nil
}

func meanOfBytes[T int8 | uint8](n *Node, f *kernel.Fold, as func([]byte) []T, in, out kernel.Affine) Step {
	if !taken(n) {
		return meanLeft(n, f, as, in, out)
	}
	m, from, to := kernel.NewMean(f, n.Op.Code == tflite.OpSum, in, out), n.In[0], n.Out[0]
	return func() error {
		kernel.RunMean(m, as(to.Data), as(from.Data))
		return nil
	}
}

// meanLeft is a mean or sum that XNNPACK leaves to TFLite.
func meanLeft[T kernel.Quantized](n *Node, f *kernel.Fold, as func([]byte) []T, in, out kernel.Affine) Step {
	from, to := n.In[0], n.Out[0]
	if n.Op.Code == tflite.OpSum {
		sums := make([]int32, f.Out)
		return func() error {
			kernel.SumFloatRule(f, sums, in, out, as(to.Data), as(from.Data))
			return nil
		}
	}
	m := kernel.NewMeanFixed(f, in, out)
	return func() error {
		kernel.RunMeanFixed(m, as(to.Data), as(from.Data))
		return nil
	}
}

// prepareReduceMaxMin: REDUCE_MAX and REDUCE_MIN over some axes; input and output have one scale.
func prepareReduceMaxMin(n *Node) (Step, error) {
	if s := late(n, prepareReduceMaxMin, 1); s != nil {
		return s, nil
	}
	f, err := reduction(n)
	if err != nil {
		return nil, err
	}
	in, largest := n.In[0], n.Op.Code == tflite.OpReduceMax
	switch in.DType {
	case tensor.Float32:
		inf := float32(math.Inf(1))
		return extreme(n, f, tensor.As[float32], largest, -inf, inf), nil
	case tensor.Int8:
		return extreme(n, f, tensor.As[int8], largest, math.MinInt8, math.MaxInt8), nil
	case tensor.Uint8:
		return extreme(n, f, tensor.As[uint8], largest, 0, math.MaxUint8), nil
	case tensor.Int16:
		return extreme(n, f, tensor.As[int16], largest, math.MinInt16, math.MaxInt16), nil
	case tensor.Int32:
		return extreme(n, f, tensor.As[int32], largest, math.MinInt32, math.MaxInt32), nil
	case tensor.Int64:
		return extreme(n, f, tensor.As[int64], largest, math.MinInt64, math.MaxInt64), nil
	}
	return nil, unsupported("input %s", in.DType)
}

func extreme[T kernel.Plain](n *Node, f *kernel.Fold, as func([]byte) []T, largest bool, least, most T) Step {
	if largest {
		return fold(n, f, as, least, func(acc, v T) T { return kernel.Larger(v, acc) })
	}
	return fold(n, f, as, most, func(acc, v T) T { return kernel.Smaller(v, acc) })
}

// constInts reads a constant int32 operand.
func constInts(what string, t *tensor.Tensor) ([]int, error) {
	if t.DType != tensor.Int32 {
		return nil, unsupported("%s %s", what, t.DType)
	}
	return numbers(what, t)
}
