// Package plan places buffers with lifetimes into one arena: pure functions.
//
// # Why
//
// Greedy by size is the strategy of "Efficient Memory Management for Deep Neural Net Inference" (Pisarchyk and Lee,
// 2020, section 5.2), which TensorFlow Lite also uses: largest first, each into the tightest gap among the buffers
// alive at the same time. It comes within a few per cent of the optimum on most nets and is simple to check; a few other
// orders are tried where it does not reach the lower bound, for they cost little. Before that, Merge lets results lie
// where operands that die were.
package plan

import (
	"cmp"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
)

// Align is what the offsets of all but small buffers are a multiple of: a cache line, and the widest vector register.
const Align = 64

// Buffer asks for Size bytes from step First to step Last, both included.
type Buffer struct {
	Size        int64
	Elem        int64 // its offset is a multiple of this power of two; 0 is 1
	First, Last int
	Held        bool    // it is seen from outside, and shares memory with no other that is
	Shares      []Share // what it may share memory with, the best first
}

// align returns what b's offset is a multiple of: Align, or less where that could waste more than a sixteenth of it.
func (b Buffer) align() int64 {
	a := int64(Align)
	for a > 1 && 16*a > b.Size {
		a /= 2
	}
	return max(a, b.Elem)
}

// Place returns an offset for each buffer, and the size of the arena. Buffers whose lifetimes meet do not overlap.
// It returns an error if the arena would exceed limit bytes.
func Place(buffers []Buffer, limit int64) (offsets []int64, size int64, err error) {
	if len(buffers) > manyBuffers {
		return Apart(buffers, limit)
	}
	bound, _ := Peak(buffers)
	best := search(buffers, bound)
	if best.size > limit || best.size < 0 {
		return nil, 0, fmt.Errorf("tensors need %d bytes, the limit is %d", best.size, limit)
	}
	return best.offsets, best.size, nil
}

// The work of a plan grows with the square of its buffers. A hostile file may have any number of them.
const (
	fewBuffers  = 500  // up to which orders beyond the fixed ones are tried
	manyBuffers = 5000 // above which no memory is shared; real models have hundreds
	tries       = 200  // about a millisecond for a net of a hundred tensors
)

// Work returns about how often Place compares two of n buffers.
func Work(n int) int64 {
	orders := int64(2 * len(orders))
	switch {
	case n > manyBuffers:
		return int64(n)
	case n <= fewBuffers:
		orders += tries
	}
	return orders * int64(n) * int64(n) / 2
}

// Apart is Place without sharing memory: it gives each buffer a place of its own.
func Apart(buffers []Buffer, limit int64) (offsets []int64, size int64, err error) {
	for _, b := range buffers {
		size = roundUp(size, b.align())
		offsets = append(offsets, size)
		size += b.Size
	}
	if size > limit {
		return nil, 0, fmt.Errorf("%d tensors need %d bytes, the limit is %d", len(buffers), size, limit)
	}
	return offsets, size, nil
}

// search tries the fixed orders, then exchanges two buffers of the best order again and again, from a fixed seed. It stops
// within a hundredth of the lower bound.
func search(buffers []Buffer, bound int64) *placement {
	bound += bound / 100
	var best *placement
	better := func(order []int, tight bool) bool {
		if best != nil && best.size <= bound {
			return false
		}
		p := place(buffers, order, tight)
		if best != nil && p.size >= best.size {
			return false
		}
		best = p
		return true
	}
	for _, o := range orders {
		order := make([]int, len(buffers))
		for i := range order {
			order[i] = i
		}
		slices.SortStableFunc(order, func(a, b int) int { return o(buffers[a], buffers[b]) })
		better(order, true)
		better(order, false)
	}
	r := rand.New(rand.NewPCG(1, 2))
	for try := 0; try < tries && best.size > bound && len(buffers) <= fewBuffers; try++ {
		order := slices.Clone(best.order)
		a, b := r.IntN(len(order)), r.IntN(len(order))
		order[a], order[b] = order[b], order[a]
		better(order, best.tight)
	}
	return best
}

// orders are those in which buffers are tried: the plan that comes out smallest is taken.
var orders = []func(a, b Buffer) int{
	func(a, b Buffer) int { return cmp.Or(cmp.Compare(b.Size, a.Size), cmp.Compare(a.First, b.First)) },
	func(a, b Buffer) int { return cmp.Or(cmp.Compare(b.span(), a.span()), cmp.Compare(b.Size, a.Size)) },
	func(a, b Buffer) int { return cmp.Or(cmp.Compare(b.area(), a.area()), cmp.Compare(a.First, b.First)) },
	func(a, b Buffer) int { return cmp.Or(cmp.Compare(a.First, b.First), cmp.Compare(b.Size, a.Size)) },
}

func (b Buffer) span() int   { return b.Last - b.First + 1 }
func (b Buffer) area() int64 { return b.Size * int64(b.span()) }

// Peak is the largest sum of buffers alive at once, and the first step at which they are: no arena is smaller.
func Peak(buffers []Buffer) (bytes int64, step int) {
	change := map[int]int64{}
	for _, b := range buffers {
		change[b.First] += b.Size
		change[b.Last+1] -= b.Size
	}
	var alive int64
	for _, s := range slices.Sorted(maps.Keys(change)) {
		if alive += change[s]; alive > bytes {
			bytes, step = alive, s
		}
	}
	return bytes, step
}

// placement is a plan: the buffers placed one by one in an order.
type placement struct {
	buffers []Buffer
	order   []int
	tight   bool // into the tightest gap, else into the lowest
	offsets []int64
	placed  []int // by offset
	size    int64
}

func place(buffers []Buffer, order []int, tight bool) *placement {
	p := &placement{buffers: buffers, order: order, tight: tight, offsets: make([]int64, len(buffers))}
	for _, b := range order {
		p.offsets[b] = p.gap(b)
		p.size = max(p.size, p.offsets[b]+buffers[b].Size)
		at, _ := slices.BinarySearchFunc(p.placed, b, func(q, b int) int { return cmp.Compare(p.offsets[q], p.offsets[b]) })
		p.placed = slices.Insert(p.placed, at, b)
	}
	return p
}

// gap finds a place for buffer b among those already placed.
func (p *placement) gap(b int) int64 {
	const none = int64(-1)
	want, align := p.buffers[b], p.buffers[b].align()
	best, bestSize, end := none, int64(0), int64(0) // end of what lies below
	for _, q := range p.placed {
		other := p.buffers[q]
		if other.First > want.Last || want.First > other.Last {
			continue
		}
		if free := p.offsets[q] - roundUp(end, align); free >= want.Size && (best == none || free < bestSize) {
			if best, bestSize = roundUp(end, align), free; !p.tight {
				return best
			}
		}
		end = max(end, p.offsets[q]+other.Size)
	}
	if best == none {
		return roundUp(end, align)
	}
	return best
}

func roundUp(n, align int64) int64 { return (n + align - 1) / align * align }
