package main

import (
	"fmt"
	"strings"

	"edged/quant"
	"edged/runtime/tflite"
)

// edgeTPU is what the Edge TPU compiler would make of a model, in the JSON of edged inspect: how many operators it maps, from
// the first on, and all that it does not have. The first of those stops it.
type edgeTPU struct {
	Mapped int             `json:"mapped"`
	Ops    int             `json:"ops"`
	Lacks  []quant.Mapping `json:"lacks"`
}

func newEdgeTPU(m *tflite.Model) *edgeTPU {
	all, mapped := quant.EdgeTPU(m)
	e := &edgeTPU{Mapped: mapped, Ops: len(all), Lacks: []quant.Mapping{}}
	for _, x := range all {
		if x.Why != "" {
			e.Lacks = append(e.Lacks, x)
		}
	}
	return e
}

// print says how far the compiler comes, and what it lacks.
func (e *edgeTPU) print(b *strings.Builder) {
	fmt.Fprintf(b, "\nEdge TPU: the compiler maps %d of %d operators\n", e.Mapped, e.Ops)
	for i, x := range e.Lacks {
		verb := "nor would it map"
		if i == 0 {
			verb = "it stops at"
		}
		fmt.Fprintf(b, "%s %d %s %q: %s\n", verb, x.Index, x.Op, x.Name, x.Why)
	}
}
