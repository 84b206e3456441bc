package simd

import (
	"math"
	"unsafe"
)

// Places are where inputs begin: for each line of outputs the pieces of what its first pixel sees. Those of memory that stays can
// be worked out once.
type Places struct {
	at     []unsafe.Pointer // [lines][pieces]
	behind int              // bytes that each has behind it, at least
}

// NewPlaces returns Places with room for n.
func NewPlaces(n int) Places {
	return Places{at: make([]unsafe.Pointer, 0, n), behind: math.MaxInt}
}

// Clear leaves none.
func (p *Places) Clear() { p.at, p.behind = p.at[:0], math.MaxInt }

// Add adds the beginning of in, which must be as long as what is read from there.
func (p *Places) Add(in []byte) {
	p.at, p.behind = append(p.at, unsafe.Pointer(unsafe.SliceData(in))), min(p.behind, len(in))
}

// Bytes returns the memory that they take.
func (p *Places) Bytes() int { return cap(p.at) * int(unsafe.Sizeof(p.at[0])) }

// line returns where the pieces of a line are told.
func (p *Places) line(i, pieces int) unsafe.Pointer { return unsafe.Pointer(&p.at[i*pieces]) }
