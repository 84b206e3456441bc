package alerts

import (
	"testing"
	"time"
	_ "time/tzdata" // the boards' clocks go by zones, and the machine that tests may have none

	"edged/pipelines"
)

// world is what the conditions of a test look at: a score, and a number that clear_when goes by.
type world struct {
	score, calm float64
	silent      bool
	fresh       bool
}

// level is a Condition: that a number of the world is above a threshold.
type level struct {
	of   *float64
	in   *world
	than float64
	text string
}

func (c *level) String() string { return c.text }

func (c *level) Look(_ time.Time, ease float64, into *pipelines.Verdict) {
	clause := pipelines.Clause{Text: c.text}
	if c.in.silent {
		clause.Lacks = "cam: no samples for 3.0 s"
	} else {
		clause.Left, clause.Right, clause.Truth = *c.of, c.than*(1-ease), pipelines.False
		if clause.Left > clause.Right {
			clause.Truth = pipelines.True
		}
	}
	into.Truth, into.Fresh = clause.Truth, c.in.fresh
	into.Clauses = append(into.Clauses[:0], clause)
	into.Values = append(into.Values[:0], pipelines.Value{Name: "score", Value: *c.of})
}

// when and clearWhen are the conditions of tests: above 0.8, and above 0.5.
func (w *world) when() *level      { return &level{&w.score, w, 0.8, `label("fire") > 0.8`} }
func (w *world) clearWhen() *level { return &level{&w.calm, w, 0.5, `label("calm") > 0.5`} }

// rig is an Alerts, and what has come of it. Its events are told at once.
type rig struct {
	*Alerts
	told []*pipelines.Event
}

// newRig returns the alerts of some options, or fails the test.
func newRig(t testing.TB, o Options) *rig {
	t.Helper()
	a, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return &rig{Alerts: a}
}

// look looks, and tells the events' IDs: those of a boot.
func (r *rig) look(now time.Time, boot string) {
	for _, ev := range r.Look(now, nil) {
		ev.Boot, ev.Pipeline, ev.Seq = boot, "room", uint64(len(r.told)+1)
		r.Tell(ev)
		r.told = append(r.told, ev)
	}
}

// zone returns a time zone by its name.
func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	at, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return at
}
