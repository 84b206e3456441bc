package plan

import (
	"cmp"
	"slices"
)

// Share names an earlier buffer whose memory a buffer may take: an operand of the operator that computes it.
type Share struct {
	With int

	// Equal says that both hold the same bytes, so that they may lie in one place while both are alive. Otherwise the
	// buffer overwrites the other.
	Equal bool
}

// Blocks are buffers put together: those of a block lie at one offset.
type Blocks struct {
	Blocks []Buffer // to be placed
	Of     []int    // by buffer, its block
	Onto   []int    // by buffer, the earlier one whose memory it takes; −1 for none

	buffers []Buffer
	members [][]int // by block, from the earliest; those that had died when the last one joined may be missing
}

// Merge puts buffers into the blocks of those that they may share memory with, where it is safe: at any step, all buffers
// of a block that are alive hold the same bytes.
func Merge(buffers []Buffer) *Blocks {
	m := &Blocks{Of: make([]int, len(buffers)), Onto: make([]int, len(buffers)), buffers: buffers}
	order := make([]int, len(buffers))
	for i := range order {
		order[i], m.Onto[i] = i, -1
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(buffers[a].First, buffers[b].First) })
	for _, i := range order {
		b := buffers[i]
		if len(buffers) > manyBuffers { // a block would have any number of members
			b.Shares = nil
		}
		for _, s := range b.Shares {
			if buffers[s.With].First < b.First && m.takes(m.Of[s.With], b, s.Equal) {
				m.Onto[i] = s.With
				m.join(m.Of[s.With], i)
				break
			}
		}
		if m.Onto[i] < 0 {
			b.Shares = nil
			m.Of[i] = len(m.Blocks)
			m.Blocks = append(m.Blocks, b)
			m.members = append(m.members, []int{i})
		}
	}
	return m
}

// takes reports whether b may lie in block k.
func (m *Blocks) takes(k int, b Buffer, equal bool) bool {
	block, members := &m.Blocks[k], m.members[k]
	switch newest := m.buffers[members[len(members)-1]]; {
	case b.Size > block.Size || newest.First == b.First: // two results of one operator stay apart
		return false
	case equal:
		return !(block.Held && b.Held)
	case block.Last > b.First:
		return false
	}
	for _, i := range members { // all operands that b overwrites must allow it
		if m.buffers[i].Last == b.First && !slices.ContainsFunc(b.Shares, func(s Share) bool { return s.With == i }) {
			return false
		}
	}
	return true
}

// join puts buffer i into block k.
func (m *Blocks) join(k, i int) {
	block, b := &m.Blocks[k], m.buffers[i]
	block.Last = max(block.Last, b.Last)
	block.Elem = max(block.Elem, b.Elem)
	block.Held = block.Held || b.Held
	m.Of[i] = k
	alive := slices.DeleteFunc(m.members[k], func(j int) bool { return m.buffers[j].Last < b.First })
	m.members[k] = append(alive, i)
}
