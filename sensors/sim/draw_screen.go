package sim

// tvGlow is the light that the television's picture throws into the room.
func (c *Camera) tvGlow() paint {
	area := (c.tv.hi.x - c.tv.lo.x) * (c.tv.hi.y - c.tv.lo.y)
	d := c.showDice
	if c.scene.Show == ShowTalk {
		return paint{0.7, 0.75, 0.9}.times(area * 1.2)
	}
	return paint{0.4, 0.5, 0.6}.times(area * (0.9 + 0.3*d.drift(c.seconds*0.7)))
}

// tune finds what the television shows now. A fire is shown from its beginning on, again and again.
func (c *Camera) tune(a *Act) {
	d := dice(scramble(uint64(a.Start) + c.story.Seed*3))
	c.showDice = d
	if c.scene.Show == ShowFire {
		since := float32((c.scene.At - a.Start).Seconds()) / d.from(8, 28, 58)
		since -= float32(floor32(since))
		level := 0.15 + 0.85*min(since*d.from(9, 2.5, 6), 1)
		c.shown = c.newBlaze(d, level)
		c.atScreen(&c.shown, d, level)
		c.shown.top, c.shown.smokes = c.tv.hi.y, 0
	}
}

// drawScreen paints the television's screen: dark, or a show.
func (c *Camera) drawScreen() {
	dark := paint{0.02, 0.021, 0.024}.by(c.lights.on(c.tv.middle, vec{0, 0, -1}))
	c.pane(c.tv.lo, c.tv.hi, idTelevision, func(u, v float32) (paint, float32) {
		return dark.plus(c.show(u, v)), 1
	})
	if c.showsFire() {
		c.drawFire(&c.shown, idTelevision)
	}
}

func (c *Camera) showsFire() bool { return c.scene.TelevisionOn && c.scene.Show == ShowFire }

// show is the light of a point of the screen, but for flames.
func (c *Camera) show(u, v float32) paint {
	if !c.scene.TelevisionOn || c.showsFire() {
		return paint{}
	}
	switch c.scene.Show {
	case ShowTalk:
		return c.talk(u, v)
	case ShowPeople:
		return c.walkers(u, v)
	}
	return c.breakage(u, v)
}

// talk is a head before a pale wall.
func (c *Camera) talk(u, v float32) paint {
	d := c.showDice
	x := (u - 0.5 - 0.03*d.drift(c.seconds*0.5)) * 1.7
	if v < 0.12 {
		return d.bright(5).times(0.8)
	}
	if y := v - 0.62 - 0.02*d.drift(c.seconds*1.5); x*x*1.4+y*y < 0.035 {
		if y > 0.09 {
			return paint{0.1, 0.06, 0.04}
		}
		return paint{0.75, 0.5, 0.38}
	}
	if y := v - 0.1; y < 0.36 && abs32(x) < 0.36-0.25*y*y {
		return d.bright(9).times(0.9)
	}
	return paint{0.8, 0.85, 0.95}.times(0.8 + 0.2*u)
}

// walkers are figures that come and go, from the knees up.
func (c *Camera) walkers(u, v float32) paint {
	d := c.showDice
	ground := paint{0.28, 0.33, 0.25}
	if v > 0.55 {
		ground = paint{0.4, 0.5, 0.65}
	}
	for i := range 3 {
		k := d + dice(i)*977
		speed := k.from(0, 0.06, 0.15)
		if k.roll(1) < 0.5 {
			speed = -speed
		}
		x := k.roll(2) + c.seconds*speed
		x = (x - float32(floor32(x))) * 1.4
		x, y := (u+0.2-x)*1.7, v-0.04*abs32(sine32(c.seconds*0.9+k.roll(3)))
		tall := k.from(4, 0.75, 0.9)
		switch {
		case x*x+(y-tall)*(y-tall) < 0.0075:
			return paint{0.7, 0.46, 0.35}
		case y < tall-0.07 && y > 0.4 && abs32(x) < 0.14:
			return k.bright(5)
		case y <= 0.4 && abs32(abs32(x)-0.07*abs32(sine32(c.seconds*0.9+k.roll(3)))-0.02) < 0.055:
			return k.bright(9).times(0.5)
		}
	}
	return ground
}

// breakPeriod is how often glass breaks on television; the shards fly for breakFlies.
const breakPeriod, breakFlies = 5.0, 1.2 // s

// breakage is a pane that bursts, every few seconds.
func (c *Camera) breakage(u, v float32) paint {
	d := c.showDice
	t := c.seconds + d.roll(1)*breakPeriod
	t -= breakPeriod * float32(floor32(t/breakPeriod))
	back := paint{0.12, 0.16, 0.22}.plus(paint{0.1, 0.08, 0.05}.times(v))
	if t > breakFlies {
		if abs32(u-0.5) < 0.2 && abs32(v-0.5) < 0.35 {
			return paint{0.45, 0.6, 0.7}.times(0.8 + 0.4*v)
		}
		return back
	}
	for i := range 9 {
		x := 0.5 + d.from(10+i, -0.5, 0.5)*t
		y := 0.5 + d.from(20+i, -0.2, 0.6)*t - 0.5*t*t
		du, dv := (u-x)*1.7, v-y
		turn := d.roll(30+i) + t
		s, k := sine32(turn), sine32(turn+0.25)
		if a, b := du*k+dv*s, dv*k-du*s; abs32(a)*2+abs32(b) < 0.13 {
			return paint{0.9, 1, 1.1}
		}
	}
	return back
}
