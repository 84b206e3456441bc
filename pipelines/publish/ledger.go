package publish

import (
	"cmp"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"edged/pipelines"
)

// Standing is how an alert stands: what it has told last, and until when it is muted. Of one that has told nothing the Alert
// has but a Name.
type Standing struct {
	Pipeline string
	Alert    pipelines.Alert
	Muted    time.Time // zero if it is not
}

// ledger remembers how each alert stands, across restarts if it has a file. What is told goes into the file before it goes into
// the outbox, and stays there as owed until the outbox has it. So after a crash at any instant an alert that somebody was
// told of is known to be open, and what was about to be told is told.
//
// The file is small and written as a whole, by who keeps the spool.
type ledger struct {
	path string // empty: all is in memory alone
	log  *slog.Logger

	mu      sync.Mutex
	all     map[key]*record
	told    uint64 // how often something was
	changed bool   // since the file was written
	trouble error  // why it could not be
}

// key names an alert.
type key struct{ pipeline, alert string }

// record is what is known of an alert.
type record struct {
	alert  pipelines.Alert
	event  []byte // what it told last, a whole JSON object
	topic  string // of that
	owed   []debt // what it told and the outbox may not have, oldest first
	muted  time.Time
	opened uint64 // times since the start
	turn   uint64 // of all that was told, when this told last
}

// debt is an event that the outbox may not have.
type debt struct {
	id      string
	seq     uint64
	closes  bool
	payload []byte // a whole JSON object
}

// The bounds of a ledger. An alert that opens and closes while the disk fails owes no more than that; what is older is sent from
// memory or lost with it, as all else.
const (
	mostRecords = 1000
	mostOwed    = 16
)

// openLedger reads the file at path, if there is one. One that cannot be read is told of, and taken for none.
func openLedger(path string, log *slog.Logger) *ledger {
	l := &ledger{path: path, log: log, all: map[key]*record{}}
	if path == "" {
		return l
	}
	if err := l.load(); err != nil {
		l.log.Error(fmt.Sprintf("%v: which alerts are open is not known", err))
	}
	return l
}

// record returns that of an alert, a new one if there is none. mu must be held.
func (l *ledger) record(k key) *record {
	r := l.all[k]
	if r == nil {
		l.makeRoom()
		r = &record{alert: pipelines.Alert{Name: k.alert}}
		l.all[k] = r
	}
	return r
}

// makeRoom forgets the one that was told longest ago of those that are closed, if there are too many. mu must be held.
func (l *ledger) makeRoom() {
	if len(l.all) < mostRecords {
		return
	}
	var oldest key
	for _, k := range l.keys() {
		r, known := l.all[oldest]
		if one := l.all[k]; one.alert.State != pipelines.Open && len(one.owed) == 0 && (!known || one.turn < r.turn) {
			oldest = k
		}
	}
	delete(l.all, oldest)
}

// tell notes what an alert tells, before anybody is told: the event and its payload.
func (l *ledger) tell(ev *pipelines.Event, topic string, payload []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	r := l.record(key{ev.Pipeline, ev.Alert.Name})
	l.told++
	r.alert, r.event, r.topic, r.turn = *ev.Clone().Alert, payload, topic, l.told
	if ev.Alert.State == pipelines.Open {
		r.opened++
	}
	if l.path != "" {
		r.owe(debt{ev.ID().String(), ev.Seq, ev.Alert.State == pipelines.Closed, payload})
	}
	l.changed = true
}

// owe notes a debt. The oldest that there is no room for goes with its closing: nobody is told of an end without a beginning.
func (r *record) owe(d debt) {
	r.owed = append(r.owed, d)
	for len(r.owed) > mostOwed {
		r.owed = r.owed[1:]
		if r.owed[0].closes {
			r.owed = r.owed[1:]
		}
	}
}

// paid notes that what was told is in the outbox, or delivered.
func (l *ledger) paid(all []told) {
	if len(all) == 0 {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, t := range all {
		r := l.all[t.key]
		if r == nil {
			continue
		}
		before := len(r.owed)
		r.owed = slices.DeleteFunc(r.owed, func(d debt) bool { return d.id == t.id })
		l.changed = l.changed || len(r.owed) < before
	}
}

// mute notes until when an alert does not open; zero is that it may.
func (l *ledger) mute(k key, until time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if last := time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC); until.After(last) { // JSON has no year after that
		until = last
	}
	l.record(k).muted = until
	l.changed = true
}

// keys returns those of all, in order. mu must be held.
func (l *ledger) keys() []key {
	return slices.SortedFunc(maps.Keys(l.all), func(a, b key) int {
		return cmp.Or(cmp.Compare(a.pipeline, b.pipeline), cmp.Compare(a.alert, b.alert))
	})
}

// standings returns how all stand, in the order of their names.
func (l *ledger) standings() []Standing {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := make([]Standing, 0, len(l.all))
	for _, k := range l.keys() {
		all = append(all, Standing{k.pipeline, l.all[k].alert, l.all[k].muted})
	}
	return all
}

// owed returns what the outbox may not have, in the order in which each pipeline told it. It is of an earlier run.
func (l *ledger) owed() (all []entry) {
	l.mu.Lock()
	defer l.mu.Unlock()
	seq := map[string]uint64{}
	for _, k := range l.keys() {
		r := l.all[k]
		for _, d := range r.owed {
			seq[d.id] = d.seq
			all = append(all, alertEntry(told{k, d.id}, r.topic, closed(opened(d.payload), true)))
		}
	}
	slices.SortStableFunc(all, func(a, b entry) int {
		return cmp.Or(cmp.Compare(a.told.pipeline, b.told.pipeline), cmp.Compare(seq[a.told.id], seq[b.told.id]))
	})
	return all
}

// alarms says how many alerts of a pipeline are open, and muted, and how often one has opened.
type alarms struct {
	open, muted int
	opened      uint64
}

// alarms counts them, by pipeline.
func (l *ledger) alarms(now time.Time) map[string]alarms {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := map[string]alarms{}
	for k, r := range l.all {
		a := all[k.pipeline]
		if r.alert.State == pipelines.Open {
			a.open++
		}
		if r.muted.After(now) {
			a.muted++
		}
		a.opened += r.opened
		all[k.pipeline] = a
	}
	return all
}
