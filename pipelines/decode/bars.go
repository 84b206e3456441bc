package decode

import (
	"slices"
	"sync"
	"sync/atomic"

	"edged/pipelines"
)

// Bars are the scores that a head's classes must reach to be told. They may be changed from any goroutine while the head
// works: it decodes a result with those that it finds when it begins.
type Bars struct {
	names   []string // of classes, by index
	classes int      // that may have a bar of their own

	now atomic.Pointer[bars]
	set sync.Mutex // held from reading now to writing it
}

// bars never change.
type bars struct {
	rest  float32   // of classes that have none of their own; 0 lets all through
	each  []float32 // of each class; empty if rest is that of all
	least float32   // of all
}

// newBars returns those that o says, for so many classes; 0 if it is not known how many there are.
func newBars(names []string, classes int, o Options) *Bars {
	b := &Bars{names: names, classes: classes}
	b.now.Store(newLevels(o.Threshold, slices.Clone(o.Thresholds)))
	return b
}

func newLevels(rest float32, each []float32) *bars {
	least := rest
	if len(each) > 0 {
		least = slices.Min(each)
	}
	return &bars{rest, each, least}
}

// over says whether a score is enough for a class.
func (b *bars) over(class int, score float32) bool {
	bar := b.of(class)
	return score >= bar || bar == 0
}

func (b *bars) of(class int) float32 {
	if class < len(b.each) {
		return b.each[class]
	}
	return b.rest
}

// Labels returns the classes in their order, each with its bar as the score; none if it is not known which there are.
func (b *Bars) Labels() []pipelines.Label {
	now := b.now.Load()
	all := make([]pipelines.Label, b.classes)
	for i := range all {
		all[i] = pipelines.Label{Name: name(b.names, i), Score: now.of(i)}
	}
	return all
}

// Set gives all classes of a name the bar score; those of any name if it is empty. It reports whether there is one.
func (b *Bars) Set(label string, score float32) bool {
	b.set.Lock()
	defer b.set.Unlock()
	now := b.now.Load()
	if label == "" {
		b.now.Store(newLevels(score, nil))
		return true
	}
	each, found := make([]float32, b.classes), false
	for i := range each {
		each[i] = now.of(i)
		if name(b.names, i) == label {
			each[i], found = score, true
		}
	}
	if found {
		b.now.Store(newLevels(now.rest, each))
	}
	return found
}
