package main

import (
	"slices"
	"time"

	"edged/pipelines"
	"edged/pipelines/publish/command"
)

func (r *remote) list() command.Listing {
	l := command.Listing{Sensors: []command.SensorState{}, Pipelines: []command.PipelineState{}}
	for _, name := range sortedNames(r.d.sensors) {
		l.Sensors = append(l.Sensors, r.stateOf(r.d.sensors[name]))
	}
	for _, name := range sortedNames(r.d.encoders) {
		l.Pipelines = append(l.Pipelines, r.pipelineState(name))
	}
	return l
}

// stateOf says how a sensor fares. One that nothing reads is waiting.
func (r *remote) stateOf(s *sensor) command.SensorState {
	stats := r.sensorStats(s)
	return command.SensorState{Name: s.name, Kind: s.kind, State: string(stats.State), Reason: stats.Reason}
}

func (r *remote) sensorStats(s *sensor) pipelines.SensorStats {
	all := r.d.group.Stats().Sensors
	if i := slices.IndexFunc(all, func(one pipelines.SensorStats) bool { return one.Name == s.name }); i >= 0 {
		return all[i]
	}
	return pipelines.SensorStats{State: pipelines.Waiting}
}

func (r *remote) pipelineState(name string) command.PipelineState {
	return command.PipelineState{Name: name, Labels: r.labels(name), Alerts: r.alerts(name)}
}

// labels returns what a pipeline's models may say, and the scores that it needs.
func (r *remote) labels(pipeline string) []command.LabelState {
	all := []command.LabelState{}
	for _, m := range r.d.models(pipeline) {
		if len(m.bars) == 0 {
			continue
		}
		for _, l := range m.bars[0].Labels() {
			all = append(all, command.LabelState{Name: l.Name, Model: m.name, Threshold: l.Score})
		}
	}
	return all
}

// describe says what is known of the sensor, pipeline or model of a name.
func (r *remote) describe(q command.Name) (command.Thing, error) {
	if s := r.d.sensors[q.Name]; s != nil {
		return command.Thing{Sensor: r.describeSensor(s)}, nil
	}
	if _, ok := r.d.encoders[q.Name]; ok {
		return command.Thing{Pipeline: r.describePipeline(q.Name)}, nil
	}
	for _, name := range sortedNames(r.d.encoders) {
		for _, m := range r.d.models(name) {
			if m.name == q.Name {
				return command.Thing{Model: r.describeModel(m)}, nil
			}
		}
	}
	return command.Thing{}, command.Wrong("name", "nothing is named %q; list says what there is", command.Short(q.Name))
}

func (r *remote) describeSensor(s *sensor) *command.SensorThing {
	stats := r.sensorStats(s)
	t := &command.SensorThing{
		SensorState: r.stateOf(s), Samples: stats.Samples, Errors: stats.Errors, LastError: stats.LastErr, PeriodMS: millisOf(s.period),
		Pipelines: []string{}, Snapshot: s.frames != nil && r.d.config.MQTT.Allows(command.Snapshot) && s.door.Ever(s.name) == nil,
	}
	for _, name := range sortedNames(r.d.encoders) {
		if slices.Contains(r.d.sensorsOf(name), s.name) {
			t.Pipelines = append(t.Pipelines, name)
		}
	}
	return t
}

func (r *remote) describePipeline(name string) *command.PipelineThing {
	c := r.d.config.Pipelines[name]
	t := &command.PipelineThing{
		PipelineState: r.pipelineState(name), Sensors: r.d.sensorsOf(name), Models: []string{},
		EveryMS: millisOf(time.Duration(c.Every)), StaleAfterMS: millisOf(time.Duration(c.StaleAfter)),
	}
	for _, m := range r.d.models(name) {
		t.Models = append(t.Models, m.name)
	}
	for _, stats := range r.d.group.Stats().Pipelines {
		if stats.Name == name {
			t.Events, t.Refused = stats.Events, stats.SinkErrors
		}
	}
	return t
}

func (r *remote) describeModel(m *model) *command.ModelThing {
	t := &command.ModelThing{Name: m.name, SHA256: m.sha256, Task: string(taskOf(&m.card, m.session)), Pipelines: []string{}}
	for _, name := range sortedNames(r.d.encoders) {
		if slices.ContainsFunc(r.d.models(name), func(one *model) bool { return one.name == m.name }) {
			t.Pipelines = append(t.Pipelines, name)
		}
	}
	return t
}

// sensorsOf returns the names of the sensors that a pipeline's encoders read, each once.
func (p *parts) sensorsOf(pipeline string) []string {
	all := []string{}
	for _, e := range p.encoders[pipeline] {
		for _, s := range e.sensors {
			if !slices.Contains(all, s.name) {
				all = append(all, s.name)
			}
		}
	}
	return all
}

func millisOf(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
