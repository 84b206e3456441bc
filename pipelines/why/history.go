package why

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"time"

	"edged/pipelines/alerts"
)

// Put keeps a look, which it copies: an opening or a closing is on disk at once. It never waits.
func (r *Ring) Put(t *alerts.Trace) {
	text, err := t.MarshalJSON()
	if err != nil { // of a year that JSON has no form for
		r.lose()
		return
	}
	r.put(text, t.Outcome == alerts.Opened || t.Outcome == alerts.Closed)
}

// Key names an alert of a pipeline.
type Key struct{ Pipeline, Alert string }

func keyOf(t *alerts.Trace) Key { return Key{t.Pipeline, t.Alert} }

// History is what a ring has of some alerts.
type History struct {
	Tally
	Path     string
	From, To time.Time // the first and the last look of all alerts; zero if there is none
	Keys     []Key     // of all alerts that there are, sorted

	traces map[Key][]alerts.Trace // those that were wanted, by time
}

// mostTraces is how many looks a History holds of an alert: the newest.
const mostTraces = 20_000

// Load reads the ring in a folder, which may be written meanwhile: what it has of the alerts that wanted does not refuse.
func Load(path string, wanted func(Key) bool) (*History, error) {
	h := &History{Path: path, traces: map[Key][]alerts.Trace{}}
	tally, err := readLines(path, func(text []byte) error {
		h.take(text, wanted)
		return nil
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("no ring at %s: %w", path, fs.ErrNotExist)
	}
	if err != nil {
		return nil, err
	}
	h.Tally = tally
	h.settle()
	return h, nil
}

// take takes a line, unless it is another version's.
func (h *History) take(text []byte, wanted func(Key) bool) {
	var t alerts.Trace
	if json.Unmarshal(text, &t) != nil || t.Alert == "" || t.Time.IsZero() {
		return
	}
	h.reach(t.Time)
	k := keyOf(&t)
	all, known := h.traces[k]
	if !known {
		h.Keys = append(h.Keys, k)
	}
	if wanted(k) {
		all = append(all, t)
	}
	if len(all) >= 2*mostTraces {
		all = all[:copy(all, all[mostTraces:])]
	}
	h.traces[k] = all
}

// settle puts all in order: an opening is told when its event has an ID, perhaps after a later look.
func (h *History) settle() {
	slices.SortFunc(h.Keys, func(a, b Key) int { return cmp.Or(cmp.Compare(a.Pipeline, b.Pipeline), cmp.Compare(a.Alert, b.Alert)) })
	for _, all := range h.traces {
		slices.SortStableFunc(all, func(a, b alerts.Trace) int { return a.Time.Compare(b.Time) })
	}
}

// reach notes that there is a look at a time.
func (h *History) reach(t time.Time) {
	if h.From.IsZero() || t.Before(h.From) {
		h.From = t
	}
	if t.After(h.To) {
		h.To = t
	}
}

// Named returns the alerts of that name; an empty pipeline is any.
func (h *History) Named(pipeline, alert string) (found []Key) {
	for _, k := range h.Keys {
		if k.Alert == alert && (pipeline == "" || k.Pipeline == pipeline) {
			found = append(found, k)
		}
	}
	return found
}

// Last returns the newest look at an alert; nil if there is none.
func (h *History) Last(k Key) *alerts.Trace {
	all := h.traces[k]
	if len(all) == 0 {
		return nil
	}
	return &all[len(all)-1]
}
