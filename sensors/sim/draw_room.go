package sim

import (
	"math"
	"slices"
)

// look is how a home looks: its seed's taste.
type look struct {
	dice          dice
	wall, wall2   paint
	floor         paint
	wood, wood2   paint
	sofa, curtain paint
	door, counter paint
	pattern       int // of the walls: 0 plain, 1 stripes, 2 another colour below, 3 another far wall
	lamp, lampX   float32
	doorLeft      bool
}

func newLook(seed uint64) look {
	d := dice(scramble(seed*0x9e3779b97f4a7c15 + 0x6c6f6f6b))
	k := look{dice: d, wall: d.pale(0, 0.45, 0.8), floor: d.brown(10), wood: d.brown(20), wood2: d.brown(30)}
	k.wall2 = k.wall.mix(d.bright(40), d.from(41, 0.1, 0.45))
	k.sofa, k.curtain = d.bright(50).times(0.8), d.bright(60)
	k.door = [...]paint{{0.75, 0.74, 0.7}, d.brown(70), d.brown(71), d.bright(72)}[d.pick(73, 4)]
	k.counter = [...]paint{{0.7, 0.7, 0.68}, d.brown(80), d.bright(81).times(0.8)}[d.pick(82, 3)]
	k.pattern = d.pick(90, 4)
	k.lamp, k.lampX = d.from(91, 0.8, 1.7), d.from(92, -0.15, 0.15)
	k.doorLeft = d.roll(93) < 0.5
	if d.roll(95) < 0.3 { // a carpet from wall to wall
		k.floor = d.bright(96).mix(paint{0.4, 0.4, 0.4}, 0.6)
	}
	return k
}

// pale is a light colour of little saturation.
func (d dice) pale(n int, lo, hi float32) paint {
	l := d.from(n, lo, hi)
	return paint{l * d.from(n+1, 0.88, 1.08), l * d.from(n+2, 0.9, 1.02), l * d.from(n+3, 0.75, 1.05)}
}

// brown is wood.
func (d dice) brown(n int) paint {
	l := d.from(n+200, 0.1, 0.42)
	return paint{l, l * d.from(n+201, 0.62, 0.8), l * d.from(n+202, 0.32, 0.6)}
}

// bright is any colour of cloth or paint.
func (d dice) bright(n int) paint {
	hue, l, grey := d.roll(n+400), d.from(n+401, 0.08, 0.6), d.from(n+402, 0.1, 0.9)
	p := paint{1 + sine32(hue), 1 + sine32(hue+1.0/3), 1 + sine32(hue+2.0/3)}.times(l / 2)
	return p.mix(paint{l, l, l}.times(0.6), grey)
}

// buildRoom makes all that never moves.
func (c *Camera) buildRoom() {
	h := c.story.Home
	m, d := &c.still, c.look.dice
	wide, deep := float32(h.Width), float32(h.Depth)
	c.buildFloor(m)
	c.buildFarWall(m)
	for _, x := range [...]float32{0, wide} {
		c.buildSideWall(m, x)
	}
	high := float32(h.Height)
	m.flat(idRoom, paint{0.7, 0.7, 0.68}, [4]vec{{0, high, deep - 1.5}, {wide, high, deep - 1.5}, {wide, high, deep}, {0, high, deep}})
	c.skirt(m, c.look.door.mix(c.look.wood, 0.4))
	if d.roll(100) < 0.7 { // a rug
		x, z := wide*d.from(101, 0.35, 0.65), deep*d.from(102, 0.36, 0.5)
		rx, rz := d.from(103, 0.6, 1.1), d.from(104, 0.4, 0.7)
		p := d.bright(105)
		m.flat(idRoom, p, [4]vec{{x - rx, 0.006, z - rz}, {x + rx, 0.006, z - rz}, {x + rx, 0.006, z + rz}, {x - rx, 0.006, z + rz}})
		rx, rz = rx*0.8, rz*0.75
		p = p.mix(d.bright(106), 0.6)
		m.flat(idRoom, p, [4]vec{{x - rx, 0.012, z - rz}, {x + rx, 0.012, z - rz}, {x + rx, 0.012, z + rz}, {x - rx, 0.012, z + rz}})
	}
}

func (c *Camera) buildFloor(m *mesh) {
	h, d := c.story.Home, c.look.dice
	wide, deep := float32(h.Width), float32(h.Depth)
	const boards, lengths = 14, 6
	for i := range boards {
		for j := range lengths {
			x0, x1 := wide*float32(i)/boards, wide*float32(i+1)/boards
			z0, z1 := deep*float32(j)/lengths, deep*float32(j+1)/lengths
			p := c.look.floor.times(d.from(1000+i*lengths+j, 0.86, 1.06))
			q := m.flat(idRoom, p, [4]vec{{x0, 0, z0}, {x1, 0, z0}, {x1, 0, z1}, {x0, 0, z1}})
			q.n = vec{0, 1, 0}
			q.shade = [4]float32{c.corner(x0, z0), c.corner(x1, z0), c.corner(x1, z1), c.corner(x0, z1)}
		}
	}
}

// corner is how much light gets to a point of the floor, or of the ceiling's height: less near the walls.
func (c *Camera) corner(x, z float32) float32 {
	h := c.story.Home
	near := min(x, float32(h.Width)-x, float32(h.Depth)-z)
	return 0.72 + 0.28*min(near/0.6, 1)
}

// beyond is how far walls go on past corners, m: no cracks are seen there.
const beyond = 0.05

// buildFarWall leaves out the openings.
func (c *Camera) buildFarWall(m *mesh) {
	h := c.story.Home
	xs, ys := []float64{-beyond, h.Width + beyond}, []float64{-beyond, 0.5, 1, 1.5, 2, h.Height + beyond}
	for _, o := range [...]Opening{h.Door, h.Window} {
		xs = append(xs, o.Along-o.Width/2, o.Along+o.Width/2)
		ys = append(ys, o.Bottom, o.Top)
	}
	for x := 0.25; x < h.Width; x += 0.25 {
		xs = append(xs, x)
	}
	xs, ys = cuts(xs), cuts(ys)
	for i := range xs[1:] {
		for j := range ys[1:] {
			x, y := (xs[i]+xs[i+1])/2, (ys[j]+ys[j+1])/2
			if h.Door.holds(x, y) || h.Window.holds(x, y) {
				continue
			}
			x0, x1, y0, y1, z := float32(xs[i]), float32(xs[i+1]), float32(ys[j]), float32(ys[j+1]), float32(h.Depth)
			q := m.flat(idRoom, c.wallpaper(x, y, true), [4]vec{{x0, y0, z}, {x1, y0, z}, {x1, y1, z}, {x0, y1, z}})
			q.shade = [4]float32{c.wallShade(x0, y0), c.wallShade(x1, y0), c.wallShade(x1, y1), c.wallShade(x0, y1)}
		}
	}
}

// cuts sorts the places where a wall is cut, and leaves out those that are less than a millimetre behind others.
func cuts(at []float64) []float64 {
	slices.Sort(at)
	return slices.CompactFunc(at, func(a, b float64) bool { return math.Abs(a-b) < 1e-3 })
}

// holds reports whether a point of the wall is in the opening.
func (o *Opening) holds(along, y float64) bool {
	return along > o.Along-o.Width/2 && along < o.Along+o.Width/2 && y > o.Bottom && y < o.Top
}

// wallShade is how much light gets to a point of the far wall.
func (c *Camera) wallShade(x, y float32) float32 {
	near := min(x, float32(c.story.Home.Width)-x, y*0.7+0.1)
	return 0.72 + 0.28*min(near/0.5, 1)
}

func (c *Camera) wallpaper(along, y float64, far bool) paint {
	k := &c.look
	switch {
	case k.pattern == 1 && int(along*4)%2 == 0, k.pattern == 2 && y < 1, k.pattern == 3 && far:
		return k.wall2
	}
	return k.wall
}

func (c *Camera) buildSideWall(m *mesh, x float32) {
	h := c.story.Home
	deep := float32(h.Depth)
	const pieces, rows = 14, 5
	for i := range pieces {
		z0, z1 := 0.6+(deep-0.6)*float32(i)/pieces, 0.6+(deep-0.6)*float32(i+1)/pieces
		for j := range rows {
			y0, y1 := float32(j)/2, float32(j+1)/2
			if j == 0 {
				y0 = -beyond
			}
			q := m.flat(idRoom, c.wallpaper(float64(i)/4, float64(y0+0.1), false), [4]vec{{x, y0, z0}, {x, y0, z1}, {x, y1, z1}, {x, y1, z0}})
			a, b := 0.72+0.28*min((deep-z0)/0.5, 1), 0.72+0.28*min((deep-z1)/0.5, 1)
			foot := min(0.8+0.4*y0, 1)
			q.shade = [4]float32{a * foot, b * foot, b, a}
		}
	}
}

// skirt adds the boards at the walls' feet.
func (c *Camera) skirt(m *mesh, p paint) {
	h := c.story.Home
	wide, deep := float32(h.Width), float32(h.Depth)
	left, right := float32(h.Door.Along-h.Door.Width/2), float32(h.Door.Along+h.Door.Width/2)
	m.box(idRoom, p, vec{0, 0, deep - 0.02}, vec{left, 0.08, deep})
	m.box(idRoom, p, vec{right, 0, deep - 0.02}, vec{wide, 0.08, deep})
	m.box(idRoom, p, vec{0, 0, 0.6}, vec{0.02, 0.08, deep})
	m.box(idRoom, p, vec{wide - 0.02, 0, 0.6}, vec{wide, 0.08, deep})
}
