package fuse

import (
	"fmt"
	"slices"
	"time"

	"edged/pipelines"
	"edged/runtime/tensor"
)

// What Options are if they are not said.
const (
	defaultStale     = 2 * time.Second
	defaultTolerance = 100 * time.Millisecond
	defaultDepth     = 8
	recentDepth      = 64 // with means
)

// AgeUnit is what an age of 1 stands for in the input of a fusion model; older embeddings are of age 1 too.
const AgeUnit = 4 * time.Second

// maxDepth bounds how many embeddings of a part are kept.
const maxDepth = 1 << 10

// Options says which embeddings belong together. The zero value works.
type Options struct {
	StaleAfter time.Duration // an embedding older than this is missing; 0 is 2 s
	Tolerance  time.Duration // one that is newer than the moment by no more than this is of the moment; 0 is 100 ms
	Depth      int           // embeddings of each part that are kept; 0 is 8, or 64 if Recent is set

	// Recent gives the head a memory: behind all parts come their means over the embeddings of so much time before the
	// moment, as far as they are kept. 0 is none.
	Recent time.Duration
}

// Window is a pipelines.Fuser: it joins embeddings that were true at one moment: of each part the newest that is not newer than the moment, within
// a tolerance, and not too old. It keeps the last few of each part, so that a moment may lie before the newest of them,
// and embeddings may come in any order. It belongs to one goroutine and allocates nothing after the first embedding
// of each part.
type Window struct {
	opts   Options
	concat *Concat
	rings  []ring
	parts  []*tensor.Tensor // of the last Fuse, and their means; nil where none was there
	means  []mean           // none without Recent
	ages   []float32
	seen   []pipelines.Part
}

// ring is the embeddings of one part.
type ring struct {
	slots []slot
	next  int // is overwritten next
}

// slot is an embedding and the window that it speaks of, at whose end it was true; there is none if that is zero.
type slot struct {
	of pipelines.Window
	e  tensor.Tensor
}

// NewWindow makes a Window of parts with these numbers of elements, for an input of elems elements: see NewConcat.
func NewWindow(sizes []int, elems int, o Options) (*Window, error) {
	if o.StaleAfter == 0 {
		o.StaleAfter = defaultStale
	}
	if o.Tolerance == 0 {
		o.Tolerance = defaultTolerance
	}
	if o.Depth == 0 {
		o.Depth = defaultDepth
		if o.Recent > 0 {
			o.Depth = recentDepth
		}
	}
	if o.StaleAfter < 0 || o.Tolerance < 0 || o.Depth < 0 || o.Depth > maxDepth || o.Recent < 0 {
		return nil, fmt.Errorf("fuse: stale after %v, tolerance %v, depth %d, recent %v", o.StaleAfter, o.Tolerance, o.Depth, o.Recent)
	}
	n := len(sizes)
	if o.Recent > 0 {
		sizes = slices.Concat(sizes, sizes)
	}
	c, err := newConcat(sizes, n, elems)
	if err != nil {
		return nil, err
	}
	w := &Window{opts: o, concat: c, rings: make([]ring, n),
		parts: make([]*tensor.Tensor, len(sizes)), ages: make([]float32, n), seen: make([]pipelines.Part, n)}
	for _, size := range sizes[n:] {
		w.means = append(w.means, newMean(size))
	}
	for i := range w.rings {
		w.rings[i].slots = make([]slot, o.Depth)
	}
	return w, nil
}

// Put keeps a copy of a part's embedding of a window, in place of the one that came longest ago.
func (w *Window) Put(part int, of pipelines.Window, e *tensor.Tensor) error {
	if part < 0 || part >= len(w.rings) || of.End.IsZero() {
		return fmt.Errorf("fuse: part %d of %d, at %v", part, len(w.rings), of.End)
	}
	if err := check(e, w.concat.sizes[part]); err != nil {
		return fmt.Errorf("fuse: part %d: %w", part, err)
	}
	r := &w.rings[part]
	r.grow(len(e.Data))
	s := &r.slots[r.next]
	data := append(s.e.Data[:0], e.Data...)
	s.of, s.e = of, tensor.Tensor{Info: e.Info, Data: data}
	r.next = (r.next + 1) % len(r.slots)
	return nil
}

// grow makes room for embeddings of so many bytes, in all slots at once: of the first nobody knows the type before it comes.
func (r *ring) grow(n int) {
	if cap(r.slots[r.next].e.Data) >= n {
		return
	}
	all := make([]byte, len(r.slots)*n)
	for i := range r.slots {
		d := &r.slots[i].e.Data
		*d = append(all[i*n:i*n:(i+1)*n], *d...)
	}
}

// Fuse fills dst with what was true at a moment. It says how each part was: the slice is the Window's own, until the next
// call.
func (w *Window) Fuse(dst *tensor.Tensor, moment time.Time) ([]pipelines.Part, error) {
	for i := range w.rings {
		s := w.rings[i].at(moment.Add(w.opts.Tolerance))
		w.parts[i], w.ages[i], w.seen[i] = nil, 1, pipelines.Part{}
		if s == nil {
			continue
		}
		age := moment.Sub(s.of.End)
		here := age >= -w.opts.Tolerance && age <= w.opts.StaleAfter
		w.seen[i] = pipelines.Part{Here: here, Any: true, Window: s.of, Age: age}
		if here {
			w.parts[i], w.ages[i] = &s.e, min(float32(max(age, 0))/float32(AgeUnit), 1)
		}
	}
	for i := range w.means {
		if err := w.average(i, moment); err != nil {
			return w.seen, fmt.Errorf("fuse: part %d: %w", i, err)
		}
	}
	return w.seen, w.concat.Fuse(dst, w.parts, w.ages)
}

// average finds the mean of a part that is here.
func (w *Window) average(i int, moment time.Time) error {
	to := len(w.rings) + i
	if w.parts[to] = nil; !w.seen[i].Here {
		return nil
	}
	w.parts[to] = &w.means[i].e
	return w.means[i].of(&w.rings[i], moment.Add(-w.opts.Recent), moment.Add(w.opts.Tolerance))
}

// at returns the newest embedding not after a time; if there is none, the oldest after it, or nil.
func (r *ring) at(time time.Time) *slot {
	var best *slot
	for i := range r.slots {
		s := &r.slots[i]
		if s.of.End.IsZero() {
			continue
		}
		if best == nil || better(s, best, time) {
			best = s
		}
	}
	return best
}

// better says whether a is to be preferred to b at a time.
func better(a, b *slot, time time.Time) bool {
	past, was := !a.of.End.After(time), !b.of.End.After(time)
	if past != was {
		return past
	}
	return past == a.of.End.After(b.of.End) && !a.of.End.Equal(b.of.End)
}
