package decode

import (
	"context"
	"fmt"
	"math"

	"edged/runtime"
	"edged/runtime/tensor"
)

// What CaptionOptions are if they are not said.
const defaultLongest = 32

// Limits of CaptionOptions.
const (
	maxLongest = 1 << 10
	maxBeam    = 16
)

// CaptionOptions says how a sentence is found. The zero value takes the likeliest word each time, for up to 32 words.
type CaptionOptions struct {
	Longest int // words at most; 0 is 32
	Beam    int // how many beginnings of sentences are kept; 0 and 1 are greedy

	Sure float64 // leaves out clauses that are less likely, 0 to 1, but for the likeliest; 0 leaves out none
}

// Captions puts an embedding into words, one run of a step model a word: see newStepper for its tensors. It belongs to one
// goroutine, and so does its session.
type Captions struct {
	words *Vocabulary
	steps *stepper
	opts  CaptionOptions
	ids   []int
	state []byte
	beam  *beam // nil if greedy

	clauses []clause // of the last sentence, if it matters how sure they are
	phrases phrases
}

// NewCaptions returns a decoder that runs a session on a card's tokens.
func NewCaptions(session runtime.Session, tokens []string, o CaptionOptions) (*Captions, error) {
	if o.Longest == 0 {
		o.Longest = defaultLongest
	}
	if o.Beam == 0 {
		o.Beam = 1
	}
	if !(o.Sure >= 0 && o.Sure <= 1) {
		return nil, fmt.Errorf("captions: sure from %v on; want 0…1", o.Sure)
	}
	if o.Longest < 1 || o.Longest > maxLongest || o.Beam < 1 || o.Beam > maxBeam {
		return nil, fmt.Errorf("captions: %d words and a beam of %d; want at most %d and %d", o.Longest, o.Beam, maxLongest, maxBeam)
	}
	words, err := NewVocabulary(tokens)
	if err != nil {
		return nil, err
	}
	steps, err := newStepper(session, len(tokens))
	if err != nil {
		return nil, err
	}
	c := &Captions{words: words, steps: steps, opts: o, ids: make([]int, 0, o.Longest), state: make([]byte, steps.size)}
	if o.Beam > 1 {
		c.beam = newBeam(o.Beam, o.Longest, steps.size)
	}
	return c, nil
}

// Fused describes the embedding that the model takes.
func (c *Captions) Fused() tensor.Info { return c.steps.session.Signature().Inputs[c.steps.fused] }

// Caption returns the sentence of an embedding, in any of the scales and types that Fused may have. It allocates nothing
// for one that it has said before.
func (c *Captions) Caption(ctx context.Context, fused *tensor.Tensor) (string, error) {
	ids, err := c.Tokens(ctx, fused)
	c.phrases.text = c.words.append(c.phrases.text[:0], ids)
	return c.phrases.made(), err
}

// Tokens returns the sentence's words by number, without "<begin>" and "<end>"; they are the decoder's own, until the next
// call. Greedy, it allocates nothing.
func (c *Captions) Tokens(ctx context.Context, fused *tensor.Tensor) ([]int, error) {
	if err := c.steps.tell(fused); err != nil {
		return nil, fmt.Errorf("captions: %w", err)
	}
	find := c.greedy
	if c.beam != nil {
		find = c.search
	}
	ids, err := find(ctx)
	if err == nil && c.opts.Sure > 0 {
		ids, err = c.surely(ctx, ids)
	}
	if err != nil {
		return nil, fmt.Errorf("captions: %w", err)
	}
	return ids, nil
}

// greedy takes the likeliest word each time; of equals the first.
func (c *Captions) greedy(ctx context.Context) ([]int, error) {
	c.ids = c.ids[:0]
	copy(c.state, c.steps.zero)
	last := c.words.begin
	for len(c.ids) < c.opts.Longest {
		scores, err := c.steps.step(ctx, last, c.state)
		if err != nil {
			return nil, err
		}
		last = c.likeliest(scores)
		if last == c.words.end {
			break
		}
		c.ids = append(c.ids, last)
	}
	return c.ids, nil
}

func (c *Captions) likeliest(scores []float32) int {
	best := c.words.end
	for i, v := range scores {
		if c.words.word(i) && (v > scores[best] || v == scores[best] && i < best) {
			best = i
		}
	}
	return best
}

// logSumExp returns ln Σ exp(score) over the tokens that can be said: what makes log-probabilities of scores.
func (c *Captions) logSumExp(scores []float32) float64 {
	top := math.Inf(-1)
	for i, v := range scores {
		if c.words.word(i) {
			top = max(top, float64(v))
		}
	}
	sum := 0.0
	for i, v := range scores {
		if c.words.word(i) {
			sum += math.Exp(float64(v) - top)
		}
	}
	return top + math.Log(sum)
}
