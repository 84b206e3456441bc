package decode

import (
	"math"
	"slices"
	"strings"
	"testing"

	"edged/runtime/tensor"
)

// clausesOf returns a sentence's clauses, and how likely each is by the cell's formulas.
func (c *cell) clausesOf(ids []int, fused []float64, words []string) (texts []string, likely []float64) {
	state, last, begins := make([]float64, c.h), 1, true
	for _, id := range ids {
		var logits []float64
		logits, state = c.step(last, fused, state)
		last = id
		sum := 0.0
		for _, v := range logits[2:] {
			sum += math.Exp(v)
		}
		p := math.Exp(logits[id]) / sum
		switch word := words[id]; {
		case word == "," || word == ".":
			begins = true
		case begins:
			texts, likely, begins = append(texts, word), append(likely, p), false
		default:
			n := len(texts) - 1
			texts[n], likely[n] = texts[n]+" "+word, likely[n]*p
		}
	}
	return texts, likely
}

// TestCaptionsLeaveOutWhatIsUnsure compares what is left of random cells' sentences with the formulas.
func TestCaptionsLeaveOutWhatIsUnsure(t *testing.T) {
	const sure = 0.4
	words := []string{"<pad>", "<begin>", "<end>", ",", ".", "cat", "dog"}
	shorter, alone := 0, 0
	for seed := range uint64(60) {
		c := newCell(seed, len(words), 1, 4)
		ids := c.greedy([]float64{1}, 8)
		texts, likely := c.clausesOf(ids, []float64{1}, words)
		if len(texts) == 0 {
			continue
		}
		least := min(sure, slices.Max(likely))
		var want []string
		for i, text := range texts {
			if likely[i] >= least {
				want = append(want, text)
			}
		}
		captions, err := NewCaptions(open(t, c.model()), words, CaptionOptions{Longest: 8, Sure: sure})
		if err != nil {
			t.Fatal(err)
		}
		said, err := captions.Caption(t.Context(), floats(tensor.Shape{1, 1}, 1))
		got := strings.FieldsFunc(said, func(r rune) bool { return r == ',' || r == '.' })
		for i := range got {
			got[i] = strings.TrimSpace(got[i])
		}
		got = slices.DeleteFunc(got, func(s string) bool { return s == "" })
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("seed %d: got %q, %v of %q %.2f, want %q", seed, said, err, texts, likely, want)
		}
		if len(want) < len(texts) {
			shorter++
		}
		if least < sure {
			alone++
		}
	}
	if shorter < 5 || alone < 5 {
		t.Errorf("the cells are too sure: %d sentences became shorter, %d have no sure clause", shorter, alone)
	}
}

func TestCaptionsWithoutUnsureClausesAreWhole(t *testing.T) {
	for _, c := range []struct {
		likely [3]float64
		want   string
	}{
		{[3]float64{0.9, 0.9, 0.9}, "a, b, c."}, {[3]float64{0.1, 0.9, 0.9}, "b, c."}, {[3]float64{0.9, 0.1, 0.9}, "a, c."},
		{[3]float64{0.9, 0.9, 0.1}, "a, b."}, {[3]float64{0.1, 0.1, 0.9}, "c."}, {[3]float64{0.2, 0.1, 0.3}, "c."},
	} {
		words, err := NewVocabulary([]string{"<begin>", "<end>", ",", ".", "a", "b", "c"})
		if err != nil {
			t.Fatal(err)
		}
		d := &Captions{words: words, opts: CaptionOptions{Sure: 0.5}}
		for i, p := range c.likely {
			d.clauses = append(d.clauses, clause{2 * i, 2*i + 1, math.Log(p)})
		}
		if got := words.Text(d.keep([]int{4, 2, 5, 2, 6, 3})); got != c.want {
			t.Errorf("got %q of %v, want %q", got, c.likely, c.want)
		}
	}
}
