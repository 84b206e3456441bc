package sim

import "time"

// breed is the build of a cat or a dog, in metres.
type breed struct {
	long, high, thick float32 // body and legs
	head, neck        float32
	ear, tail         float32
}

// drawPet draws a cat or a dog; a sitting one holds its front up.
func (c *Camera) drawPet(a *Act, b Being, id uint8) {
	d := dice(scramble(uint64(b.Who)*0x9e3779b97f4a7c15 + 99))
	kind := breed{0.3, 0.17, 0.075, 0.06, 0.06, 0.05, 0.24}
	coats := [...]paint{{0.02, 0.02, 0.02}, {0.5, 0.22, 0.06}, {0.3, 0.3, 0.31}, {0.75, 0.73, 0.7}, {0.16, 0.11, 0.07}}
	if b.Dog() {
		kind = breed{0.52, 0.34, 0.12, 0.09, 0.13, 0.08, 0.25}
		coats = [...]paint{{0.02, 0.02, 0.02}, {0.45, 0.28, 0.1}, {0.2, 0.11, 0.05}, {0.7, 0.66, 0.58}, {0.12, 0.12, 0.13}}
	}
	k := d.from(1, 0.88, 1.2)
	f := figure{c: c, id: id, high: k, base: vec{float32(b.Point.X), 0, float32(b.Point.Z)}}
	f.skin = coats[d.pick(2, len(coats))]
	f.hair = f.skin.mix(coats[d.pick(3, len(coats))], 0.35)
	turn := d.from(20+int(b.Since/time.Second), -0.5, 0.5)
	if b.Pose == Walking {
		next, _, _ := a.being(c.scene.At+200*time.Millisecond, petSpeed)
		turn = turnOf(float32(next.X-b.Point.X), float32(next.Z-b.Point.Z))
	}
	f.face(turn)
	c.shadow(f.base.plus(vec{0, 0.015, 0}), kind.long*0.7*k, kind.long*0.5*k, 0.45)
	f.pet(kind, b, d)
}

func (f *figure) pet(k breed, b Being, d dice) {
	rear, front := k.high+k.thick*0.6, k.high+k.thick*0.6
	if b.Pose == Sitting {
		rear = k.thick * 1.1
	}
	half := k.long / 2
	f.limb(f.skin, f.at(0, rear, -half), f.at(0, front, half), k.thick*1.08, k.thick)
	nod := 0.02 * d.drift(f.c.seconds*0.8)
	headY, headZ := front+k.neck+nod, half+k.neck*0.9
	f.limb(f.skin, f.at(0, front, half), f.at(0, headY, headZ), k.thick*0.7, k.head*0.8)
	f.limb(f.skin, f.at(0, headY+k.head*0.3, headZ), f.at(0, headY+k.head*0.25, headZ+k.head*0.3), k.head, k.head*0.9)
	f.limb(f.hair, f.at(0, headY, headZ+k.head*0.6), f.at(0, headY-k.head*0.2, headZ+k.head*(0.6+6*(k.head-0.045))), k.head*0.55, k.head*0.45)
	for _, side := range [...]float32{-1, 1} {
		x := side * k.head * 0.75
		ear := f.at(x, headY+k.head*1.1, headZ)
		if b.Dog() {
			f.limb(f.hair, ear, f.at(x*1.5, headY-k.head*0.3, headZ), k.ear*0.35, k.ear*0.45)
		} else {
			f.limb(f.hair, ear, f.at(x*1.15, headY+k.head*1.1+k.ear, headZ), k.ear*0.55, k.ear*0.1)
		}
	}
	f.paws(k, b, rear, front)
	wag := 0.08 * sine32(f.c.seconds*1.5+d.roll(4))
	f.limb(f.hair, f.at(0, rear+k.thick*0.5, -half-k.thick*0.7), f.at(wag, rear+k.tail, -half-k.thick-k.tail*0.5), k.thick*0.3, k.thick*0.22)
}

func (f *figure) paws(k breed, b Being, rear, front float32) {
	swing := float32(0)
	if b.Pose == Walking {
		swing = 0.35 * k.high * sine32(f.c.seconds*1.9)
	}
	for i := range 4 {
		x, z, y, s := k.thick*0.55*float32(2*(i%2)-1), k.long/2, front, swing
		if i >= 2 {
			z, y = -z, rear
		}
		if i == 0 || i == 3 {
			s = -s
		}
		thick := k.thick * 0.32
		f.limb(f.skin, f.at(x, y-k.thick*0.3, z), f.at(x, thick, z+s), thick*1.3, thick)
	}
}
