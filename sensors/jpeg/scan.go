package jpeg

import "fmt"

// scanHead is what a scan header says (T.81, B.2.3).
type scanHead struct {
	comps    [3]*component
	n        int
	from, to int  // first and last coefficient, in zigzag order
	high     uint // progressive: the bit decoded before, 0 if none
	low      uint // progressive: the bit decoded now
}

// scan decodes a scan whose header is body.
func (d *Decoder) scan(body []byte) error {
	s, err := d.scanHead(body)
	if err != nil {
		return malformed(d.segs.at, "scan: %v", err)
	}
	if d.rgb() {
		return unsupported("colours stored as red, green and blue")
	}
	if d.scans++; d.scans > maxScans {
		return malformed(d.segs.at, "more than %d scans", maxScans)
	}
	d.resync()
	if s.n > 1 {
		err = d.interleaved(&s)
	} else {
		err = d.alone(&s)
	}
	for _, c := range s.comps[:s.n] {
		c.done = true
	}
	return err
}

func (d *Decoder) scanHead(body []byte) (s scanHead, err error) {
	if !d.ready {
		return s, fmt.Errorf("comes before the frame header")
	}
	if len(body) < 6 || body[0] < 1 || int(body[0]) > d.head.Components || len(body) != 4+2*int(body[0]) {
		return s, fmt.Errorf("header of %d bytes", len(body))
	}
	s.n = int(body[0])
	tail := body[1+2*s.n:]
	s.from, s.to, s.high, s.low = int(tail[0]), int(tail[1]), uint(tail[2]>>4), uint(tail[2]&15)
	if !d.head.Progressive {
		s.from, s.to, s.high, s.low = 0, 63, 0, 0 // what else is there is ignored, as other decoders do
	}
	if s.from > s.to || s.to > 63 || s.from == 0 && s.to != 0 && d.head.Progressive || s.from > 0 && s.n > 1 ||
		s.low > 13 || s.high != 0 && s.high != s.low+1 {
		return s, fmt.Errorf("of coefficients %d to %d, bits %d to %d, %d components", s.from, s.to, s.high, s.low, s.n)
	}
	blocks := 0
	for i := range s.n {
		c, err := d.member(&s, body[1+2*i:])
		if err != nil {
			return s, err
		}
		s.comps[i] = c
		blocks += c.h * c.v
	}
	if s.n > 1 && blocks > 10 {
		return s, fmt.Errorf("%d blocks in a unit, at most 10", blocks)
	}
	return s, nil
}

// member finds the next component of a scan, and the tables that it needs.
func (d *Decoder) member(s *scanHead, b []byte) (*component, error) {
	var c *component
	for i := range d.head.Components {
		if d.comps[i].id == b[0] {
			c = &d.comps[i]
		}
	}
	if c == nil {
		return nil, fmt.Errorf("has no component %d", b[0])
	}
	for _, other := range s.comps {
		if other == c || c.done && !d.head.Progressive {
			return nil, fmt.Errorf("component %d again", b[0])
		}
	}
	c.dc, c.ac = b[1]>>4, b[1]&15
	if c.dc > 3 || c.ac > 3 {
		return nil, fmt.Errorf("its Huffman tables are %d and %d, want 0 to 3", c.dc, c.ac)
	}
	if !d.quanted[c.quant] {
		return nil, fmt.Errorf("has no quantization table %d", c.quant)
	}
	if s.from == 0 && s.high == 0 && !d.dcSet[c.dc] && !d.standardDC(c.dc) {
		return nil, fmt.Errorf("has no Huffman table %d of class 0", c.dc)
	}
	if s.to > 0 && !d.acSet[c.ac] && !d.standardAC(c.ac) {
		return nil, fmt.Errorf("has no Huffman table %d of class 1", c.ac)
	}
	return c, nil
}

// resync starts reading entropy-coded data afresh where the last segment or marker ended.
func (d *Decoder) resync() {
	d.segs.at = d.bits.load(d.segs.data, d.segs.at)
	d.eobRun = 0
	for i := range d.comps {
		d.comps[i].pred = 0
	}
}

// interleaved decodes a scan of several components, a unit of blocks of each after the other.
func (d *Decoder) interleaved(s *scanHead) error {
	unit := 0
	for y := range d.mcusY {
		for x := range d.mcusX {
			if err := d.restartAt(unit); err != nil {
				return err
			}
			unit++
			for _, c := range s.comps[:s.n] {
				if err := d.decodeUnit(s, c, x*c.h, y*c.v); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// decodeUnit decodes a component's blocks of a unit, whose first one is in column x and row y.
func (d *Decoder) decodeUnit(s *scanHead, c *component, x, y int) error {
	for j := range c.v {
		for i := range c.h {
			if err := d.decodeBlock(s, c, x+i, y+j); err != nil {
				return err
			}
		}
	}
	return nil
}

// alone decodes a scan of one component, which has only the blocks that the picture covers.
func (d *Decoder) alone(s *scanHead) error {
	c := s.comps[0]
	unit := 0
	for y := range c.down {
		for x := range c.across {
			if err := d.restartAt(unit); err != nil {
				return err
			}
			unit++
			if err := d.decodeBlock(s, c, x, y); err != nil {
				return err
			}
		}
	}
	return nil
}

// restartAt reads the restart marker that is due before a unit, if one is.
func (d *Decoder) restartAt(unit int) error {
	if d.restart == 0 || unit == 0 || unit%d.restart != 0 {
		return nil
	}
	data, want := d.segs.data, uint8(rst0+(unit/d.restart-1)%8)
	at := d.segs.at + 1
	for at < len(data) && data[at] == 0xff {
		at++ // fill bytes
	}
	if at >= len(data) {
		return truncated(len(data), "before restart marker %02x of unit %d", want, unit)
	}
	if data[at] != want {
		return malformed(at, "marker %02x, want restart marker %02x of unit %d", data[at], want, unit)
	}
	d.segs.at = at + 1
	d.resync()
	return nil
}

// decodeBlock decodes the block in column x and row y of a component's plane.
func (d *Decoder) decodeBlock(s *scanHead, c *component, x, y int) error {
	ok := false
	if d.head.Progressive {
		ok = d.progressive(s, c, c.coefficients(x, y))
	} else {
		ok = d.sequential(c, x, y)
	}
	switch {
	case d.bits.over():
		return truncated(d.segs.at, "in block %d,%d of component %d", x, y, c.id)
	case !ok:
		return malformed(d.segs.at, "no such code before here, in block %d,%d of component %d", x, y, c.id)
	}
	return nil
}
