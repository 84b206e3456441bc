package interp

import (
	"context"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"math/rand/v2"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"edged/runtime/internal/sample"
	"edged/runtime/tflite"
)

// TestSamplesAreRight: a sample works, or the engine says that it lacks it. Anything else is a mistake in the sample.
func TestSamplesAreRight(t *testing.T) {
	for _, o := range sample.Operators() {
		runs := 0
		for _, k := range sample.Kinds() {
			for i, m := range o.Models(k) {
				err := openAndInvoke(m)
				if err == nil {
					runs++
				}
				if _, ok := errors.AsType[*tflite.UnsupportedError](err); err != nil && !ok {
					t.Errorf("%s of %s, sample %d: %v", o.Name(), k.Name, i, err)
				}
			}
		}
		if runs == 0 {
			t.Errorf("%s runs in no kind", o.Name())
		}
	}
}

func openAndInvoke(m *tflite.Model) error {
	s, err := New(m, Options{})
	if err != nil {
		return err
	}
	defer s.Close()
	r := rand.New(rand.NewPCG(1, 6))
	for i := range m.Graphs[0].Inputs {
		sample.Fill(s.Input(i), r)
	}
	return s.Invoke(context.Background())
}

// TestEveryOperatorHasASample: what op.Prepare knows is in the table.
func TestEveryOperatorHasASample(t *testing.T) {
	const how = "add a line for it to runtime/internal/sample (CONTRIBUTING.md, An operator)"
	sampled := map[string]bool{}
	for _, o := range sample.Operators() {
		if sampled[o.Name()] {
			t.Errorf("%s is listed twice in runtime/internal/sample", o.Name())
		}
		sampled[o.Name()] = true
	}
	for code := range tflite.OpStablehloCase + 1 {
		if code != tflite.OpCustom && known(code) && !sampled[code.String()] {
			t.Errorf("%s has no sample: %s", code, how)
		}
	}
	for _, name := range customNames(t) {
		if !sampled[name] {
			t.Errorf("custom operator %s has no sample: %s", name, how)
		}
	}
}

// known reports whether the engine knows an operator, be it that it wants operands.
func known(code tflite.OpCode) bool {
	m := &tflite.Model{Version: 3, Graphs: []tflite.Graph{{Ops: []tflite.Op{{Code: code}}}}}
	lacks := Unsupported(m, Options{})
	return len(lacks) == 0 || !strings.Contains(lacks[0], "no such operator")
}

// customNames returns the names that the switches over custom operators have cases for.
func customNames(t *testing.T) (names []string) {
	paths, err := filepath.Glob("../op/*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			s, ok := n.(*ast.SwitchStmt)
			if !ok || !overCustom(s.Tag) {
				return true
			}
			for _, clause := range s.Body.List {
				for _, e := range clause.(*ast.CaseClause).List {
					if lit, ok := e.(*ast.BasicLit); ok {
						name, err := strconv.Unquote(lit.Value)
						if err != nil {
							t.Fatal(err)
						}
						names = append(names, name)
					}
				}
			}
			return true
		})
	}
	if len(names) < 10 {
		t.Fatalf("found only %d custom operators: %v", len(names), names)
	}
	return names
}

// overCustom reports whether an expression ends in .Custom.
func overCustom(e ast.Expr) bool {
	s, ok := e.(*ast.SelectorExpr)
	return ok && s.Sel.Name == "Custom"
}
