package alerts

import (
	"time"

	"edged/pipelines"
)

// machine is what decides about one alert, from one look to the next. It knows nothing of conditions, only whether they hold.
type machine struct {
	terms Terms

	open    bool
	holds   time.Time // since when the condition has held without a break; zero if it does not. While it is open, since when it did
	clears  time.Time // while it is open, since when what closes it has held without a break; zero if it does not
	cooling time.Time // until when it does not open, since it was closed
	since   time.Time // of what came of the last look: one of holds and clears, as they were then
	votes   votes
}

// look is what a machine is told of a moment.
type look struct {
	now   time.Time
	when  pipelines.Truth
	fresh bool            // there is something new that the condition speaks of
	clear pipelines.Truth // of what closes it beside when; as long as it is closed, False if nothing does

	muted, quiet bool
}

// step takes the next look.
func (m *machine) step(l look) Outcome {
	if m.open {
		return m.stepOpen(l)
	}
	return m.stepClosed(l)
}

func (m *machine) stepClosed(l look) Outcome {
	m.vote(l)
	if l.when != pipelines.True || l.clear == pipelines.True {
		m.holds = time.Time{}
	} else if m.holds.IsZero() {
		m.holds = l.now
	}
	m.since = m.holds
	switch {
	case l.when == pipelines.Unknown:
		return Unknowable
	case l.when == pipelines.False:
		return Idle
	case l.clear == pipelines.True:
		return Barred
	case m.votes.held < m.terms.Least:
		return Counting
	case l.now.Before(m.holds.Add(m.terms.For)):
		return Waiting
	case l.muted:
		return Muted
	case l.quiet:
		return Quiet
	case l.now.Before(m.cooling):
		return Cooldown
	}
	m.open = true
	return Opened
}

// vote counts a look for Terms.Least.
func (m *machine) vote(l look) {
	switch {
	case l.when == pipelines.Unknown:
		m.votes.forget()
	case l.fresh && m.terms.Of > 0:
		m.votes.add(l.when == pipelines.True, m.terms.Of)
	}
}

func (m *machine) stepOpen(l look) Outcome {
	if l.clear != pipelines.True {
		m.clears = time.Time{}
	} else if m.clears.IsZero() {
		m.clears = l.now
	}
	m.since = m.holds
	switch {
	case l.clear == pipelines.Unknown:
		return Unknowable
	case l.clear == pipelines.False:
		return Open
	}
	m.since = m.clears
	if l.now.Before(m.clears.Add(m.terms.ClearAfter)) {
		return Clearing
	}
	m.open, m.holds, m.clears, m.cooling = false, time.Time{}, time.Time{}, l.now.Add(m.terms.Cooldown)
	m.votes.forget()
	return Closed
}

// votes are the newest looks at something new: which of them held.
type votes struct {
	ring []bool // oldest at next once it is full
	next int
	held int
}

// add takes a look, and drops the oldest if there are more than of.
func (v *votes) add(held bool, of int) {
	if len(v.ring) < of {
		v.ring = append(v.ring, held)
	} else {
		if v.ring[v.next] {
			v.held--
		}
		v.ring[v.next] = held
		v.next = (v.next + 1) % of
	}
	if held {
		v.held++
	}
}

func (v *votes) forget() { v.ring, v.next, v.held = v.ring[:0], 0, 0 }
