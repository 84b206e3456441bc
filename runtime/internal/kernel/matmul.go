package kernel

// MatMul multiplies matrices of a batch: out[…,m,n] = Σ_k a[…,m,k]·b[…,k,n], the batches broadcast.
//
//	a […,M,K], or […,K,M] if AdjX;  b […,K,N], or […,N,K] if AdjY;  out […,M,N]
type MatMul[T int8 | int16 | float32] struct {
	Batch      *Broadcast
	M, K, N    int
	AdjX, AdjY bool
	Pool       *Pool

	a, b []T // turned over, where they are not stored as rows of K
}

// prepare makes room to turn matrices over.
func (g *MatMul[T]) prepare() {
	if g.AdjX {
		g.a = make([]T, g.M*g.K)
	}
	if !g.AdjY {
		g.b = make([]T, g.N*g.K)
	}
}

// each calls f for each pair of matrices, a as M and b as N rows of K, with the place of their product.
func (g *MatMul[T]) each(a, b []T, f func(out int, a, b []T)) {
	sizeA, sizeB := g.M*g.K, g.N*g.K
	g.Batch.Each(func(o, i, j int) {
		if g.Pool.Stopped() {
			return
		}
		x, y := a[i*sizeA:(i+1)*sizeA], b[j*sizeB:(j+1)*sizeB]
		if g.AdjX {
			turn(g.a, x, g.M)
			x = g.a
		}
		if !g.AdjY {
			turn(g.b, y, g.N)
			y = g.b
		}
		f(o*g.M*g.N, x, y)
	})
}

// turn transposes src, rows of cols elements, to dst.
func turn[T any](dst, src []T, cols int) {
	rows := len(src) / max(1, cols)
	for i := range rows {
		for j, v := range src[i*cols : (i+1)*cols] {
			dst[j*rows+i] = v
		}
	}
}

// MatMulFloat is MatMul of float32.
type MatMulFloat struct {
	MatMul[float32]
	out, x, y []float32
	body      func(i, thread int)
}

// NewMatMulFloat prepares the kernel.
func NewMatMulFloat(g MatMul[float32]) *MatMulFloat {
	g.prepare()
	f := &MatMulFloat{MatMul: g}
	f.body = f.row
	return f
}

// Run computes out from a and b.
func (f *MatMulFloat) Run(out, a, b []float32) {
	f.each(a, b, func(at int, x, y []float32) {
		f.out, f.x, f.y = out[at:at+f.M*f.N], x, y
		f.Pool.Run(f.M, productCost(f.M, f.K, f.N, plainRate), f.body)
	})
	f.out, f.x, f.y = nil, nil, nil
}

func (f *MatMulFloat) row(i, _ int) {
	x := f.x[i*f.K : (i+1)*f.K]
	for n := range f.N {
		var s float32
		for k, w := range f.y[n*f.K : (n+1)*f.K] {
			s += float32(w * x[k])
		}
		f.out[i*f.N+n] = s
	}
}

// MatMul8 is MatMul of int8. XNNPACK takes a b of zero point 0 and scales by Req; TFLite's own kernel scales by Fixed.
type MatMul8 struct {
	MatMul[int8]
	AZero, BZero int32
	Req          *Requant // or nil
	Fixed        Fixed

	sums []int32   // of b's rows
	acc  [][]int32 // per thread
	out  []int8
	x, y []int8
	body func(i, thread int)
}

// NewMatMul8 prepares the kernel.
func NewMatMul8(f MatMul8) *MatMul8 {
	f.prepare()
	f.sums = make([]int32, f.N)
	for range f.Pool.Threads() {
		f.acc = append(f.acc, make([]int32, f.N))
	}
	k := &f
	k.body = k.row
	return k
}

// Run computes out from a and b.
func (f *MatMul8) Run(out, a, b []int8) {
	f.each(a, b, func(at int, x, y []int8) {
		for n := range f.sums {
			f.sums[n] = sum(y[n*f.K : (n+1)*f.K])
		}
		f.out, f.x, f.y = out[at:at+f.M*f.N], x, y
		f.Pool.Run(f.M, productCost(f.M, f.K, f.N, plainRate), f.body)
	})
	f.out, f.x, f.y = nil, nil, nil
}

func (f *MatMul8) row(i, thread int) {
	x, acc := f.x[i*f.K:(i+1)*f.K], f.acc[thread]
	matVec(acc, x, f.y)
	both := int32(f.K)*f.AZero*f.BZero - f.BZero*sum(x)
	for n := range acc {
		acc[n] += both - f.AZero*f.sums[n]
	}
	out := f.out[i*f.N : (i+1)*f.N]
	if f.Req != nil {
		Row(f.Req, out, acc, 0)
		return
	}
	FixedRow(&f.Fixed, out, acc, 0)
}

// MatMul16 is MatMul of int16 by TFLite's own kernel, with sums of 64 bits. Zero points are 0.
type MatMul16 struct {
	MatMul[int16]
	Fixed Fixed

	out  []int16
	x, y []int16
	body func(i, thread int)
}

// NewMatMul16 prepares the kernel.
func NewMatMul16(f MatMul16) *MatMul16 {
	f.prepare()
	k := &f
	k.body = k.row
	return k
}

// Run computes out from a and b.
func (f *MatMul16) Run(out, a, b []int16) {
	f.each(a, b, func(at int, x, y []int16) {
		f.out, f.x, f.y = out[at:at+f.M*f.N], x, y
		f.Pool.Run(f.M, productCost(f.M, f.K, f.N, plainRate), f.body)
	})
	f.out, f.x, f.y = nil, nil, nil
}

func (f *MatMul16) row(i, _ int) {
	x := f.x[i*f.K : (i+1)*f.K]
	for n := range f.N {
		var acc int64
		for k, w := range f.y[n*f.K : (n+1)*f.K] {
			acc += int64(int32(w) * int32(x[k]))
		}
		f.out[i*f.N+n] = int16(f.Fixed.one(acc, 0))
	}
}

// Widen copies src to dst.
func Widen(dst []int16, src []int8) {
	for i, v := range src {
		dst[i] = int16(v)
	}
}

// HybridMatMul is MatMul of float32 with an int8 b: each row of a is quantized by XNNPACK's rule.
type HybridMatMul struct {
	MatMul[float32]        // of a
	b               []int8 // turned over
	p               HybridParams
	row             []int8
	acc, sums       []int32
}

// NewHybridMatMul prepares the kernel; p has b's scale, one or one for each of N.
func NewHybridMatMul(g MatMul[float32], p HybridParams) *HybridMatMul {
	h := &HybridMatMul{MatMul: g, p: p, row: make([]int8, g.K), acc: make([]int32, g.N), sums: make([]int32, g.N), b: make([]int8, g.N*g.K)}
	h.p.Scale = p.scales(g.N)
	if g.AdjX {
		h.a = make([]float32, g.M*g.K)
	}
	return h
}

// Run computes out from a and b.
func (h *HybridMatMul) Run(out, a []float32, b []int8) {
	sizeA, sizeB := h.M*h.K, h.N*h.K
	h.Batch.Each(func(o, i, j int) {
		if h.Pool.Stopped() {
			return
		}
		x, y := a[i*sizeA:(i+1)*sizeA], b[j*sizeB:(j+1)*sizeB]
		if h.AdjX {
			turn(h.a, x, h.M)
			x = h.a
		}
		if !h.AdjY {
			turn(h.b, y, h.N)
			y = h.b
		}
		h.multiply(out[o*h.M*h.N:(o+1)*h.M*h.N], x, y)
	})
}

func (h *HybridMatMul) multiply(out, x []float32, y []int8) {
	for n := range h.sums {
		h.sums[n] = sum(y[n*h.K : (n+1)*h.K])
	}
	for m := 0; m < h.M && !h.Pool.Stopped(); m++ {
		scale, zero := h.p.Range(h.row, x[m*h.K:(m+1)*h.K])
		matVec(h.acc, h.row, y)
		h.p.dequantize(out[m*h.N:(m+1)*h.N], h.acc, h.sums, zero, scale, h.p.Scale, nil)
	}
}
