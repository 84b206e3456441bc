package sim

// moving adds what the scene moves: the door, the window and its curtain, the washing machine, the kettle, shards.
func (c *Camera) moving() {
	m := &c.moved
	m.quads = m.quads[:0]
	c.buildDoor(m)
	c.buildWindow(m)
	c.buildCurtains(m)
	c.buildWasher(m)
	c.buildShards(m)
}

// buildDoor hangs the leaf in its frame, with a hall behind it.
func (c *Camera) buildDoor(m *mesh) {
	o, deep := c.story.Home.Door, float32(c.story.Home.Depth)
	left, right, top := float32(o.Along-o.Width/2), float32(o.Along+o.Width/2), float32(o.Top)
	frame := c.look.door.times(0.8)
	m.box(idDoor, frame, vec{left - 0.06, 0, deep - 0.03}, vec{left, top + 0.06, deep + 0.01})
	m.box(idDoor, frame, vec{right, 0, deep - 0.03}, vec{right + 0.06, top + 0.06, deep + 0.01})
	m.box(idDoor, frame, vec{left - 0.06, top, deep - 0.03}, vec{right + 0.06, top + 0.06, deep + 0.01})
	open := float32(c.scene.Door)
	c.buildHall(m, left, right, top)
	hinge, way := vec{left, 0.01, deep - 0.01}, float32(1)
	if !c.look.doorLeft {
		hinge, way = vec{right, 0.01, deep - 0.01}, -1
	}
	turn := open * 0.27
	along := vec{way * sine32(turn+0.25), 0, -sine32(turn)}
	thick := vec{sine32(turn) * way, 0, sine32(turn + 0.25)}.times(0.04)
	wide := right - left
	m.block(idDoor, c.look.door, block{hinge, along.times(wide), thick, top - 0.02})
	for i := range 2 { // panels, seen from the room
		y := 0.2 + float32(i)*0.95
		p := hinge.along(along, 0.13).plus(vec{0, y, 0}).along(thick, -0.2)
		q := p.along(along, wide-0.26)
		m.flat(idDoor, c.look.door.times(0.78), [4]vec{p, q, q.plus(vec{0, 0.75, 0}), p.plus(vec{0, 0.75, 0})})
	}
	knob := hinge.along(along, wide-0.1).plus(vec{0, 1.0, 0}).along(thick, -1.2)
	m.block(idDoor, paint{0.5, 0.45, 0.3}, block{knob, along.times(0.06), thick.times(1.2), 0.04})
}

// buildHall is what is seen through an open door.
func (c *Camera) buildHall(m *mesh, left, right, top float32) {
	deep := float32(c.story.Home.Depth)
	end, p := deep+1.1, c.look.dice.pale(400, 0.2, 0.5)
	m.flat(idDoor, c.look.floor.times(0.7), [4]vec{{left, 0, deep}, {right, 0, deep}, {right, 0, end}, {left, 0, end}})
	hall := c.look.dice.from(404, 0.1, 0.5)*float32(c.scene.Daylight) + 0.02
	m.flat(idDoor, p.times(hall), [4]vec{{left - 0.5, 0, end}, {right + 0.5, 0, end}, {right + 0.5, 2.8, end}, {left - 0.5, 2.8, end}}).shine = true
	for _, x := range [...]float32{left, right} {
		m.flat(idDoor, p.times(hall*0.7), [4]vec{{x, 0, deep}, {x, 0, end}, {x, top, end}, {x, top, deep}}).shine = true
	}
}

// buildWindow shows the sky, the roofs and the panes, one of which opens.
func (c *Camera) buildWindow(m *mesh) {
	o, deep := c.story.Home.Window, float32(c.story.Home.Depth)
	left, right, bottom, top := float32(o.Along-o.Width/2), float32(o.Along+o.Width/2), float32(o.Bottom), float32(o.Top)
	c.buildOutside(m, left-0.1, right+0.1, bottom-0.1, top+0.1)
	frame := paint{0.72, 0.72, 0.7}
	m.box(idWindow, frame, vec{left - 0.06, bottom - 0.05, deep - 0.08}, vec{right + 0.06, bottom, deep})
	m.box(idWindow, frame, vec{left - 0.05, bottom, deep - 0.03}, vec{left + 0.02, top, deep + 0.02})
	m.box(idWindow, frame, vec{right - 0.02, bottom, deep - 0.03}, vec{right + 0.05, top, deep + 0.02})
	m.box(idWindow, frame, vec{left - 0.05, top - 0.02, deep - 0.03}, vec{right + 0.05, top + 0.05, deep + 0.02})
	half := (right - left) / 2
	c.buildPane(m, vec{right, bottom + 0.02, deep - 0.01}, vec{-half, 0, 0}, top-bottom-0.04)
	turn := float32(c.scene.Window) * 0.26
	c.buildPane(m, vec{left, bottom + 0.02, deep - 0.01}, vec{half * sine32(turn+0.25), 0, -half * sine32(turn)}, top-bottom-0.04)
}

// buildPane is a frame without glass: that would hide what is behind it.
func (c *Camera) buildPane(m *mesh, hinge, along vec, high float32) {
	p := paint{0.7, 0.7, 0.68}
	thick := vec{-along.z, 0, along.x}.unit().times(0.03)
	for _, at := range [...]float32{0, 0.88} {
		m.block(idWindow, p, block{hinge.along(along, at), along.times(0.12), thick, high})
		m.block(idWindow, p, block{hinge.plus(vec{0, at * (high - 0.06) / 0.88, 0}), along, thick, 0.06})
	}
}

// buildOutside is a sky with a skyline; at night some windows are lit.
func (c *Camera) buildOutside(m *mesh, left, right, bottom, top float32) {
	d, day, z := c.look.dice, float32(c.scene.Daylight), float32(c.story.Home.Depth)+0.12
	glare := d.from(410, 0.9, 1.7)
	above, below := paint{0.45, 0.65, 1}, paint{0.8, 0.88, 1}
	night := paint{0.01, 0.012, 0.03}
	const rows = 4
	for i := range rows {
		y0, y1 := bottom+(top-bottom)*float32(i)/rows, bottom+(top-bottom)*float32(i+1)/rows
		p := below.mix(above, float32(i)/rows).times(day * glare).plus(night)
		m.flat(idWindow, p, [4]vec{{left, y0, z}, {right, y0, z}, {right, y1, z}, {left, y1, z}}).shine = true
	}
	const houses = 5
	for i := range houses {
		x0, x1 := left+(right-left)*float32(i)/houses, left+(right-left)*float32(i+1)/houses
		y := bottom + (top-bottom)*d.from(411+i, 0.08, 0.45)
		p := d.bright(420 + i).times(day*0.8 + 0.008)
		m.flat(idWindow, p, [4]vec{{x0, bottom, z - 0.01}, {x1, bottom, z - 0.01}, {x1, y, z - 0.01}, {x0, y, z - 0.01}}).shine = true
		if day < 0.3 && d.roll(430+i) < 0.5 {
			m.flat(idWindow, paint{0.7, 0.5, 0.2}, [4]vec{{x0 + 0.04, y - 0.08, z - 0.02}, {x0 + 0.09, y - 0.08, z - 0.02}, {x0 + 0.09, y - 0.03, z - 0.02}, {x0 + 0.04, y - 0.03, z - 0.02}}).shine = true
		}
	}
}

// buildCurtains hangs one on either side, in folds; an open window moves them.
func (c *Camera) buildCurtains(m *mesh) {
	o, d, z := c.story.Home.Window, c.look.dice, float32(c.story.Home.Depth)-0.09
	if d.roll(440) < 0.15 {
		return
	}
	top, bottom := float32(o.Top)+0.08, float32(o.Bottom)-d.from(441, 0.1, 0.6)
	wide := d.from(442, 0.18, 0.34) * (1 - 0.5*float32(c.scene.Window))
	wind := float32(c.scene.Window) * 0.12
	for side := range 2 {
		x := float32(o.Along-o.Width/2) - 0.12
		if side == 1 {
			x = float32(o.Along+o.Width/2) + 0.12 - wide
		}
		const folds = 6
		for i := range folds {
			x0, x1 := x+wide*float32(i)/folds, x+wide*float32(i+1)/folds
			blow := wind * (1 + d.drift(c.seconds*1.3+float32(side*40)+float32(i)*0.3))
			p := c.look.curtain.times(0.85 + 0.3*float32(i%2))
			m.flat(idWindow, p, [4]vec{{x0, bottom, z - blow}, {x1, bottom, z - blow}, {x1, top, z}, {x0, top, z}})
		}
	}
}

// buildWasher stands the washing machine at its wall, its round door towards the room.
func (c *Camera) buildWasher(m *mesh) {
	h, d := c.story.Home, c.look.dice
	spot := h.spotAt(AtWasher)
	const half, high = 0.3, 0.86
	wall, out := float32(0.02), float32(1)
	if spot.x > float32(h.Width)/2 {
		wall, out = float32(h.Width)-0.02, -1
	}
	shake := vec{}
	if c.scene.Unbalanced {
		shake = vec{0.004 * sine32(c.seconds*8.3), 0, 0.004 * sine32(c.seconds*8.3+0.2)}
	}
	body := d.pale(450, 0.62, 0.75)
	at := vec{wall, 0, spot.z - half}.plus(shake)
	m.block(idWasher, body, block{at, vec{out * 0.58, 0, 0}, vec{0, 0, 2 * half}, high})
	front := vec{wall + out*0.59, 0, spot.z}.plus(shake)
	face := func(p paint, z0, z1, y0, y1 float32) *quad {
		return m.flat(idWasher, p, [4]vec{front.plus(vec{0, y0, z0}), front.plus(vec{0, y0, z1}), front.plus(vec{0, y1, z1}), front.plus(vec{0, y1, z0})})
	}
	face(body.times(0.7), -half+0.02, half-0.02, high-0.13, high-0.02)
	face(paint{0.1, 0.1, 0.12}, -0.05, 0.12, high-0.11, high-0.04)
	up, side, away := vec{0, 1, 0}, vec{0, 0, 1}, vec{out * 0.004, 0, 0}
	middle := front.plus(vec{0, 0.42, 0}).plus(away)
	m.disc(idWasher, paint{0.4, 0.41, 0.43}, middle, side, up, 0.21)
	m.disc(idWasher, paint{0.03, 0.035, 0.045}, middle.plus(away), side, up, 0.16)
	if c.scene.Washer || c.scene.Unbalanced {
		c.buildDrum(m, middle.plus(away.times(2)))
		face(paint{0.1, 0.9, 0.3}, 0.15, 0.19, high-0.1, high-0.06).shine = true
	}
}

// buildDrum lets laundry and suds go round behind the glass.
func (c *Camera) buildDrum(m *mesh, middle vec) {
	turn := c.seconds * 0.9
	for i := range 4 {
		k := turn + float32(i)*0.22
		at := middle.plus(vec{0, 0.08 * sine32(k), 0.08 * sine32(k+0.25)})
		m.disc(idWasher, c.look.dice.bright(460+i).times(0.9), at, vec{0, 0, 1}, vec{0, 1, 0}, 0.055)
	}
	at := middle.plus(vec{0, -0.11, 0}).plus(vec{0, 0.012 * sine32(turn*1.7), 0})
	m.disc(idWasher, paint{0.55, 0.6, 0.65}, at, vec{0, 0, 1}, vec{0, 0.5, 0}, 0.09)
}
