package op

import (
	"edged/runtime/internal/kernel"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// preparePool: AVERAGE_POOL_2D, MAX_POOL_2D and, of float32 alone, L2_POOL_2D; in and out [N,H,W,C] of one scale and zero
// point.
func preparePool(n *Node) (Step, error) {
	o := options[tflite.Pool2DOptions](n)
	if err := n.operands(1, 1, 1); err != nil {
		return nil, err
	}
	in, out := n.In[0], n.Out[0]
	if len(in.Shape) != 4 {
		return nil, malformed("input is %s, want 4 dimensions", in.Shape)
	}
	w, err := window(in.Shape, geometry{o.FilterH, o.FilterW, o.StrideH, o.StrideW, 1, 1, o.Padding == tflite.PaddingSame})
	if err != nil {
		return nil, err
	}
	out.Shape = tensor.Shape{w.N, w.Y, w.X, w.C}
	n.Work = elems64(out.Shape) * int64(min(w.KernelH, w.H)) * int64(min(w.KernelW, w.W))
	if err := n.takeLayer(0, w.C); err != nil {
		return nil, err
	}
	if in.DType == tensor.Float32 && out.DType == tensor.Float32 {
		return floatPool(n, w, o.Activation)
	}
	if in.DType != tensor.Int8 && in.DType != tensor.Uint8 && in.DType != tensor.Int16 || out.DType != in.DType ||
		n.Op.Code == tflite.OpL2Pool2d {
		return nil, unsupported("input %s with output %s", in.DType, out.DType)
	}
	lo, hi, err := poolRange(in, out, o.Activation)
	if err != nil {
		return nil, err
	}
	switch in.DType {
	case tensor.Int8:
		return poolStep[int8](n, w, lo, hi), nil
	case tensor.Int16:
		return poolStep[int16](n, w, lo, hi), nil
	}
	return poolStep[uint8](n, w, lo, hi), nil
}

// poolRange returns what a pool's results are held to. Without scales, which only plain integers may be, that is their type.
func poolRange(in, out *tensor.Tensor, act tflite.Activation) (lo, hi int32, err error) {
	if !in.Quant.Quantized() && !out.Quant.Quantized() && act == tflite.ActNone {
		least, most := limits(out.DType)
		return int32(least), int32(most), nil
	}
	inScale, inZero, err := perTensor("input", in)
	if err != nil {
		return 0, 0, err
	}
	scale, zero, err := perTensor("output", out)
	if err != nil {
		return 0, 0, err
	}
	if scale != inScale || zero != inZero {
		return 0, 0, malformed("output has scale %g and zero point %d, input %g and %d: they must be equal", scale, zero, inScale, inZero)
	}
	return activationRange(act, out.DType, scale, zero)
}

func poolStep[T kernel.Quantized](n *Node, w kernel.Window, lo, hi int32) Step {
	prepare := kernel.NewMaxPool[T]
	if n.Op.Code == tflite.OpAveragePool2d {
		prepare = kernel.NewAveragePool[T]
	}
	return pooled(n, prepare(w, lo, hi, n.Pool))
}

func pooled[T kernel.Quantized | float32](n *Node, p *kernel.Pooling[T]) Step {
	in, out := n.In[0], n.Out[0]
	return func() error {
		p.Run(tensor.As[T](out.Data), tensor.As[T](in.Data))
		return nil
	}
}
