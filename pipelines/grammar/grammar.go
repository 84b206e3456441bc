package grammar

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"edged/pipelines"
	"edged/sensors"
)

// Options say what a Grammar tells of, and how. Languages must be set.
type Options struct {
	Languages []string                       // their codes; the first is the caption's
	Words     map[string]map[string][]string // more words, by language and label: see newLanguage
	Zones     []Zone                         // of pictures; none are their thirds
	Senses    map[string]Sense               // by sensor, as events name it; Found if it is not here
	Readings  []string                       // that are told: a sensor, or a sensor and one of its values, "air.temperature"
	Settle    time.Duration                  // how long something must be so before it is told; 0 is 1 s, below 0 none
	Always    bool                           // tell with each result
}

const defaultSettle = time.Second

// Grammar is a pipelines.Narrator. Its zero value is of no use; see New.
type Grammar struct {
	opts      Options
	common    *common
	languages []*language
	places    places

	sources  []*source
	readings []*reading
	began    time.Time
	told     *scene    // what was told last; nil before
	when     time.Time // that was
	news     bool      // results are other than what was told
	since    time.Time // they are
	fresh    bool      // readings may be, or something was lost
}

// New returns the grammar of some languages.
func New(o Options) (*Grammar, error) {
	if o.Settle == 0 {
		o.Settle = defaultSettle
	}
	o.Settle = max(o.Settle, 0)
	if len(o.Languages) == 0 {
		return nil, fmt.Errorf("grammar: no languages; there are %s", strings.Join(Languages(), ", "))
	}
	g := &Grammar{opts: o, news: true}
	for _, code := range o.Languages {
		l, err := newLanguage(code, o.Words[code])
		if err != nil {
			return nil, err
		}
		g.languages = append(g.languages, l)
	}
	var err error
	if g.common, err = newCommon(); err != nil {
		return nil, err
	}
	g.places, err = newPlaces(o.Zones)
	return g, err
}

// Name says what events have in place of a model's name.
func (g *Grammar) Name() string { return "grammar" }

// Hear takes an event, and says what there is to say now.
func (g *Grammar) Hear(ev, say *pipelines.Event) bool {
	if ev.Kind != pipelines.KindLabels && ev.Kind != pipelines.KindDetections {
		return false
	}
	if g.began.IsZero() {
		g.began, g.since = ev.Time, ev.Time.Add(g.opts.Settle)
	}
	if g.source(ev).take(ev, g.places, g.opts.Settle) && !g.news {
		g.news, g.since = true, ev.Time
	}
	if !g.due(ev.Time) {
		return false
	}
	now := g.scene(ev.Time)
	g.news, g.fresh = false, false
	if g.told != nil && now.same(g.told, g.common) && !g.opts.Always {
		return false
	}
	g.told, g.when = now, ev.Time
	g.tell(now, say)
	return true
}

// due says whether it may be time to tell: what is there had time to settle, and what was told last, time to be read. What
// is just about to settle is waited for, so that what comes together is told together.
func (g *Grammar) due(now time.Time) bool {
	settle := g.opts.Settle
	switch {
	case now.Sub(g.began) < settle:
		return false
	case g.opts.Always:
		return true
	case !g.news && !g.fresh || g.told != nil && now.Sub(g.when) < settle:
		return false
	}
	return !g.news || now.Sub(g.since) >= settle || !slices.ContainsFunc(g.sources, (*source).moves)
}

// source returns the source of an event.
func (g *Grammar) source(ev *pipelines.Event) *source {
	for _, s := range g.sources {
		if s.sensor == ev.Sensor && s.model == ev.Model {
			return s
		}
	}
	s := &source{sensor: ev.Sensor, model: ev.Model, sense: g.opts.Senses[ev.Sensor], counts: ev.Kind == pipelines.KindDetections,
		weights: map[string]float32{}, signals: map[key]*signal{}, tally: map[key]int{}}
	g.sources = append(g.sources, s)
	slices.SortFunc(g.sources, func(a, b *source) int {
		return cmp.Or(cmp.Compare(order[a.sense], order[b.sense]), cmp.Compare(a.sensor, b.sensor), cmp.Compare(a.model, b.model))
	})
	return s
}

// order is that of sentences.
var order = [...]int{Found: 2, Seen: 0, Heard: 1}

// Read takes a reading.
func (g *Grammar) Read(sensor string, r *sensors.Reading) {
	for _, v := range r.Values {
		if !slices.Contains(g.opts.Readings, sensor) && !slices.Contains(g.opts.Readings, sensor+"."+v.Name) {
			continue
		}
		i := slices.IndexFunc(g.readings, func(r *reading) bool { return r.sensor == sensor && r.name == v.Name })
		if i < 0 {
			i = len(g.readings)
			g.readings = append(g.readings, &reading{sensor: sensor, name: v.Name})
		}
		to := g.readings[i]
		to.unit, to.value, to.lost = v.Unit, v.Value, false
		g.fresh = true
	}
}

// Lose says that a sensor gives nothing any more.
func (g *Grammar) Lose(sensor string) {
	for _, s := range g.sources {
		if s.sensor == sensor && !s.lost {
			s.lost, g.fresh = true, true
		}
	}
	for _, r := range g.readings {
		if r.sensor == sensor && !r.lost {
			r.lost, g.fresh = true, true
		}
	}
}

// Say returns sentences of labels in all languages but the first, by their codes: what a model's caption is beside.
func (g *Grammar) Say(labels []pipelines.Label) map[string]string {
	p := part{sense: Found}
	for _, l := range labels {
		p.items = append(p.items, item{name: l.Name, place: nowhere, score: l.Score})
	}
	slices.SortFunc(p.items, func(a, b item) int { return cmp.Compare(a.name, b.name) })
	var say pipelines.Event
	g.tell(&scene{parts: []part{p}}, &say)
	return say.Captions
}
