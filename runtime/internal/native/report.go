package native

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"edged/runtime/tflite"
)

// Report says what the library made of the model.
type Report struct {
	Version    string // of the library
	Library    string // its path
	EdgeTPU    string // the version of libedgetpu's runtime; empty if it has no part in it
	Parts      Parts  // of the C API
	Taken      []int  // operators of the main graph that the delegate took
	Partitions int
	Shares     []Share // of the main graph's operators, by kind, in the order of their names
	Note       string  // what edged went on without, or what a plugin said
}

// Share is how many of a graph's operators of one kind a delegate took.
type Share struct {
	Op        string // "CONV_2D"
	Taken, Of int
}

// String says it shortly: "CONV_2D 12/13".
func (s Share) String() string { return fmt.Sprintf("%s %d/%d", s.Op, s.Taken, s.Of) }

// shares counts by kind which operators of g are among the taken ones.
func shares(g *tflite.Graph, taken []int) []Share {
	by := map[string]Share{}
	for i := range g.Ops {
		s := by[g.Ops[i].Name()]
		s.Op, s.Of = g.Ops[i].Name(), s.Of+1
		if slices.Contains(taken, i) {
			s.Taken++
		}
		by[s.Op] = s
	}
	return slices.SortedFunc(maps.Values(by), func(a, b Share) int { return strings.Compare(a.Op, b.Op) })
}

// Parts are the optional parts of the C API: "signature runners", and whether the library exports all of that.
type Parts map[string]bool

func (p Parts) note(part string, there bool) {
	before, known := p[part]
	p[part] = there && (before || !known)
}

// List returns the parts that are there, or those that are not, in order.
func (p Parts) List(there bool) (list []string) {
	for _, part := range slices.Sorted(maps.Keys(p)) {
		if p[part] == there {
			list = append(list, part)
		}
	}
	return list
}

// Stats says how a worker fares.
type Stats struct {
	Restarts      int64
	PID           int // of the process; 0 while there is none
	ResidentBytes int64
	Fault         error // why it does not run; nil if it does
	Swap          SwapStats
}
