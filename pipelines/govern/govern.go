package govern

import (
	"fmt"
	"math"
	"time"
)

// Limits are what is not to be passed. What is 0 has no limit.
type Limits struct {
	Temperature int     // thousandths of a degree Celsius
	Memory      int64   // bytes
	CPU         float64 // part of all processors, 0 to 1
}

// Reading is how a machine stands. What nobody knows is 0.
type Reading struct {
	Temperature int     // of its hottest part, in thousandths of a degree Celsius
	Memory      int64   // bytes that the process has of it
	CPU         float64 // part of all processors that the process had since the last Reading, 0 to 1
}

// How a Governor steps.
const (
	horizon   = 4 * time.Second  // so far ahead it looks at where the temperature is heading
	before    = 1000             // thousandths of a degree below the limit that it aims at
	settle    = 2 * time.Second  // after a step up, until what came of it is in a Reading
	patience  = time.Minute      // from a step up to a step down, at the least
	impatient = 15 * time.Second // from one step down to the next
	longest   = 16 * time.Minute // what patience grows to
)

// What is well below a limit: so much that the step before would not pass it, as a rule.
const (
	cool  = 5000 // thousandths of a degree
	slack = 0.85 // of memory
	idle  = 0.6  // of processor time, which may double from one level to the one before
)

// Governor decides how much is left out. It belongs to one goroutine.
type Governor struct {
	limits Limits
	last   int // the last level

	level  int
	why    string    // it is above 0
	raised time.Time // last
	eased  time.Time // last
	wait   time.Duration
	heat   trend
	busy   float64 // the CPU of the Reading before
	seen   bool    // there was one
	ended  bool    // the last level was not enough
	worst  strain  // of the last Reading
}

// New returns a Governor whose levels are 0 to last.
func New(l Limits, last int) *Governor {
	return &Governor{limits: l, last: last, wait: patience}
}

// Level returns how much is to be left out now, 0 to the last level.
func (g *Governor) Level() int { return g.level }

// Why returns what raised the level last, with numbers; empty at level 0.
func (g *Governor) Why() string { return g.why }

// Words return how the last Reading stood to the limit that it is nearest to, with numbers; empty if nothing is known.
func (g *Governor) Words() string {
	if !g.worst.known() {
		return ""
	}
	return g.worst.words()
}

// Ended says whether a limit is passed although the last level has had its time.
func (g *Governor) Ended() bool { return g.ended }

// Look takes a Reading of a time, about a second after the last, and returns whether the level has changed.
func (g *Governor) Look(now time.Time, r Reading) bool {
	s := g.strains(now, r)
	worst := s.worst()
	g.worst = worst
	over := worst.part > 1 && worst.known()
	settled := g.raised.IsZero() || now.Sub(g.raised) >= settle
	g.ended = over && settled && g.level == g.last
	switch {
	case over && settled && g.level < g.last:
		g.raise(now, worst)
		return true
	case g.level > 0 && s.calm() && now.Sub(g.raised) >= g.wait && now.Sub(g.eased) >= impatient:
		g.ease(now)
		return true
	}
	if g.level == 0 && now.Sub(g.eased) > longest {
		g.wait = patience // it has been enough for long
	}
	return false
}

// raise steps up, further the more is over.
func (g *Governor) raise(now time.Time, worst strain) {
	if g.eased.After(g.raised) && now.Sub(g.eased) < g.wait {
		g.wait = min(2*g.wait, longest) // the last step down was one too many
	}
	g.level = min(g.last, g.level+worst.steps())
	g.raised, g.why = now, worst.words()
}

// ease steps down.
func (g *Governor) ease(now time.Time) {
	g.level--
	g.eased = now
	if g.level == 0 {
		g.why = ""
	}
}

// strain is how near a limit something is.
type strain struct {
	part float64 // of the limit; above 1 it is passed, or will be
	calm bool    // it is well below

	value, limit float64
	format       string // of these two; empty without a limit
}

func (s strain) known() bool { return s.format != "" }

// words are what is told of it. A limit is written without zeros at its end.
func (s strain) words() string { return fmt.Sprintf(s.format, s.value, fmt.Sprintf("%.4g", s.limit)) }

// steps are how many levels are to be left at once.
func (s strain) steps() int {
	switch {
	case s.part > 1.3:
		return 3
	case s.part > 1.1:
		return 2
	}
	return 1
}

type strains [3]strain

// worst returns the strain that is nearest its limit, or furthest beyond.
func (all *strains) worst() strain {
	w := strain{part: math.Inf(-1)}
	for _, s := range all {
		if s.known() && s.part > w.part {
			w = s
		}
	}
	return w
}

func (all *strains) calm() bool {
	for _, s := range all {
		if s.known() && !s.calm {
			return false
		}
	}
	return true
}

// strains measures r by the limits.
func (g *Governor) strains(now time.Time, r Reading) strains {
	all := strains{g.warmth(now, r.Temperature), g.fullness(r.Memory), g.work(r.CPU)}
	g.busy, g.seen = r.CPU, true
	return all
}

// warmth measures a temperature by where it is heading. Ten degrees count as much as all of another limit.
func (g *Governor) warmth(now time.Time, milli int) strain {
	limit := g.limits.Temperature
	if limit == 0 || milli == 0 {
		return strain{}
	}
	g.heat.add(now, milli)
	const scale = 10_000
	ahead := milli + g.heat.rise(horizon)
	return strain{
		part:   1 + float64(ahead-(limit-before))/scale,
		calm:   max(milli, ahead) <= limit-cool,
		value:  float64(milli) / 1000,
		limit:  float64(limit) / 1000,
		format: "%.1f °C, at most %s °C",
	}
}

// fullness measures memory.
func (g *Governor) fullness(bytes int64) strain {
	limit := g.limits.Memory
	if limit == 0 || bytes == 0 {
		return strain{}
	}
	const mib = 1 << 20
	part := float64(bytes) / float64(limit)
	return strain{part, part <= slack, float64(bytes) / mib, float64(limit) / mib, "%.0f MiB of memory, at most %s MiB"}
}

// work measures processor time, by the mean of two Readings: a single busy second is no trouble.
func (g *Governor) work(cpu float64) strain {
	limit := g.limits.CPU
	if limit == 0 {
		return strain{}
	}
	mean := (cpu + g.busy) / 2
	if !g.seen {
		mean = min(cpu, limit)
	}
	return strain{mean / limit, mean <= idle*limit, 100 * mean, 100 * limit, "%.0f %% of the processors, at most %s %%"}
}
