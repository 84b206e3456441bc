package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// table is a part of the README that is made of figures.
type table struct {
	name string
	make func(root string) (string, error)
}

func tables() []table {
	return []table{{"ratios", ratioTable}, {"instructions", countTable}, {"cycles", loopTable}}
}

// writeReadme writes the tables anew.
func writeReadme(path string) error {
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	text, err := withTables(string(b), filepath.Dir(path))
	if err != nil || text == string(b) {
		return err
	}
	return os.WriteFile(path, []byte(text), 0o644)
}

// withTables returns a README with what the figures below root say in its tables.
func withTables(readme, root string) (string, error) {
	for _, t := range tables() {
		begin, end := fmt.Sprintf("<!-- speed: %s -->\n", t.name), fmt.Sprintf("<!-- end of %s -->\n", t.name)
		before, rest, ok := strings.Cut(readme, begin)
		_, after, closed := strings.Cut(rest, end)
		if !ok || !closed {
			return "", fmt.Errorf("README.md has nothing between %q and %q", begin, end)
		}
		text, err := t.make(root)
		if err != nil {
			return "", err
		}
		readme = before + begin + text + end + after
	}
	return readme, nil
}

// ratioTable has a line for each model, and the path and threads that were measured as columns.
func ratioTable(root string) (string, error) {
	var kept ratios
	if err := read(root, "ratios.json", &kept); err != nil {
		return "", err
	}
	paths := ordered(kept.Paths)
	if len(paths) == 0 {
		return "(not measured yet)\n", nil
	}
	var b bytes.Buffer
	b.WriteString("| model | against | ms |")
	for _, p := range paths {
		fmt.Fprintf(&b, " %s |", p)
	}
	b.WriteString(" mark | next mark | from that |\n|---|---|---|" + strings.Repeat("---|", len(paths)) + "---|---|---|\n")
	for _, m := range models() {
		first := kept.Paths[paths[0]][m.name]
		against := "plain kernels"
		if m.xnnpack {
			against = "XNNPACK"
		}
		fmt.Fprintf(&b, "| %s | %s | %.3g |", m.name, against, first.EdgedMS)
		for _, p := range paths {
			fmt.Fprintf(&b, " %s |", orDash(kept.Paths[p][m.name].Median))
		}
		fmt.Fprintf(&b, " %.3g | %.3g | %s |\n", m.mark, m.next, away(first.Median, m.next))
	}
	return b.String(), nil
}

// away says how far a ratio is from a mark.
func away(got, mark float64) string {
	if got == 0 {
		return "-"
	}
	if got <= mark {
		return "reached"
	}
	return fmt.Sprintf("+%.0f %%", 100*(got/mark-1))
}

// ordered returns the paths, that of the most capable processor first, several threads behind one.
func ordered(paths map[string]map[string]ratio) []string {
	order := []string{"avx512vnni", "avxvnni", "avx2", "sdot", "neon", "generic"}
	rank := func(path string) int {
		name, _, several := strings.Cut(path, ", ")
		r := 2 * (slices.Index(order, name) + 1)
		if several {
			r++
		}
		return r
	}
	var all []string
	for p := range paths {
		all = append(all, p)
	}
	slices.SortFunc(all, func(a, b string) int { return rank(a) - rank(b) })
	return all
}

// countTable has the instructions of the two classes of cores beside the best of the other engines.
func countTable(root string) (string, error) {
	kept := counts{}
	if err := read(root, "instructions.json", &kept); err != nil {
		return "", err
	}
	var b bytes.Buffer
	b.WriteString("| model | Cortex-A53 | Cortex-A72 | best other | Cortex-A76 | best other |\n|---|---|---|---|---|---|\n")
	for _, m := range models() {
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s |\n", m.name, digits(kept["cortex-a53"][m.name]), digits(kept["cortex-a72"][m.name]), digits(m.plain),
			digits(kept["cortex-a76"][m.name]), digits(m.dot))
	}
	return b.String(), nil
}

// digits writes three of them; nothing for what is not known.
func digits(v float64) string {
	switch {
	case v == 0:
		return ""
	case v >= 100:
		return fmt.Sprintf("%.0f", v)
	}
	return fmt.Sprintf("%.3g", v)
}

// loopTable has the multiply-accumulates a cycle of the loops that were kept.
func loopTable(root string) (string, error) {
	var kept []loop
	if err := read(root, "cycles.json", &kept); err != nil {
		return "", err
	}
	var b bytes.Buffer
	b.WriteString("| loop | instructions | MACs |")
	for _, c := range cores() {
		fmt.Fprintf(&b, " %s |", c.name)
	}
	b.WriteString("\n|---|---|---|" + strings.Repeat("---|", len(cores())) + "\n")
	for _, l := range kept {
		fmt.Fprintf(&b, "| %s, %s | %d | %d |", l.Function, l.Label, l.Instructions, l.MACs)
		for _, c := range cores() {
			if l.Cycles[c.name] == 0 {
				b.WriteString(" |")
				continue
			}
			fmt.Fprintf(&b, " %.1f (%.1f) |", l.Cycles[c.name], l.perCycle(c.name))
		}
		b.WriteString("\n")
	}
	return b.String(), nil
}
