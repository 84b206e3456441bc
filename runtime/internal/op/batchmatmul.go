package op

import (
	"math"

	"edged/runtime/internal/kernel"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// matMul is the geometry of a BATCH_MATMUL.
type matMul struct {
	batch   *kernel.Broadcast
	m, k, n int
}

// prepareBatchMatMul: a […,M,K], b […,K,N], either of them turned over by the options; out […,M,N].
func prepareBatchMatMul(n *Node) (Step, error) {
	o := options[tflite.BatchMatMulOptions](n)
	if err := n.operands(2, 2, 1); err != nil {
		return nil, err
	}
	a, b, out := n.In[0], n.In[1], n.Out[0]
	g, err := matMulOf(a.Shape, b.Shape, o, out)
	if err != nil {
		return nil, err
	}
	g.batch.Pool = n.Pool
	if a.Shape.Elems() == 0 || b.Shape.Elems() == 0 {
		return func() error {
			clear(out.Data)
			return nil
		}, nil
	}
	n.MACs = elems64(out.Shape) * int64(g.k)
	if err := n.take(4*(int64(g.m)+int64(g.n)+1)*int64(g.k) + int64(4*n.Pool.Threads()+16)*int64(g.n)); err != nil {
		return nil, err
	}
	switch {
	case a.DType == tensor.Float32 && b.DType == tensor.Float32 && out.DType == tensor.Float32:
		run := kernel.NewMatMulFloat(kernel.MatMul[float32]{Batch: g.batch, M: g.m, K: g.k, N: g.n, AdjX: o.AdjX, AdjY: o.AdjY, Pool: n.Pool})
		return func() error {
			run.Run(tensor.As[float32](out.Data), tensor.As[float32](a.Data), tensor.As[float32](b.Data))
			return nil
		}, nil
	case a.DType == tensor.Int8 && b.DType == tensor.Int8 && out.DType == tensor.Int8:
		return matMul8(n, g, o)
	case a.DType == tensor.Int16 && (b.DType == tensor.Int16 || b.DType == tensor.Int8) && out.DType == tensor.Int16:
		return matMul16(n, g, o)
	case a.DType == tensor.Float32 && b.DType == tensor.Int8 && out.DType == tensor.Float32:
		return hybridMatMul(n, g, o)
	}
	return nil, unsupported("operands %s and %s with output %s", a.DType, b.DType, out.DType)
}

// matMulOf checks the shapes and sets the output's.
func matMulOf(a, b tensor.Shape, o tflite.BatchMatMulOptions, out *tensor.Tensor) (g matMul, err error) {
	if len(a) < 2 || len(b) < 2 || len(a) > kernel.MaxRank || len(b) > kernel.MaxRank {
		return g, malformed("operands %s and %s, want 2 to %d dimensions", a, b, kernel.MaxRank)
	}
	ra, rb := len(a)-2, len(b)-2
	g.m, g.k, g.n = a[ra], a[ra+1], b[rb+1]
	if o.AdjX {
		g.m, g.k = g.k, g.m
	}
	depth := b[rb]
	if o.AdjY {
		depth, g.n = g.n, depth
	}
	w, batch, ok := kernel.NewBroadcast(a[:ra], b[:rb])
	if depth != g.k || !ok {
		return g, malformed("operands %s and %s do not multiply", a, b)
	}
	g.batch = &w
	out.Shape = append(tensor.Shape(batch), g.m, g.n)
	return g, nil
}

// matMul8: XNNPACK takes a b of one scale and zero point 0, and a requantization scale below 256.
func matMul8(n *Node, g matMul, o tflite.BatchMatMulOptions) (Step, error) {
	q, err := binaryQuant(n)
	if err != nil {
		return nil, err
	}
	k := kernel.MatMul8{MatMul: kernel.MatMul[int8]{Batch: g.batch, M: g.m, K: g.k, N: g.n, AdjX: o.AdjX, AdjY: o.AdjY, Pool: n.Pool},
		AZero: q.a.Zero, BZero: q.b.Zero}
	scale := float32(q.a.Scale*q.b.Scale) / q.out.Scale
	if q.b.Zero == 0 && scale < 256 {
		r := kernel.NewRequant([]float32{scale}, q.out.Zero, math.MinInt8, math.MaxInt8)
		k.Req = &r
	}
	f, err := fixedRule(n, layer{rounding: kernel.Twice, product: true})
	if err != nil {
		return nil, err
	}
	k.Fixed = *f
	run := kernel.NewMatMul8(k)
	a, b, out := n.In[0], n.In[1], n.Out[0]
	return func() error {
		run.Run(tensor.As[int8](out.Data), tensor.As[int8](a.Data), tensor.As[int8](b.Data))
		return nil
	}, nil
}

// matMul16: int16, or int8 for b.
func matMul16(n *Node, g matMul, o tflite.BatchMatMulOptions) (Step, error) {
	q, err := binaryQuant(n)
	if err == nil {
		err = symmetric(q)
	}
	if err != nil {
		return nil, err
	}
	f, err := fixedRule(n, layer{rounding: kernel.Wide, product: true})
	if err != nil {
		return nil, err
	}
	run := kernel.NewMatMul16(kernel.MatMul16{Fixed: *f,
		MatMul: kernel.MatMul[int16]{Batch: g.batch, M: g.m, K: g.k, N: g.n, AdjX: o.AdjX, AdjY: o.AdjY, Pool: n.Pool}})
	a, b, out := n.In[0], n.In[1], n.Out[0]
	if b.DType == tensor.Int16 {
		return func() error {
			run.Run(tensor.As[int16](out.Data), tensor.As[int16](a.Data), tensor.As[int16](b.Data))
			return nil
		}, nil
	}
	if err := n.take(2 * elems64(b.Shape)); err != nil {
		return nil, err
	}
	wide := make([]int16, b.Shape.Elems())
	return func() error {
		kernel.Widen(wide, tensor.As[int8](b.Data))
		run.Run(tensor.As[int16](out.Data), tensor.As[int16](a.Data), wide)
		return nil
	}, nil
}

func hybridMatMul(n *Node, g matMul, o tflite.BatchMatMulOptions) (Step, error) {
	a, b, out := n.In[0], n.In[1], n.Out[0]
	axis := len(b.Shape) - 1
	if o.AdjY {
		axis--
	}
	if _, err := weightQuant(b, layer{channels: g.n, axis: axis}); err != nil {
		return nil, err
	}
	inf := float32(math.Inf(1))
	p := kernel.HybridParams{Scale: b.Quant.Scale, Range: kernel.QuantizeRowXNN, Lo: -inf, Hi: inf}
	run := kernel.NewHybridMatMul(kernel.MatMul[float32]{Batch: g.batch, M: g.m, K: g.k, N: g.n, AdjX: o.AdjX, AdjY: o.AdjY, Pool: n.Pool}, p)
	return func() error {
		run.Run(tensor.As[float32](out.Data), tensor.As[float32](a.Data), tensor.As[int8](b.Data))
		return nil
	}, nil
}
