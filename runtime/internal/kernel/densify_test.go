package kernel

import (
	"math/rand/v2"
	"testing"

	"edged/runtime/internal/ref"
)

// sparsify stores the elements of dense that lie below a node at place at, and fills in the levels; what a compressed level
// leaves out is zero. It is Densify backwards.
func sparsify(levels []SparseLevel, dense []byte, at int, stored []byte) []byte {
	if len(levels) == 0 {
		return append(stored, dense[at])
	}
	l := &levels[0]
	for i := range l.Size {
		child := at + i*l.Weight
		if l.Compressed {
			if empty(levels[1:], dense, child) {
				continue
			}
			l.Indices = append(l.Indices, i)
		}
		stored = sparsify(levels[1:], dense, child, stored)
	}
	l.Segments = append(l.Segments, len(l.Indices))
	return stored
}

func empty(levels []SparseLevel, dense []byte, at int) bool {
	if len(levels) == 0 {
		return dense[at] == 0
	}
	for i := range levels[0].Size {
		if !empty(levels[1:], dense, at+i*levels[0].Weight) {
			return false
		}
	}
	return true
}

func TestDensifyUndoesSparsify(t *testing.T) {
	trials(t, 100, func(t *testing.T, r *rand.Rand) {
		shape := []int{1 + r.IntN(3), 1 + r.IntN(4), 1 + r.IntN(4)}
		dense := make([]byte, ref.Elems(shape))
		for i := range dense {
			dense[i] = byte(max(0, r.IntN(9)-4))
		}
		var levels []SparseLevel
		for _, d := range r.Perm(3) { // the dimensions are walked in any order
			levels = append(levels, SparseLevel{Size: shape[d], Weight: ref.Elems(shape[d+1:]), Compressed: r.IntN(2) == 0, Segments: []int{0}})
		}
		stored, got := sparsify(levels, dense, 0, nil), numbers[byte](r, len(dense))
		Densify(levels, 1, got, stored)
		same(t, got, dense, shape, levels)
	})
}
