package kernel

import (
	"fmt"
	"math"
)

// decoder decodes boxes from their anchors, each when it is first asked for.
type decoder struct {
	scale    [4]float64
	encoding int // numbers of a box encoding
	in       DetectionInput
	boxes    []box
	known    []bool // boxes decoded
}

func newDecoder(n, encoding int, scale [4]float32) decoder {
	d := decoder{encoding: encoding, boxes: make([]box, n), known: make([]bool, n)}
	for i, s := range scale {
		d.scale[i] = float64(s)
	}
	return d
}

// start forgets the boxes decoded so far, for those of in.
func (d *decoder) start(in DetectionInput) {
	d.in = in
	clear(d.known)
}

// all decodes every box, and tells of one that ends before it begins.
func (d *decoder) all() error {
	for i := range d.boxes {
		if b := d.at(int32(i)); b.ymin > b.ymax || b.xmin > b.xmax {
			return fmt.Errorf("box %d ends before it begins: %g to %g high, %g to %g wide", i, b.ymin, b.ymax, b.xmin, b.xmax)
		}
	}
	return nil
}

func (d *decoder) at(i int32) box {
	if !d.known[i] {
		d.boxes[i], d.known[i] = d.decode(int(i)), true
	}
	return d.boxes[i]
}

func (d *decoder) decode(i int) box {
	var e, a [4]float32
	d.in.Boxes.read(e[:], i*d.encoding)
	d.in.Anchors.read(a[:], 4*i)
	h, w := float64(a[2]), float64(a[3])
	y := float32(float64(float64(e[0])/d.scale[0]*h) + float64(a[0]))
	x := float32(float64(float64(e[1])/d.scale[1]*w) + float64(a[1]))
	halfH := float32(.5 * math.Exp(float64(e[2])/d.scale[2]) * h)
	halfW := float32(.5 * math.Exp(float64(e[3])/d.scale[3]) * w)
	return box{y - halfH, x - halfW, y + halfH, x + halfW}
}
