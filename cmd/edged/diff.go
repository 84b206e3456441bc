package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"edged/cmd/edged/internal/config"
	"edged/cmd/edged/internal/spans"
	"edged/pipelines"
	"edged/sensors/record"
)

// recordedConfig is what --diff is given for the recording's own config.
const recordedConfig = "recorded"

// diff says what becomes of a recording with another config.
func (a *app) diff(ctx context.Context, file string, o replayFlags, log *slog.Logger) error {
	if o.diff == recordedConfig {
		o.diff = ""
	}
	was, err := a.outcome(ctx, file, o.diff, log)
	if err != nil {
		return err
	}
	is, err := a.outcome(ctx, file, o.path, log)
	if err != nil {
		return err
	}
	if was.damage != nil {
		fmt.Fprintf(a.err, "edged: %v\n", was.damage)
	}
	d := &difference{recording: file, was: was, is: is}
	d.changes = spans.Compare(was.spans, is.spans, d.step)
	if o.json {
		return writeJSON(a.out, d.document())
	}
	return d.print(a.out)
}

// outcome is what a config makes of a recording.
type outcome struct {
	config     *config.Config
	name       string // the config's
	start, end time.Time
	spans      []spans.Span
	damage     error // of the recording
}

// outcome replays a recording with the config at path, or without one with its own, as if no encoder needed time: what an encoder
// took in the recorded run depends on that run's config.
func (a *app) outcome(ctx context.Context, file, path string, log *slog.Logger) (_ *outcome, err error) {
	in, err := record.Open(file)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	c, _, err := configOf(in.Header(), file, path)
	if err != nil {
		return nil, err
	}
	d := a.replaying(in, c, log)
	defer func() { err = errors.Join(err, d.Close()) }()
	said := spans.NewCollector(staleTimes(c))
	if err := d.assembleReplay(in.Header(), said, false); err != nil {
		return nil, err
	}
	t := &tape{ctx: ctx, in: in, fast: true}
	done, err := d.group.Replay(ctx, t, false)
	if err == nil && ctx.Err() != nil {
		err = errors.New("the replay was ended before the recording has: nothing is compared")
	}
	if err != nil {
		return nil, err
	}
	fmt.Fprintf(a.err, "edged: %s: %s, %s\n", c.File(), plural(done.Samples, "sample"), plural(events(d.group.Stats()), "event"))
	return &outcome{config: c, name: c.File(), start: t.first, end: t.last, spans: said.Spans(t.last), damage: in.Damage()}, nil
}

// events counts those of all pipelines.
func events(s pipelines.Stats) (n uint64) {
	for _, p := range s.Pipelines {
		n += p.Events
	}
	return n
}

// staleTimes returns for how long each pipeline may say nothing, until what it said last is no more.
func staleTimes(c *config.Config) map[string]time.Duration {
	all := map[string]time.Duration{}
	for name, p := range c.Pipelines {
		all[name] = max(time.Duration(p.StaleAfter), 2*longest(p))
	}
	return all
}

// longest returns the most time from one result of a pipeline to the next.
func longest(p *config.Pipeline) time.Duration {
	period := time.Duration(p.Every)
	for _, e := range p.Encoders {
		period = max(period, p.Period(e))
	}
	return period
}

// difference is what one config makes of a recording that another one does not.
type difference struct {
	recording string
	was, is   *outcome
	changes   []spans.Change
}

// step is how far apart results are: two times that are not further apart are the same.
func (d *difference) step(k spans.Key) (step time.Duration) {
	for _, o := range []*outcome{d.was, d.is} {
		if p := o.config.Pipelines[k.Pipeline]; p != nil {
			step = max(step, longest(p))
		}
	}
	return step
}

// tally counts what became of alerts, or of labels.
type tally struct {
	New   int `json:"new"`
	Gone  int `json:"gone"`
	Moved int `json:"moved"`
	Same  int `json:"same"`
}

func (t *tally) add(v spans.Verdict) {
	switch v {
	case spans.New:
		t.New++
	case spans.Gone:
		t.Gone++
	case spans.Moved:
		t.Moved++
	default:
		t.Same++
	}
}

// String is the tally for people.
func (t tally) String() string {
	return fmt.Sprintf("%d new, %d gone, %d moved, %d the same", t.New, t.Gone, t.Moved, t.Same)
}

// tallies counts all changes.
func (d *difference) tallies() (alerts, labels tally) {
	for i := range d.changes {
		c := &d.changes[i]
		if c.Of().Kind == pipelines.KindAlert {
			alerts.add(c.What)
		} else {
			labels.add(c.What)
		}
	}
	return alerts, labels
}

// print writes for people: which configs, as diff does, a line for each change, and how many there are.
func (d *difference) print(w io.Writer) error {
	fmt.Fprintf(w, "--- %s\n+++ %s\n", d.was.name, d.is.name)
	for i := range d.changes {
		if c := &d.changes[i]; c.What != spans.Same {
			fmt.Fprintln(w, changeLine(c))
		}
	}
	alerts, labels := d.tallies()
	_, err := fmt.Fprintf(w, "alerts: %v\nlabels: %v\n", alerts, labels)
	return err
}
