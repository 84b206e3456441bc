package kernel

// Starts finds where in an array the slices begin that an array of index vectors names: component k of a vector counts
// along dimension To[k] of the indexed array; dimensions that none counts start at 0.
type Starts struct {
	To     []int
	Stride int   // from one component of a vector to the next
	Steps  []int // of the indexed array, by dimension
	Last   []int // largest start by dimension, for Clamped
}

// Clamped returns the place of the slice that the vector at place v names, each component held to 0 … Last.
func (s *Starts) Clamped(at []int64, v int) (place int) {
	for k, d := range s.To {
		place += int(min(max(at[v+k*s.Stride], 0), int64(s.Last[d]))) * s.Steps[d]
	}
	return place
}

// GatherSlices copies a slice for each vector of at: vectors and outs walk the vectors and where their slices go.
// Source: StableHLO specification, gather; TFLite, stablehlo_gather.cc.
func GatherSlices(s *Starts, slice *Move, vectors, outs *Walk, out, in []byte, at []int64) {
	vectors.Reset()
	outs.Reset()
	for more := true; more; more = vectors.Next() {
		slice.Start(s.Clamped(at, vectors.At), outs.At)
		slice.Run(out, in)
		outs.Next()
	}
}

// Scatter says where updates go: update dimension d walks dimension Window[d] of the array, or, where that is −1, the
// index vectors, Index[d] apart.
type Scatter struct {
	Starts
	Updates, Window, Index []int // by update dimension: length, and as above
	Dims                   []int // of the array

	index, pos []int
}

// NewScatter prepares a Scatter.
func NewScatter(s Scatter) *Scatter {
	s.index, s.pos = make([]int, len(s.Updates)), make([]int, len(s.Dims))
	return &s
}

// ScatterJoin computes out[p] = f(out[p], updates[u]) for every u in order, p being its vector's start plus its place in
// the window. Updates that fall outside are dropped, as StableHLO's reference does. No dimension of Updates may be zero.
// Source: StableHLO specification, scatter; TFLite, stablehlo_scatter.cc.
func ScatterJoin[T any](s *Scatter, out, updates []T, at []int64, f func(a, b T) T) {
	clear(s.index)
	for _, u := range updates {
		if p, ok := s.place(at); ok {
			out[p] = f(out[p], u)
		}
		s.next()
	}
}

// place returns where the update at the present index goes; false if outside.
func (s *Scatter) place(at []int64) (place int, ok bool) {
	clear(s.pos)
	v := 0
	for d, i := range s.index {
		if w := s.Window[d]; w >= 0 {
			s.pos[w] = i
		} else {
			v += i * s.Index[d]
		}
	}
	for k, d := range s.To {
		start, in := at[v+k*s.Stride], int64(s.pos[d])
		if start < -in || start >= int64(s.Dims[d])-in {
			return 0, false
		}
		s.pos[d] += int(start)
	}
	for d, i := range s.pos {
		if i >= s.Dims[d] {
			return 0, false
		}
		place += i * s.Steps[d]
	}
	return place, true
}

func (s *Scatter) next() {
	for d := len(s.index) - 1; d >= 0; d-- {
		if s.index[d]++; s.index[d] < s.Updates[d] {
			return
		}
		s.index[d] = 0
	}
}
