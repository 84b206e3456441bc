package jpeg

// lookBits is how many bits the tables look at once. 10 cover all codes but the rarest, and the tables stay in the
// first-level cache.
const lookBits = 10

// code is a Huffman code (T.81, annex C).
type code struct {
	counts  [16]uint8 // of codes of each length, 1 to 16 bits
	symbols [256]uint8
	n       int // symbols

	// look has, for each lookBits bits, the length of the code they begin with times 256 plus its symbol; 0 if the code
	// is longer.
	look [1 << lookBits]uint16

	// Codes longer than lookBits: those of length l+1, moved to the top of 16 bits, are below limit[l], and first[l]
	// added to the code makes the index of its symbol.
	limit [16]uint32
	first [16]int
}

// set makes c the code of counts and symbols, which are len(symbols) in all. It reports whether it changed and whether
// there is such a code.
func (c *code) set(counts *[16]uint8, symbols []uint8) (changed, ok bool) {
	if c.n == len(symbols) && c.counts == *counts && string(c.symbols[:c.n]) == string(symbols) {
		return false, true // as in each picture of a camera
	}
	c.n, c.counts = copy(c.symbols[:], symbols), *counts
	clear(c.look[:])
	next, index := uint32(0), 0 // code, and its index
	for l, count := range counts {
		next <<= 1
		c.first[l] = index - int(next)
		for range count {
			if next >= 1<<(l+1) {
				c.n = 0
				return true, false
			}
			c.spread(next, l+1, symbols[index])
			next++
			index++
		}
		c.limit[l] = next << (15 - l)
	}
	return true, true
}

// spread enters a code of the given length wherever its bits come first.
func (c *code) spread(bits uint32, length int, symbol uint8) {
	if length > lookBits {
		return
	}
	free := lookBits - length
	for i := range 1 << free {
		c.look[int(bits)<<free+i] = uint16(length)<<8 | uint16(symbol)
	}
}

// long returns the symbol and the length of a code longer than lookBits that the 16 bits v begin with; length 0 if there
// is none.
func (c *code) long(v uint32) (symbol uint8, length uint) {
	for l := lookBits; l < 16; l++ {
		if v < c.limit[l] {
			return c.symbols[(int(v>>(15-l))+c.first[l])&0xff], uint(l) + 1
		}
	}
	return 0, 0
}

// symbol takes the next symbol. It is false if there is no such code.
func (c *code) symbol(b *bits) (uint8, bool) {
	if b.n < 32 {
		b.refill()
	}
	e := c.look[b.acc>>(64-lookBits)]
	symbol, length := uint8(e), uint(e>>8)
	if e == 0 {
		symbol, length = c.long(uint32(b.acc >> 48))
	}
	b.acc <<= length
	b.n -= length
	return symbol, length != 0
}

// acCode is the code of a sequential picture's AC coefficients, whose symbols are 16·(zeros before it) + (bits of its
// value): with the values of short ones looked up too, and with steps over several.
type acCode struct {
	code
	value [1 << lookBits]coef
	step  [1 << lookBits]step
}

// coef is what a coefficient's code says: its bits in the low byte, the zeros before it in the next, its value above.
// Value 0 means that only the code is in the low byte, and that the value's size or the end of the block is elsewhere.
type coef int32

// step is the sum of several coefficients: how many in the low byte, their bits in the next, and end if a block ends
// after them. 0 if the first code is too long.
type step uint32

const end step = 1 << 16

// setAC makes c the code of counts and symbols.
func (c *acCode) setAC(counts *[16]uint8, symbols []uint8) bool {
	changed, ok := c.set(counts, symbols)
	if !changed || !ok {
		return ok
	}
	for bits := range uint32(1 << lookBits) {
		c.value[bits] = c.coef(bits)
		c.step[bits] = c.steps(bits)
	}
	return true
}

// coef returns the coefficient that lookBits bits begin with, if they hold all of it.
func (c *acCode) coef(bits uint32) coef {
	e := c.look[bits]
	length, size, run := uint(e>>8), uint(e&15), uint(e>>4&15)
	if e == 0 || size == 0 || length+size > lookBits {
		return 0
	}
	v := extend(bits>>(lookBits-length-size)&(1<<size-1), size)
	return coef(v<<16) | coef(run<<8) | coef(length+size)
}

// steps adds up the coefficients whose codes lie within lookBits bits; only the last one's value may lie outside.
func (c *acCode) steps(bits uint32) step {
	var coefs, used uint
	for used < lookBits {
		e := c.look[bits<<used&(1<<lookBits-1)]
		length, size, run := uint(e>>8), uint(e&15), uint(e>>4&15)
		if e == 0 || used+length > lookBits {
			break
		}
		used += length + size
		if size == 0 && run != 15 {
			return end | step(used<<8|coefs)
		}
		coefs += run + 1
	}
	return step(used<<8 | coefs)
}
