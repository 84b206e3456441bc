package decode

import "context"

// beam is the likeliest beginnings of a sentence, and those that one more word would make of them.
type beam struct {
	now, next []start // of length up to the width
	ended     start   // the best whole sentence; none if its ids are nil
	width     int
	scratch   []byte
}

// start is a beginning of a sentence: its words, the state after them, and its log-probability.
type start struct {
	ids   []int
	last  int // the token to be said next to the model
	state []byte
	log   float64
}

func newBeam(width, longest, state int) *beam {
	b := &beam{width: width, ended: start{ids: make([]int, 0, longest+1)}, scratch: make([]byte, state)}
	for range width {
		b.now = append(b.now, start{ids: make([]int, 0, longest+1), state: make([]byte, state)})
		b.next = append(b.next, start{ids: make([]int, 0, longest+1), state: make([]byte, state)})
	}
	b.now, b.next = b.now[:0], b.next[:0]
	return b
}

// mean is what sentences of different lengths are compared by: the log-probability of a word of n.
func (s *start) mean(n int) float64 { return s.log / float64(n) }

// set makes s the words of from and one more.
func (s *start) set(from *start, word int, state []byte, log float64) {
	s.ids = append(append(s.ids[:0], from.ids...), word)
	s.state = append(s.state[:0], state...)
	s.last, s.log = word, log
}

// search keeps the Beam likeliest beginnings, and returns the sentence whose words are the likeliest in the geometric
// mean: a plain product would favour short ones. A sentence that is cut at the longest length counts as whole.
func (c *Captions) search(ctx context.Context) ([]int, error) {
	b := c.beam
	b.now, b.next = b.now[:1], b.next[:0]
	b.now[0].ids, b.now[0].last, b.now[0].log = b.now[0].ids[:0], c.words.begin, 0
	copy(b.now[0].state, c.steps.zero)
	found := false
	for range c.opts.Longest {
		if err := c.extend(ctx, &found); err != nil {
			return nil, err
		}
		b.now, b.next = b.next, b.now[:0]
		// Were all words to come certain, this is what the best beginning could reach.
		if len(b.now) == 0 || found && b.now[0].mean(c.opts.Longest+1) <= b.ended.log {
			break
		}
	}
	for i := range b.now {
		c.end(&b.now[i], b.now[i].log, len(b.now[i].ids), &found)
	}
	c.ids = append(c.ids[:0], b.ended.ids...)
	return c.ids, nil
}

// extend makes next of now.
func (c *Captions) extend(ctx context.Context, found *bool) error {
	b := c.beam
	for i := range b.now {
		from := &b.now[i]
		copy(b.scratch, from.state)
		scores, err := c.steps.step(ctx, from.last, b.scratch)
		if err != nil {
			return err
		}
		all := c.logSumExp(scores)
		for token, v := range scores {
			log := from.log + float64(v) - all
			switch {
			case token == c.words.end:
				c.end(from, log, len(from.ids)+1, found)
			case c.words.word(token):
				b.offer(from, token, log)
			}
		}
	}
	return nil
}

// end offers a whole sentence of n words, its end included.
func (c *Captions) end(s *start, log float64, n int, found *bool) {
	b := c.beam
	if whole := (start{log: log}); !*found || whole.mean(n) > b.ended.log {
		b.ended.ids = append(b.ended.ids[:0], s.ids...)
		b.ended.log = whole.mean(n)
		*found = true
	}
}

// offer puts a beginning among the likeliest, by insertion: most fall below the last at once.
func (b *beam) offer(from *start, word int, log float64) {
	n := len(b.next)
	if n == b.width {
		if log <= b.next[n-1].log {
			return
		}
		n--
	}
	b.next = b.next[:n+1]
	b.next[n].set(from, word, b.scratch, log)
	for i := n; i > 0 && b.next[i].log > b.next[i-1].log; i-- {
		b.next[i], b.next[i-1] = b.next[i-1], b.next[i]
	}
}
