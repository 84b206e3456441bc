package sim

import "time"

// figure is a body on its way to the canvas: where its feet are, its axes (to its right, along its spine, to its front),
// its height, and its clothes.
type figure struct {
	c              *Camera
	base, x, y, z  vec
	high           float32
	id             uint8
	skin, hair     paint
	shirt, trouser paint
	long           bool // hair
	short          bool // sleeves
	stout          float32
}

// at is a point of the body, in parts of its height.
func (f *figure) at(x, y, z float32) vec {
	return f.base.along(f.x, x*f.high).along(f.y, y*f.high).along(f.z, z*f.high)
}

func (f *figure) limb(p paint, a, b vec, ra, rb float32) {
	f.c.limb(limb{a, b, ra * f.high, rb * f.high, p, f.id})
}

// stance is how the limbs are held: angles in turns, forward from hanging down. Left, right.
type stance struct {
	thigh, shin [2]float32
	arm, fore   [2]float32
	spread      [2]float32 // of the arms, sideways
}

// drawPerson draws one of the story's people.
func (c *Camera) drawPerson(a *Act, b Being, id uint8) {
	d := dice(scramble(uint64(b.Who)*0x9e3779b97f4a7c15 + 77))
	f := figure{c: c, id: id, high: d.from(0, 1.55, 1.85), stout: d.from(1, 0.9, 1.25)}
	tone := d.roll(2)
	f.skin = paint{0.72, 0.46, 0.34}.mix(paint{0.16, 0.08, 0.05}, tone*tone)
	f.hair = [...]paint{{0.02, 0.016, 0.014}, {0.08, 0.04, 0.02}, {0.45, 0.32, 0.12}, {0.35, 0.35, 0.36}, {0.25, 0.08, 0.03}}[d.pick(3, 5)]
	f.shirt, f.trouser = d.bright(4).times(1.1), d.bright(8).times(0.55)
	f.long, f.short = d.roll(12) < 0.5, d.roll(13) < 0.4
	f.face(c.heading(a, b, d))
	f.base = vec{float32(b.Point.X), 0, float32(b.Point.Z)}
	f.draw(f.hold(b, d))
}

// face turns an upright figure towards a direction in turns: 0 is away from the camera, a quarter to the right.
func (f *figure) face(turn float32) {
	s, k := sine32(turn), sine32(turn+0.25)
	f.x, f.y, f.z = vec{k, 0, -s}, vec{0, 1, 0}, vec{s, 0, k}
}

// heading is where one looks: where one goes, or what one is at.
func (c *Camera) heading(a *Act, b Being, d dice) float32 {
	if b.Pose == Walking {
		next, _, _ := a.being(c.scene.At+200*time.Millisecond, walkSpeed)
		if dx, dz := float32(next.X-b.Point.X), float32(next.Z-b.Point.Z); dx*dx+dz*dz > 1e-6 {
			return turnOf(dx, dz)
		}
	}
	still := d.from(20+int(b.Since/time.Second), -1, 1)
	switch b.Place {
	case AtSofa:
		if b.Point.X > c.story.Home.Width/2 {
			return 0.75 + 0.05*still
		}
		return 0.25 + 0.05*still
	case AtTable:
		return 0.03 * still
	case AtWindow, AtStove, AtTelevision, AtDoor:
		return 0.12 * still
	}
	return 0.5 * still
}

// hold finds how a being holds itself, and lays it down if it lies.
func (f *figure) hold(b Being, d dice) stance {
	t := f.c.seconds
	sway := d.drift(t*0.4) * 0.01
	s := stance{spread: [2]float32{0.03, 0.03}, fore: [2]float32{0.03, 0.03}, arm: [2]float32{sway, -sway}}
	switch b.Pose {
	case Walking:
		for i := range 2 {
			phase := t*0.95 + d.roll(14) + float32(i)*0.5
			swing := sine32(phase)
			s.thigh[i] = 0.075 * swing
			s.shin[i] = s.thigh[i] - 0.05*(1+sine32(phase+0.3))
			s.arm[i], s.fore[i] = -0.07*swing, -0.07*swing+0.05
		}
	case Sitting:
		f.base.y = seatHigh + 0.09 - 0.5*f.high
		for i := range 2 {
			s.thigh[i] = 0.225 + d.from(15+i, -0.01, 0.01)
			s.shin[i] = d.from(17+i, -0.03, 0.02)
			s.arm[i], s.fore[i] = 0.06+sway, 0.2
		}
	case Lying, Fallen:
		f.lie(b, dice(scramble(uint64(d)+uint64(b.Since))), &s)
	default:
		if b.Place == AtStove {
			s.arm, s.fore = [2]float32{0.06, 0.09 + sway*4}, [2]float32{0.2, 0.22}
		}
	}
	return s
}

// lie tilts the figure to the floor, on its back, its front or its side; d is of this time alone. Whoever fell lies as
// one who lay down: pictures cannot tell them apart.
func (f *figure) lie(b Being, d dice, s *stance) {
	const falls = 0.8 // s
	part := min(float32((f.c.scene.At-b.Since).Seconds())/falls, 1)
	turn := 0.25 * part * part
	f.face(d.from(0, -0.14, 0.14) + 0.25 + 0.5*float32(d.pick(1, 2)))
	sin, cos := sine32(turn), sine32(turn+0.25)
	up, to := f.y, f.z
	switch d.pick(2, 3) {
	case 0: // on the front
		f.y, f.z = up.times(cos).along(to, sin), to.times(cos).along(up, -sin)
	case 1: // on the back
		to = to.times(-1)
		f.y, f.z = up.times(cos).along(to, sin), to.times(-cos).along(up, sin)
	default: // on the side: the spine falls where it looks after a quarter turn
		front := f.x
		f.y, f.x, f.z = up.times(cos).along(to, sin), to.times(cos).along(up, -sin), front
	}
	f.base = f.base.along(to, -0.45*f.high*sin).plus(vec{0, 0.12 * sin, 0})
	for i := range 2 {
		s.thigh[i] = part * d.from(3+i, -0.02, 0.12)
		s.shin[i] = s.thigh[i] - part*d.from(5+i, 0, 0.15)
		s.arm[i] = part * d.from(7+i, -0.03, 0.06)
		s.fore[i] = s.arm[i] + part*d.from(9+i, 0, 0.1)
		s.spread[i] = 0.03 + part*d.from(11+i, 0, 0.35)
	}
}

// draw paints the body, limb by limb.
func (f *figure) draw(s stance) {
	k := f.stout
	foot := f.c.shadow
	foot(vec{f.at(0, 0.5, 0).x, 0.015, f.at(0, 0.5, 0).z}, 0.25+0.35*abs32(f.y.x), 0.22+0.35*abs32(f.y.z), 0.45)
	f.limb(f.trouser, f.at(-0.035*k, 0.53, 0), f.at(0.035*k, 0.53, 0), 0.068*k, 0.068*k)
	f.limb(f.shirt, f.at(0, 0.58, 0), f.at(0, 0.74, 0), 0.078*k, 0.088*k)
	f.limb(f.shirt, f.at(-0.075*k, 0.785, 0), f.at(0.075*k, 0.785, 0), 0.045, 0.045)
	f.limb(f.skin, f.at(0, 0.8, 0), f.at(0, 0.88, 0.005), 0.033, 0.033)
	f.limb(f.skin, f.at(0, 0.9, 0.012), f.at(0, 0.945, 0.012), 0.052, 0.056)
	f.limb(f.hair, f.at(0, 0.96, 0), f.at(0, 0.92, -0.02), 0.056, 0.055)
	if f.long {
		f.limb(f.hair, f.at(0, 0.94, -0.02), f.at(0, 0.82, -0.035), 0.058, 0.045)
	}
	for i := range 2 {
		f.leg(i, &s)
		f.arm(i, &s)
	}
}

func (f *figure) leg(i int, s *stance) {
	side := 0.048 * f.stout * float32(2*i-1)
	a, b := s.thigh[i], s.shin[i]
	hip := f.at(side, 0.5, 0)
	ky, kz := 0.5-0.235*sine32(a+0.25), 0.235*sine32(a)
	ay, az := ky-0.235*sine32(b+0.25), kz+0.235*sine32(b)
	knee, ankle := f.at(side*1.15, ky, kz), f.at(side*1.2, ay, az)
	f.limb(f.trouser, hip, knee, 0.052*f.stout, 0.04)
	f.limb(f.trouser, knee, ankle, 0.04, 0.03)
	f.limb(f.hair.times(0.7), f.at(side*1.2, ay-0.008, az), f.at(side*1.3, ay-0.015, az+0.07), 0.026, 0.02)
}

func (f *figure) arm(i int, s *stance) {
	way := float32(2*i - 1)
	a, b, out := s.arm[i], s.fore[i], s.spread[i]
	x, y, z := way*0.115*f.stout, float32(0.785), float32(0)
	shoulder := f.at(x, y, z)
	wide, drop := sine32(out), sine32(out+0.25)
	x, y, z = x+way*0.17*wide, y-0.17*drop*sine32(a+0.25), z+0.17*drop*sine32(a)
	elbow := f.at(x, y, z)
	x, y, z = x+way*0.15*wide*0.5, y-0.15*sine32(b+0.25), z+0.15*sine32(b)
	hand := f.at(x, y, z)
	fore := f.shirt
	if f.short {
		fore = f.skin
	}
	f.limb(f.shirt, shoulder, elbow, 0.036, 0.03)
	f.limb(fore, elbow, hand, 0.028, 0.022)
	f.limb(f.skin, hand, hand.along(f.y, -0.02), 0.028, 0.024)
}
