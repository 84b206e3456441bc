package digest

import (
	"time"

	"edged/pipelines"
)

// source is one model on one sensor, or on several.
type source struct {
	Sensor, Model string
	Kind          pipelines.Kind
}

// key is something that may happen.
type key struct {
	source
	What string
}

// track is something that happens, is over, or may go on.
type track struct {
	start, end time.Time     // of the newest happening, as far as results have told it; zero before the first
	told       time.Duration // within it
	on         bool          // the newest result tells it
	most       int           // things at once, of the newest happening
	why        string        // of an alert its severity, of a sensor what it lacks
}

// results are what a source has found.
type results struct {
	last   time.Time        // of the newest
	gaps   [2]time.Duration // between the newest three
	found  map[key]int      // in the newest: how many, 0 of labels
	before map[key]int      // scratch
	ids    int              // the highest of its tracks
}

// holds returns how long a result counts if no other follows: longer than usual of a model that is slow.
func (r *results) holds(o *Options) time.Duration {
	usual := r.gaps[1]
	if r.gaps[0] > 0 {
		usual = min(usual, r.gaps[0]) // the other may be an outage
	}
	return max(o.Hold, usual*3/2)
}

// result takes a result of a model.
func (d *Digest) result(ev *pipelines.Event) {
	src := source{ev.Sensor, ev.Model, ev.Kind}
	r := d.sources[src]
	if r == nil {
		r = &results{found: map[key]int{}, before: map[key]int{}}
		d.sources[src] = r
	}
	at := ev.Window.End.Round(0)
	d.hold(r, at)
	if passed := at.Sub(r.last); !r.last.IsZero() {
		r.gaps[0], r.gaps[1] = r.gaps[1], max(passed, 0)
	}
	r.last = at
	r.before, r.found = r.found, r.before
	clear(r.found)
	find(ev, src, r.found)
	for k := range r.before {
		if _, still := r.found[k]; !still {
			d.tracks[k].on = false
		}
	}
	for k, n := range r.found {
		d.tell(k, at, n)
	}
	if ev.Kind == pipelines.KindDetections {
		d.count(ev, src, r)
	}
}

// find notes what a result tells, and of objects how many.
func find(ev *pipelines.Event, src source, into map[key]int) {
	for i := range ev.Labels {
		into[key{src, ev.Labels[i].Name}] = 0
	}
	for name, n := range ev.Counts {
		if n > 0 {
			into[key{src, name}] = n
		}
	}
	for i := range ev.Detections {
		if ev.Counts == nil {
			into[key{src, ev.Detections[i].Name}]++
		}
	}
}

// hold lets what the newest result of a source tells last until a time.
func (d *Digest) hold(r *results, until time.Time) {
	if r.last.IsZero() {
		return
	}
	until = earlier(until, r.last.Add(r.holds(&d.opts)))
	for k := range r.found {
		if t := d.tracks[k]; t.end.Before(until) {
			t.told += until.Sub(t.end)
			t.end = until
		}
	}
}

// tell takes that something is so at a time.
func (d *Digest) tell(k key, at time.Time, n int) {
	t := d.tracks[k]
	switch {
	case t == nil:
		t = &track{start: at, end: at}
		d.tracks[k] = t
	case at.Sub(t.end) > d.opts.Join || at.Before(t.start):
		d.close(k, t)
		*t = track{start: at, end: at}
	}
	t.end, t.on, t.most = later(t.end, at), true, max(t.most, n)
}

// close adds a happening that is over to the spans in which it was.
func (d *Digest) close(k key, t *track) {
	if t.told < d.opts.Least {
		return
	}
	for _, s := range d.spans {
		tallied(s.happened, k).add(t, s, d.opts.Least)
	}
}

// count counts the tracks that begin.
func (d *Digest) count(ev *pipelines.Event, src source, r *results) {
	highest := r.ids
	for i := range ev.Detections {
		o := &ev.Detections[i]
		k := key{src, o.Name}
		if o.Track <= r.ids || d.tracks[k] == nil {
			continue
		}
		highest = max(highest, o.Track)
		for _, s := range d.spans {
			tallied(s.happened, k).tracks++
		}
	}
	r.ids = highest
}

// alert takes that an alert opens or closes.
func (d *Digest) alert(ev *pipelines.Event) {
	a, at := ev.Alert, ev.Time.Round(0)
	t := d.raised[a.Name]
	if t == nil {
		t = &track{}
		if a.State == pipelines.Closed { // it was open before anybody watched
			t.start, t.on = a.Since.Round(0), true
		}
		d.raised[a.Name] = t
	}
	t.why = a.Severity
	d.turn(t, at, a.State == pipelines.Open, func(s *span) *tally { return tallied(s.raised, a.Name) })
}

// sense takes how a sensor fares.
func (d *Digest) sense(now time.Time, s *pipelines.Sense) {
	t := d.silent[s.Sensor]
	is := s.State == pipelines.Stale || s.State == pipelines.Failing
	if t == nil {
		if !is {
			return
		}
		t = &track{}
		d.silent[s.Sensor] = t
	}
	if is {
		t.why = s.Why
	}
	since := now
	if is && !t.on && s.Age > 0 {
		since = later(t.end, now.Add(-s.Age))
	}
	d.turn(t, since, is, func(sp *span) *tally { return tallied(sp.silent, s.Sensor) })
}

// turn takes that something, of which no result tells, is so from a time on, or not so.
func (d *Digest) turn(t *track, at time.Time, on bool, of func(*span) *tally) {
	switch {
	case on && !t.on:
		*t = track{start: at, end: at, on: true, why: t.why}
	case on:
		t.end = later(t.end, at)
	case t.on:
		t.end, t.on = later(t.end, at), false
		for _, s := range d.spans {
			of(s).add(t, s, 0)
		}
	}
}
