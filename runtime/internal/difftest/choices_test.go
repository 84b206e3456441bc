package main

import (
	"math/rand/v2"
	"slices"
	"testing"
)

func TestShrinkFindsTheLeastThatIsBad(t *testing.T) {
	calls := 0
	bad := func(c []uint32) bool {
		calls++
		return slices.ContainsFunc(c, func(v uint32) bool { return v >= 7 })
	}
	from := []uint32{3, 900, 0, 12, 5, 7, 1}
	if got := shrink(from, 1000, bad); !slices.Equal(got, []uint32{7}) {
		t.Errorf("got %v, want [7]", got)
	}
	if calls = 0; len(shrink(from, 5, bad)) == 0 || calls != 5 {
		t.Errorf("asked %d times, want 5", calls)
	}
}

func TestChoicesRepeat(t *testing.T) {
	first := &choices{random: rand.New(rand.NewPCG(1, 2))}
	for n := 1; n < 50; n++ {
		first.below(n)
	}
	second := &choices{given: first.taken}
	for n := 1; n < 50; n++ {
		second.below(n)
	}
	if !slices.Equal(first.taken, second.taken) {
		t.Errorf("drew %v, then %v", first.taken, second.taken)
	}
	if got := second.below(9); got != 0 {
		t.Errorf("beyond what is given: got %d, want 0", got)
	}
	if got := (&choices{given: []uint32{100}}).below(4); got != 3 {
		t.Errorf("a number too large: got %d, want 3", got)
	}
}
