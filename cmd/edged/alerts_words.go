package main

import (
	"maps"
	"slices"
	"time"

	"edged/cmd/edged/internal/config"
	"edged/pipelines"
	"edged/pipelines/rules"
	"edged/sensors"
)

// vocabulary is what a pipeline's conditions can speak of: what its models find, its sensors, and the readings of all sensors.
func (p *parts) vocabulary(pipeline string) *rules.Vocabulary {
	line := p.config.Pipelines[pipeline]
	v := &rules.Vocabulary{Sources: p.findings(pipeline, line)}
	own := p.sensorsOf(pipeline)
	for _, name := range slices.Sorted(maps.Keys(p.sensors)) {
		s := p.sensors[name]
		if s.frames != nil && !slices.Contains(own, name) {
			continue // how it fares is not this pipeline's concern
		}
		values, open := p.values(s)
		for _, one := range values {
			v.Readings = append(v.Readings, rules.Reading{Sensor: name, Name: one.Name, Unit: one.Unit})
		}
		v.Sensors = append(v.Sensors, rules.Sensor{Name: name, Period: s.period, StaleAfter: time.Duration(line.StaleAfter) + s.period, Open: open})
	}
	return v
}

// findings are the models of a pipeline whose results become events.
func (p *parts) findings(pipeline string, line *config.Pipeline) (all []rules.Source) {
	for _, e := range p.encoders[pipeline] {
		if e.model.head == nil {
			continue
		}
		s := rules.Source{Sensor: e.sensorNames(), Model: e.model.name, Kind: pipelines.KindLabels, Labels: e.model.card.Labels, Every: e.every}
		for _, one := range e.sensors {
			s.Of = append(s.Of, one.name)
		}
		if findsObjects(taskOf(&e.model.card, e.model.session)) {
			s.Kind, s.Tracked = pipelines.KindDetections, line.Heads.Detections.Track
		}
		all = append(all, s)
	}
	if f := p.fusions[pipeline]; f != nil {
		all = append(all, rules.Source{
			Model: f.model.name, Kind: pipelines.KindLabels, Labels: f.model.card.Labels, Of: p.sensorsOf(pipeline), Every: time.Duration(line.Every),
			StaleAfter: time.Duration(line.Fusion.StaleAfter),
		})
	}
	for i := range all {
		all[i].StaleAfter = max(all[i].StaleAfter, 3*all[i].Every, time.Duration(line.StaleAfter)) // two results may be missing
	}
	return all
}

// values returns what a sensor reads, as far as that is known before it comes, and whether there may be more.
func (p *parts) values(s *sensor) (all []sensors.Value, open bool) {
	switch c := p.config.Sensors[s.name]; {
	case s.frames != nil:
		return nil, false
	case s.clips != nil:
		return []sensors.Value{{Name: "level", Unit: sensors.DBFS}, {Name: "peak", Unit: sensors.DBFS}}, false
	case c != nil && c.Chip != "":
		o := c.ChipOptions()
		m, err := o.Fill()
		if err != nil { // openSensor has asked before
			return nil, true
		}
		for _, q := range m.Gives {
			all = append(all, sensors.Value{Name: q.Name, Unit: q.Unit})
		}
		return all, false
	}
	return nil, true
}
