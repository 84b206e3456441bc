package sim

// The picture, and the canvas of twice its width and height that it is painted on.
const (
	drawnWidth, drawnHeight = 128, 96
	fineWidth, fineHeight   = 2 * drawnWidth, 2 * drawnHeight
)

// canvas is what is painted on: what is nearer hides what is farther, in whatever order they come.
type canvas struct {
	near [fineWidth * fineHeight]float32    // 1 / distance (m) of what is seen
	rgb  [fineWidth * fineHeight][3]float32 // light, linear: 1 is white paper in a bright room
	id   [fineWidth * fineHeight]uint8      // of the thing that is seen
}

func (c *canvas) clear() {
	clear(c.near[:])
	clear(c.rgb[:])
	clear(c.id[:])
}

// paint is a colour: how much of the light a surface gives back, or light itself. Linear.
type paint [3]float32

func (p paint) times(k float32) paint { return paint{p[0] * k, p[1] * k, p[2] * k} }
func (p paint) by(q paint) paint      { return paint{p[0] * q[0], p[1] * q[1], p[2] * q[2]} }
func (p paint) plus(q paint) paint    { return paint{p[0] + q[0], p[1] + q[1], p[2] + q[2]} }
func (p paint) mix(q paint, k float32) paint {
	return paint{p[0] + (q[0]-p[0])*k, p[1] + (q[1]-p[1])*k, p[2] + (q[2]-p[2])*k}
}

// vertex is a corner of a triangle on the canvas. a is how much a veil hides.
type vertex struct {
	x, y, w float32
	p       paint
	a       float32
}

// slope is how a value changes across a triangle: per pixel to the right, and per pixel down.
type slope struct{ x, y float32 }

// plane finds slopes of values given at three vertices.
type plane struct{ bx, by, cx, cy, over float32 }

func (p *plane) slope(a, b, c float32) slope {
	b, c = (b-a)*p.over, (c-a)*p.over
	return slope{b*p.cy - c*p.by, c*p.bx - b*p.cx}
}

// triangle paints one. A veil (id 0) lets what lies behind shine through and hides nothing that comes later.
func (c *canvas) triangle(p, q, r *vertex, id uint8) {
	if p.w == 0 || q.w == 0 || r.w == 0 {
		return
	}
	if q.y < p.y {
		p, q = q, p
	}
	if r.y < p.y {
		p, r = r, p
	}
	if r.y < q.y {
		q, r = r, q
	}
	on := plane{q.x - p.x, q.y - p.y, r.x - p.x, r.y - p.y, 0}
	area := on.bx*on.cy - on.cx*on.by
	if area > -1e-6 && area < 1e-6 {
		return
	}
	on.over = 1 / area
	s := scan{c: c, from: p, id: id, w: on.slope(p.w, q.w, r.w)}
	for i := range s.p {
		s.p[i] = on.slope(p.p[i], q.p[i], r.p[i])
	}
	if id == 0 {
		s.a = on.slope(p.a, q.a, r.a)
	}
	s.rows(p, q, r)
}

// scan is a triangle being filled, row by row.
type scan struct {
	c    *canvas
	from *vertex
	id   uint8
	w, a slope
	p    [3]slope
}

// rows walks down a triangle whose corners are in the order of their rows. A pixel is inside if its middle is.
func (s *scan) rows(p, q, r *vertex) {
	long := edge(p, r)
	upper, lower := edge(p, q), edge(q, r)
	for y := pixel(p.y, fineHeight); y < pixel(r.y, fineHeight); y++ {
		middle := float32(y) + 0.5
		left, right := p.x+(middle-p.y)*long, p.x+(middle-p.y)*upper
		if middle >= q.y {
			right = q.x + (middle-q.y)*lower
		}
		if left > right {
			left, right = right, left
		}
		s.row(y, pixel(left, fineWidth), pixel(right, fineWidth))
	}
}

// edge is how far to the right an edge goes per row.
func edge(a, b *vertex) float32 {
	if b.y-a.y < 1e-6 {
		return 0
	}
	return (b.x - a.x) / (b.y - a.y)
}

// pixel returns the first pixel whose middle is not before x, 0 to limit.
func pixel(x float32, limit int) int {
	x += 0.5
	if !(x > 0) {
		return 0
	}
	if x >= float32(limit) {
		return limit
	}
	return int(x)
}

func (s *scan) row(y, x0, x1 int) {
	if x0 >= x1 {
		return
	}
	dx, dy := float32(x0)+0.5-s.from.x, float32(y)+0.5-s.from.y
	at := func(v float32, k slope) float32 { return v + dx*k.x + dy*k.y }
	w := at(s.from.w, s.w)
	p := paint{at(s.from.p[0], s.p[0]), at(s.from.p[1], s.p[1]), at(s.from.p[2], s.p[2])}
	if s.id == 0 {
		s.veil(y*fineWidth+x0, x1-x0, veil{w, at(s.from.a, s.a), p})
		return
	}
	near, rgb, id := s.c.near[y*fineWidth:][x0:x1], s.c.rgb[y*fineWidth:][x0:x1], s.c.id[y*fineWidth:][x0:x1]
	for i := range near {
		if w > near[i] {
			near[i], rgb[i], id[i] = w, p, s.id
		}
		w += s.w.x
		p = paint{p[0] + s.p[0].x, p[1] + s.p[1].x, p[2] + s.p[2].x}
	}
}

// veil is the state of a row that lets shine through.
type veil struct {
	w, a float32
	p    paint
}

// veilBias lets a shadow on the floor lie before the floor.
const veilBias = 1.004

func (s *scan) veil(first, n int, v veil) {
	near, rgb := s.c.near[first:first+n], s.c.rgb[first:first+n]
	for i := range near {
		if v.w*veilBias > near[i] {
			rgb[i] = paint(rgb[i]).mix(v.p, v.a)
		}
		v.w += s.w.x
		v.a += s.a.x
		v.p = paint{v.p[0] + s.p[0].x, v.p[1] + s.p[1].x, v.p[2] + s.p[2].x}
	}
}
