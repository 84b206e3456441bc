package main

import "math/rand/v2"

// choices is the sequence of numbers that a case is drawn from: those given, then random ones, or zeros if random is nil.
// Whoever draws puts the plainest choice first, so that smaller numbers mean plainer cases.
type choices struct {
	given  []uint32
	random *rand.Rand
	taken  []uint32
}

// below draws a number from 0 to n-1.
func (c *choices) below(n int) int {
	var v uint32
	switch at := len(c.taken); {
	case at < len(c.given):
		v = min(c.given[at], uint32(n-1))
	case c.random != nil:
		v = c.random.Uint32N(uint32(n))
	}
	c.taken = append(c.taken, v)
	return int(v)
}

// between draws a number from lo to hi.
func (c *choices) between(lo, hi int) int { return lo + c.below(hi-lo+1) }

// chance draws true once in n.
func (c *choices) chance(n int) bool { return c.below(n) == n-1 }

// oneOf draws one of v.
func oneOf[T any](c *choices, v ...T) T { return v[c.below(len(v))] }

// shrink returns the smallest sequence it finds, beginning with from, for which bad still holds. It asks bad at most
// most times.
func shrink(from []uint32, most int, bad func([]uint32) bool) []uint32 {
	best := from
	try := func(c []uint32) bool {
		if most == 0 {
			return false
		}
		most--
		if !bad(c) {
			return false
		}
		best = c
		return true
	}
	for better := true; better && most > 0; {
		better = cutShort(best, try)
		for i := 0; i < len(best); i++ {
			better = lower(best, i, try) || better
		}
	}
	return best
}

// cutShort leaves out runs of choices, long ones first.
func cutShort(c []uint32, try func([]uint32) bool) (better bool) {
	for n := len(c) / 2; n > 0; n /= 2 {
		for i := 0; i+n <= len(c); {
			less := append(append([]uint32{}, c[:i]...), c[i+n:]...)
			if try(less) {
				c, better = less, true
			} else {
				i += n
			}
		}
	}
	return better
}

// lower makes choice i smaller: zero, half, one less.
func lower(c []uint32, i int, try func([]uint32) bool) bool {
	for _, v := range []uint32{0, c[i] / 2, c[i] - 1} {
		if c[i] == 0 || v == c[i] {
			return false
		}
		less := append([]uint32{}, c...)
		if less[i] = v; try(less) {
			return true
		}
	}
	return false
}
