package jpeg

// progressive decodes what a scan says of a block, whose coefficients are in zigzag order (T.81, G.1.2 and G.2).
func (d *Decoder) progressive(s *scanHead, c *component, block *[64]int16) bool {
	switch {
	case s.from == 0 && s.high == 0:
		return d.dcFirst(s, c, block)
	case s.from == 0:
		block[0] |= int16(d.bits.take(1) << s.low)
		return true
	case s.high == 0:
		return d.acFirst(s, c, block)
	}
	return d.acRefine(s, c, block)
}

func (d *Decoder) dcFirst(s *scanHead, c *component, block *[64]int16) bool {
	size, ok := d.dc[c.dc].symbol(&d.bits)
	if !ok || size > 16 {
		return false
	}
	if size > 0 {
		c.pred += extend(d.bits.take(uint(size)), uint(size))
	}
	block[0] = int16(c.pred << s.low)
	return true
}

// acFirst reads the upper bits of coefficients.
func (d *Decoder) acFirst(s *scanHead, c *component, block *[64]int16) bool {
	if d.eobRun > 0 {
		d.eobRun--
		return true
	}
	for k := s.from; k <= s.to; k++ {
		symbol, ok := d.ac[c.ac].symbol(&d.bits)
		if !ok {
			return false
		}
		run, size := int(symbol>>4), uint(symbol&15)
		switch {
		case size == 0 && run < 15:
			d.eobRun = d.endRun(uint(run)) - 1
			return true
		case size == 0:
			k += 15
			continue
		}
		if k += run; k > s.to {
			return false
		}
		block[k] = int16(extend(d.bits.take(size), size) << s.low)
	}
	return true
}

// endRun reads how many blocks end here, this one included.
func (d *Decoder) endRun(size uint) int {
	n := 1 << size
	if size > 0 {
		n += int(d.bits.take(size))
	}
	return n
}

// acRefine reads one more bit of the coefficients that are not zero, and those that become so with this bit.
func (d *Decoder) acRefine(s *scanHead, c *component, block *[64]int16) bool {
	k := s.from
	for d.eobRun == 0 && k <= s.to {
		symbol, ok := d.ac[c.ac].symbol(&d.bits)
		run, size := int(symbol>>4), symbol&15
		if !ok || size > 1 {
			return false
		}
		if size == 0 && run < 15 {
			d.eobRun = d.endRun(uint(run))
			break
		}
		fresh := int16(0)
		if size == 1 {
			fresh = -1 << s.low
			if d.bits.take(1) == 1 {
				fresh = 1 << s.low
			}
		}
		k = d.refine(s, block, k, run)
		if k > s.to {
			return fresh == 0
		}
		if fresh != 0 {
			block[k] = fresh
		}
		k++
	}
	if d.eobRun > 0 {
		d.refine(s, block, k, 64)
		d.eobRun--
	}
	return true
}

// refine reads a bit for each coefficient from k on that is not zero, until the one after skipping zeros, and returns
// where that is.
func (d *Decoder) refine(s *scanHead, block *[64]int16, k, zeros int) int {
	bit := int16(1) << s.low
	for ; k <= s.to; k++ {
		switch v := block[k]; {
		case v == 0:
			if zeros == 0 {
				return k
			}
			zeros--
		case d.bits.take(1) == 0 || v&bit != 0:
		case v > 0:
			block[k] += bit
		default:
			block[k] -= bit
		}
	}
	return k
}

// coefficients returns those kept of the block in column x and row y.
func (c *component) coefficients(x, y int) *[64]int16 {
	return (*[64]int16)(c.coefs[64*(y*c.stride+x):])
}

// transform makes the plane of a component whose coefficients are all there.
func (d *Decoder) transform(c *component) {
	q, last := &d.quant[c.quant], c.last
	for y := range c.down {
		for x := range c.across {
			coefs := c.coefficients(x, y)
			n := 1
			d.block[0] = int32(coefs[0]) * int32(q[0])
			for k := 1; k <= last; k++ {
				if v := coefs[k]; v != 0 {
					d.block[zigzag[k]] = int32(v) * int32(q[k])
					n = k + 1
				}
			}
			c.put(&d.block, n, c.at(x, y))
			if n > 1 {
				d.block = [64]int32{}
			}
		}
	}
}
