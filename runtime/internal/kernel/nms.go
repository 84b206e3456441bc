package kernel

import "math"

// NMS selects boxes by non-maximum suppression: it takes candidates by score and drops one that a selected box covers to
// the overlap iou or more. With a sigma above 0 each overlap below that lowers the candidate's score (soft NMS, Bodla et
// al., arXiv 1704.04503, with Gaussian weights):
//
//	score = score·exp(−½/sigma·overlap²)
//
// Source: TFLite, reference/non_max_suppression.h. Among equal scores the order is that of the C++ library's priority
// queue, libc++'s in LiteRT as shipped.
type NMS struct {
	IoU, Threshold, Sigma float32 // candidates' scores are above Threshold
	Pool                  *Pool   // whose context ends a run; nil for none

	heap     []nmsCandidate
	selected []int32
}

type nmsCandidate struct {
	box   int32
	seen  int32 // so many selected boxes have been compared with it
	score float32
}

// NewNMS prepares for a number of boxes.
func NewNMS(boxes int) *NMS {
	return &NMS{heap: make([]nmsCandidate, 0, boxes), selected: make([]int32, 0, boxes)}
}

// Run writes the selected boxes' numbers, best first, and their scores, and returns how many there are; the rest of both
// becomes 0. scores may be nil.
//
//	boxes [N,4] (y₁,x₁,y₂,x₂ of two opposite corners), candidates' scores [N], index [M], scores [M]
func (s *NMS) Run(index []int32, scores, boxes, candidates []float32) int {
	s.fill(candidates)
	clear(index)
	clear(scores)
	s.selected = s.selected[:0]
	most := min(len(s.heap), len(index))
	for len(s.selected) < most && len(s.heap) > 0 && !s.Pool.Stopped() {
		c := s.heap[0]
		s.pop()
		before := c.score
		if s.suppressed(&c, boxes) {
			continue
		}
		if c.score == before {
			if scores != nil {
				scores[len(s.selected)] = c.score
			}
			index[len(s.selected)] = c.box
			s.selected = append(s.selected, c.box)
		}
		if c.score > s.Threshold {
			s.push(c)
		}
	}
	return len(s.selected)
}

// fill makes a heap of the candidates above the threshold.
func (s *NMS) fill(candidates []float32) {
	s.heap = s.heap[:0]
	for i, score := range candidates {
		if score > s.Threshold {
			s.push(nmsCandidate{box: int32(i), score: score})
		}
	}
}

// suppressed compares a candidate with the boxes selected since it was looked at last, the newest first, and lowers its
// score. It reports whether one of them covers it.
func (s *NMS) suppressed(c *nmsCandidate, boxes []float32) bool {
	scale := -0.5 / s.Sigma
	seen := int(c.seen)
	c.seen = int32(len(s.selected))
	for j := len(s.selected) - 1; j >= seen; j-- {
		iou := overlap(corners(boxes, c.box), corners(boxes, s.selected[j]))
		if iou >= s.IoU {
			return true
		}
		if s.Sigma > 0 {
			c.score *= float32(math.Exp(float64(scale * iou * iou)))
		}
		if c.score <= s.Threshold {
			break
		}
	}
	return false
}

// corners returns box i, whichever corners the file has.
func corners(boxes []float32, i int32) box {
	b := boxes[4*i : 4*i+4]
	return box{ymin: smaller(b[0], b[2]), xmin: smaller(b[1], b[3]), ymax: larger(b[0], b[2]), xmax: larger(b[1], b[3])}
}

// push and pop are libc++'s push_heap and pop_heap, step for step: the order of equal scores hangs on them.
func (s *NMS) push(c nmsCandidate) {
	s.heap = append(s.heap, c)
	s.rise(len(s.heap) - 1)
}

// rise moves heap[i] up as long as its parent's score is lower.
func (s *NMS) rise(i int) {
	h, c := s.heap, s.heap[i]
	for i > 0 && h[(i-1)/2].score < c.score {
		h[i] = h[(i-1)/2]
		i = (i - 1) / 2
	}
	h[i] = c
}

// pop drops heap[0]: the better child moves up into the hole, of equals the left one, down to a leaf; there the last
// candidate is put and rises.
func (s *NMS) pop() {
	h, hole, last := s.heap, 0, len(s.heap)-1
	for 2*hole+1 <= last {
		child := 2*hole + 1
		if child < last && h[child].score < h[child+1].score {
			child++
		}
		h[hole] = h[child]
		hole = child
	}
	s.heap = h[:last]
	if hole < last {
		h[hole] = h[last]
		s.rise(hole)
	}
}
