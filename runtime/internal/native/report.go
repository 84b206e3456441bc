package native

import (
	"maps"
	"slices"
)

// Report says what the library made of the model.
type Report struct {
	Version    string // of the library
	Library    string // its path
	Parts      Parts  // of the C API
	Taken      []int  // operators of the main graph that the delegate took
	Partitions int
	Note       string // what edged went on without, or what a plugin said
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
