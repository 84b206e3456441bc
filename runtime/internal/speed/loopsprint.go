package main

import (
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
)

// sorted puts loops in an order that does not depend on where the linker put them.
func sorted(loops []loop) []loop {
	slices.SortStableFunc(loops, func(a, b loop) int { return strings.Compare(a.Function+" "+a.Label, b.Function+" "+b.Label) })
	return loops
}

// family is what stands behind a family's name: the size of blocks. Of functions that differ in that alone the best is shown.
var family = regexp.MustCompile(`\d*x\d+$`)

// best returns of each family the loop with the most multiply-accumulates a cycle, on the core where it has most. What multiplies
// nothing is not shown.
func best(loops []loop) []loop {
	index, shown := map[string]int{}, []loop(nil)
	for _, l := range loops {
		if l.MACs == 0 || len(l.Cycles) == 0 {
			continue
		}
		key := family.ReplaceAllString(l.Function, "$1")
		i, ok := index[key]
		switch {
		case !ok:
			index[key] = len(shown)
			shown = append(shown, l)
		case l.rate() > shown[i].rate():
			shown[i] = l
		}
	}
	return shown
}

// rate returns the most multiply-accumulates a cycle of all cores.
func (l *loop) rate() float64 {
	var most float64
	for name := range l.Cycles {
		most = max(most, l.perCycle(name))
	}
	return most
}

// perCycle returns the multiply-accumulates a cycle on a core; 0 where that is not known.
func (l *loop) perCycle(core string) float64 {
	if l.Cycles[core] == 0 {
		return 0
	}
	return float64(l.MACs) / l.Cycles[core]
}

func printLoops(out io.Writer, loops []loop) {
	fmt.Fprintf(out, "%-28s %-8s %6s %6s", "function", "loop", "instr.", "MACs")
	for _, c := range cores() {
		fmt.Fprintf(out, " %18s", c.name)
	}
	fmt.Fprintln(out)
	for _, l := range loops {
		fmt.Fprintf(out, "%-28s %-8s %6d %6d", l.Function, l.Label, l.Instructions, l.MACs)
		for _, c := range cores() {
			text := ""
			if n := l.Cycles[c.name]; n > 0 {
				text = fmt.Sprintf("%.1f", n)
				if l.MACs > 0 {
					text += fmt.Sprintf(" (%.1f MAC/c)", l.perCycle(c.name))
				}
			}
			fmt.Fprintf(out, " %18s", text)
		}
		fmt.Fprintln(out)
	}
}
