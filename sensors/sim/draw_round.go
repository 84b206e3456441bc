package sim

// limb is a rounded rod from a to b, thick at its ends by their radii: arms, heads, tails.
type limb struct {
	a, b   vec
	ra, rb float32 // m
	p      paint
	id     uint8
}

// round is a limb on the canvas.
type round struct {
	ax, ay, aw, ar float32
	dx, dy, dw, dr float32 // from end to end
	over           float32 // 1 / length²
	lit, shade     paint   // at the top, at the bottom
	id             uint8
}

// limb paints one, lit from above.
func (c *Camera) limb(l limb) {
	ax, ay, aw := c.lens.see(l.a)
	bx, by, bw := c.lens.see(l.b)
	if aw == 0 || bw == 0 {
		return
	}
	light := c.lights.on(l.a.plus(l.b).times(0.5), vec{})
	r := round{ax: ax, ay: ay, aw: aw, ar: l.ra * c.lens.focal * aw, id: l.id}
	r.dx, r.dy, r.dw, r.dr = bx-ax, by-ay, bw-aw, l.rb*c.lens.focal*bw-r.ar
	r.over = 1 / (r.dx*r.dx + r.dy*r.dy + 1e-6)
	r.lit, r.shade = l.p.by(light).times(1.15), l.p.by(light).times(0.55)
	most := max(r.ar, r.ar+r.dr, 0.6)
	x0, x1 := pixel(min(ax, bx)-most, fineWidth), pixel(max(ax, bx)+most, fineWidth)
	for y := pixel(min(ay, by)-most, fineHeight); y < pixel(max(ay, by)+most, fineHeight); y++ {
		r.row(&c.canvas, y, x0, x1)
	}
}

func (r *round) row(c *canvas, y, x0, x1 int) {
	ey := float32(y) + 0.5 - r.ay
	near, rgb, id := c.near[y*fineWidth:][x0:x1], c.rgb[y*fineWidth:][x0:x1], c.id[y*fineWidth:][x0:x1]
	for i := range near {
		ex := float32(x0+i) + 0.5 - r.ax
		k := min(max((ex*r.dx+ey*r.dy)*r.over, 0), 1)
		sx, sy, radius := ex-k*r.dx, ey-k*r.dy, max(r.ar+k*r.dr, 0.6)
		out := (sx*sx + sy*sy) / (radius * radius)
		if out >= 1 {
			continue
		}
		w := r.aw + k*r.dw
		w += w * w * 0.1 * (1 - out) // its middle is nearer than its rim, by a hand's breadth
		if w > near[i] {
			down := 0.5 + 0.5*(0.8*sy+0.35*sx)/radius
			near[i], rgb[i], id[i] = w, r.lit.mix(r.shade, down*(0.6+0.4*out)), r.id
		}
	}
}

// puff lays a soft ball over what is behind it: it hides that by strength in its middle. A negative strength adds the
// ball's light instead: a glow.
func (c *Camera) puff(at vec, radius float32, p paint, strength float32) {
	x, y, w := c.lens.see(at)
	if w == 0 {
		return
	}
	reach := radius * c.lens.focal * w
	x0, x1 := pixel(x-reach, fineWidth), pixel(x+reach, fineWidth)
	over := 1 / (reach * reach)
	for row := pixel(y-reach, fineHeight); row < pixel(y+reach, fineHeight); row++ {
		ey := float32(row) + 0.5 - y
		near, rgb := c.canvas.near[row*fineWidth:][x0:x1], c.canvas.rgb[row*fineWidth:][x0:x1]
		for i := range near {
			ex := float32(x0+i) + 0.5 - x
			soft := 1 - (ex*ex+ey*ey)*over
			switch {
			case soft <= 0:
			case strength < 0:
				rgb[i] = paint(rgb[i]).plus(p.times(-strength * soft * soft * soft))
			case w > near[i]*0.97:
				rgb[i] = paint(rgb[i]).mix(p, strength*soft*soft)
			}
		}
	}
}

// pane calls shine for each pixel of a rectangle that stands across the room, from lo to hi, z being lo's. shine is told
// how far to the right and how far up in the rectangle it is, 0 to 1, and returns light and how much of it is there.
func (c *Camera) pane(lo, hi vec, id uint8, shine func(u, v float32) (paint, float32)) {
	l := &c.lens
	x0, y0, x1, y1 := c.bounds(lo, vec{hi.x, hi.y, lo.z})
	for y := y0; y < y1; y++ {
		for x := x0; x < x1; x++ {
			ray := l.ahead.along(l.right, (float32(x)+0.5-l.x)/l.focal).along(l.up, (l.y-float32(y)-0.5)/l.focal)
			far := (lo.z - l.eye.z) / ray.z
			u := (l.eye.x + ray.x*far - lo.x) / (hi.x - lo.x)
			v := (l.eye.y + ray.y*far - lo.y) / (hi.y - lo.y)
			i := y*fineWidth + x
			if u < 0 || u >= 1 || v < 0 || v >= 1 || 1/far <= c.canvas.near[i] {
				continue
			}
			p, a := shine(u, v)
			c.canvas.rgb[i] = paint(c.canvas.rgb[i]).mix(p, a)
			if a > 0.4 {
				c.canvas.id[i] = id
			}
			if a >= 1 {
				c.canvas.near[i] = 1 / far
			}
		}
	}
}

// bounds are the pixels that an upright rectangle across the room may cover.
func (c *Camera) bounds(lo, hi vec) (x0, y0, x1, y1 int) {
	left, bottom, w := c.lens.see(lo)
	right, top := left, bottom
	for _, p := range [...]vec{hi, {lo.x, hi.y, lo.z}, {hi.x, lo.y, lo.z}} {
		x, y, ww := c.lens.see(p)
		left, right, top, bottom, w = min(left, x), max(right, x), min(top, y), max(bottom, y), min(w, ww)
	}
	if w == 0 {
		return 0, 0, 0, 0
	}
	return pixel(left-1, fineWidth), pixel(top-1, fineHeight), pixel(right+1, fineWidth), pixel(bottom+1, fineHeight)
}
