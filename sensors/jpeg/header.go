package jpeg

import (
	"encoding/binary"
	"fmt"
)

// Header is what a JPEG says of itself.
type Header struct {
	Width, Height    int
	Components       int     // 1: grey, 3: Y, U and V
	ChromaX, ChromaY float64 // pixels that a sample of U stands for, across and down; 0 if grey
	Progressive      bool
}

// spec is what the frame header says of a component.
type spec struct {
	id            uint8
	h, v          int // sampling factors
	quant         uint8
	perX, perY    float64 // pixels a sample
	width, height int     // samples
}

// Config returns the header of the JPEG in data. Only its first segments need be there.
func Config(data []byte) (Header, error) {
	s := segments{data: data}
	if err := s.start(); err != nil {
		return Header{}, err
	}
	for {
		marker, body, err := s.next()
		if err != nil {
			return Header{}, err
		}
		if marker == sos || marker == eoi {
			return Header{}, malformed(s.at, "marker %02x before a frame header", marker)
		}
		if isFrame(marker) {
			head, _, err := frame(marker, body, s.at)
			return head, err
		}
	}
}

// isFrame reports whether marker starts a frame header.
func isFrame(marker uint8) bool {
	return sof0 <= marker && marker <= sof15 && marker != dht && marker != jpg && marker != dac
}

// frame reads a frame header (T.81, B.2.2) that ends at byte at.
func frame(marker uint8, body []byte, at int) (head Header, specs [3]spec, err error) {
	if marker > sof2 {
		return head, specs, unsupported("lossless, hierarchical or arithmetic coding (frame %02x)", marker)
	}
	if len(body) < 6 {
		return head, specs, malformed(at, "frame header of %d bytes", len(body))
	}
	if body[0] != 8 {
		return head, specs, unsupported("%d bits a sample", body[0])
	}
	head.Height, head.Width = int(binary.BigEndian.Uint16(body[1:])), int(binary.BigEndian.Uint16(body[3:]))
	head.Components, head.Progressive = int(body[5]), marker == sof2
	switch {
	case head.Width == 0 || head.Height == 0:
		return head, specs, malformed(at, "picture of %dx%d pixels", head.Width, head.Height)
	case head.Components != 1 && head.Components != 3:
		return head, specs, unsupported("%d components", head.Components)
	case len(body) != 6+3*head.Components:
		return head, specs, malformed(at, "frame header of %d bytes for %d components", len(body), head.Components)
	}
	for i := range head.Components {
		b := body[6+3*i:]
		c := spec{id: b[0], h: int(b[1] >> 4), v: int(b[1] & 15), quant: b[2]}
		if c.h < 1 || c.h > 4 || c.v < 1 || c.v > 4 || c.quant > 3 {
			return head, specs, malformed(at, "component %d has sampling %dx%d and table %d", c.id, c.h, c.v, c.quant)
		}
		specs[i] = c
	}
	if err := measure(&head, specs[:head.Components]); err != nil {
		return head, specs, malformed(at, "%v", err)
	}
	return head, specs, nil
}

// measure works out the sizes of the components, and refuses what makes no sense. The factors of a picture with one
// component mean nothing (T.81, A.2.2).
func measure(head *Header, specs []spec) error {
	if len(specs) == 1 {
		specs[0].h, specs[0].v = 1, 1
	}
	maxH, maxV := 0, 0
	for i := range specs {
		maxH, maxV = max(maxH, specs[i].h), max(maxV, specs[i].v)
		for j := range i {
			if specs[j].id == specs[i].id {
				return fmt.Errorf("two components %d", specs[i].id)
			}
		}
	}
	for i := range specs {
		c := &specs[i]
		c.perX, c.perY = float64(maxH)/float64(c.h), float64(maxV)/float64(c.v)
		c.width, c.height = ceil(head.Width*c.h, maxH), ceil(head.Height*c.v, maxV)
	}
	if len(specs) == 3 {
		head.ChromaX, head.ChromaY = specs[1].perX, specs[1].perY
	}
	return nil
}

func ceil(a, b int) int { return (a + b - 1) / b }

// begin makes room for the picture whose frame header is body.
func (d *Decoder) begin(marker uint8, body []byte) error {
	if d.ready {
		return malformed(d.segs.at, "a second frame header")
	}
	head, specs, err := frame(marker, body, d.segs.at)
	if err != nil {
		return err
	}
	d.head = head
	if err := d.layout(specs[:head.Components]); err != nil {
		return err
	}
	d.ready = true
	return nil
}

// layout places the components' blocks. Interleaved, MCUs reach beyond the picture's right and lower edges.
func (d *Decoder) layout(specs []spec) error {
	maxH, maxV := 1, 1
	for _, s := range specs {
		maxH, maxV = max(maxH, s.h), max(maxV, s.v)
	}
	d.mcusX, d.mcusY = ceil(d.head.Width, 8*maxH), ceil(d.head.Height, 8*maxV)
	blocks := 0
	for i, s := range specs {
		c := &d.comps[i]
		c.spec, c.done = s, false
		c.across, c.down = ceil(s.width, 8), ceil(s.height, 8)
		c.stride, c.rows = d.mcusX*s.h, d.mcusY*s.v
		blocks += c.stride * c.rows
	}
	switch {
	case blocks > maxSamples/64, d.head.Progressive && blocks > maxProgressive/64:
		return unsupported("a picture of %dx%d pixels, with memory for %d samples, or %d if progressive,",
			d.head.Width, d.head.Height, maxSamples, maxProgressive)
	case len(d.segs.data) < blocks/8: // each block takes a bit at least
		return truncated(len(d.segs.data), "to fewer bits than %dx%d pixels have blocks", d.head.Width, d.head.Height)
	}
	for i := range specs {
		d.comps[i].allocate(d.head.Progressive)
	}
	return nil
}

func (c *component) allocate(progressive bool) {
	n := c.stride * c.rows
	c.pix = resize(c.pix, n*c.size*c.size)
	if progressive {
		c.coefs = resize(c.coefs, 64*n)
		clear(c.coefs)
	}
}

// resize returns a slice of n elements, s itself if it has room. The elements are not cleared.
func resize[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}
