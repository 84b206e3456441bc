package sim

// spotAt is where one stands at a place.
func (h *Home) spotAt(p Place) vec { return vec{float32(h.Spots[p].X), 0, float32(h.Spots[p].Z)} }

// share is the width of a thing at the far wall.
func (h *Home) share() float32 { return float32(h.Width) * 0.225 }

// buildFurniture makes what stands about.
func (c *Camera) buildFurniture() {
	c.buildSideboard(&c.still)
	c.buildKitchen(&c.still)
	c.buildSofa(&c.still)
	c.buildTable(&c.still)
	c.buildPictures(&c.still)
	c.buildClutter(&c.still)
}

// screen is the television's, upright, from lo to hi.
type screen struct{ lo, hi, middle vec }

// Heights in metres.
const (
	sideboardHigh = 0.5
	counterHigh   = 0.9
	seatHigh      = 0.44
	tableHigh     = 0.74
)

func (c *Camera) buildSideboard(m *mesh) {
	h, d := c.story.Home, c.look.dice
	x, wide, deep := h.spotAt(AtTelevision).x, h.share(), float32(h.Depth)
	m.box(idRoom, c.look.wood, vec{x - wide/2, 0, deep - 0.45}, vec{x + wide/2, sideboardHigh, deep - 0.02})
	for i := range 3 { // its doors
		x0 := x - wide/2 + wide*(float32(i)+0.06)/3
		m.box(idRoom, c.look.wood.times(1.25), vec{x0, 0.08, deep - 0.46}, vec{x0 + wide*0.29, sideboardHigh - 0.06, deep - 0.45})
	}
	half := wide * d.from(110, 0.42, 0.5)
	high := half * d.from(111, 1.1, 1.25)
	c.tv.lo = vec{x - half, sideboardHigh + 0.05, deep - 0.24}
	c.tv.hi = vec{x + half, sideboardHigh + 0.05 + high, deep - 0.24}
	c.tv.middle = c.tv.lo.plus(c.tv.hi).times(0.5)
	const rim = 0.02
	m.box(idTelevision, paint{0.012, 0.012, 0.014}, vec{c.tv.lo.x - rim, c.tv.lo.y - rim, c.tv.lo.z + 0.005}, vec{c.tv.hi.x + rim, c.tv.hi.y + rim, c.tv.lo.z + 0.05})
	m.box(idTelevision, paint{0.02, 0.02, 0.02}, vec{x - 0.2, sideboardHigh, c.tv.lo.z - 0.08}, vec{x + 0.2, sideboardHigh + 0.04, c.tv.lo.z + 0.08})
}

func (c *Camera) buildKitchen(m *mesh) {
	h, d := c.story.Home, c.look.dice
	x, wide, deep := h.spotAt(AtStove).x, h.share(), float32(h.Depth)
	left, front := x-wide/2, deep-0.6
	if d.roll(120) < 0.5 { // the stove is left or right in the counter
		c.stove, c.kettle = vec{left + 0.28, counterHigh, deep - 0.32}, vec{left + wide - 0.17, counterHigh, deep - 0.3}
	} else {
		c.stove, c.kettle = vec{left + wide - 0.28, counterHigh, deep - 0.32}, vec{left + 0.17, counterHigh, deep - 0.3}
	}
	m.box(idRoom, c.look.counter, vec{left, 0, front}, vec{left + wide, counterHigh - 0.04, deep})
	m.box(idRoom, d.pale(121, 0.25, 0.7), vec{left - 0.01, counterHigh - 0.04, front - 0.02}, vec{left + wide + 0.01, counterHigh, deep})
	c.buildStove(m, front)
	if d.roll(122) < 0.6 { // cupboards on the wall, or a hood
		m.box(idRoom, c.look.counter.times(0.95), vec{left, 1.55, deep - 0.3}, vec{left + wide, 2.15, deep})
	} else {
		m.box(idRoom, paint{0.45, 0.46, 0.48}, vec{c.stove.x - 0.27, 1.6, deep - 0.4}, vec{c.stove.x + 0.27, 1.7, deep})
		m.box(idRoom, paint{0.45, 0.46, 0.48}, vec{c.stove.x - 0.1, 1.7, deep - 0.25}, vec{c.stove.x + 0.1, 2.5, deep})
	}
}

func (c *Camera) buildStove(m *mesh, front float32) {
	s, d := c.stove, c.look.dice
	body := [...]paint{{0.65, 0.65, 0.65}, {0.05, 0.05, 0.055}}[d.pick(123, 2)]
	m.box(idStove, body, vec{s.x - 0.27, 0, front - 0.025}, vec{s.x + 0.27, counterHigh + 0.008, front + 0.58})
	m.box(idStove, paint{0.02, 0.02, 0.022}, vec{s.x - 0.2, 0.3, front - 0.035}, vec{s.x + 0.2, 0.65, front - 0.025})
	m.box(idStove, paint{0.5, 0.5, 0.5}, vec{s.x - 0.2, 0.7, front - 0.06}, vec{s.x + 0.2, 0.72, front - 0.04})
	m.box(idStove, paint{0.025, 0.025, 0.03}, vec{s.x - 0.24, counterHigh, front}, vec{s.x + 0.24, counterHigh + 0.012, front + 0.52})
	for i := range 4 {
		at := vec{s.x - 0.12 + 0.24*float32(i%2), counterHigh + 0.016, front + 0.14 + 0.25*float32(i/2)}
		m.disc(idStove, paint{0.1, 0.09, 0.09}, at, vec{1, 0, 0}, vec{0, 0, 1}, 0.085)
	}
}

func (c *Camera) buildSofa(m *mesh) {
	h, d := c.story.Home, c.look.dice
	spot := h.spotAt(AtSofa)
	half := d.from(130, 0.75, 0.95)
	side := func(lo, hi vec, p paint) { // mirrored for the right wall
		if spot.x > float32(h.Width)/2 {
			lo.x, hi.x = float32(h.Width)-hi.x, float32(h.Width)-lo.x
		}
		lo.z, hi.z = lo.z+spot.z, hi.z+spot.z
		m.box(idSofa, p, lo, hi)
	}
	p := c.look.sofa
	side(vec{0.03, 0.1, -half}, vec{0.85, seatHigh - 0.1, half}, p.times(0.85))
	side(vec{0.2, seatHigh - 0.1, -half + 0.14}, vec{0.88, seatHigh, -0.01}, p)
	side(vec{0.2, seatHigh - 0.1, 0.01}, vec{0.88, seatHigh, half - 0.14}, p)
	side(vec{0.03, 0.3, -half}, vec{0.24, 0.85, half}, p.times(0.95))
	side(vec{0.03, 0.3, -half}, vec{0.85, 0.6, -half + 0.14}, p.times(0.92))
	side(vec{0.03, 0.3, half - 0.14}, vec{0.85, 0.6, half}, p.times(0.92))
	for i := range d.pick(131, 3) {
		z := d.from(132+i, -half+0.2, half-0.4)
		side(vec{0.24, seatHigh, z}, vec{0.38, seatHigh + 0.26, z + 0.3}, d.bright(134+i))
	}
}

func (c *Camera) buildTable(m *mesh) {
	h, d := c.story.Home, c.look.dice
	spot := h.spotAt(AtTable)
	c.table = vec{spot.x, 0, spot.z + 0.5}
	t, rx, rz := c.table, d.from(140, 0.4, 0.52), float32(0.3)
	m.box(idTable, c.look.wood2, vec{t.x - rx, tableHigh - 0.035, t.z - rz}, vec{t.x + rx, tableHigh, t.z + rz})
	for i := range 4 {
		x, z := t.x-rx+0.03+float32(i%2)*(2*rx-0.11), t.z-rz+0.03+float32(i/2)*(2*rz-0.11)
		m.box(idTable, c.look.wood2.times(0.8), vec{x, 0, z}, vec{x + 0.05, tableHigh - 0.03, z + 0.05})
	}
	c.buildChair(m, vec{spot.x, 0, spot.z - 0.02}, vec{0, 0, -1})
	if d.roll(141) < 0.5 {
		c.buildChair(m, vec{t.x + rx + 0.1, 0, t.z}, vec{1, 0, 0})
	}
	things := []paint{d.bright(142), d.bright(143), {0.75, 0.75, 0.72}, {0.06, 0.06, 0.07}}
	for i := range d.pick(144, 4) {
		at := vec{t.x + d.from(145+i, -rx+0.1, rx-0.1), tableHigh, t.z + d.from(150+i, -0.2, 0.2)}
		size := d.from(155+i, 0.03, 0.08)
		m.box(idRoom, things[i], at.plus(vec{-size, 0, -size}), at.plus(vec{size, d.from(160+i, 0.03, 0.2), size}))
	}
}

// buildChair stands one with its back towards a side.
func (c *Camera) buildChair(m *mesh, at, back vec) {
	p := c.look.wood2.times(1.1)
	const half = 0.2
	m.box(idChair, p, vec{at.x - half, seatHigh - 0.03, at.z - half}, vec{at.x + half, seatHigh, at.z + half})
	for i := range 4 {
		x, z := at.x-half+float32(i%2)*(2*half-0.04), at.z-half+float32(i/2)*(2*half-0.04)
		m.box(idChair, p.times(0.75), vec{x, 0, z}, vec{x + 0.04, seatHigh - 0.03, z + 0.04})
	}
	side := vec{back.z, 0, -back.x}
	edge := at.along(back, half).along(side, -half)
	m.block(idChair, p, block{edge.along(vec{0, 1, 0}, 0.62), side.times(2 * half), back.times(-0.03), 0.28})
	for _, k := range [...]float32{0, 2*half - 0.03} {
		m.block(idChair, p.times(0.8), block{edge.along(side, k).along(vec{0, 1, 0}, seatHigh-0.03), side.times(0.03), back.times(-0.03), 0.4})
	}
}

// buildPictures hangs some on the walls, above what stands there.
func (c *Camera) buildPictures(m *mesh) {
	h, d := c.story.Home, c.look.dice
	for i := range 4 {
		if d.roll(170+i) < 0.35 {
			continue
		}
		half, high := d.from(175+i, 0.15, 0.32), d.from(180+i, 0.25, 0.5)
		y := d.from(185+i, 1.45, 1.65)
		frame, inside := d.brown(190+i), d.bright(195+i).times(1.5)
		z := float32(h.Depth) * d.from(200+i, 0.45, 0.8)
		x0, x1 := float32(0.01), float32(0.025)
		switch i {
		case 1, 3:
			x0, x1 = float32(h.Width)-x0, float32(h.Width)-x1
		case 2:
			x, z := h.spotAt(AtTelevision).x, float32(h.Depth)-0.02
			m.flat(idRoom, frame, [4]vec{{x - half - 0.03, y + 0.07, z}, {x + half + 0.03, y + 0.07, z}, {x + half + 0.03, y + high + 0.13, z}, {x - half - 0.03, y + high + 0.13, z}})
			m.flat(idRoom, inside, [4]vec{{x - half, y + 0.1, z - 0.01}, {x + half, y + 0.1, z - 0.01}, {x + half, y + high + 0.1, z - 0.01}, {x - half, y + high + 0.1, z - 0.01}})
			continue
		}
		m.flat(idRoom, frame, [4]vec{{x0, y - 0.03, z - half - 0.03}, {x0, y - 0.03, z + half + 0.03}, {x0, y + high + 0.03, z + half + 0.03}, {x0, y + high + 0.03, z - half - 0.03}})
		m.flat(idRoom, inside, [4]vec{{x1, y, z - half}, {x1, y, z + half}, {x1, y + high, z + half}, {x1, y + high, z - half}})
	}
}

// buildClutter leaves boxes, toys and shoes about, near the walls mostly, and puts shelves in a corner.
func (c *Camera) buildClutter(m *mesh) {
	h, d := c.story.Home, c.look.dice
	wide, deep := float32(h.Width), float32(h.Depth)
	for i := range 2 + d.pick(210, 7) {
		x, z := d.from(211+i, 0.1, 0.42), deep*d.from(221+i, 0.3, 0.95)
		if d.roll(231+i) < 0.5 {
			x = wide - x
		}
		if d.roll(241+i) < 0.3 {
			x = wide * d.from(251+i, 0.1, 0.9)
		}
		size, high := d.from(261+i, 0.05, 0.17), d.from(271+i, 0.05, 0.35)
		m.box(idRoom, d.bright(281+i), vec{x - size, 0, z - size}, vec{x + size, high, z + size})
	}
	if d.roll(290) < 0.5 {
		c.buildShelf(m)
	}
}

// buildShelf puts books on boards above the washing machine.
func (c *Camera) buildShelf(m *mesh) {
	h, d := c.story.Home, c.look.dice
	spot := h.spotAt(AtWasher)
	x0, x1 := float32(0), float32(0.22)
	if spot.x > float32(h.Width)/2 {
		x0, x1 = float32(h.Width)-x1, float32(h.Width)
	}
	for i := range 2 {
		y := 1.2 + 0.4*float32(i)
		m.box(idRoom, c.look.wood, vec{x0, y, spot.z - 0.5}, vec{x1, y + 0.03, spot.z + 0.5})
		z := spot.z - 0.48
		for j := range 9 {
			thick := d.from(300+10*i+j, 0.03, 0.08)
			if d.roll(320+10*i+j) < 0.8 {
				m.box(idRoom, d.bright(340+10*i+j), vec{x0 + 0.02, y + 0.03, z}, vec{x1 - 0.03, y + d.from(360+10*i+j, 0.2, 0.32), z + thick})
			}
			z += thick + 0.02
		}
	}
}
