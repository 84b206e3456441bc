package main

import (
	"fmt"
	"slices"
	"strings"

	"edged/runtime"
	"edged/runtime/tflite"
)

// savedJSON is an operator that need not run.
type savedJSON struct {
	Op   int    `json:"op"`
	How  string `json:"how"`
	Into *int   `json:"into,omitempty"` // the operator that does it too
}

func savedOf(list []runtime.Saved) []savedJSON {
	out := make([]savedJSON, len(list))
	for i, s := range list {
		out[i] = savedJSON{Op: s.Op, How: string(s.How)}
		if s.How == "folded" {
			out[i].Into = &s.Into
		}
	}
	return out
}

// printSaved counts the operators that need not run, by how that is and what they are.
func (p *planJSON) printSaved(b *strings.Builder, g *tflite.Graph) {
	if len(p.Saved) == 0 {
		return
	}
	fmt.Fprintf(b, "need not run %d of %d operators\n", len(p.Saved), p.EndOp-p.FirstOp)
	for _, how := range []string{"folded", "once", "free"} {
		var names []string
		for _, s := range p.Saved {
			if s.How == how {
				names = append(names, g.Ops[s.Op].Name())
			}
		}
		if len(names) > 0 {
			fmt.Fprintf(b, "%-12s %s\n", how, counted(names))
		}
	}
}

// counted writes how often each name comes: 2 PAD, 23 QUANTIZE.
func counted(names []string) string {
	slices.Sort(names)
	var parts []string
	for len(names) > 0 {
		n := 1
		for n < len(names) && names[n] == names[0] {
			n++
		}
		parts = append(parts, fmt.Sprintf("%d %s", n, names[0]))
		names = names[n:]
	}
	return strings.Join(parts, ", ")
}
