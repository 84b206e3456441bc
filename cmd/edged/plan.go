package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"edged/runtime"
	"edged/runtime/tflite"
)

// printPlan draws the arena of m: a line for each computed tensor, in the order of their places, with a column for each
// operator during which the tensor keeps its value. Models with many operators get a column for several.
func printPlan(w io.Writer, m *tflite.Model) error {
	s, err := runtime.New(m, runtime.Options{})
	if err != nil {
		return err
	}
	defer s.Close()
	stats := runtime.StatsOf(s)
	plan := slices.Clone(stats.Plans[0].Tensors)
	slices.SortFunc(plan, func(a, b runtime.Placement) int {
		return cmp.Or(cmp.Compare(a.Offset, b.Offset), cmp.Compare(a.First, b.First))
	})
	g := &m.Graphs[0]
	const widest = 64
	perColumn := max(1, (len(g.Ops)+widest)/widest)
	var b strings.Builder
	fmt.Fprintf(&b, "arena %d bytes, %d tensors, %d operators; one column is %d operators\n", stats.ArenaBytes, len(plan), len(g.Ops), perColumn)
	fmt.Fprintf(&b, "%10s %10s  alive\n", "offset", "bytes")
	for _, p := range plan {
		first, last := max(p.First, 0)/perColumn, p.Last/perColumn
		end := len(g.Ops) / perColumn
		bar := strings.Repeat(".", first) + strings.Repeat("#", last-first+1) + strings.Repeat(".", max(0, end-last))
		name, _, _ := strings.Cut(g.Tensors[p.Tensor].Name, ";") // converters join the names of what they fused
		fmt.Fprintf(&b, "%10d %10d  %s  %s\n", p.Offset, p.Size, bar, name)
	}
	_, err = io.WriteString(w, b.String())
	return err
}
