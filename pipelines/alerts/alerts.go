package alerts

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"edged/pipelines"
	"edged/sensors"
)

// Options say what an Alerts decides, and on what.
type Options struct {
	Pipeline string // as Traces have it
	Rules    []Rule
	Memory   Memory            // that the Rules' conditions look at; nil if they need none
	Location *time.Location    // whose clock quiet hours go by; nil is time.Local
	Models   map[string]string // for the evidence: the pipeline's models, each with its file's SHA-256 in hex
	Restore  []State           // from before a restart; of alerts that have no rule any more, too

	// Traces is told of looks, nil nobody. A Trace is valid until it returns. It must not call the Alerts.
	Traces func(*Trace)
	// Keep is asked, once an opening has its ID, for the names of the files that will be kept of it; nil if there are none. It
	// must not call the Alerts, and be quick.
	Keep func(ev *pipelines.Event) []string
}

// Alerts are the alerts of a pipeline: its pipelines.Watcher. Mute, Muted and States may be called by anybody at any time.
type Alerts struct {
	opts Options

	mu      sync.Mutex
	lives   []*life            // in the order of the rules
	gone    []*life            // that were open before a restart and have no rule any more; until the first look
	untold  []untold           // events whose ID is not known yet, oldest first
	weights map[string]float32 // of the newest result that has some
	newest  pipelines.EventID  // of the newest event that was seen
	trace   Trace              // that Traces is told
}

// untold is an opening or a closing whose event has no ID yet, and so cannot be traced.
type untold struct {
	ev    *pipelines.Event
	life  *life
	trace Trace
}

// mostUntold bounds the events that wait to be told: a replay may leave out all of them.
const mostUntold = 256

// New returns the alerts of a pipeline, in the state that they had before a restart.
func New(o Options) (*Alerts, error) {
	if o.Location == nil {
		o.Location = time.Local
	}
	a := &Alerts{opts: o, weights: map[string]float32{}}
	for i := range o.Rules {
		r := &o.Rules[i]
		if err := r.check(); err != nil {
			return nil, err
		}
		if a.find(r.Name) != nil {
			return nil, fmt.Errorf("alert %q: there are two", r.Name)
		}
		a.lives = append(a.lives, newLife(r))
	}
	for _, s := range o.Restore {
		if l := a.find(s.Alert); l != nil {
			l.restore(s)
		} else if s.Open {
			a.gone = append(a.gone, &life{state: s, files: s.Evidence.Files})
		}
	}
	return a, nil
}

// find returns the alert of a name; nil if there is none.
func (a *Alerts) find(name string) *life {
	for _, l := range a.lives {
		if l.rule.Name == name {
			return l
		}
	}
	return nil
}

// Name says what events have in place of a model's name.
func (a *Alerts) Name() string { return "alerts" }

// See takes an event of the pipeline.
func (a *Alerts) See(ev *pipelines.Event) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.opts.Memory != nil {
		a.opts.Memory.See(ev)
	}
	a.newest = ev.ID()
	if len(ev.Contributions) > 0 {
		clear(a.weights)
		maps.Copy(a.weights, ev.Contributions)
	}
}

// Read takes a reading.
func (a *Alerts) Read(sensor string, r *sensors.Reading) {
	if a.opts.Memory != nil {
		a.opts.Memory.Read(sensor, r)
	}
}

// Look decides about all alerts, and returns the events of those that open or close.
func (a *Alerts) Look(now time.Time, senses []pipelines.Sense) []*pipelines.Event {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.opts.Memory != nil {
		a.opts.Memory.Senses(senses)
	}
	m := moment{now, senses}
	due := a.closeGone(m)
	for _, l := range a.lives {
		outcome := l.look(m, a.opts.Location)
		news := l.news.has(now, outcome, l.when.Clauses, l.clear.Clauses)
		if outcome == Opened || outcome == Closed {
			due = append(due, a.turn(l, outcome, m))
		} else if news && a.opts.Traces != nil {
			a.fill(&a.trace, l, outcome, m)
			a.opts.Traces(&a.trace)
		}
		l.restored = false
	}
	return due
}

// moment is when an Alerts looks, and how the pipeline's sensors are then.
type moment struct {
	now    time.Time
	senses []pipelines.Sense
}

// degraded returns what is missing, in words.
func (m moment) degraded() (words []string) {
	for _, s := range m.senses {
		if s.Why != "" {
			words = append(words, s.Sensor+": "+s.Why)
		}
	}
	return words
}

// Tell takes the ID of an event that Look has returned. A closing has its opening's.
func (a *Alerts) Tell(ev *pipelines.Event) {
	a.mu.Lock()
	defer a.mu.Unlock()
	i := slices.IndexFunc(a.untold, func(u untold) bool { return u.ev == ev })
	if i < 0 {
		return
	}
	u := &a.untold[i]
	u.life.told(ev, a.opts.Keep)
	u.trace.EventID, u.trace.Opening = ev.ID().String(), ev.Alert.Opening
	a.drop(i + 1)
}

// drop forgets the first n events that wait to be told, and traces them. Those that nobody told of have no ID.
func (a *Alerts) drop(n int) {
	for i := range a.untold[:n] {
		if a.opts.Traces != nil {
			a.opts.Traces(&a.untold[i].trace)
		}
	}
	a.untold = slices.Delete(a.untold, 0, n)
}

// Mute keeps an alert from opening until a time; the zero time lets it open again. One that is open stays so, and closes.
func (a *Alerts) Mute(name string, until time.Time) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	l := a.find(name)
	if l == nil {
		return fmt.Errorf("alert %q: there is none; there are: %s", name, strings.Join(a.names(), ", "))
	}
	l.state.Muted = until
	return nil
}

// Muted returns until when an alert does not open; zero if it is not muted, or there is none of that name.
func (a *Alerts) Muted(name string) time.Time {
	a.mu.Lock()
	defer a.mu.Unlock()
	if l := a.find(name); l != nil {
		return l.state.Muted
	}
	return time.Time{}
}

// States returns how all alerts are, in the order of the rules.
func (a *Alerts) States() []State {
	a.mu.Lock()
	defer a.mu.Unlock()
	all := make([]State, len(a.lives))
	for i, l := range a.lives {
		all[i] = l.state
		all[i].Evidence = copied(l.state.Evidence)
	}
	return all
}

func (a *Alerts) names() (all []string) {
	for _, l := range a.lives {
		all = append(all, l.rule.Name)
	}
	return all
}
