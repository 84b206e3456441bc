package digest

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"edged/pipelines"
)

// tally counts what has happened in a span and is over.
type tally struct {
	pipelines.Spells
	most, tracks int
	why          string

	told          time.Duration // as far as results tell it
	lengths, gaps lasted        // of the happenings, and between them
}

// tallied returns the tally of a name.
func tallied[K comparable](all map[K]*tally, k K) *tally {
	t := all[k]
	if t == nil {
		t = &tally{}
		all[k] = t
	}
	return t
}

// add adds a happening as far as it lies in s, unless too little of it does.
func (a *tally) add(t *track, s *span, least time.Duration) {
	from, to := later(t.start, s.from), earlier(t.end, s.to)
	cut := from.After(t.start) || to.Before(t.end)
	if s.from.IsZero() || !from.Before(to) || cut && to.Sub(from) < least {
		return
	}
	if a.Times == 0 {
		a.First, a.Before = from, t.start.Before(s.from)
	} else {
		a.gaps.add(from.Sub(a.Last))
	}
	long := to.Sub(from)
	a.lengths.add(long)
	a.told += time.Duration(float64(t.told) * (float64(long) / float64(t.end.Sub(t.start)))) // it is not known when within
	a.Times++
	a.Total += long
	a.Longest = max(a.Longest, long)
	a.Last = later(a.Last, to)
	a.On = t.on && !t.end.Before(s.to)
	a.most, a.why = max(a.most, t.most), t.why
}

// mostHappened are told in a digest.
const mostHappened = 100

// sum says what a span was, at its end.
func (d *Digest) sum(s *span) *pipelines.Digest {
	for _, r := range d.sources {
		d.hold(r, s.to)
	}
	sum := &pipelines.Digest{Period: s.period, Zone: s.from.Format("-07:00"), Since: s.since, Until: s.until, Covered: s.covered}
	for k, t := range counted(s.happened, d.tracks, s, d.opts.Least) {
		sum.Happened = append(sum.Happened, pipelines.Happening{What: k.What, Kind: k.Kind, Sensor: k.Sensor, Model: k.Model,
			Spells: t.settled(), Most: t.most, Tracks: t.tracks})
	}
	for name, t := range counted(s.raised, lasting(d.raised, s), s, 0) {
		sum.Alerts = append(sum.Alerts, pipelines.Raised{Alert: name, Severity: t.why, Spells: t.Spells})
	}
	for name, t := range counted(s.silent, lasting(d.silent, s), s, 0) {
		sum.Silent = append(sum.Silent, pipelines.Silence{Sensor: name, Why: t.why, Spells: t.Spells})
	}
	for k, r := range s.readings {
		sum.Readings = append(sum.Readings, pipelines.Range{Sensor: k.Sensor, Name: k.Name, Unit: k.Unit,
			N: r.N, Min: r.Min, Mean: r.Sum / float64(r.N), Max: r.Max})
	}
	order(sum)
	d.forget(s)
	return sum
}

// counted returns what has happened in a span by its end, with what may go on.
func counted[K comparable](over map[K]*tally, tracks map[K]*track, s *span, least time.Duration) map[K]tally {
	all := map[K]tally{}
	for k, t := range over {
		sofar := *t
		sofar.lengths, sofar.gaps = maps.Clone(t.lengths), maps.Clone(t.gaps)
		all[k] = sofar
	}
	for k, t := range tracks {
		if t.told >= least {
			sofar := all[k]
			sofar.add(t, s, least)
			all[k] = sofar
		}
	}
	maps.DeleteFunc(all, func(_ K, t tally) bool { return t.Times <= 0 })
	return all
}

// lasting returns the tracks that are so, up to the end of s. Those that are not are tallied.
func lasting(all map[string]*track, s *span) map[string]*track {
	last := map[string]*track{}
	for name, t := range all {
		if t.on {
			at := *t
			at.end = s.to
			last[name] = &at
		}
	}
	return last
}

// order puts what happened into the order in which a digest tells it, and leaves out what is too much.
func order(d *pipelines.Digest) {
	if over := len(d.Happened) - mostHappened; over > 0 {
		slices.SortFunc(d.Happened, func(a, b pipelines.Happening) int {
			return cmp.Or(cmp.Compare(b.Total, a.Total), byName(&a, &b))
		})
		d.Happened, d.LeftOut = d.Happened[:mostHappened], over
	}
	slices.SortFunc(d.Happened, func(a, b pipelines.Happening) int { return cmp.Or(a.First.Compare(b.First), byName(&a, &b)) })
	slices.SortFunc(d.Alerts, func(a, b pipelines.Raised) int { return cmp.Compare(a.Alert, b.Alert) })
	slices.SortFunc(d.Silent, func(a, b pipelines.Silence) int { return cmp.Compare(a.Sensor, b.Sensor) })
	slices.SortFunc(d.Readings, func(a, b pipelines.Range) int {
		return cmp.Or(cmp.Compare(a.Sensor, b.Sensor), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Unit, b.Unit))
	})
}

func byName(a, b *pipelines.Happening) int {
	return cmp.Or(cmp.Compare(a.What, b.What), cmp.Compare(a.Sensor, b.Sensor), cmp.Compare(a.Model, b.Model), cmp.Compare(a.Kind, b.Kind))
}

// forget lets go of what was over before all spans began, and can go on no more.
func (d *Digest) forget(s *span) {
	oldest := s.from
	for _, other := range d.spans {
		oldest = earlier(oldest, other.from)
	}
	maps.DeleteFunc(d.tracks, func(_ key, t *track) bool { return !t.on && t.end.Before(oldest.Add(-d.opts.Join)) })
}
