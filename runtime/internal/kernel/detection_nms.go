package kernel

// box is a rectangle by its corners.
type box struct{ ymin, xmin, ymax, xmax float32 }

func (b box) area() float32 { return float32((b.ymax - b.ymin) * (b.xmax - b.xmin)) }

// overlap returns the area of a and b's intersection over that of their union, 0 where one of them has no area.
func overlap(a, b box) float32 {
	areaA, areaB := a.area(), b.area()
	if areaA <= 0 || areaB <= 0 {
		return 0
	}
	h := larger(smaller(a.ymax, b.ymax)-larger(a.ymin, b.ymin), 0)
	w := larger(smaller(a.xmax, b.xmax)-larger(a.xmin, b.xmin), 0)
	both := float32(h * w)
	return both / (areaA + areaB - both)
}

// larger and smaller are C++'s max and min: of a NaN and a number, or of two zeros, they return the first.
func larger(a, b float32) float32 {
	if a < b {
		return b
	}
	return a
}

func smaller(a, b float32) float32 {
	if b < a {
		return b
	}
	return a
}

// suppressor selects boxes by greedy non-maximum suppression. It takes candidates off a heap, so that the cost is that
// of the boxes looked at and not of sorting all.
type suppressor struct {
	boxes     *decoder
	limit     int // selected at most
	threshold float32
	iou       float32
	heap      []int32 // candidates, best first
	scores    []float32
	selected  []int32
	pool      *Pool
}

func newSuppressor(boxes *decoder, limit int, threshold, iou float32) suppressor {
	n := len(boxes.boxes)
	return suppressor{
		boxes: boxes, limit: limit, threshold: threshold, iou: iou,
		heap: make([]int32, 0, n), selected: make([]int32, 0, min(n, limit)),
	}
}

// run returns the boxes, best first, whose score reaches the threshold and that overlap none before them by more than
// iou. Of equal scores the earlier box comes first. The result is good until the next run.
func (s *suppressor) run(scores []float32) []int32 {
	s.scores, s.heap, s.selected = scores, s.heap[:0], s.selected[:0]
	for i, score := range scores {
		if score >= s.threshold {
			s.heap = append(s.heap, int32(i))
		}
	}
	s.empty()
	return s.selected
}

// empty selects from the heap's candidates, which are in any order yet.
func (s *suppressor) empty() {
	for i := len(s.heap)/2 - 1; i >= 0; i-- {
		s.sink(i)
	}
	for len(s.heap) > 0 && !s.done() {
		if best := s.pop(); s.free(best) {
			s.selected = append(s.selected, best)
		}
	}
}

func (s *suppressor) done() bool { return len(s.selected) >= s.limit || s.pool.Stopped() }

func (s *suppressor) free(candidate int32) bool {
	b := s.boxes.at(candidate)
	for _, i := range s.selected {
		if overlap(s.boxes.at(i), b) > s.iou {
			return false
		}
	}
	return true
}

func (s *suppressor) better(a, b int32) bool {
	return s.scores[a] > s.scores[b] || s.scores[a] == s.scores[b] && a < b
}

func (s *suppressor) pop() int32 {
	best, last := s.heap[0], len(s.heap)-1
	s.heap[0] = s.heap[last]
	s.heap = s.heap[:last]
	s.sink(0)
	return best
}

// sink moves heap[i] down until no child is better.
func (s *suppressor) sink(i int) {
	h := s.heap
	for {
		child := 2*i + 1
		if child >= len(h) {
			return
		}
		if child+1 < len(h) && s.better(h[child+1], h[child]) {
			child++
		}
		if !s.better(h[child], h[i]) {
			return
		}
		h[i], h[child] = h[child], h[i]
		i = child
	}
}
