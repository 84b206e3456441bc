package main

import (
	"bytes"
	"flag"
	"os"
	"strings"
	"testing"

	"edged/runtime"
)

var update = flag.Bool("update", false, "write the README's table of operators anew")

// TestReadmeListsTheOperators: the README's table is what edged inspect --ops prints.
func TestReadmeListsTheOperators(t *testing.T) {
	const path, begin, end = "../../README.md", "<!-- edged inspect --ops -->\n```\n", "```\n<!-- end -->\n"
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(b), begin)
	table, after, closed := strings.Cut(rest, end)
	if !ok || !closed {
		t.Fatalf("README.md has no table between %q and %q", begin, end)
	}
	var want bytes.Buffer
	if err := printOps(&want, runtime.Operators(), runtime.Kinds()); err != nil {
		t.Fatal(err)
	}
	if table == want.String() {
		return
	}
	if !*update {
		t.Fatal("README.md lists other operators or kinds than the engine has; write its table anew with go test ./cmd/edged -run Readme -update")
	}
	if err := os.WriteFile(path, []byte(before+begin+want.String()+end+after), 0o644); err != nil {
		t.Fatal(err)
	}
}
