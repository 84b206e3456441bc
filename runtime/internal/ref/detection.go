package ref

import (
	"math"
	"slices"
)

// Rect is a box by its corners.
type Rect struct{ YMin, XMin, YMax, XMax float32 }

// DecodeBox returns the box of an encoding (y, x, h, w) relative to an anchor (y, x, h, w).
func DecodeBox(enc, anchor, scale [4]float32) Rect {
	f := func(v float32) float64 { return float64(v) }
	y := float32(float64(f(enc[0])/f(scale[0])*f(anchor[2])) + f(anchor[0]))
	x := float32(float64(f(enc[1])/f(scale[1])*f(anchor[3])) + f(anchor[1]))
	h := float32(math.Exp(f(enc[2])/f(scale[2])) * f(anchor[2]) / 2)
	w := float32(math.Exp(f(enc[3])/f(scale[3])) * f(anchor[3]) / 2)
	return Rect{y - h, x - w, y + h, x + w}
}

// IoU returns the area of a and b's intersection over that of their union.
func IoU(a, b Rect) float32 {
	area := func(r Rect) float32 { return float32(max(r.YMax-r.YMin, 0) * max(r.XMax-r.XMin, 0)) }
	both := area(Rect{max(a.YMin, b.YMin), max(a.XMin, b.XMin), min(a.YMax, b.YMax), min(a.XMax, b.XMax)})
	if area(a) <= 0 || area(b) <= 0 {
		return 0
	}
	return both / (area(a) + area(b) - both)
}

// NMS returns at most limit of the boxes with at least the threshold's score, best first: each in turn strikes out
// those after it that overlap it by more than iou.
func NMS(boxes []Rect, scores []float32, limit int, threshold, iou float32) []int {
	var order []int
	for i, s := range scores {
		if s >= threshold {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(i, j int) int { return descending(scores[i], scores[j]) })
	var kept []int
	for len(order) > 0 && len(kept) < limit {
		best := order[0]
		kept = append(kept, best)
		order = slices.DeleteFunc(order[1:], func(i int) bool { return IoU(boxes[best], boxes[i]) > iou })
	}
	return kept
}

// Detected is one result of a detector.
type Detected struct {
	Box, Class int
	Score      float32
}

// FastNMS suppresses by each box's best score, scores[box][class], and gives the best perBox classes of what stays.
func FastNMS(boxes []Rect, scores [][]float32, limit, perBox int, threshold, iou float32) []Detected {
	best := make([]float32, len(boxes))
	for i, row := range scores {
		best[i] = slices.Max(row)
	}
	var out []Detected
	for _, i := range NMS(boxes, best, limit, threshold, iou) {
		var classes []Detected
		for c, s := range scores[i] {
			classes = append(classes, Detected{i, c, s})
		}
		slices.SortStableFunc(classes, func(a, b Detected) int { return descending(a.Score, b.Score) })
		out = append(out, classes[:min(perBox, len(classes))]...)
	}
	return out
}

// RegularNMS suppresses class by class, at most perClass of each, and gives the limit best of all.
func RegularNMS(boxes []Rect, scores [][]float32, limit, perClass int, threshold, iou float32) []Detected {
	var out []Detected
	for c := range scores[0] {
		column := make([]float32, len(boxes))
		for i := range boxes {
			column[i] = scores[i][c]
		}
		for _, i := range NMS(boxes, column, min(perClass, limit), threshold, iou) {
			out = append(out, Detected{i, c, column[i]})
		}
	}
	slices.SortStableFunc(out, func(a, b Detected) int { return descending(a.Score, b.Score) })
	return out[:min(limit, len(out))]
}

func descending(a, b float32) int {
	switch {
	case a > b:
		return -1
	case a < b:
		return 1
	}
	return 0
}
