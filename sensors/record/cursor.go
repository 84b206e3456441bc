package record

import (
	"encoding/binary"
	"errors"
)

var errShort = errors.New("ends within a field")

// cursor reads the fields of an MCAP record (mcap.dev/spec, "Serialization"), little-endian. After an error it gives zeros.
type cursor struct {
	b   []byte
	err error
}

// take returns the next n bytes.
func (c *cursor) take(n uint64) []byte {
	if c.err != nil || n > uint64(len(c.b)) {
		c.b, c.err = nil, errShort
		return nil
	}
	head := c.b[:n]
	c.b = c.b[n:]
	return head
}

func (c *cursor) uint16() uint16 {
	if b := c.take(2); b != nil {
		return binary.LittleEndian.Uint16(b)
	}
	return 0
}

func (c *cursor) uint32() uint32 {
	if b := c.take(4); b != nil {
		return binary.LittleEndian.Uint32(b)
	}
	return 0
}

func (c *cursor) uint64() uint64 {
	if b := c.take(8); b != nil {
		return binary.LittleEndian.Uint64(b)
	}
	return 0
}

func (c *cursor) text() string { return string(c.take(uint64(c.uint32()))) }

// pairs reads a map.
func (c *cursor) pairs() map[string]string {
	in := cursor{b: c.take(uint64(c.uint32())), err: c.err}
	pairs := map[string]string{}
	for len(in.b) > 0 {
		key := in.text()
		pairs[key] = in.text()
	}
	c.err = errors.Join(c.err, in.err)
	return pairs
}
