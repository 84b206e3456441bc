package kernel

// firstCandidates is about how many of the best boxes runBytes looks at first.
const firstCandidates = 64

// runBytes is run for quantized scores. It sets scores[i] of the candidates to the real number of best[i].
//
// Where most boxes reach the threshold (models are seen with 1e-8 and with −20) the heap would hold them all, for the few
// dozen that are looked at until enough are selected. So the heap is filled with the boxes of the highest scores alone,
// and with more of those below only where it runs empty.
func (s *suppressor) runBytes(scores []float32, best []byte, t *DetectionTable) []int32 {
	s.scores, s.selected = scores, s.selected[:0]
	count := countBytes(best)
	wanted := firstCandidates
	for high := 255; high >= 0 && !s.done(); wanted *= 4 {
		n, low := 0, high // of the next candidates the lowest rank, less one
		for low >= 0 && t.ranked(low) >= s.threshold && (n < wanted || t.ranked(low) == t.ranked(low+1)) {
			n += int(count[byte(low)^t.flip])
			low--
		}
		if n == 0 {
			break
		}
		s.fill(best, t, low, high)
		s.empty()
		high = low
	}
	return s.selected
}

// fill makes the candidates those boxes whose rank lies above low and is at most high.
func (s *suppressor) fill(best []byte, t *DetectionTable, low, high int) {
	s.heap = s.heap[:0]
	width := byte(high - low - 1)
	for i, q := range best {
		if q^t.flip-byte(low+1) <= width {
			s.heap = append(s.heap, int32(i))
			s.scores[i] = t.real[q]
		}
	}
}

// countBytes counts how often each byte occurs. Runs of equal bytes are common, and a counter takes a few cycles from
// one increment to the next: so each has four.
func countBytes(v []byte) (count [256]int32) {
	var part [4][256]int32
	for i, q := range v {
		part[i%4][q]++
	}
	for q := range count {
		count[q] = part[0][q] + part[1][q] + part[2][q] + part[3][q]
	}
	return count
}
