package decode

import (
	"cmp"
	"context"
	"math"
	"slices"
)

// clause is a part of a sentence between commas, words [from, to), and the logarithm of how likely its words are after those before.
type clause struct {
	from, to int
	likely   float64
}

// surely leaves out of a sentence the clauses that are less likely than asked, but for the likeliest of all. It says the
// sentence once more to learn how likely they are, so that a beam and a greedy decoder are judged alike.
func (c *Captions) surely(ctx context.Context, ids []int) ([]int, error) {
	if err := c.weigh(ctx, ids); err != nil || len(c.clauses) == 0 {
		return ids, err
	}
	return c.keep(ids), nil
}

// keep moves the clauses that are sure together, with the commas between them and what follows the last of all.
func (c *Captions) keep(ids []int) []int {
	best := slices.MaxFunc(c.clauses, func(a, b clause) int { return cmp.Compare(a.likely, b.likely) })
	least := min(math.Log(c.opts.Sure), best.likely)
	n := 0 // of words that stay
	for _, one := range c.clauses {
		if one.likely < least {
			continue
		}
		from := one.from
		if n > 0 {
			from-- // with the comma before it
		}
		n += copy(ids[n:], ids[from:one.to])
	}
	n += copy(ids[n:], ids[c.clauses[len(c.clauses)-1].to:])
	return ids[:n]
}

// weigh finds a sentence's clauses and how likely they are.
func (c *Captions) weigh(ctx context.Context, ids []int) error {
	c.clauses = c.clauses[:0]
	copy(c.state, c.steps.zero)
	last, comma, stop := c.words.begin, c.words.number(","), c.words.number(".")
	begins := true
	for i, id := range ids {
		scores, err := c.steps.step(ctx, last, c.state)
		if err != nil {
			return err
		}
		last = id
		switch {
		case id == comma || id == stop:
			begins = true
			continue
		case begins:
			c.clauses, begins = append(c.clauses, clause{from: i}), false
		}
		one := &c.clauses[len(c.clauses)-1]
		one.to, one.likely = i+1, one.likely+float64(scores[id])-c.logSumExp(scores)
	}
	return nil
}
