package interp

import (
	"slices"

	"edged/runtime/tensor"
)

// segment is a run of operators that are prepared together. A graph has one, and one more after each operator whose
// output shapes are known only when it has run: what follows is prepared then, and again when those shapes change.
type segment struct {
	from, next int // its operators: up to, but not including, next
	steps      []step
	shares     []share
	written    map[int]bool // tensors that an operator may write although they are its operands: states
	calls      []call
	plan       Plan
	once       []int            // operators whose results were computed as the segment was prepared
	moving     []*tensor.Tensor // outputs of the last operator, if it is dynamic
	shapes     []tensor.Shape   // of the moving tensors for which the next segment is prepared
	held
}

// share allows a tensor to lie in the memory of another, as op.Share does.
type share struct {
	out, in int
	equal   bool
}

// call is an operator that calls graphs. No two of them run at the same time, so they use the same memory, a part of the
// caller's arena.
type call struct {
	op     int
	frames []*frame
}

// held is what goes with a segment.
type held struct {
	tensors int64 // bytes of its arena, if it has one of its own, and of constants
	kept    int64 // bytes beside tensors
	packed  int64 // of those
	books   int64 // bytes of operators' descriptions
	entered int   // operators
	callees []*frame
	forgets []func() // what its operators remember from one Invoke to the next
}

func newSegment(from int) *segment { return &segment{from: from, written: map[int]bool{}} }

// extend prepares a segment from the given operator on.
func (f *frame) extend(from int) error {
	g := newSegment(from)
	f.segments = append(f.segments, g)
	computed := f.hide()
	next, err := f.prepare(g, from)
	for i, data := range computed {
		f.tensors[i].Data = data
	}
	if err != nil {
		return err
	}
	g.next = next
	if err := f.place(g); err != nil {
		return err
	}
	f.spare(g)
	if f.lent && from == 0 {
		return nil // the caller lends the memory when it is planned itself
	}
	if err := f.take(g, g.plan.Arena); err != nil {
		return err
	}
	f.bind(g, aligned(g.plan.Arena))
	return nil
}

// hide takes away the memory of every tensor that is no constant, so that Prepare cannot take its present value for one,
// and returns what it took.
func (f *frame) hide() map[int][]byte {
	computed := map[int][]byte{}
	for i := range f.tensors {
		if t := &f.tensors[i]; t.Data != nil && !f.constant[i] {
			computed[i], t.Data = t.Data, nil
		}
	}
	return computed
}

// follow makes sure that the segment after segment k is there and fits the shapes that k has ended with.
func (f *frame) follow(k int) error {
	g := f.segments[k]
	if k+1 < len(f.segments) && f.segments[k+1].next > 0 && slices.EqualFunc(g.moving, g.shapes, sameShape) {
		return nil
	}
	f.release(k + 1)
	f.forget(g.next)
	g.shapes = g.shapes[:0]
	for _, t := range g.moving {
		g.shapes = append(g.shapes, slices.Clone(t.Shape))
	}
	if err := f.extend(g.next); err != nil {
		f.release(k + 1) // what is prepared by half must not run
		return err
	}
	return nil
}

// release ends the segments from the given one on, and gives back what they hold.
func (f *frame) release(from int) {
	for _, g := range f.segments[from:] {
		for _, callee := range g.callees {
			callee.close()
		}
		f.use.tensors -= g.tensors
		f.use.kept -= g.kept
		f.use.packed -= g.packed
		f.use.books -= g.books
		f.use.steps -= g.entered
	}
	f.segments = f.segments[:from]
}

func sameShape(t *tensor.Tensor, s tensor.Shape) bool { return slices.Equal(t.Shape, s) }

// forget takes their memory from the tensors that operators from the given one on compute.
func (f *frame) forget(from int) {
	for i := range f.graph.Ops[from:] {
		for _, t := range f.graph.Ops[from+i].Outputs {
			if !f.graph.Tensors[t].Variable {
				f.tensors[t].Data, f.constant[t] = nil, false
			}
		}
	}
}
