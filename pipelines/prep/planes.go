package prep

// planes resizes pictures whose Y, U and V lie in planes or side by side, each at the size it is stored at, and makes
// pixels of the few that remain. It makes eight rows at once: blended from the picture's, they are transposed, so that
// a word has a byte of each, and blended across as they are.
type planes struct {
	width, height int // of the output
	rows          [3]rows
	columns       [3]columns
	y, u, v       []uint8 // [width]: a row
	rgb           []uint8 // [width·3]
}

// rows blends those of a band.
type rows struct {
	band
	down   blender
	lo, hi int      // bytes of a row that are needed
	made   []uint64 // [hi]: a byte of each of eight rows
}

// columns blends those of a plane.
type columns struct {
	plane
	across blender
	made   []uint64 // [width]: a byte of each of eight rows
}

// run resizes the part b of a picture, converts it by m, and hands over each row: RGB, or grey if there is no chroma.
// emit must not keep its argument.
func (p *planes) run(l *layout, b box, m *matrix, emit func(y int, row []uint8)) {
	p.setup(l, b)
	for top := 0; top < p.height; top += 8 {
		for i := range p.rows[:l.nb] {
			p.rows[i].blend(top)
		}
		for i := range p.columns[:l.np] {
			c := &p.columns[i]
			c.across.along(c.made, p.rows[c.band].made[c.off:], c.step)
		}
		for k := range min(8, p.height-top) {
			emit(top+k, p.pixels(l.np, k, m))
		}
	}
}

// setup prepares for a picture; it allocates only when another kind of picture comes.
func (p *planes) setup(l *layout, b box) {
	p.y, p.u, p.v = resize(p.y, p.width), resize(p.u, p.width), resize(p.v, p.width)
	p.rgb = resize(p.rgb, 3*p.width)
	for i := range l.nb {
		r := &p.rows[i]
		r.band = l.bands[i]
		r.down.build(span{r.rows, float64(b.y) / r.perY, float64(b.h) / r.perY}, p.height)
		r.lo, r.hi = r.stride, 0
	}
	for i := range l.np {
		c := &p.columns[i]
		c.plane = l.planes[i]
		c.across.build(span{c.n, float64(b.x) / c.perX, float64(b.w) / c.perX}, p.width)
		c.made = resize(c.made, p.width)
		r := &p.rows[c.band]
		r.lo = min(r.lo, c.off+c.across.start[0]*c.step)
		r.hi = max(r.hi, c.off+(c.across.start[p.width-1]+c.across.taps-1)*c.step+1)
	}
	for i := range l.nb {
		p.rows[i].made = resize(p.rows[i].made, p.rows[i].hi+15)
	}
}

// blend makes eight rows of the output from top on. Below the last one, that is repeated.
func (r *rows) blend(top int) {
	var t, u [8]uint64
	for i := r.lo; i < r.hi; i += 16 {
		for k := range t {
			first, weights := r.down.at(min(top+k, r.down.out-1))
			t[k], u[k] = apart(r.pix[first*r.stride+i:], r.stride, weights)
		}
		transpose(&t)
		transpose(&u)
		copy(r.made[i:], t[:])
		copy(r.made[i+8:], u[:])
	}
}

// pixels returns row k of the eight: RGB, or grey if there is one plane alone.
func (p *planes) pixels(planes, k int, m *matrix) []uint8 {
	shift := 8 * k & 63
	rows := [...][]uint8{p.y, p.u, p.v}
	for i, row := range rows[:planes] {
		made := p.columns[i].made[:len(row)]
		for x := range row {
			row[x] = uint8(made[x] >> shift)
		}
	}
	if planes == 1 {
		m.grey(p.y)
		return p.y
	}
	m.colours(p.rgb, p.y, p.u, p.v)
	return p.rgb
}
