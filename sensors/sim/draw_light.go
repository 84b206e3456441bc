package sim

// glow is one source of light. With facing it shines mostly that way; else to all sides.
type glow struct {
	at     vec
	p      paint
	facing vec
}

// lights are what lights the room at a moment.
type lights struct {
	ambient paint
	all     [6]glow
	n       int
}

func (l *lights) add(g glow) {
	l.all[l.n] = g
	l.n++
}

// on returns the light at p on a surface that looks along n; a zero n looks everywhere.
func (l *lights) on(p, n vec) paint {
	sum := l.ambient
	for i := range l.all[:l.n] {
		g := &l.all[i]
		to := g.at.minus(p)
		far2 := to.dot(to)
		over := 1 / sqrt32(far2+1e-6)
		k := 0.2 + 0.8*max(to.dot(n)*over, 0)
		if n == (vec{}) {
			k = 0.65
		}
		if g.facing != (vec{}) {
			k *= max(-to.dot(g.facing)*over, 0.06)
		}
		sum = sum.plus(g.p.times(k / (far2 + 0.6)))
	}
	return sum
}

// light sets the room's lights: the sky through the window, a lamp, the television, a fire.
func (c *Camera) light() {
	s, h := &c.scene, c.story.Home
	day := float32(s.Daylight)
	c.lights = lights{ambient: paint{0.007, 0.009, 0.015}.plus(paint{0.14, 0.148, 0.16}.times(day))}
	w := h.Window
	at := vec{float32(w.Along), float32(w.Bottom+w.Top) / 2, float32(h.Depth) + 0.1}
	sky := paint{2.0, 2.15, 2.35}.times(day + 0.012)
	if day < 0.15 {
		sky = sky.by(paint{0.8, 0.9, 1.3})
	}
	c.lights.add(glow{at: at, p: sky, facing: vec{0, -0.25, -1}.unit()})
	if s.Lamp {
		warm := paint{1, 0.84, 0.62}.times(c.look.lamp)
		c.lights.ambient = c.lights.ambient.plus(warm.times(0.11))
		c.lights.add(glow{at: c.lampAt(), p: warm})
	}
	switch {
	case c.showsFire(): // to all sides: walls are lit by what it lights
		c.lights.add(c.shown.glow())
	case s.TelevisionOn:
		c.lights.add(glow{at: c.tv.middle.plus(vec{0, 0, -0.15}), p: c.tvGlow(), facing: vec{0, 0, -1}})
	}
	if s.Fire > 0 {
		c.lights.add(c.blaze.glow())
	}
}

func (c *Camera) lampAt() vec {
	h := c.story.Home
	return vec{float32(h.Width) * (0.5 + c.look.lampX), float32(h.Height) - 0.15, float32(h.Depth) * 0.5}
}
