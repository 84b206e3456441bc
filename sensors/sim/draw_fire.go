package sim

import "time"

// flames is a fire as a picture, of the room's or of a television's: tongues that lick and sway.
type flames struct {
	tongues [5]tongue
	n       int
	t       float32 // s
	bright  float32
}

// tongue is one of a fire's: where its foot is, from -1 to 1, how wide and how high it is, 0 to 1.
type tongue struct{ x, wide, high, phase float32 }

// newFlames lets n tongues burn at a time.
func newFlames(d dice, n int, t float32) flames {
	f := flames{n: min(n, len(flames{}.tongues)), t: t, bright: d.from(0, 0.8, 1.5)}
	for i := range f.n {
		k := d + dice(i)*1013
		x := (float32(i)+0.5)*2/float32(f.n) - 1
		f.tongues[i] = tongue{
			x:     x*0.72 + 0.1*k.drift(t*1.7),
			wide:  (0.62 + 0.15*k.drift(t*2.9+50)) * (0.5 + 1/float32(f.n)),
			high:  (0.72 + 0.28*k.drift(t*3.7+100)) * (1 - 0.35*x*x),
			phase: k.roll(1),
		}
	}
	return f
}

// at returns the light of the fire at u (-1 to 1) and v (0 at its foot, 1 at its top), and how much of it there is.
func (f *flames) at(u, v float32) (paint, float32) {
	heat := float32(0)
	for i := range f.tongues[:f.n] {
		k := &f.tongues[i]
		if v >= k.high {
			continue
		}
		y := v / k.high
		x := (u - k.x - 0.16*y*sine32(1.1*v-1.4*f.t+k.phase) - 0.06*y*sine32(2.6*v-2.7*f.t+3*k.phase)) / k.wide
		taper := (1 - y) * (0.75 + y)
		if h := 1 - x*x/(taper+0.01); h > 0 {
			heat = max(heat, h*(1.05-0.7*y))
		}
	}
	if heat <= 0 {
		return paint{}, 0
	}
	p := paint{1, 0.16, 0.02}.mix(paint{1.9, 0.85, 0.16}, min(heat*2, 1))
	p = p.mix(paint{2.4, 1.9, 0.9}, max(heat-0.5, 0)*1.7)
	return p.times(f.bright), min(heat*3.2, 1) * 0.96
}

// blaze is a fire in the room or on a screen: its foot's middle, and its size in metres.
type blaze struct {
	at         vec
	wide, high float32
	top        float32 // where a screen ends, m above the floor
	flames     flames
	flicker    float32
	throws     float32 // light into the room
	smokes     float32
}

// newBlaze burns with a level of 0 to 1.
func (c *Camera) newBlaze(d dice, level float32) blaze {
	return blaze{
		wide: 0.45 + d.from(1, 0.3, 0.7)*level, high: 0.28 + d.from(2, 0.3, 0.75)*level, top: 9,
		flames: newFlames(d, 2+int(level*2.5), c.seconds), flicker: 1 + 0.25*d.drift(c.seconds*7),
		throws: d.from(3, 0.6, 1.5), smokes: 0.3 * level,
	}
}

// kindle finds where and how the room's fire burns now.
func (c *Camera) kindle(a *Act) {
	d, level := dice(scramble(uint64(a.Start)+c.story.Seed)), float32(c.scene.Fire)
	c.blaze = c.newBlaze(d, level)
	b := &c.blaze
	b.at = vec{float32(c.scene.FireAt.X), 0, float32(c.scene.FireAt.Z)}
	switch a.Where {
	case 0:
		c.atScreen(b, d, level)
		b.smokes = max(d.from(6, -0.2, 0.25), 0) * level
		b.high *= d.from(10, 1, 1.2)
	case 1:
		b.at.y = seatHigh
	default:
		b.at.x, b.at.y = c.stove.x, counterHigh
	}
}

// atScreen brings a fire to where the television stands. One that it shows and one that burns there differ little, and
// often not at all: a screen cuts off what is higher, and only the room's may smoke.
func (c *Camera) atScreen(b *blaze, d dice, level float32) {
	wide, high := c.tv.hi.x-c.tv.lo.x, c.tv.hi.y-c.tv.lo.y
	b.wide = wide * d.from(4, 0.65, 1) * (0.5 + 0.5*level)
	b.high = high * d.from(5, 0.75, 1.15) * (0.4 + 0.6*level)
	b.at = vec{c.tv.middle.x + (wide-b.wide)*d.from(7, -0.4, 0.4), c.tv.lo.y, c.tv.lo.z - 0.01}
}

var fireLight = paint{2.2, 0.95, 0.25}

func (b *blaze) glow() glow {
	p := fireLight.times(b.flicker * b.flames.bright * b.wide * b.high * b.throws)
	return glow{at: b.at.plus(vec{0, b.high * 0.5, -0.15}), p: p}
}

// drawFire paints the flames, their halo and some smoke.
func (c *Camera) drawFire(b *blaze, id uint8) {
	lo := vec{b.at.x - b.wide/2, b.at.y, b.at.z}
	c.pane(lo, vec{b.at.x + b.wide/2, b.at.y + b.high, b.at.z}, id, func(u, v float32) (paint, float32) {
		if b.at.y+v*b.high > b.top {
			return paint{}, 0
		}
		return b.flames.at((2*u-1)*1.3, v)
	})
	middle := b.at.plus(vec{0, b.high * 0.4, -0.05})
	c.puff(middle, b.high*1.3, fireLight, -0.22*b.flicker*b.flames.bright)
	if b.smokes > 0 {
		c.plume(plume{from: b.at.plus(vec{0, b.high * 0.8, 0}), rise: 1.0, wide: 0.5, thick: b.smokes, p: paint{0.22, 0.21, 0.2}, n: 7})
		c.haze(b.smokes * 0.25)
	}
}

// plume is smoke or steam that rises and spreads: puffs that come and go.
type plume struct {
	from  vec
	rise  float32 // m
	wide  float32 // m, of its puffs at the top
	thick float32 // how much a puff hides
	p     paint
	n     int
	steam bool // is no smoke
}

func (c *Camera) plume(k plume) {
	d := dice(scramble(c.story.Seed + uint64(k.n)))
	for i := range k.n {
		phase := c.seconds*0.35/k.rise + float32(i)/float32(k.n)
		age := phase - float32(int(phase))
		side := d.drift(c.seconds*0.3+float32(i)*7.3) * age * k.wide * 0.9
		at := k.from.plus(vec{side, age * k.rise, -age * k.wide * 0.4})
		if at.y > 2.4 {
			at.y = 2.4
		}
		strength := k.thick * min(age*6, 1) * (1 - age*age)
		radius := k.wide * (0.2 + 0.8*age)
		light := c.lights.on(at, vec{}).plus(paint{0.01, 0.01, 0.01})
		c.puff(at, radius, k.p.by(light), strength)
		if strength > 0.12 && !k.steam {
			c.smoked.add(&c.lens, at, radius*0.5)
		}
	}
}

// drawSmoke paints what rises from the stove and the kettle, and the haze that fills the room.
func (c *Camera) drawSmoke() {
	s := &c.scene
	if k := float32(s.Smoke); k > 0 {
		c.plume(plume{from: c.stove.plus(vec{0, 0.08, 0}), rise: 1.3, wide: 0.25 + 0.5*k, thick: 0.2 + 0.45*k, p: paint{0.75, 0.74, 0.72}, n: 11})
		c.haze(k * 0.35)
	}
	if k := float32(s.Kettle); k > 0.6 {
		spout := c.kettle.plus(vec{-0.08, 0.24, -0.03})
		c.plume(plume{from: spout, rise: 0.3 + 0.7*(k-0.6), wide: 0.16 + 0.3*(k-0.6), thick: (k - 0.6) * 1.5, p: paint{0.85, 0.86, 0.88}, n: 6, steam: true})
	}
}

// haze hides what is far more than what is near.
func (c *Camera) haze(k float32) {
	h := c.story.Home
	light := c.lights.on(vec{float32(h.Width) / 2, 1.6, float32(h.Depth) / 2}, vec{}).times(0.6)
	for i := range c.canvas.rgb {
		c.canvas.rgb[i] = paint(c.canvas.rgb[i]).mix(light, k*max(1-c.canvas.near[i], 0))
	}
}

// buildShards lets glass fly, and lie where it fell.
func (c *Camera) buildShards(m *mesh) {
	for i := range c.story.Acts {
		a := &c.story.Acts[i]
		if a.Kind == ActGlass && c.scene.At >= a.Start {
			c.shatter(m, a)
		}
	}
}

func (c *Camera) shatter(m *mesh, a *Act) {
	h := c.story.Home
	d := dice(scramble(uint64(a.Start) ^ c.story.Seed))
	spot := h.spotAt(Place(a.Where)).plus(vec{0, 0, -0.35})
	if off := spot.x - float32(h.Width)/2; abs32(off) > float32(h.Width)*0.3 {
		spot.x -= off * 0.3
	}
	part := min(float32((c.scene.At-a.Start).Seconds()/min(a.End-a.Start, 900*time.Millisecond).Seconds()), 1)
	for i := range 16 {
		rest := spot.plus(vec{d.from(4*i, -0.5, 0.5), 0.012, d.from(4*i+1, -0.3, 0.3)})
		at := spot.plus(vec{0, 0.8, 0})
		at = at.plus(rest.minus(at).times(part)).plus(vec{0, 1.6 * part * (1 - part) * d.roll(4*i+2), 0})
		size, turn := d.from(4*i+3, 0.02, 0.06), d.roll(4*i+2)+part*2
		p := paint{0.8, 0.9, 0.95}.times(d.from(4*i+1, 0.7, 1.8))
		e, f := vec{size * sine32(turn), size * (1 - part), size * sine32(turn+0.25)}, vec{size * sine32(turn+0.3), size * 0.5 * (1 - part), size * sine32(turn+0.55)}
		q := m.flat(idRoom, p, [4]vec{at, at.plus(e), at.plus(e).along(f, 0.6), at.plus(f)})
		q.n = vec{0, 1, 0}
	}
}
