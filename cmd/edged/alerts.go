package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"edged/cmd/edged/internal/config"
	"edged/pipelines"
	"edged/pipelines/alerts"
	"edged/pipelines/publish"
	"edged/pipelines/publish/outbox"
	"edged/pipelines/rules"
)

// alerting is the alerts of a pipeline.
type alerting struct {
	*alerts.Alerts // nil until the pipeline is connected

	options  alerts.Options
	readings []*sensor // whose readings, or whose sound's level, they look at
}

// String names them for recordings.
func (a *alerting) String() string {
	return strings.Join(append([]string{"alerts"}, a.names()...), " ")
}

// names returns those of the alerts; none of nil.
func (a *alerting) names() (all []string) {
	if a == nil {
		return nil
	}
	for _, r := range a.options.Rules {
		all = append(all, r.Name)
	}
	return all
}

// inputs returns those of the sensors whose readings are looked at.
func (a *alerting) inputs(of map[string]*pipelines.Input) (all []*pipelines.Input) {
	for _, s := range a.readings {
		all = append(all, of[s.name])
	}
	return all
}

// openAlerts understands the alerts of each pipeline of whose encoders one is left. One that is wrong is left out.
func (p *parts) openAlerts() {
	p.alerts = map[string]*alerting{}
	for _, name := range slices.Sorted(maps.Keys(p.encoders)) {
		if len(p.config.Pipelines[name].Alerts) > 0 {
			p.alerts[name] = p.openAlertsOf(name, p.config.Pipelines[name])
		}
	}
}

func (p *parts) openAlertsOf(pipeline string, line *config.Pipeline) *alerting {
	words := p.vocabulary(pipeline)
	c := &ruling{parts: p, words: words, memory: rules.NewMemory(words, time.Duration(line.StaleAfter))}
	a := &alerting{options: alerts.Options{Pipeline: pipeline, Memory: c.memory, Models: map[string]string{}}}
	for _, m := range p.models(pipeline) {
		a.options.Models[m.name] = m.sha256
	}
	for _, name := range slices.Sorted(maps.Keys(line.Alerts)) {
		if r, ok := c.rule("pipelines."+pipeline+".alerts."+name, name, line.Alerts[name]); ok {
			a.options.Rules = append(a.options.Rules, r)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c.spoken)) {
		if s := p.sensors[name]; s != nil && s.frames == nil {
			a.readings = append(a.readings, s)
		}
	}
	return a
}

// ruling makes rules of a pipeline's alerts.
type ruling struct {
	*parts
	words  *rules.Vocabulary
	memory *rules.Memory
	spoken map[string]bool // sensors that conditions speak of
}

// rule makes one of the alert at a path of the config. What is wrong with it is noted.
func (c *ruling) rule(path, name string, a *config.Alert) (r alerts.Rule, ok bool) {
	r = alerts.Rule{Name: name, Severity: string(a.Severity), Terms: alerts.Terms{
		For: time.Duration(a.For), ClearAfter: time.Duration(a.ClearAfter), Cooldown: time.Duration(a.Cooldown),
		Least: a.AtLeast.Least, Of: a.AtLeast.Of, Hysteresis: float64(a.Hysteresis) / 100, Quiet: a.Quiet,
	}}
	if r.When, ok = c.condition(path+".when", a.When); !ok {
		return r, false
	}
	if a.ClearWhen != "" {
		if r.ClearWhen, ok = c.condition(path+".clear_when", a.ClearWhen); !ok {
			return r, false
		}
	}
	if _, err := alerts.New(alerts.Options{Rules: []alerts.Rule{r}}); err != nil {
		c.leaveOut(path, err)
		return r, false
	}
	return r, true
}

// condition makes one of an expression. What is wrong with it is noted, at its line and column.
func (c *ruling) condition(path, text string) (alerts.Condition, bool) {
	r, err := rules.Compile(text, c.words)
	if err != nil {
		offset, what, hint := 0, err.Error(), ""
		if wrong, ok := errors.AsType[*rules.Error](err); ok {
			offset, what, hint = wrong.Offset, wrong.What, wrong.Hint
		}
		c.faults = append(c.faults, c.config.FaultIn(path, offset, text, what, hint))
		return nil, false
	}
	if c.spoken == nil {
		c.spoken = map[string]bool{}
	}
	for _, s := range r.Speaks() {
		c.spoken[s] = true
	}
	return c.memory.Bind(r), true
}

// addAlerts lets a pipeline's alerts look on at it, as they stood before the start.
func (d *daemon) addAlerts(p *pipelines.Pipeline) (err error) {
	a := d.alerts[p.Name()]
	if a == nil {
		return nil
	}
	o := a.options
	o.Restore, o.Traces, o.Keep = d.stood[p.Name()], d.traces, d.keeper.Files
	if a.Alerts, err = alerts.New(o); err != nil {
		return fmt.Errorf("pipelines.%s.alerts: %w", p.Name(), err)
	}
	return pipelines.AddWatcher(p, a.Alerts, a.inputs(d.inputs)...)
}

// endAlerts closes the alerts of a pipeline that are open from before the start, if its config has none any more.
func (d *daemon) endAlerts(p *pipelines.Pipeline) error {
	isOpen := func(s alerts.State) bool { return s.Open }
	old := d.stood[p.Name()]
	if d.alerts[p.Name()] != nil || !slices.ContainsFunc(old, isOpen) {
		return nil
	}
	all, err := alerts.New(alerts.Options{Pipeline: p.Name(), Restore: old})
	if err != nil {
		return err
	}
	return pipelines.AddWatcher(p, all)
}

// endLost closes the alerts that are open from before the start, of pipelines that the config has no more. Their events are the
// first of such a pipeline in this run, and the only ones.
func (d *daemon) endLost(sink *publish.Publisher) error {
	told := map[string]uint64{}
	for _, s := range sink.Alerts() {
		if s.Alert.State != pipelines.Open || d.config.Pipelines[s.Pipeline] != nil {
			continue
		}
		told[s.Pipeline]++
		a, seq := s.Alert, told[s.Pipeline]
		ev := &pipelines.Event{
			Seq: seq, Boot: d.group.Boot(), Time: d.clock.Now(),
			Pipeline: s.Pipeline, Model: "alerts", Kind: pipelines.KindAlert, Alert: &a,
		}
		a.State, a.Until, a.Reason = pipelines.Closed, ev.Time, "its pipeline is not in the config any more"
		if err := sink.Put(context.Background(), ev); err != nil {
			return err
		}
	}
	return nil
}

// standing returns how the alerts of each pipeline stood before the start.
func standing(sink *publish.Publisher) map[string][]alerts.State {
	all := map[string][]alerts.State{}
	for _, s := range sink.Alerts() {
		a := &s.Alert
		all[s.Pipeline] = append(all[s.Pipeline], alerts.State{
			Alert: a.Name, Open: a.State == pipelines.Open, Opening: a.Opening, Since: a.Since, Until: a.Until, Muted: s.Muted,
			Severity: a.Severity, Evidence: a.Evidence,
		})
	}
	return all
}

// filed returns the same as a recording has it.
func filed(stood map[string][]alerts.State) (map[string]string, error) {
	all := map[string]string{}
	for pipeline, states := range stood {
		text, err := json.Marshal(states)
		if err != nil {
			return nil, fmt.Errorf("pipelines.%s.alerts: %w", pipeline, err)
		}
		all[pipeline] = string(text)
	}
	return all, nil
}

// unfiled returns what filed was given.
func unfiled(all map[string]string) (map[string][]alerts.State, error) {
	stood := map[string][]alerts.State{}
	for pipeline, text := range all {
		var states []alerts.State
		if err := json.Unmarshal([]byte(text), &states); err != nil {
			return nil, fmt.Errorf("how the alerts of %q stood: %w", pipeline, err)
		}
		stood[pipeline] = states
	}
	return stood, nil
}

// ledger returns the file that says how alerts stand; empty if it is not kept. Without alerts, one of an earlier run is still
// told that those are gone.
func (d *daemon) ledger(o outbox.Options) string {
	path := d.config.Alerts.State
	switch {
	case d.replays || path == config.Nowhere:
		return ""
	case o.Path == "":
		if d.config.Alarmed() {
			d.log.Info("alerts: which are open is lost with the process; mqtt.outbox.path names a folder to keep that in")
		}
		return ""
	case path == "":
		path = filepath.Join(o.Path, "alerts.json")
	}
	if _, err := os.Stat(path); err != nil && !d.config.Alarmed() {
		return ""
	}
	return path
}
