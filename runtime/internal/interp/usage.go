package interp

import (
	"fmt"

	"edged/runtime/internal/op"
	"edged/runtime/internal/plan"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// What one tensor may ask for, whatever the session's limit is: it fits an int of 32 bits. Constants lie in the file, so
// only what is computed from their shape matters.
const (
	maxElems    = 1 << 28
	maxBytes    = 1 << 30
	maxConstant = 1<<31 - 1 // elements
	maxRank     = 32
)

// What a session's graphs may ask for. A small file can call a graph from many places, and refer to one constant from many
// operators, so the work is bounded and not the file's size.
const (
	maxDepth  = 16      // of graphs that call graphs: one that calls itself is refused
	maxFrames = 1000    // places from which graphs are called
	maxSteps  = 1 << 20 // operators, those of a graph counted for each of its frames

	maxReading = 1 << 30 // bytes of constants that Prepare looks at while a session opens, beside maxReread times the file's
	maxReread  = 4
	maxFolding = 1 << 30 // operations on constants that are done when a session opens; the rest is left to Invoke

	maxPlanning = 1 << 30 // comparisons of buffers while a session opens; plans after that share no memory

	maxTables = 1 << 24 // elements of tables that stand for operators; a model with twenty PRELUs of 128 channels has 3 million
)

// Descriptions of operators and tensors are counted roughly: so much for an operator, for each of its operands, and for a
// tensor of a frame. Up to spare bytes of them are free, which is more than a real model needs.
const (
	stepBytes    = 4 << 10
	operandBytes = 200
	tensorBytes  = 256
	spare        = 32 << 20
)

// usage is what a session holds, against its limit, and what opening it may still cost.
type usage struct {
	limit   int64 // bytes of tensors and of what is kept beside them
	tensors int64 // arenas, variables, constants computed at the start
	kept    int64 // scratch memory, dynamic outputs, resource variables, packed weights
	packed  int64 // of those: weights in another form, and copies of inputs
	packing int64 // the limit of those of float32; 0 is none of their own
	books   int64 // descriptions of operators and of frames' tensors
	frames  int
	steps   int

	opening bool  // the bounds below hold; an Invoke has its context
	reading int64 // bytes of constants
	folding int64 // operations

	planning int64 // comparisons
	tables   int64 // elements
}

// newUsage returns the usage of a session of m that has begun to open.
func newUsage(m *tflite.Model, limit, packing int64) usage {
	u := usage{limit: limit, packing: packing, opening: true, reading: maxReading, folding: maxFolding, planning: maxPlanning, tables: maxTables}
	for i := range m.Graphs {
		for j := range m.Graphs[i].Tensors {
			u.reading += maxReread * int64(len(m.Graphs[i].Tensors[j].Data))
		}
	}
	return u
}

// left returns how many bytes of tensors may still be taken.
func (u *usage) left() int64 { return u.limit - u.tensors - u.kept - max(0, u.books-spare) }

// room returns how many bytes may be taken for weights in another form that could stay as they are.
func (u *usage) room() int64 {
	if u.packing > 0 {
		return min(u.packing-u.packed, u.left())
	}
	return u.left()
}

// full is the error where the limit does not allow more.
func (u *usage) full() error {
	if u.left() >= 0 {
		return nil
	}
	return fmt.Errorf("over the memory limit of %d bytes", u.limit)
}

// enter counts an operator that is to be prepared, of which the segment keeps track.
func (s *Session) enter(g *segment, n *op.Node) error {
	if s.use.steps++; s.use.steps > maxSteps {
		return &tflite.FormatError{What: fmt.Sprintf("over %d operators in all called graphs", maxSteps)}
	}
	g.entered++
	size := stepBytes + operandBytes*int64(len(n.In)+len(n.Out))
	s.use.books += size
	g.books += size
	if err := s.use.full(); err != nil || !s.use.opening {
		return err
	}
	for _, in := range n.In {
		if in != nil {
			s.use.reading -= int64(len(in.Data))
		}
	}
	if s.use.reading < 0 {
		return &tflite.FormatError{What: "constants are used by so many operators that reading them would take too long"}
	}
	return nil
}

// take counts memory of tensors, for a segment.
func (s *Session) take(g *segment, size int64) error {
	if size > s.use.left() {
		return fmt.Errorf("tensors need over %d bytes, the limit", s.use.limit)
	}
	s.use.tensors += size
	g.tensors += size
	return nil
}

// keep counts memory beside tensors, for a segment; a negative size gives it back.
func (s *Session) keep(g *segment, size int64) error {
	s.use.kept += size
	g.kept += size
	if size < 0 {
		return nil
	}
	return s.use.full()
}

// forever counts memory that is kept until the session ends.
func (s *Session) forever(size int64) error {
	s.use.kept += size
	return s.use.full()
}

// plans reports whether memory for so many buffers is to be planned well, and counts the work.
func (u *usage) plans(buffers int) bool {
	if !u.opening {
		return true
	}
	u.planning -= plan.Work(buffers)
	return u.planning >= 0
}

// cheap reports whether an operator on constants is to be computed while the session opens, and counts its work. Later
// there is a context to end it.
func (u *usage) cheap(n *op.Node) bool {
	work := max(n.MACs, n.Work)
	for _, list := range [][]*tensor.Tensor{n.In, n.Out} {
		for _, t := range list {
			if t != nil {
				work += int64(t.Shape.Elems())
			}
		}
	}
	if !u.opening {
		return true
	}
	if work > u.folding {
		return false
	}
	u.folding -= work
	return true
}

// bytesOf returns a tensor's size, refusing shapes that no machine holds. A dimension of 0 counts as 1, so that products of
// some of the dimensions do not overflow either.
func bytesOf(t *tensor.Tensor) (int64, error) {
	if err := bounded(t, maxElems); err != nil {
		return 0, err
	}
	size := int64(t.DType.Bytes(t.Shape.Elems()))
	if size > maxBytes {
		return 0, fmt.Errorf("tensor %q: %d bytes are over the limit of %d", t.Name, size, maxBytes)
	}
	return size, nil
}

// bounded checks a tensor's shape: its rank, and that it has no more than most elements.
func bounded(t *tensor.Tensor, most int64) error {
	if len(t.Shape) > maxRank {
		return fmt.Errorf("tensor %q has %d dimensions, %d are the most", t.Name, len(t.Shape), maxRank)
	}
	n := int64(1)
	for _, d := range t.Shape {
		if d < 0 {
			return fmt.Errorf("tensor %q: shape %s has a negative dimension", t.Name, t.Shape)
		}
		if n *= max(1, int64(d)); n > most {
			return fmt.Errorf("tensor %q: shape %s is over the limit of %d elements", t.Name, t.Shape, most)
		}
	}
	return nil
}
