package kernel

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

func (g *SkipGram) all() (grams []string) {
	_ = g.Grams(func(gram []int) error {
		grams = append(grams, fmt.Sprint(gram))
		return nil
	})
	return grams
}

// TestSkipGramIsTheDefinition compares with all sets of words that fit it.
func TestSkipGramIsTheDefinition(t *testing.T) {
	r := rand.New(rand.NewPCG(61, 62))
	for range 300 {
		words := r.IntN(8)
		g := &SkipGram{N: 1 + r.IntN(4), Skip: r.IntN(4), All: r.IntN(2) == 0, words: make([][]byte, words)}
		var want []string
		for set := range 1 << words {
			var gram []int
			fits := true
			for i := range words {
				if set>>i&1 != 0 {
					fits = fits && (gram == nil || i-gram[len(gram)-1] <= g.Skip+1)
					gram = append(gram, i)
				}
			}
			if fits && words >= g.N && (len(gram) == g.N || g.All && len(gram) > 0 && len(gram) < g.N) {
				want = append(want, fmt.Sprint(gram))
			}
		}
		got := g.all()
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Fatalf("%+v: got %v, want %v", g, got, want)
		}
	}
}

func TestSkipGramOrder(t *testing.T) {
	g := &SkipGram{N: 2, All: true}
	g.Words([]byte("x y z"))
	if got, want := g.all(), []string{"[0 1]", "[0]", "[1 2]", "[1]", "[2]"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	full := errors.New("full")
	if err := g.Grams(func([]int) error { return full }); err != full {
		t.Errorf("got %v, want full", err)
	}
	for _, n := range []int{-1 << 31, 0, 4, 1<<31 - 1} {
		if g.N = n; g.all() != nil {
			t.Errorf("%d-grams of 3 words: got some", n)
		}
	}
}

func TestSkipGramWords(t *testing.T) {
	for text, want := range map[string][]string{
		"": nil, " ": {" "}, "a": {"a"}, "a b": {"a", "b"}, "a  b\v": {"a", "b"}, " a b": {"b"}, " a": {" a"}, "a  ": {"a"}, "\xa0 b": {"\xa0", "b"},
	} {
		g := &SkipGram{}
		g.Words([]byte(text))
		var got []string
		for i := range g.words {
			got = append(got, string(g.Word(i)))
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}
