package sim

import (
	"time"

	"edged/sensors"
)

// Camera draws what a camera, high in the middle of one wall, sees of a story. One goroutine uses it.
type Camera struct {
	story *Story
	look  look
	film  film

	still, moved  mesh
	stove, kettle vec // on the counter
	table         vec
	tv            screen

	scene    Scene // of the moment that is drawn
	seconds  float32
	lens     lens
	lights   lights
	blaze    blaze // in the room
	shown    blaze // on television
	showDice dice
	smoked   extent
	names    [256]string // of what is on the canvas, by id
	canvas   canvas
}

// What is on the canvas. Beings have the ids from idBeing on.
const (
	idNone uint8 = iota // a veil
	idRoom
	idDoor
	idWindow
	idTelevision
	idStove
	idKettle
	idWasher
	idSofa
	idTable
	idChair
	idFire
	idBeing
)

// NewCamera furnishes a story's room.
func NewCamera(s *Story) *Camera {
	c := &Camera{story: s, look: newLook(s.Seed)}
	c.film.load(c.look.dice)
	c.buildRoom()
	c.buildFurniture()
	copy(c.names[:], []string{idDoor: "door", idWindow: "window", idTelevision: "television", idStove: "stove", idKettle: "kettle",
		idWasher: "washing machine", idSofa: "sofa", idTable: "table", idFire: "fire"})
	return c
}

// Draw fills f with the picture of a time, 128 by 96 pixels of RGB24, reusing f.Pix. It leaves f's time and name alone.
func (c *Camera) Draw(f *sensors.Frame, at time.Duration) {
	c.expose(at)
	c.develop(f)
}

// expose paints the canvas.
func (c *Camera) expose(at time.Duration) {
	c.story.look(at, &c.scene)
	c.seconds = float32(at.Seconds())
	c.smoked = extent{}
	c.point()
	c.prepare()
	c.light()
	c.canvas.clear()
	c.moving()
	c.paintQuads(&c.still)
	c.paintQuads(&c.moved)
	c.drawKettle()
	c.shadows()
	c.drawBeings()
	c.drawScreen()
	if c.scene.Fire > 0 {
		c.drawFire(&c.blaze, idFire)
	}
	c.drawSmoke()
}

// point aims the camera; its mount trembles by a fraction of a pixel.
func (c *Camera) point() {
	d, h := c.look.dice, c.story.Home
	eye := vec{float32(h.Width) * d.from(520, 0.46, 0.54), d.from(521, 2.05, 2.2), -0.2}
	shake := d.from(522, 0.00002, 0.0002) // turns; a pixel is 0.0017
	pitch := d.from(523, 0.078, 0.086) + shake*d.drift(c.seconds*5.3)
	yaw := d.from(524, -0.005, 0.005) + shake*d.drift(c.seconds*4.7+1000)
	c.lens = newLens(eye, pitch, yaw, d.from(525, 0.214, 0.226))
}

// prepare finds what burns and what is on.
func (c *Camera) prepare() {
	for i := range c.story.Acts {
		a := &c.story.Acts[i]
		switch {
		case !a.at(c.scene.At):
		case a.Kind == ActFire:
			c.kindle(a)
		case a.Kind == ActTelevision:
			c.tune(a)
		}
	}
}

// drawBeings draws people and pets.
func (c *Camera) drawBeings() {
	id := idBeing
	for i := range c.story.Acts {
		a := &c.story.Acts[i]
		if a.Kind != ActPerson && a.Kind != ActPet || !a.at(c.scene.At) || id == 255 {
			continue
		}
		if a.Kind == ActPerson {
			c.drawPerson(a, a.living(c.scene.At, walkSpeed), id)
			c.names[id] = "person"
		} else {
			b := a.living(c.scene.At, petSpeed)
			c.drawPet(a, b, id)
			c.names[id] = "cat"
			if b.Dog() {
				c.names[id] = "dog"
			}
		}
		id++
	}
}

// drawKettle draws the kettle on its plate.
func (c *Camera) drawKettle() {
	k := c.kettle
	body := [...]paint{{0.5, 0.5, 0.52}, {0.04, 0.04, 0.045}, {0.5, 0.06, 0.05}, {0.7, 0.7, 0.68}}[c.look.dice.pick(530, 4)]
	c.limb(limb{k.plus(vec{0, 0.07, 0}), k.plus(vec{0, 0.16, 0}), 0.095, 0.07, body, idKettle})
	c.limb(limb{k.plus(vec{0, 0.24, 0}), k.plus(vec{0, 0.245, 0}), 0.02, 0.02, paint{0.02, 0.02, 0.02}, idKettle})
	c.limb(limb{k.plus(vec{-0.06, 0.12, -0.02}), k.plus(vec{-0.13, 0.2, -0.03}), 0.022, 0.015, body, idKettle})
	c.limb(limb{k.plus(vec{0.1, 0.2, 0}), k.plus(vec{0.12, 0.1, 0}), 0.016, 0.016, paint{0.02, 0.02, 0.02}, idKettle})
}

// shadows lays the furniture's on the floor.
func (c *Camera) shadows() {
	h := c.story.Home
	c.shadow(c.table.plus(vec{0, 0.015, 0}), 0.6, 0.42, 0.4)
	sofa, washer := h.spotAt(AtSofa), h.spotAt(AtWasher)
	c.shadow(sofa.plus(vec{0, 0.015, 0}), 0.75, 1.2, 0.5)
	c.shadow(washer.plus(vec{0, 0.015, 0}), 0.5, 0.5, 0.5)
	for _, p := range [...]Place{AtTelevision, AtStove} {
		c.shadow(vec{h.spotAt(p).x, 0.015, float32(h.Depth) - 0.35}, h.share()*0.65, 0.5, 0.5)
	}
}
