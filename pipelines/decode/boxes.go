package decode

import (
	"cmp"
	"fmt"
	"slices"

	"edged/pipelines"
)

// defaultOverlap is YOLOv5's: of two boxes of a class that overlap more, only the better one is told.
const defaultOverlap = 0.45

// mostFound bounds what an event tells if nothing is said, as Ultralytics does: no picture has more, and each is compared
// with all.
const mostFound = 300

// boxes are the detections of one picture before it is decided which are told.
type boxes struct {
	names   []string
	top     int
	overlap float32
	found   []candidate
	told    []pipelines.Detection
}

type candidate struct {
	score float32
	class int
	place int // among the model's boxes
	box   pipelines.Box
}

// newBoxes has room for the n boxes of a model.
func newBoxes(n int, names []string, o Options) (boxes, error) {
	b := boxes{names: names, top: o.Top, overlap: o.Overlap}
	if o.Top < 0 {
		return b, fmt.Errorf("top is %d", o.Top)
	}
	if !(o.Overlap >= 0 && o.Overlap <= 1) {
		return b, fmt.Errorf("overlap is %v, not within 0…1", o.Overlap)
	}
	b.top = min(cmp.Or(b.top, mostFound), mostFound, n)
	b.overlap = cmp.Or(b.overlap, defaultOverlap)
	b.found, b.told = make([]candidate, 0, n), make([]pipelines.Detection, 0, b.top)
	return b, nil
}

// add notes a box, clipped to the picture, unless nothing of it is left.
func (b *boxes) add(c candidate) {
	c.box = pipelines.Box{YMin: clip(c.box.YMin), XMin: clip(c.box.XMin), YMax: clip(c.box.YMax), XMax: clip(c.box.XMax)}
	if c.box.YMin < c.box.YMax && c.box.XMin < c.box.XMax {
		b.found = append(b.found, c)
	}
}

// pick suppresses what is not a maximum: it goes from the best to the least, and leaves out a box that overlaps a better one
// of its class. Equal scores are ordered by place. It returns those that are told, which are b's until the next call, and forgets the others.
func (b *boxes) pick() []pipelines.Detection {
	slices.SortFunc(b.found, func(x, y candidate) int {
		return cmp.Or(cmp.Compare(y.score, x.score), cmp.Compare(x.place, y.place))
	})
	b.told = b.told[:0]
	for i := range b.found {
		if len(b.told) == b.top {
			break
		}
		if c := &b.found[i]; !b.covered(c) {
			b.told = append(b.told, pipelines.Detection{Label: pipelines.Label{Name: name(b.names, c.class), Score: c.score}, Box: c.box})
			b.found[len(b.told)-1] = *c // whose place has been looked at
		}
	}
	b.found = b.found[:0]
	return b.told
}

// covered says whether a better box of c's class, which are the first of found, overlaps it.
func (b *boxes) covered(c *candidate) bool {
	return slices.ContainsFunc(b.found[:len(b.told)], func(o candidate) bool {
		return o.class == c.class && o.box.Overlap(c.box) > b.overlap
	})
}
