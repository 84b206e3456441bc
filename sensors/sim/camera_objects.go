package sim

import "time"

// Box is a rectangle of the picture, its sides as fractions of it.
type Box struct{ YMin, XMin, YMax, XMax float32 }

// Object is something that is seen, by what it is called, and its visible part.
type Object struct {
	Name string
	Box
}

// leastPixels is how many of the canvas' pixels something has to have to be called seen.
const leastPixels = 12

// extent is a rectangle of the canvas that grows.
type extent struct{ x0, y0, x1, y1, n int }

// take lets e hold a pixel too.
func (e *extent) take(x, y int) { e.join(x, y, x+1, y+1) }

func (e *extent) join(x0, y0, x1, y1 int) {
	if e.n == 0 {
		e.x0, e.y0, e.x1, e.y1 = x0, y0, x1, y1
	}
	e.x0, e.y0, e.x1, e.y1 = min(e.x0, x0), min(e.y0, y0), max(e.x1, x1), max(e.y1, y1)
	e.n += (x1 - x0) * (y1 - y0)
}

// add lets e hold a ball too.
func (e *extent) add(l *lens, at vec, radius float32) {
	x, y, w := l.see(at)
	reach := radius * l.focal * w
	x0, y0 := pixel(x-reach, fineWidth), pixel(y-reach, fineHeight)
	if x1, y1 := pixel(x+reach, fineWidth), pixel(y+reach, fineHeight); x1 > x0 && y1 > y0 {
		e.join(x0, y0, x1, y1)
	}
}

func (e *extent) box() Box {
	return Box{float32(e.y0) / fineHeight, float32(e.x0) / fineWidth, float32(e.y1) / fineHeight, float32(e.x1) / fineWidth}
}

// Objects returns what the picture of a time shows, with the boxes of the parts that are seen. It takes as long as
// drawing does.
func (c *Camera) Objects(at time.Duration) []Object {
	c.expose(at)
	var seen [256]extent
	for i, id := range c.canvas.id {
		seen[id].take(i%fineWidth, i/fineWidth)
	}
	var all []Object
	for id := range seen {
		if e := &seen[id]; e.n >= leastPixels && c.names[id] != "" {
			all = append(all, Object{c.names[id], e.box()})
		}
	}
	if c.smoked.n >= leastPixels {
		all = append(all, Object{"smoke", c.smoked.box()})
	}
	return all
}
