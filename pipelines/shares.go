package pipelines

import "math"

// spared is what part of the cores encoders leave to sensors and publishing when they want more than there is.
const spared = 0.1

// shares divides the time of some cores between encoders that want more than there is, by max-min fairness (Bertsekas and
// Gallager, Data Networks, section 6.5): who wants no more than an equal share gets all of it, and what is left is divided
// equally between the others. So the cheap keep their rates, those that want most lower theirs first, and none starves.
type shares struct {
	cores  float64  // seconds of one core in a second
	owed   []*stage // who gets what it wants before the others: fusions, without which nobody learns of the rest
	equals []*stage
}

// level returns how many cores one encoder may keep busy; infinitely many if all fits.
func (s *shares) level() float64 {
	left := s.cores
	for _, st := range s.owed {
		left -= st.wants()
	}
	left = max(left, s.cores*spared)
	level := left / float64(len(s.equals))
	for {
		rest, above := left, 0
		for _, st := range s.equals {
			if w := st.wants(); w <= level {
				rest -= w
			} else {
				above++
			}
		}
		if above == 0 {
			return math.Inf(1)
		}
		next := rest / float64(above)
		if next <= level { // each round adds one that fits, at least, or is the last
			return level
		}
		level = next
	}
}

// divide lets the group's live encoders share its cores, and those of a pipeline with a limit that limit besides. Recordings
// are answered whole, however long it takes.
func (g *Group) divide() {
	all := &shares{cores: float64(g.opts.Cores) * (1 - spared)}
	for _, p := range g.pipelines {
		own := &shares{cores: p.limit}
		for _, s := range []*shares{all, own} {
			if s.cores > 0 {
				s.join(p)
			}
		}
	}
}

// join lets the encoders of p have their shares of s.
func (s *shares) join(p *Pipeline) {
	for _, w := range p.works {
		st := w.of()
		switch {
		case p.fusion != nil && p.fusion.stage == st:
			s.owed = append(s.owed, st)
		case st.Period > 0 && !st.Block:
			s.equals = append(s.equals, st)
			st.rate.shares = append(st.rate.shares, s)
		}
	}
}
