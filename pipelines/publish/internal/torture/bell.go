package main

import (
	"context"
	"fmt"
	"time"

	"edged/pipelines"
)

// bells is the pipeline of the alert that a source has.
const bells = "bells"

// ring lets an alert open and close in turns. It goes on with how an earlier run has left it.
func (h *harvest) ring(ctx context.Context) {
	var a pipelines.Alert
	for _, s := range h.to.Alerts() {
		a = s.Alert
	}
	pace := newPace(h.alerts)
	defer pace.stop()
	for seq := uint64(1); pace.wait(ctx); seq++ {
		select {
		case h.places <- struct{}{}:
		case <-ctx.Done():
			return
		}
		ev := h.event(bells, seq)
		ev.Kind, ev.Labels, ev.Sensor = pipelines.KindAlert, nil, ""
		if a.State == pipelines.Open {
			a.State, a.Until = pipelines.Closed, ev.Time
		} else {
			a = pipelines.Alert{Name: "bell", State: pipelines.Open, Severity: "info", Opening: ev.ID().String(), Since: ev.Time}
		}
		said := a
		ev.Alert = &said
		h.give(ctx, ev)
	}
}

// tolled is what the judge reads of an alert's event besides.
type tolled struct {
	State, Opening string
	Time           time.Time
}

// toll judges an alert's event that arrived for the first time: each opening is told once, and then its end.
func (l *ledger) toll(id string, ev tolled) {
	l.sums.Alerts++
	switch {
	case ev.State == "open" && l.rung == "" && ev.Opening == id:
		l.rung = id
	case ev.State == "closed" && l.rung != "" && ev.Opening == l.rung:
		l.rung = ""
	default:
		l.sums.Twice++
		l.tell("%s: the alert is told to be %s, by %s, after %q", id, ev.State, ev.Opening, l.rung)
		l.rung = map[string]string{"open": id}[ev.State]
	}
}

// alerts says what came of an alert, if there was one.
func (s sums) alerts() string {
	if s.Alerts == 0 {
		return ""
	}
	return fmt.Sprintf("; the alert opened and closed, %d events, %d of them out of turn", s.Alerts, s.Twice)
}
