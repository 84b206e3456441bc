package kernel

// SparseLevel is one level of a stored tree of sparse values: every node of the level before has Size children if the
// level is dense, and otherwise those of Indices between its two Segments. A child's index moves its values by Weight.
type SparseLevel struct {
	Compressed        bool
	Size              int
	Segments, Indices []int
	Weight            int // elements
}

// Densify clears out and puts the stored values, elem bytes each, into their places. They are stored in the order in which
// the levels, outermost first, are walked. Source: TFLite, FormatConverter::SparseToDense; the layout is TACO's.
func Densify(levels []SparseLevel, elem int, out, stored []byte) {
	clear(out)
	densify(levels, elem, out, stored, 0, 0)
}

// densify walks the levels below a node that lies at place at.
func densify(levels []SparseLevel, elem int, out, stored []byte, node, at int) {
	if len(levels) == 0 {
		copy(out[at*elem:(at+1)*elem], stored[node*elem:])
		return
	}
	l := &levels[0]
	if !l.Compressed {
		for i := range l.Size {
			densify(levels[1:], elem, out, stored, node*l.Size+i, at+i*l.Weight)
		}
		return
	}
	for i := l.Segments[node]; i < l.Segments[node+1]; i++ {
		densify(levels[1:], elem, out, stored, i, at+l.Indices[i]*l.Weight)
	}
}
