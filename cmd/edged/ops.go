package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"edged/runtime"
)

// operatorJSON is the JSON of an operator in edged inspect --ops; its field names are stable.
type operatorJSON struct {
	Op     string   `json:"op"`
	Custom bool     `json:"custom"`
	Kinds  []string `json:"kinds"`
	Lacks  []string `json:"lacks"`
}

// inspectOps prints what the engine runs.
func inspectOps(a *app, asJSON bool) error {
	ops := runtime.Operators()
	if !asJSON {
		return printOps(a.out, ops, runtime.Kinds())
	}
	out := make([]operatorJSON, len(ops))
	for i, o := range ops {
		out[i] = operatorJSON{o.Name, o.Custom, kindNames(o.Kinds), kindNames(o.Lacks)}
	}
	return writeJSON(a.out, map[string]any{"engine": "builtin", "operators": out})
}

func kindNames(kinds []runtime.Kind) []string {
	names := make([]string, len(kinds))
	for i, k := range kinds {
		names[i] = k.Name
	}
	return names
}

// printOps writes a table: a line for each operator and a column for each kind, and before it what the columns mean. A dot
// is what the engine lacks; a kind that makes no sense is left empty.
func printOps(w io.Writer, ops []runtime.Operator, kinds []runtime.Kind) error {
	var b strings.Builder
	for _, k := range kinds {
		fmt.Fprintf(&b, "%-4s  %s\n", k.Short, k.Name)
	}
	fmt.Fprintf(&b, "\n%-36s", fmt.Sprintf("%d operators", len(ops)))
	for _, k := range kinds {
		b.WriteString(" " + k.Short)
	}
	for _, o := range ops {
		fmt.Fprintf(&b, "\n%-36s", o.Name)
		for _, k := range kinds {
			mark := ""
			switch {
			case slices.Contains(o.Kinds, k):
				mark = "x"
			case slices.Contains(o.Lacks, k):
				mark = "."
			}
			fmt.Fprintf(&b, " %-*s", len(k.Short), mark)
		}
	}
	lines := strings.Split(b.String()+"\n", "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	_, err := io.WriteString(w, strings.Join(lines, "\n"))
	return err
}
