package kernel

import "edged/runtime/internal/simd"

// packedFloat turns rows of float32 into outputs by the loops of package simd.
type packedFloat struct {
	gemm  *simd.FloatGemm
	calls []simd.FloatCall // per thread
}

// newPackedFloat returns nil where package simd has no loops for weights [o,k].
func newPackedFloat(o, k int, w []float32, pool *Pool) *packedFloat {
	g := simd.NewFloatGemm(o, k, w)
	if g == nil {
		return nil
	}
	return &packedFloat{gemm: g, calls: make([]simd.FloatCall, pool.Threads())}
}

// floatRows is how many rows are computed together: they fill the highest blocks, and stay in the first cache for most layers.
const floatRows = 24

// Pack lays out weights that stay the same, for package simd's loops, and returns the memory that this takes.
func (f *FloatFullyConnected) Pack(w []float32) int64 {
	if f.packed = newPackedFloat(f.o, f.k, w, f.pool); f.packed == nil {
		return 0
	}
	f.body = f.rows
	return int64(f.packed.gemm.PackedBytes())
}

// rows computes some rows of outputs.
func (f *FloatFullyConnected) rows(i, thread int) {
	from := i * floatRows
	n := min(floatRows, f.n-from)
	m := simd.FloatMatrix{Rows: n, InStride: f.k, In: f.in[from*f.k:], Out: f.out[from*f.o:]}
	f.packed.gemm.Run(&f.packed.calls[thread], m, f.b)
}

// Pack lays out weights that stay the same, for package simd's loops, and returns the memory that this takes.
func (c *FloatConv2D) Pack(w []float32) int64 {
	if c.groups > 1 {
		return 0
	}
	if c.packed = newPackedFloat(c.o, c.k, w, c.pool); c.packed == nil {
		return 0
	}
	c.direct = c.direct && c.StrideH == 1 && c.StrideW == 1 && c.Y == c.H && c.X == c.W // pixels follow one another
	c.patch = nil
	c.body = c.pixels
	if c.direct {
		return int64(c.packed.gemm.PackedBytes())
	}
	for range c.pool.Threads() {
		c.patch = append(c.patch, make([]float32, floatRows*c.k))
	}
	return int64(c.packed.gemm.PackedBytes()) + 4*int64(floatRows*c.k*c.pool.Threads())
}

// pixels computes some pixels of the output.
func (c *FloatConv2D) pixels(i, thread int) {
	from := i * floatRows
	n := min(floatRows, c.N*c.Y*c.X-from)
	m := simd.FloatMatrix{Rows: n, InStride: c.k, Out: c.out[from*c.o:]}
	if c.direct {
		m.In = c.in[from*c.k:]
	} else {
		m.In = c.patch[thread]
		for j := range n {
			y, x := (from+j)/c.X, (from+j)%c.X
			gather(&c.Window, m.In[j*c.k:(j+1)*c.k], c.in, y/c.Y, y%c.Y, x, 0)
		}
	}
	c.packed.gemm.Run(&c.packed.calls[thread], m, c.b)
}
