package sim

import "time"

// doorSound is its handle, its hinges and, at the end, its frame.
type doorSound struct {
	strikes
	act   *Act
	at    Point
	hz    float64 // of the hinges
	oiled float64 // how little they creak, 0 to 1
	creak countdown
	slip  float64 // seconds, from one slip of a hinge to the next
	hall  lowpass // what comes in from outside
}

func newDoorSound(s *Story, a *Act, dice hiss) *doorSound {
	home := newHiss(s.Seed, "door")
	return &doorSound{strikes: strikes{dice: dice}, act: a, at: s.Home.Spots[AtDoor], hz: home.in(380, 900), oiled: home.in(0, 1),
		slip: 0.03, hall: newLowpass(home.in(400, 900))}
}

func (d *doorSound) sound(to []float64, t time.Duration) (Point, bool) {
	if offset, now := hearOffset(d.act.Start, t); now {
		d.handle(offset)
	}
	if offset, now := hearOffset(d.act.End, t); now {
		d.shut(offset)
	}
	if d.act.at(t) && (t < d.act.Start+doorTime || t > d.act.End-doorTime) {
		d.creak.run(d.hinge)
	}
	open := ramp(t-d.act.Start, doorTime) * ramp(d.act.End-t, doorTime)
	level := open * hallLevel * d.hall.level()
	for i := range to {
		to[i] += d.hall.next(level * d.dice.next())
	}
	return d.at, d.strikes.sound(to) || open > 0
}

// handle is pressed, and the latch goes back.
func (d *doorSound) handle(offset int) {
	for range 2 {
		d.ring(offset, d.dice.in(1800, 3200), 0.3*doorLevel, 0.006)
		d.puff(offset, 5000, 0.25*doorLevel, 0.004)
		offset += hearSamples(d.dice.in(0.05, 0.12))
	}
}

// hinge is one slip.
func (d *doorSound) hinge(offset int) int {
	level := 0.25 * doorLevel * (1 - d.oiled) * d.dice.in(0.3, 1)
	d.ring(offset, d.hz*d.dice.in(0.97, 1.03), level, 0.006)
	d.ring(offset, 2.3*d.hz*d.dice.in(0.97, 1.03), 0.6*level, 0.004)
	d.slip = min(max(d.slip*d.dice.in(0.85, 1.17), 0.006), 0.05)
	return hearSamples(d.slip)
}

// shut is a thump, and the latch.
func (d *doorSound) shut(offset int) {
	d.ring(offset, d.dice.in(75, 115), doorLevel, 0.04)
	d.ring(offset, d.dice.in(170, 260), 0.5*doorLevel, 0.02)
	d.puff(offset, 900, 0.4*doorLevel, 0.015)
	d.handle(offset + hearSamples(0.02))
}

// knocking is a knuckle on wood, in threes to fives.
type knocking struct {
	strikes
	act  *Act
	at   Point
	hz   float64
	beat float64 // seconds
	left int     // knocks of this group
	next countdown
}

func newKnocking(s *Story, a *Act, dice hiss) *knocking {
	home := newHiss(s.Seed, "door")
	k := &knocking{strikes: strikes{dice: dice}, act: a, at: s.Home.Spots[AtDoor], hz: home.in(120, 240)}
	k.beat = k.dice.in(0.17, 0.27)
	k.left = int(k.dice.in(3, 6))
	return k
}

func (k *knocking) sound(to []float64, t time.Duration) (Point, bool) {
	offset, now := hearOffset(k.act.Start, t)
	if now {
		k.next = countdown(offset)
	}
	if now || k.act.at(t) {
		k.next.run(k.knock)
	}
	return k.at, k.strikes.sound(to)
}

func (k *knocking) knock(offset int) int {
	level := knockLevel * k.dice.in(0.6, 1)
	k.ring(offset, k.hz, level, 0.015)
	k.ring(offset, 2.7*k.hz, level/2, 0.008)
	k.ring(offset, 5.3*k.hz, level/4, 0.004)
	k.puff(offset, 2500, 0.3*level, 0.003)
	if k.left--; k.left <= 0 {
		k.left = int(k.dice.in(3, 6))
		return hearSamples(k.dice.in(0.6, 1.1))
	}
	return hearSamples(k.beat * k.dice.in(0.9, 1.1))
}

const (
	doorLevel  = 0.65
	hallLevel  = 0.012
	knockLevel = 0.7
)
