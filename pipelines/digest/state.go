package digest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"edged/pipelines"
)

// stateVersion changes when an old state cannot be read any more.
const stateVersion = 2

// stateJSON is all that a Digest has counted.
type stateJSON struct {
	Version int
	Spans   []spanJSON
	Sources []entry[source, resultsJSON]
	Tracks  []entry[key, trackJSON]
	Raised  []entry[string, trackJSON]
	Silent  []entry[string, trackJSON]
}

// resultsJSON lacks what a tracker counts: it begins anew.
type resultsJSON struct {
	Last  time.Time
	Gaps  [2]time.Duration
	Found []entry[key, int]
}

// entry is one of a map.
type entry[K, V any] struct {
	Key   K
	Value V
}

type spanJSON struct {
	Period       pipelines.Period
	From, To     time.Time
	Since, Until time.Time
	Covered      time.Duration
	Happened     []entry[key, tallyJSON]
	Raised       []entry[string, tallyJSON]
	Silent       []entry[string, tallyJSON]
	Readings     []entry[value, ranging]
}

type tallyJSON struct {
	pipelines.Spells
	Most, Tracks int    `json:",omitempty"`
	Why          string `json:",omitempty"`
	Told         time.Duration
	Lengths      lasted `json:",omitempty"`
	Gaps         lasted `json:",omitempty"`
}

type trackJSON struct {
	Start, End time.Time
	Told       time.Duration
	On         bool   `json:",omitempty"`
	Most       int    `json:",omitempty"`
	Why        string `json:",omitempty"`
}

// entries returns a map as a list, in the order of its keys' JSON: the same map gives the same bytes.
func entries[K comparable, V, W any](all map[K]V, of func(V) W) []entry[K, W] {
	type named struct {
		name string
		entry[K, W]
	}
	var list []named
	for k, v := range all {
		list = append(list, named{fmt.Sprintf("%#v", k), entry[K, W]{k, of(v)}})
	}
	slices.SortFunc(list, func(a, b named) int { return cmp.Compare(a.name, b.name) })
	out := make([]entry[K, W], len(list))
	for i := range list {
		out[i] = list[i].entry
	}
	return out
}

// State returns what has been counted so far, as JSON for Restore. It is an error if a sensor's clock is beyond all years.
func (d *Digest) State() ([]byte, error) {
	text, err := json.Marshal(d.state())
	if err != nil {
		return nil, fmt.Errorf("digest: state: %w", err)
	}
	return text, nil
}

// state copies what has been counted: the pipeline waits for no longer.
func (d *Digest) state() *stateJSON {
	d.mu.Lock()
	defer d.mu.Unlock()
	s := &stateJSON{Version: stateVersion}
	for _, sp := range d.spans {
		if !sp.from.IsZero() {
			s.Spans = append(s.Spans, sp.state())
		}
	}
	s.Sources, s.Tracks = entries(d.sources, (*results).state), entries(d.tracks, (*track).state)
	s.Raised, s.Silent = entries(d.raised, (*track).state), entries(d.silent, (*track).state)
	return s
}

func (s *span) state() spanJSON {
	return spanJSON{
		Period: s.period, From: s.from.UTC(), To: s.to.UTC(), Since: s.since.UTC(), Until: s.until.UTC(), Covered: s.covered,
		Happened: entries(s.happened, (*tally).state), Raised: entries(s.raised, (*tally).state), Silent: entries(s.silent, (*tally).state),
		Readings: entries(s.readings, func(r *ranging) ranging { return *r }),
	}
}

func (r *results) state() resultsJSON {
	return resultsJSON{r.last.UTC(), r.gaps, entries(r.found, func(n int) int { return n })}
}

func (a *tally) state() tallyJSON {
	return tallyJSON{a.Spells, a.most, a.tracks, a.why, a.told, maps.Clone(a.lengths), maps.Clone(a.gaps)}
}

func (t *track) state() trackJSON {
	return trackJSON{t.start.UTC(), t.end.UTC(), t.told, t.on, t.most, t.why}
}

// Restore goes on with what State returned in an earlier run. It must be called before all else; after an error nothing has
// changed. Of a span that was over before the first look, the digest comes then.
func (d *Digest) Restore(state []byte) error {
	var s stateJSON
	if err := json.Unmarshal(state, &s); err != nil {
		return fmt.Errorf("digest: state: %w", err)
	}
	if s.Version != stateVersion {
		return fmt.Errorf("digest: state: version %d, want %d", s.Version, stateVersion)
	}
	for i := range s.Spans {
		if sp := &s.Spans[i]; !sp.From.Before(sp.To) || sp.To.Sub(sp.From) > 49*time.Hour || sp.Covered < 0 {
			return fmt.Errorf("digest: state: from %v to %v, watched for %v", sp.From, sp.To, sp.Covered)
		}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, sp := range d.spans {
		if i := slices.IndexFunc(s.Spans, func(was spanJSON) bool { return was.Period == sp.period }); i >= 0 {
			sp.restore(&s.Spans[i], d.opts.Location)
		}
	}
	fill(d.tracks, s.Tracks, (*trackJSON).track)
	fill(d.raised, s.Raised, (*trackJSON).track)
	fill(d.silent, s.Silent, (*trackJSON).track)
	for _, e := range s.Sources {
		d.sources[e.Key] = d.restored(e.Key, &e.Value)
	}
	return nil
}

// restored returns a source's results, with what they tell of its tracks that there are.
func (d *Digest) restored(src source, was *resultsJSON) *results {
	r := &results{last: was.Last, gaps: was.Gaps, found: map[key]int{}, before: map[key]int{}}
	for _, e := range was.Found {
		if t := d.tracks[e.Key]; t != nil && e.Key.source == src {
			t.on, r.found[e.Key] = true, e.Value
		}
	}
	return r
}

func (s *span) restore(was *spanJSON, where *time.Location) {
	s.begin(was.From, where)
	s.from, s.to, s.since, s.until, s.covered = was.From.In(where), was.To.In(where), was.Since, was.Until, was.Covered
	fill(s.happened, was.Happened, (*tallyJSON).tally)
	fill(s.raised, was.Raised, (*tallyJSON).tally)
	fill(s.silent, was.Silent, (*tallyJSON).tally)
	fill(s.readings, was.Readings, func(r *ranging) *ranging { return r })
	maps.DeleteFunc(s.readings, func(_ value, r *ranging) bool { return r.N == 0 })
}

func fill[K comparable, V, W any](all map[K]W, list []entry[K, V], of func(*V) W) {
	for i := range list {
		all[list[i].Key] = of(&list[i].Value)
	}
}

func (a *tallyJSON) tally() *tally {
	return &tally{a.Spells, a.Most, a.Tracks, a.Why, a.Told, a.Lengths, a.Gaps}
}

func (t *trackJSON) track() *track { return &track{t.Start, t.End, t.Told, t.On, t.Most, t.Why} }
