package ref

import "math"

// SoftNMS is Bodla et al.'s algorithm: it takes the best box, multiplies what is left by exp(−½/sigma·IoU²), and drops
// what overlaps it by iou or more, or falls to the threshold. It returns boxes and their scores when taken.
func SoftNMS(boxes []Rect, scores []float64, limit int, threshold, iou, sigma float64) (taken []int, at []float64) {
	scores = append([]float64{}, scores...)
	for len(taken) < limit {
		best := -1
		for i, s := range scores {
			if s > threshold && (best < 0 || s > scores[best]) {
				best = i
			}
		}
		if best < 0 {
			break
		}
		taken, at = append(taken, best), append(at, scores[best])
		for i := range scores {
			u := float64(IoU(boxes[i], boxes[best]))
			scores[i] *= math.Exp(-0.5 / sigma * u * u)
			if u >= iou || i == best {
				scores[i] = math.Inf(-1)
			}
		}
	}
	return taken, at
}
