package fuse

import (
	"fmt"
	"math"

	"edged/runtime/tensor"
)

// Concat lays parts one after the other. It belongs to one goroutine.
type Concat struct {
	sizes      []int
	marked     int // how many parts have a mask and an age: the first
	mask, ages bool
	real       []float32 // the joined parts as real numbers, then the mask, then the ages
}

// NewConcat makes a Concat of parts with these numbers of elements, for a dst of elems elements: those of all parts; or
// one more for each part, 1 if it was there and 0 if it was nil; or two more for each part, the second being its age.
func NewConcat(sizes []int, elems int) (*Concat, error) {
	return newConcat(sizes, len(sizes), elems)
}

// newConcat makes a Concat of which the first few parts have masks and ages.
func newConcat(sizes []int, marked, elems int) (*Concat, error) {
	n := 0
	for i, s := range sizes {
		if s <= 0 || s > math.MaxInt32-n {
			return nil, fmt.Errorf("fuse: part %d has %d elements", i, s)
		}
		n += s
	}
	if len(sizes) == 0 || elems != n && elems != n+marked && elems != n+2*marked {
		return nil, fmt.Errorf("fuse: parts of %d elements are %d, %d with their mask, %d with their ages too; the input has %d",
			sizes, n, n+marked, n+2*marked, elems)
	}
	return &Concat{sizes: append([]int(nil), sizes...), marked: marked, mask: elems > n, ages: elems > n+marked, real: make([]float32, elems)}, nil
}

// Fuse fills dst, which is float32, or int8, uint8 or int16 with one scale. Parts are of these types too, each with
// its own scale; a nil part is zeros. ages has one for each part, if dst has room for them. It allocates nothing.
func (c *Concat) Fuse(dst *tensor.Tensor, parts []*tensor.Tensor, ages []float32) error {
	if len(parts) != len(c.sizes) {
		return fmt.Errorf("fuse: got %d parts, want %d", len(parts), len(c.sizes))
	}
	if c.ages && len(ages) != c.marked {
		return fmt.Errorf("fuse: got %d ages of %d parts", len(ages), c.marked)
	}
	rest := c.real
	for i, p := range parts {
		part := rest[:c.sizes[i]]
		rest = rest[c.sizes[i]:]
		if p == nil {
			clear(part)
			continue
		}
		if err := check(p, len(part)); err != nil {
			return fmt.Errorf("fuse: part %d: %w", i, err)
		}
		if _, err := tensor.AppendReals(part[:0], p); err != nil {
			return fmt.Errorf("fuse: part %d: tensor %q %w", i, p.Name, err)
		}
	}
	if c.mask {
		rest = mark(rest, parts[:c.marked])
	}
	if c.ages {
		copy(rest, ages)
	}
	if err := check(dst, len(c.real)); err != nil {
		return fmt.Errorf("fuse: dst: %w", err)
	}
	if err := tensor.SetReals(dst, c.real); err != nil {
		return fmt.Errorf("fuse: dst: tensor %q %w", dst.Name, err)
	}
	return nil
}

// mark writes which parts are there, and returns what follows.
func mark(to []float32, parts []*tensor.Tensor) []float32 {
	for i, p := range parts {
		to[i] = 0
		if p != nil {
			to[i] = 1
		}
	}
	return to[len(parts):]
}

// check refuses a tensor of another number of elements.
func check(t *tensor.Tensor, elems int) error {
	if n := t.Shape.Elems(); n != elems || len(t.Data) != t.DType.Bytes(n) {
		return fmt.Errorf("tensor %q is %s %s in %d bytes, want %d elements", t.Name, t.DType, t.Shape, len(t.Data), elems)
	}
	return nil
}
