package sim

// quad is a flat piece of a surface, its corners in order around it.
type quad struct {
	at    [4]vec
	n     vec // where it looks; a solid's quads are not seen from behind
	p     paint
	shade [4]float32 // how much of the room's light gets to each corner
	id    uint8
	solid bool
	shine bool // p is light of its own
}

// mesh is a list of quads being built.
type mesh struct{ quads []quad }

var fullShade = [4]float32{1, 1, 1, 1}

// flat adds a quad that both sides are seen of.
func (m *mesh) flat(id uint8, p paint, at [4]vec) *quad {
	n := at[1].minus(at[0]).cross(at[2].minus(at[0])).unit()
	m.quads = append(m.quads, quad{at: at, n: n, p: p, id: id, shade: fullShade})
	return &m.quads[len(m.quads)-1]
}

// box adds a block from lo to hi, without its bottom. Its foot is a little darker.
func (m *mesh) box(id uint8, p paint, lo, hi vec) {
	x, z := vec{hi.x - lo.x, 0, 0}, vec{0, 0, hi.z - lo.z}
	m.block(id, p, block{lo, x, z, hi.y - lo.y})
}

// block is an upright block: a corner of its foot, the foot's two sides, and its height.
type block struct {
	at, a, b vec
	high     float32
}

func (m *mesh) block(id uint8, p paint, k block) {
	up := vec{0, k.high, 0}
	middle := k.at.plus(k.a.plus(k.b).times(0.5))
	foot := [4]vec{k.at, k.at.plus(k.a), k.at.plus(k.a).plus(k.b), k.at.plus(k.b)}
	for i, from := range foot {
		to := foot[(i+1)%4]
		q := m.flat(id, p, [4]vec{from, to, to.plus(up), from.plus(up)})
		out := from.plus(to).times(0.5).minus(middle)
		if q.n.dot(out) < 0 {
			q.n = q.n.times(-1)
		}
		q.solid = true
		q.shade = [4]float32{0.82, 0.82, 1, 1}
	}
	top := m.flat(id, p, [4]vec{foot[0].plus(up), foot[1].plus(up), foot[2].plus(up), foot[3].plus(up)})
	top.n, top.solid = vec{0, 1, 0}, true
}

// disc adds a round face of so many metres radius, spanned by the unit vectors a and b.
func (m *mesh) disc(id uint8, p paint, at, a, b vec, radius float32) {
	const pieces = 8 // quads: two slices each
	rim := func(i int) vec {
		turn := float32(i) / (2 * pieces)
		return at.along(a, radius*sine32(turn+0.25)).along(b, radius*sine32(turn))
	}
	for i := range pieces {
		m.flat(id, p, [4]vec{at, rim(2 * i), rim(2*i + 1), rim(2*i + 2)})
	}
}

// paintQuads paints a mesh as the lights have it.
func (c *Camera) paintQuads(m *mesh) {
	for i := range m.quads {
		c.paintQuad(&m.quads[i])
	}
}

func (c *Camera) paintQuad(q *quad) {
	n := q.n
	if n.dot(c.lens.eye.minus(q.at[0])) < 0 {
		if q.solid {
			return
		}
		n = n.times(-1)
	}
	var v [4]vertex
	for i, at := range q.at {
		v[i].x, v[i].y, v[i].w = c.lens.see(at)
		v[i].p = q.p
		if !q.shine {
			v[i].p = q.p.by(c.lights.on(at, n)).times(q.shade[i])
		}
	}
	c.canvas.triangle(&v[0], &v[1], &v[2], q.id)
	c.canvas.triangle(&v[0], &v[2], &v[3], q.id)
}

// shadow darkens the floor softly around a point.
func (c *Camera) shadow(at vec, rx, rz, strength float32) {
	const slices = 12
	rim := func(i int) (v vertex) {
		turn := float32(i) / slices
		v.x, v.y, v.w = c.lens.see(vec{at.x + rx*sine32(turn+0.25), at.y, at.z + rz*sine32(turn)})
		return v
	}
	middle := vertex{a: strength}
	middle.x, middle.y, middle.w = c.lens.see(at)
	last := rim(0)
	for i := range slices {
		next := rim(i + 1)
		c.canvas.triangle(&middle, &last, &next, 0)
		last = next
	}
}
