package digest

import (
	"cmp"
	"sync"
	"time"

	"edged/pipelines"
	"edged/pipelines/grammar"
	"edged/sensors"
)

// Options say what is summed up, and how. Languages and one of Hourly and Daily must be set.
type Options struct {
	Hourly, Daily bool
	Location      *time.Location // whose hours and days; nil is UTC

	Languages []string                       // their codes; the first is the caption's
	Words     map[string]map[string][]string // more words, by language and label, as grammar's Options have them
	Senses    map[string]grammar.Sense       // by sensor, as events name it; Found if it is not here

	Overheard map[string]bool // models whose results are not counted, since another joins them

	Join  time.Duration // gaps that do not end a happening; 0 is 10 s
	Least time.Duration // for how long it must be told in all to count; 0 is 2 s
	Hold  time.Duration // how long a result counts at most if none follows, unless its model is slower; 0 is 2 s
}

const (
	defaultJoin  = 10 * time.Second
	defaultLeast = 2 * time.Second
	defaultHold  = 2 * time.Second
)

// Digest is a pipelines.Watcher. Its zero value is of no use; see New.
type Digest struct {
	opts      Options
	languages []*grammar.Past

	mu      sync.Mutex
	spans   []*span // the hour before the day
	sources map[source]*results
	tracks  map[key]*track
	raised  map[string]*track // alerts, by name
	silent  map[string]*track // sensors, by name
	looked  time.Time         // when it was last known that time passes; zero before
	due     []*pipelines.Event
}

// New returns a digest that begins with its first look.
func New(o Options) (*Digest, error) {
	o.Join, o.Least, o.Hold = cmp.Or(o.Join, defaultJoin), cmp.Or(o.Least, defaultLeast), cmp.Or(o.Hold, defaultHold)
	o.Location = cmp.Or(o.Location, time.UTC)
	d := &Digest{opts: o, sources: map[source]*results{}, tracks: map[key]*track{}, raised: map[string]*track{}, silent: map[string]*track{}}
	for _, code := range o.Languages {
		p, err := grammar.NewPast(code, o.Words[code])
		if err != nil {
			return nil, err
		}
		d.languages = append(d.languages, p)
	}
	for _, p := range []struct {
		pipelines.Period
		wanted bool
	}{{pipelines.Hour, o.Hourly}, {pipelines.Day, o.Daily}} {
		if p.wanted {
			d.spans = append(d.spans, newSpan(p.Period))
		}
	}
	return d, nil
}

// Name says what events have in place of a model's name.
func (d *Digest) Name() string { return "digest" }

// See takes an event of the pipeline.
func (d *Digest) See(ev *pipelines.Event) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.pass(ev.Time.Round(0))
	switch {
	case ev.Kind == pipelines.KindAlert && ev.Alert != nil:
		d.alert(ev)
	case ev.Kind == pipelines.KindLabels && !d.opts.Overheard[ev.Model], ev.Kind == pipelines.KindDetections:
		d.result(ev)
	}
}

// Read takes a sensor's reading.
func (d *Digest) Read(sensor string, r *sensors.Reading) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, s := range d.spans {
		s.read(sensor, r)
	}
}

// Look notes how the sensors fare, and returns the digests of what is over.
func (d *Digest) Look(now time.Time, senses []pipelines.Sense) []*pipelines.Event {
	d.mu.Lock()
	defer d.mu.Unlock()
	now = now.Round(0) // hours are the wall clock's, though it may jump
	d.pass(now)
	for i := range senses {
		d.sense(now, &senses[i])
	}
	due := d.due
	d.due = nil
	return due
}

// Tell has nothing to add.
func (d *Digest) Tell(*pipelines.Event) {}

// unwatched is how long after a look it is unknown what goes on. Looks come twice a second, or more rarely where time runs fast.
const unwatched = time.Minute

// pass lets time pass: it is now. What ends by then is due.
func (d *Digest) pass(now time.Time) {
	from := d.looked
	watched := !from.IsZero() && !now.Before(from) && now.Sub(from) <= unwatched
	d.looked = now
	for _, s := range d.spans {
		if watched {
			s.cover(from, now)
		}
		switch {
		case s.from.IsZero() || now.Before(s.from): // the beginning, or the clock was put back
			s.begin(now, d.opts.Location)
		case !now.Before(s.to):
			d.due = append(d.due, d.digest(s))
			s.begin(now, d.opts.Location)
			if watched {
				s.cover(from, now)
			}
		}
		s.watch(now)
	}
}

// digest makes the event of a span that is over.
func (d *Digest) digest(s *span) *pipelines.Event {
	sum := d.sum(s)
	ev := &pipelines.Event{Kind: pipelines.KindDigest, Window: pipelines.Window{Start: s.from, End: s.to}, Digest: sum}
	for i, p := range d.languages {
		t := teller{p, d, sum, s}
		if i == 0 {
			ev.Caption = t.text()
			continue
		}
		if ev.Captions == nil {
			ev.Captions = map[string]string{}
		}
		ev.Captions[d.opts.Languages[i]] = t.text()
	}
	return ev
}
