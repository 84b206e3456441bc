package main

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"edged/runtime/tensor"
)

// TestFamiliesDrawModels draws some models of every family: each can be written, is the same when drawn again, and most
// run.
func TestFamiliesDrawModels(t *testing.T) {
	for i := range families {
		f := &families[i]
		t.Run(f.name, func(t *testing.T) {
			const n = 12
			ran := 0
			for seed := range uint64(n) {
				c, err := newCase(f, nil, rand.New(rand.NewPCG(seed, 1)))
				if err != nil {
					t.Fatal(err)
				}
				again, err := newCase(f, c.choices, nil)
				if err != nil || !bytes.Equal(again.model, c.model) || !slices.EqualFunc(again.inputs, c.inputs, bytes.Equal) {
					t.Fatalf("seed %d: its choices draw another case (%v)", seed, err)
				}
				if c.refused == nil {
					ran++
				}
			}
			if ran < n/2 {
				t.Errorf("%d of %d run", ran, n)
			}
		})
	}
}

// TestFamiliesHaveNamesOfTheirOwn: the tally counts by name.
func TestFamiliesHaveNamesOfTheirOwn(t *testing.T) {
	seen := map[string]bool{}
	for _, f := range families {
		if seen[f.name] {
			t.Errorf("two families are called %s", f.name)
		}
		seen[f.name] = true
	}
}

func TestJudge(t *testing.T) {
	c := &testCase{family: &family{}, outputs: []tensor.Tensor{
		{Info: tensor.Info{DType: tensor.Int8, Shape: tensor.Shape{3}}, Data: []byte{1, 2, 3}},
	}}
	for _, k := range []struct {
		name string
		a    answer
		want verdict
		what string
	}{
		{"equal", answer{Outputs: [][]byte{{1, 2, 3}}, Shapes: [][]int{{3}}}, equal, ""},
		{"a value", answer{Outputs: [][]byte{{1, 255, 3}}, Shapes: [][]int{{3}}}, differs, "output 0: 1 of 3 bytes differ, the first at 1"},
		{"a size", answer{Outputs: [][]byte{{1, 2}}, Shapes: [][]int{{3}}}, differs, "got 3 bytes, want 2"},
		{"a shape", answer{Outputs: [][]byte{{1, 2, 3}}, Shapes: [][]int{{1, 3}}}, differs, "got shape 3, want 1x3"},
		{"no output", answer{}, differs, "output 0 is missing"},
		{"refused", answer{Error: "no"}, lenient, "no"},
	} {
		t.Run(k.name, func(t *testing.T) {
			if v, what := c.judge(k.a); v != k.want || !strings.Contains(what, k.what) {
				t.Errorf("got %s %q, want %s %q", verdictNames[v], what, verdictNames[k.want], k.what)
			}
		})
	}
}

// TestWrittenCasesReadBack: what write writes is the same case when readCase reads it.
func TestWrittenCasesReadBack(t *testing.T) {
	dir := t.TempDir()
	c, err := newCase(&families[0], nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.write(dir, "different"); err != nil {
		t.Fatal(err)
	}
	again, err := readCase(c.path(dir))
	if err != nil {
		t.Fatal(err)
	}
	if again.family != c.family || !bytes.Equal(again.model, c.model) || !slices.EqualFunc(again.inputs, c.inputs, bytes.Equal) {
		t.Errorf("got %s with %d bytes, want %s with %d", again.family.name, len(again.model), c.family.name, len(c.model))
	}
	var words strings.Builder
	again.print(&words, answer{Outputs: [][]byte{{1}}, Shapes: [][]int{{1}}})
	if !strings.Contains(words.String(), c.graph.Ops[0].Name()) {
		t.Errorf("the case in words does not name its operator:\n%s", words.String())
	}
}
