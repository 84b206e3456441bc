package kernel

// argMax returns the index of the first largest value; NaN counts for nothing.
func argMax(v []float32) int {
	best, most := 0, v[0]
	for i, x := range v {
		if x > most || most != most && x == x {
			best, most = i, x
		}
	}
	return best
}

// bestClasses returns the indices of the n largest scores, or of all if there are fewer, best first, in order's memory
// (len(scores) entries). n = 1 gives the first of equal scores.
//
// For more, TFLite calls std::partial_sort, which leaves the order of equal scores open; quantized scores are often
// equal. This is the order of libstdc++, which LiteRT's Linux builds use: a heap of the first n, worst on top, that
// takes in each better score that follows and is then emptied from the worst.
func bestClasses(scores []float32, n int, order []int32) []int32 {
	n = min(n, len(scores))
	h := classHeap{scores: scores, order: order[:n]}
	if n == 1 {
		order[0] = int32(argMax(scores))
		return h.order
	}
	for i := range h.order {
		h.order[i] = int32(i)
	}
	for i := (n - 2) / 2; i >= 0; i-- {
		h.place(h.order[i], i, n)
	}
	for i := n; i < len(scores); i++ {
		if scores[i] > scores[h.order[0]] {
			h.place(int32(i), 0, n)
		}
	}
	for last := n - 1; last > 0; last-- {
		class := h.order[last]
		h.order[last] = h.order[0]
		h.place(class, 0, last)
	}
	return h.order
}

// classHeap is a binary heap of class indices with the worst score on top.
type classHeap struct {
	scores []float32
	order  []int32
}

// place puts class into the heap of the first n in place of the entry at hole: the hole sinks to a leaf, always to the
// worse child and of equals to the right one, then class rises from there past better scores.
func (h *classHeap) place(class int32, hole, n int) {
	top := hole
	for 2*hole+2 < n {
		child := 2*hole + 2
		if h.score(child) > h.score(child-1) {
			child--
		}
		h.order[hole] = h.order[child]
		hole = child
	}
	if 2*hole+2 == n {
		h.order[hole] = h.order[n-1]
		hole = n - 1
	}
	for hole > top && h.score((hole-1)/2) > h.scores[class] {
		h.order[hole] = h.order[(hole-1)/2]
		hole = (hole - 1) / 2
	}
	h.order[hole] = class
}

func (h *classHeap) score(i int) float32 { return h.scores[h.order[i]] }
