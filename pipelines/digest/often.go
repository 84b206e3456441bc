package digest

import (
	"time"

	"edged/pipelines"
)

// lasted is how many times something took so many whole seconds. Of a day there are at most some 420 of them that differ, since
// they add up to no more than the day.
type lasted map[int]int

func (l *lasted) add(d time.Duration) {
	if *l == nil {
		*l = lasted{}
	}
	(*l)[int(d/time.Second)]++
}

// below counts those that took less than a time.
func (l lasted) below(limit time.Duration) (n int) {
	for s, times := range l {
		if time.Duration(s)*time.Second < limit {
			n += times
		}
	}
	return n
}

// What is doubted, as days of scripts/digest that are not judged have it: -seed 100001 and 100002.
const (
	doubtful = 0.5  // of a mean happening: another that is briefer, and a gap that is shorter
	holes    = 0.25 // of all the time in which something was so, if so much of it lies in gaps
)

// settled leaves of what a tally says what does not depend on how long a gap ends a happening, nor on how brief one may be. A
// state that lasts for minutes, and then again for minutes after half of one, was there for a known time, but once or twice?
// Without the happenings that are brief for what it is, or with those joined between which gaps are short, there may be fewer:
// if by more than a fifth, nobody knows how often. The time is rough if much of it lies in gaps that were joined.
func (a *tally) settled() pipelines.Spells {
	s := a.Spells
	limit := time.Duration(doubtful * float64(s.Total) / float64(max(s.Times, 1)))
	brief, short := a.lengths.below(limit), a.gaps.below(limit)
	if least := s.Times - max(brief, short); s.Times-least > fifth(least) {
		s.Times = 0
	}
	s.Rough = float64(a.told) < (1-holes)*float64(s.Total)
	return s
}

// fifth is a fifth of a number of times, rounded: once and twice are not the same.
func fifth(n int) int { return (n + 2) / 5 }
