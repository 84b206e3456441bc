package simd

import (
	"slices"
	"unsafe"
)

// Product says what a Gemm computes: for each row m of inputs and each column n,
//
//	sum[m,n] = Base[n] + Σ_k a[m,k]·w[n,k] − WZero·Σ_k a[m,k]
//	out[m,n] = Zero + rint(clamp(float32(sum)·Scale[n], Lo, Hi))     XNNPACK's rule: kernel.Requant
//
// Sums are of 32 bits and wrap around.
//
// K inputs may lie in several pieces of the same length, far from each other: the rows of a picture that a convolution sees.
type Product[T int8 | uint8] struct {
	N, K    int
	Pieces  int // of K inputs; 0 is one
	Weights []T // [N,K]
	WZero   int32
	Base    []int32 // [N]

	Scale  []float32 // one, or [N]; empty leaves the sums as they are, for who rounds by another rule
	Zero   int32
	Lo, Hi float32
}

// Gemm multiplies rows of bytes by packed weights. It has no state of its own: several threads may use it at once, each with
// its Call.
type Gemm struct {
	n, k   int
	pieces int
	steps  int // of four bytes of inputs, in each piece
	blocks *blocks
	signed bool // inputs are

	w      []byte    // panels of up to widest·16 columns, each [pieces][steps][columns][4]; columns up to a multiple of 16 are 0
	base   []int32   // [columns]
	scale  []float32 // [columns]; nil leaves sums
	flip   uint32    // what makes four inputs such as the loops want
	narrow bool      // weights are bytes, and words less an offset when they are read: see gemm_narrow.go
	offset int16
	row    int32 // by which a row's sum of such inputs counts

	zero   int32
	lo, hi float32
	ends   ends
	limits limits
}

// blocks are the loops of a path, by width: widths[i] computes blocks of 16·(i+1) columns. The last of them is the widest.
type blocks struct {
	widths [][]block // highest first, the last of one row
	signed bool      // inputs that the loops want are signed bytes, not unsigned ones
	whole  bool      // the loops write whole vectors of columns
	words  bool      // weights that the loops want are words less their zero point, [pieces][steps][4][columns]
	times  bool      // the loops do as many blocks in a call as they are told
	nest   bool      // they do that for as many lines and panels as they are told
	other  *blocks   // loops for bytes of the other kind; nil if those are flipped

	cross   *blocks // loops by crossed pairs, for rows that have whole ones; nil if there are none
	crossed bool    // these are

	wide  bool                                  // inputs and weights that the loops want are of 16 bits
	widen [2]func(to *int16, from *byte, n int) // unsigned and signed bytes, a multiple of 16 of them, for wide loops

	one    []block                                          // for one row of weights that are bytes; nil if those must be words
	unpack func(to *int16, from *byte, n int, offset int16) // signed bytes, less an offset, a multiple of 32 of them, for wide loops

	flip func(to, from *byte, n int, flip uint32) // for loops that want bytes of the other kind; nil if none do
	sums func(*sumsCall)
}

// block computes rows·columns results.
type block struct {
	rows int
	run  func(*Call)
}

// lanes are the columns of one vector.
const lanes = 16

// widest is how many columns a block has at most.
func (b *blocks) widest() int { return lanes * len(b.widths) }

// Call is a thread's scratch memory for a Gemm, which Reserve makes large enough.
type Call struct {
	a     unsafe.Pointer // of pieces: where the first row of each begins, line after line
	w     unsafe.Pointer // a panel
	base  unsafe.Pointer
	scale unsafe.Pointer // nil leaves sums
	rows  unsafe.Pointer // what each row adds; nil is nothing
	out   unsafe.Pointer // bytes, or sums of 32 bits

	lda, ldo uint64 // bytes from one row to the next
	at       uint64 // bytes from each piece's beginning to the first row of this block
	pieces   uint64
	steps    uint64 // of four bytes of inputs, in each piece
	times    uint64 // blocks, one below the other

	mask   uint64 // of the columns; of the last vector's, where loops are not of VNNI
	flip   uint32
	zero   int32
	lo, hi float32
	ends   ends
	offset int32 // of weights that are bytes

	nest  nest
	of    sumsCall
	sums  []int32                        // what each row of a Matrix adds
	begin Places                         // of inputs that are copied
	ready []byte                         // these
	wide  []int16                        // the same for wide loops
	panel []int16                        // weights for them, of a panel
	tail  [highest * maxColumns * 4]byte // outputs of a block whose last vector is not whole
}

// nest is what loops over lines and panels are told.
type nest struct {
	lines, panels uint64
	skip, rowSkip uint64 // bytes from the end of a line's blocks to the next line, in the output and in rows
	depth, across uint64 // bytes from one panel to the next, of weights and in the output

	limits
	//lint:ignore U1000 assembly has it
	now cursor
}

// limits are what VNNI's loops hold outputs to: as signed bytes, which unsigned ones become by less 128.
type limits struct {
	least, most uint32 // in each byte
	words       uint32 // the zero point, in each word
	other       uint32 // what makes such bytes those of the output
	large       uint32 // not 0: sums times their scale may not fit in 32 bits
}

// limit returns the limits of outputs of zero + rint(clamp(v·scale, lo, hi)).
func limit(scale []float32, zero int32, lo, hi float32, signed bool) (l limits) {
	if !signed {
		zero, l.other = zero-128, 0x80808080
	}
	each := func(v float32) uint32 { return uint32(byte(int32(v)+zero)) * 0x1010101 }
	l.words, l.least, l.most = uint32(uint16(zero))*0x10001, each(lo), each(hi)
	if slices.ContainsFunc(scale, func(s float32) bool { return !(s < 1) }) {
		l.large = 1
	}
	return l
}

// cursor is where the loops are: their memory, which no one else reads. What they point at is kept by others.
//
//lint:ignore U1000 assembly has it
type cursor struct {
	w, base, scale, out, panels uint64 // of a panel, and how many are left
	line, lines, rows           uint64 // a line's pieces, how many are left, and what its next row adds
	at, times                   uint64 // as in Call
}

// sumsCall asks for sums[r] += factor·Σ_i a[r·stride+i], i < n, of inputs that flip makes such as the loops want.
type sumsCall struct {
	a, sums         unsafe.Pointer
	stride, n, rows uint64
	factor          int32
	flip            uint32
}

// What a block has at most.
const (
	highest    = 12 // rows
	maxColumns = 64
)

// NewGemm packs p's weights for the path that runs; nil if that has no loops for it.
func NewGemm[T int8 | uint8](p Product[T]) *Gemm {
	return newGemm(p, chosen().gemm)
}

func newGemm[T int8 | uint8](p Product[T], b *blocks) *Gemm {
	signed := ^T(0) < 0
	if b == nil || p.N < 1 || p.K < 1 || signed && p.WZero != 0 {
		return nil
	}
	pieces := max(1, p.Pieces)
	b = b.of(signed).crossing(p.N, pieces, p.K/pieces)
	steps := (p.K/pieces + b.perStep() - 1) / b.perStep()
	g := &Gemm{n: p.N, k: p.K, pieces: pieces, steps: steps, blocks: b, signed: signed, zero: p.Zero, lo: p.Lo, hi: p.Hi, limits: limit(p.Scale, p.Zero, p.Lo, p.Hi, signed)}
	columns := (p.N + lanes - 1) / lanes * lanes
	g.base = make([]int32, columns)
	copy(g.base, p.Base)
	if len(p.Scale) > 0 {
		g.scale = make([]float32, columns)
		for i := range p.N {
			g.scale[i] = p.Scale[i%len(p.Scale)]
		}
	}
	g.ends = endsOf(signed, p.Scale, p.Zero, p.Lo, p.Hi)
	if b.wide {
		packWide(g, &p)
		return g
	}
	if b.words {
		packWords(g, &p)
		return g
	}
	weights := unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(p.Weights))), len(p.Weights))
	var flip byte
	switch {
	case !signed && b.other != nil:
		g.row = -p.WZero
	case !signed:
		flip, g.row = 0x80, 128-p.WZero
	}
	g.pack(weights, flip)
	if signed != b.signed {
		g.flip = 0x80808080
		g.shift(weights, flip, signed)
	}
	return g
}

// of returns the loops for bytes of a kind.
func (b *blocks) of(signed bool) *blocks {
	if b.signed != signed && b.other != nil {
		return b.other
	}
	return b
}

// flips says whether bytes of a kind must be flipped.
func (b *blocks) flips(signed bool) bool { return b.of(signed).signed != signed }

// shift takes from the sums what inputs that have become unsigned, or signed, have more or less.
func (g *Gemm) shift(weights []byte, flip byte, signed bool) {
	by := int32(128)
	if !signed {
		by = -128
	}
	for n := range g.n {
		sum := g.row * int32(g.k)
		for _, w := range weights[n*g.k : (n+1)*g.k] {
			sum += int32(int8(w ^ flip))
		}
		g.base[n] -= by * sum
	}
}

// pack lays the weights out as the loops read them, one panel after the other.
func (g *Gemm) pack(weights []byte, flip byte) {
	g.w = make([]byte, len(g.base)*g.depth())
	length := g.k / g.pieces
	for n := range g.n {
		from, columns := g.panel(n / g.blocks.widest())
		to := g.w[from*g.depth()+(n-from)*4:]
		for k, w := range weights[n*g.k : (n+1)*g.k] {
			piece, k := k/length, k%length
			to[(piece*g.steps+k/4)*columns*4+k%4] = w ^ flip
		}
	}
}

// packWords lays p's weights out for loops that want words.
func packWords[T int8 | uint8](g *Gemm, p *Product[T]) {
	const ahead = 2 * lanes // bytes that the loops read behind the last weight
	g.w = make([]byte, len(g.base)*g.depth()+ahead)
	length := g.k / g.pieces
	for n := range g.n {
		from, columns := g.panel(n / g.blocks.widest())
		to := wide(g.w[from*g.depth():])[n-from:]
		for k, w := range p.Weights[n*g.k : (n+1)*g.k] {
			to[(k/length*g.steps*4+k%length)*columns] = int16(int32(w) - p.WZero)
		}
	}
}

// depth returns how many bytes of packed weights a column has.
func (g *Gemm) depth() int {
	n := g.pieces * g.steps * 4
	switch {
	case g.narrow:
		n /= 2
	case g.blocks.words:
		n *= 2
	}
	return n
}

// panel returns the first column of a panel, and how many columns it has with what fills it up.
func (g *Gemm) panel(i int) (from, columns int) {
	from = i * g.blocks.widest()
	return from, min(g.blocks.widest(), len(g.base)-from)
}

// Panels returns how many panels there are: groups of columns that can be computed apart.
func (g *Gemm) Panels() int { return (len(g.base) + g.blocks.widest() - 1) / g.blocks.widest() }

// Columns returns how many columns stand before a panel.
func (g *Gemm) Columns(panel int) int { return min(panel*g.blocks.widest(), g.n) }

// PackedBytes returns the memory that the packed weights take.
func (g *Gemm) PackedBytes() int { return len(g.w) + 4*len(g.base) + 4*len(g.scale) }

// Reach returns how many bytes of each piece of a row are read: its length, up to a multiple of 4. What is behind its length
// counts as 0, whatever it is. Of inputs that are not ready no more than the length may be read.
func (g *Gemm) Reach(ready bool) int {
	if g.blocks.wide && !ready {
		return g.k / g.pieces
	}
	return g.steps * 4
}

// Rows returns how many rows of inputs are best computed together.
func (g *Gemm) Rows() int {
	return g.blocks.widths[min(len(g.blocks.widths), len(g.base)/lanes)-1][0].rows
}

// Pieces returns how many pieces a row of inputs has.
func (g *Gemm) Pieces() int { return g.pieces }

// Matrix is lines of rows of inputs and of outputs.
type Matrix struct {
	Lines, Rows int     // so many rows in each line
	In          *Places // of each line's first row; those of the next are InStride behind them
	First       int     // the line of In that is the first
	Out         []byte  // [Lines,Rows,OutStride]; sums take four bytes each

	InStride, OutStride int  // bytes
	Ready               bool // inputs are such as the loops want: Prepare has made them
}

// Reserve makes room in c for matrices of up to so many lines of so many rows, such as Run will get them.
func (g *Gemm) Reserve(c *Call, lines, rows, inStride int, ready bool) {
	if g.row != 0 {
		c.sums = make([]int32, lines*rows)
	}
	if g.narrow {
		c.panel = make([]int16, g.blocks.widest()*g.depth())
	}
	if ready || !g.copies() {
		return
	}
	c.begin = NewPlaces(lines * g.pieces)
	if size := lines * g.pieces * g.span(rows, inStride); g.blocks.wide {
		c.wide = make([]int16, size)
	} else {
		c.ready = make([]byte, size)
	}
}

// Bytes returns the memory that Reserve has made.
func (c *Call) Bytes() int {
	return len(c.ready) + 2*len(c.wide) + 2*len(c.panel) + 4*len(c.sums) + c.begin.Bytes()
}

// copies says whether the loops want inputs that are others than those of a Matrix that is not ready.
func (g *Gemm) copies() bool { return g.blocks.wide || g.flip != 0 }

// span returns how many inputs rows cover, so far apart.
func (g *Gemm) span(rows, inStride int) int { return (rows-1)*inStride + g.steps*g.blocks.perStep() }

// Run computes the columns of some panels.
func (g *Gemm) Run(c *Call, m Matrix, from, to int) {
	if m.Rows < 1 || m.Lines < 1 || to <= from {
		return
	}
	g.begin(c, &m)
	first, inside := to-1, from == 0 // what the last panel writes behind its end is overwritten by the others
	if last, columns := g.panel(first); g.blocks.nest && last+columns <= g.n && columns == g.blocks.widest() {
		first = from // all are whole
	}
	g.panels(c, &m, first, to, inside)
	step := 1
	if g.blocks.nest {
		step = first - from
	}
	for ; from < first; from += step { // weights come in the order of their memory, which a processor foresees
		g.panels(c, &m, from, from+step, inside)
	}
}

// panels computes some panels; all are whole, or there is one. Where inside, those before come later.
func (g *Gemm) panels(c *Call, m *Matrix, from, to int, inside bool) {
	column, columns := g.panel(from)
	c.w, c.base = unsafe.Pointer(&g.w[column*g.depth()]), unsafe.Pointer(&g.base[column])
	size := 4
	if g.scale != nil {
		c.scale, size = unsafe.Pointer(&g.scale[column]), 1
	}
	over := max(0, column+columns-g.n)
	blocks := g.blocks.widths[columns/lanes-1]
	if g.blocks.nest {
		c.mask = ^uint64(0) >> (maxColumns - columns + over)
		c.nest.panels, c.nest.depth, c.nest.across = uint64(to-from), uint64(columns*g.depth()), uint64(columns*size)
		g.lines(c, m, column*size, blocks)
		return
	}
	c.mask = (1<<lanes - 1) >> over
	rows := m.Lines * m.Rows
	t := target{out: m.Out[column*size:], stride: m.OutStride, whole: rows}
	if over > 0 && g.blocks.whole {
		t.kept, t.whole = (columns-over)*size, 0
		if inside && m.OutStride == g.n*size {
			t.whole = rows - (over+g.n-1)/g.n
		}
	}
	if g.narrow {
		blocks = g.unpack(c, rows, from, blocks)
	}
	for line := range m.Lines {
		c.a = m.In.line(m.First+line, g.pieces)
		g.down(c, m, t, line*m.Rows, blocks)
	}
}

// lines computes panels by loops that do all lines in a call: one for each height of blocks.
func (g *Gemm) lines(c *Call, m *Matrix, column int, blocks []block) {
	c.a, c.ldo = m.In.line(m.First, g.pieces), uint64(m.OutStride)
	for y := 0; y < m.Rows; {
		b, n := split(blocks, m.Rows-y)
		c.at, c.times, c.out = uint64(y*m.InStride), uint64(n), unsafe.Pointer(&m.Out[y*m.OutStride+column])
		left := m.Rows - n*b.rows
		c.nest.skip, c.nest.rowSkip = uint64(left*m.OutStride), 0
		if g.row != 0 {
			c.rows, c.nest.rowSkip = unsafe.Pointer(&c.sums[y]), uint64(4*left)
		}
		b.run(c)
		y += n * b.rows
	}
}

// split returns blocks for the first of so many rows, and how many of them: as few of one height as make all rows, or the highest.
func split(blocks []block, rows int) (block, int) {
	if rows == 1 {
		return blocks[len(blocks)-1], 1
	}
	n := (rows + blocks[0].rows - 1) / blocks[0].rows
	for _, b := range blocks {
		if b.rows*n == rows {
			return b, n
		}
	}
	for blocks[0].rows > rows {
		blocks = blocks[1:]
	}
	return blocks[0], rows / blocks[0].rows
}

// target is where a panel's outputs go.
type target struct {
	out    []byte
	stride int
	whole  int // rows behind whose end the loops may write: into rows whose turn comes later
	kept   int // bytes of each of the others
}

// begin checks m, makes its inputs such as the loops want them, and tells c what is the same for all blocks.
func (g *Gemm) begin(c *Call, m *Matrix) {
	size := 1
	if g.scale == nil {
		size = 4
	}
	rows := m.Lines * m.Rows
	if (rows-1)*m.OutStride+g.n*size > len(m.Out) || m.OutStride < g.n*size && rows > 1 {
		panic("simd: matrix out of range")
	}
	if (m.First+m.Lines)*g.pieces > len(m.In.at) || (m.Rows-1)*m.InStride+g.Reach(m.Ready) > m.In.behind {
		panic("simd: inputs out of range")
	}
	c.flip = 0
	if !m.Ready && g.copies() {
		if rows == 1 && !g.blocks.wide {
			c.flip = g.flip // loops of one row do that as they go
		} else {
			g.copy(c, m)
		}
	}
	c.lda, c.pieces, c.steps = uint64(m.InStride), uint64(g.pieces), uint64(g.steps)
	c.zero, c.lo, c.hi, c.ends = g.zero, g.lo, g.hi, g.ends
	c.scale, c.rows, c.nest.lines = nil, nil, uint64(m.Lines)
	if g.blocks.nest {
		c.nest.limits = g.limits
	}
	if g.row != 0 {
		g.addUp(c, m)
	}
}

// copy makes copies of m's inputs such as the loops want them, and has m take these.
func (g *Gemm) copy(c *Call, m *Matrix) {
	c.begin.Clear()
	length, size := (m.Rows-1)*m.InStride+g.k/g.pieces, g.span(m.Rows, m.InStride)
	for i, at := range m.In.at[m.First*g.pieces : (m.First+m.Lines)*g.pieces] {
		in := unsafe.Slice((*byte)(at), length)
		if g.blocks.wide {
			to := c.wide[i*size : (i+1)*size]
			widenRow(g.blocks.widen, g.signed, to[:length], in)
			c.begin.Add(unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(to))), 2*size))
			continue
		}
		to := c.ready[i*size : (i+1)*size]
		g.blocks.flip(&to[0], &in[0], length, g.flip)
		c.begin.Add(to)
	}
	if m.In, m.First = &c.begin, 0; g.blocks.wide {
		m.InStride *= 2
	}
}

// down computes a panel's rows of a line, of which so many rows stand before, block by block, or as many at once as the loops can.
func (g *Gemm) down(c *Call, m *Matrix, to target, before int, blocks []block) {
	for y := 0; y < m.Rows; {
		for blocks[0].rows > m.Rows-y {
			blocks = blocks[1:]
		}
		at := before + y
		b, n, end := blocks[0], 1, before+m.Rows
		whole := at+b.rows <= to.whole
		if whole {
			end = min(end, to.whole)
		}
		if g.blocks.times {
			n = (end - at) / b.rows
		}
		c.at = uint64(y * m.InStride)
		if g.row != 0 {
			c.rows = unsafe.Pointer(&c.sums[at])
		}
		if whole {
			c.times, c.out, c.ldo = uint64(n), unsafe.Pointer(&to.out[at*to.stride]), uint64(to.stride)
			b.run(c)
		} else {
			size := 4 * g.blocks.widest()
			n = min(n, len(c.tail)/size/b.rows)
			c.times, c.out, c.ldo = uint64(n), unsafe.Pointer(&c.tail), uint64(size)
			b.run(c)
			to.cut(c.tail[:], size, at, n*b.rows)
		}
		y += n * b.rows
	}
}

// cut copies of rows, computed beside their place, what belongs there.
func (p *target) cut(all []byte, size, y, rows int) {
	for r := range rows {
		copy(p.out[(y+r)*p.stride:], all[r*size:r*size+p.kept])
	}
}

// addUp works out what each row adds to its sums.
func (g *Gemm) addUp(c *Call, m *Matrix) {
	clear(c.sums[:m.Lines*m.Rows])
	c.of = sumsCall{stride: uint64(m.InStride), n: uint64(g.k / g.pieces), rows: uint64(m.Rows), factor: g.row, flip: c.flip}
	for line := range m.Lines {
		at := (m.First + line) * g.pieces
		for _, a := range m.In.at[at : at+g.pieces] {
			c.of.a, c.of.sums = a, unsafe.Pointer(&c.sums[line*m.Rows])
			g.blocks.sums(&c.of)
		}
	}
}
