package main

import (
	"math"
	"strings"

	"edged/sensors/sim"
)

// telling counts the facts of captions: those stated that are so, those stated that are not, those not stated.
type telling struct {
	count
	broken int // captions with a clause that is none of the grammar's
	said   int
	bleu   bleu
}

// add compares a caption with the facts.
func (t *telling) add(caption string, facts sim.Facts) {
	stated, err := sim.ParseCaption(caption)
	if err != nil {
		t.broken++
		t.false_++
	}
	t.said++
	want := set(facts.List())
	for fact := range set(stated.List()) {
		if want[fact] {
			t.hit++
		} else {
			t.false_++
		}
		delete(want, fact)
	}
	t.missed += len(want)
	t.bleu.add(sim.Tokens(caption), sim.Tokens(facts.Caption()))
}

func set(words []string) map[string]bool {
	s := map[string]bool{}
	for _, w := range words {
		s[w] = true
	}
	return s
}

// bleu sums what BLEU-4 of a corpus needs, with one reference each (Papineni and others 2002, section 2.3).
type bleu struct {
	match, all      [4]int // n-grams of the candidates: in the reference too, clipped; and all
	length, against int    // tokens
}

func (b *bleu) add(candidate, reference []string) {
	b.length += len(candidate)
	b.against += len(reference)
	for n := range b.all {
		have := grams(reference, n+1)
		for gram, times := range grams(candidate, n+1) {
			b.all[n] += times
			b.match[n] += min(times, have[gram])
		}
	}
}

func grams(tokens []string, n int) map[string]int {
	all := map[string]int{}
	for i := 0; i+n <= len(tokens); i++ {
		all[strings.Join(tokens[i:i+n], " ")]++
	}
	return all
}

// score is BLEU-4, 0 to 1.
func (b *bleu) score() float64 {
	sum := 0.0
	for n := range b.all {
		if b.match[n] == 0 {
			return 0
		}
		sum += math.Log(part(b.match[n], b.all[n])) / float64(len(b.all))
	}
	brevity := min(0, 1-float64(b.against)/float64(b.length))
	return math.Exp(sum + brevity)
}
