package main

import (
	"time"

	"edged/pipelines/publish/command"
)

// forGood is when a mute ends that lasts until the next start.
var forGood = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// mute keeps an alert from opening for a time, which a restart does not end; or without one, until the next start.
func (r *remote) mute(q command.Silence, span time.Duration) (command.Muted, error) {
	if r.d.film != nil {
		return command.Muted{}, errRecorded
	}
	line, err := r.pipeline(q.Pipeline)
	if err != nil {
		return command.Muted{}, err
	}
	a := r.d.alerts[line]
	if a == nil {
		return command.Muted{}, command.Wrong("alert", "%s has no alerts", line)
	}
	muted, until := command.Muted{Pipeline: line, Alert: q.Alert}, forGood
	if span > 0 {
		until = r.d.clock.Now().Add(span)
		muted.Until = (*command.Stamp)(&until)
	}
	if a.Mute(q.Alert, until) != nil {
		return command.Muted{}, command.Wrong("alert", "%s has no alert %q; there are %s", line, command.Short(q.Alert), namesIn(r.d.config.Pipelines[line].Alerts))
	}
	if span <= 0 {
		until = time.Time{}
	}
	r.sink.Mute(line, q.Alert, until)
	return muted, nil
}

// alerts says how a pipeline's alerts stand.
func (r *remote) alerts(pipeline string) []command.AlertState {
	all := []command.AlertState{}
	a := r.d.alerts[pipeline]
	if a == nil {
		return all
	}
	now := r.d.clock.Now()
	for i, s := range a.States() {
		one := command.AlertState{
			Name: s.Alert, State: "closed", Severity: s.Severity, When: a.options.Rules[i].When.String(), Opened: s.Opens, Muted: s.Muted.After(now),
		}
		if s.Open {
			one.State, one.Since = "open", (*command.Stamp)(&s.Since)
		}
		if one.Muted && s.Muted != forGood {
			one.Until = (*command.Stamp)(&s.Muted)
		}
		all = append(all, one)
	}
	return all
}
