package simd

import "unsafe"

// FloatGemm multiplies rows of float32 by packed weights: out[m,n] = Σ_k a[m,k]·w[n,k] + bias[n], the products added up in the
// order of k and rounded one by one, and the bias last. It has no state of its own: several threads may use it at once, each
// with its FloatCall.
type FloatGemm struct {
	n, k   int
	widths [][]floatBlock
	whole  bool
	w      []float32 // panels of up to 64 columns, each [K][columns]; columns up to a multiple of 16 are 0
}

// floatBlock computes rows·columns results.
type floatBlock struct {
	rows int
	run  func(*floatCall)
}

// floats are the loops of a path over float32, by width as in blocks. Those over float64, and over one operand or two, are functions
// of the architecture, as those of elements.
type floats struct {
	widths [][]floatBlock
	whole  bool // loops read and write whole vectors of columns; they are one vector wide
}

type floatCall struct {
	a, w, bias, out unsafe.Pointer
	lda, ldo, k     uint64
	mask            uint32
}

// FloatCall is a thread's scratch memory for a FloatGemm. Its zero value is ready.
type FloatCall struct {
	call floatCall
	bias [lanes]float32           // of the last columns, where loops read whole vectors
	tail [highest * lanes]float32 // outputs of the last columns of the last rows, where they write some
}

// NewFloatGemm packs weights [n,k] for the path that runs; nil if that has no loops for it.
func NewFloatGemm(n, k int, w []float32) *FloatGemm { return newFloatGemm(n, k, w, chosen().floats) }

func newFloatGemm(n, k int, w []float32, f *floats) *FloatGemm {
	if f == nil || n < 1 || k < 1 {
		return nil
	}
	g := &FloatGemm{n: n, k: k, widths: f.widths, whole: f.whole, w: make([]float32, (n+lanes-1)/lanes*lanes*k)}
	for o := range n {
		from, columns := g.panel(o / g.widest())
		to := g.w[from*k+o-from:]
		for i, v := range w[o*k : (o+1)*k] {
			to[i*columns] = v
		}
	}
	return g
}

func (g *FloatGemm) widest() int { return lanes * len(g.widths) }

// panel returns the first column of a panel, and how many columns it has with what fills it up.
func (g *FloatGemm) panel(i int) (from, columns int) {
	from = i * g.widest()
	return from, min(g.widest(), len(g.w)/g.k-from)
}

// PackedBytes returns the memory that the packed weights take.
func (g *FloatGemm) PackedBytes() int { return 4 * len(g.w) }

// FloatMatrix is rows of inputs, [Rows,InStride], and of outputs.
type FloatMatrix struct {
	Rows, InStride int
	In, Out        []float32 // Out is [Rows,N]
}

// Run computes m's outputs; bias may be nil.
func (g *FloatGemm) Run(c *FloatCall, m FloatMatrix, bias []float32) {
	if m.Rows < 1 {
		return
	}
	if (m.Rows-1)*m.InStride+g.k > len(m.In) || m.Rows*g.n > len(m.Out) || bias != nil && len(bias) < g.n {
		panic("simd: matrix out of range")
	}
	k := &c.call
	k.lda, k.ldo, k.k = 4*uint64(m.InStride), 4*uint64(g.n), uint64(g.k)
	for i := (g.n - 1) / g.widest(); i >= 0; i-- { // what a panel writes behind its end is overwritten by the next
		column, columns := g.panel(i)
		k.w, k.bias = unsafe.Pointer(&g.w[column*g.k]), nil
		if bias != nil {
			k.bias = unsafe.Pointer(&bias[column])
		}
		over, whole := max(0, column+columns-g.n), m.Rows
		k.mask = (1<<lanes - 1) >> over
		if over > 0 && g.whole {
			whole -= (over + g.n - 1) / g.n // rows whose turn comes later
			if bias != nil {
				copy(c.bias[:], bias[column:g.n])
				k.bias = unsafe.Pointer(&c.bias)
			}
		}
		g.down(c, &m, column, target{whole: whole, kept: columns - over})
	}
}

// down computes a panel, block by block.
func (g *FloatGemm) down(c *FloatCall, m *FloatMatrix, column int, to target) {
	k, blocks := &c.call, g.widths[min(g.widest(), len(g.w)/g.k-column)/lanes-1]
	for y := 0; y < m.Rows; y += blocks[0].rows {
		for blocks[0].rows > m.Rows-y {
			blocks = blocks[1:]
		}
		k.a, k.out = unsafe.Pointer(&m.In[y*m.InStride]), unsafe.Pointer(&m.Out[y*g.n+column])
		if rows := blocks[0].rows; y+rows <= to.whole {
			blocks[0].run(k)
		} else {
			k.out, k.ldo = unsafe.Pointer(&c.tail), 4*lanes
			blocks[0].run(k)
			for r := range rows {
				copy(m.Out[(y+r)*g.n+column:], c.tail[r*lanes:][:to.kept])
			}
			k.ldo = 4 * uint64(g.n)
		}
	}
}
