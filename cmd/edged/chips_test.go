package main

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"edged/sensors/i2c"
)

// TestReadmeListsTheChips: the README's table of chips is i2c.Models.
func TestReadmeListsTheChips(t *testing.T) {
	keepTable(t, "chips", chipTable())
}

// keepTable fails unless the README's table of what is the one that is wanted; -update writes it.
func keepTable(t *testing.T, what, want string) {
	t.Helper()
	const path = "../../README.md"
	begin, end := "<!-- "+what+" -->\n", "<!-- end of "+what+" -->\n"
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(b), begin)
	table, after, closed := strings.Cut(rest, end)
	if !ok || !closed {
		t.Fatalf("README.md has no table between %q and %q", begin, end)
	}
	if table == want {
		return
	}
	if !*update {
		t.Fatal("README.md lists other " + what + " than there are; write its table anew with go test ./cmd/edged -run Readme -update")
	}
	if err := os.WriteFile(path, []byte(before+begin+want+end+after), 0o644); err != nil {
		t.Fatal(err)
	}
}

// chipTable is the table in Markdown.
func chipTable() string {
	var b strings.Builder
	fmt.Fprintln(&b, "| chip | gives | address | every |")
	fmt.Fprintln(&b, "|---|---|---|---|")
	for _, m := range i2c.Models() {
		var gives []string
		for _, q := range m.Gives {
			gives = append(gives, fmt.Sprintf("%s %v to %v %s", q.Name, q.Least, q.Most, q.Unit))
		}
		every := m.Every.String()
		if m.Least < m.Every {
			every += ", " + m.Least.String() + " at least"
		}
		name := "`" + m.Name + "`"
		if len(m.Keys) > 0 {
			name += " (`" + strings.Join(m.Keys, "`, `") + "`)"
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", name, strings.Join(gives, "; "), m.AddressText(), every)
	}
	return b.String()
}
