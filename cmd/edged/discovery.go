package main

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	goruntime "runtime"
	"slices"
	"time"

	"edged/cmd/edged/internal/config"
	"edged/pipelines"
	"edged/pipelines/media"
	"edged/pipelines/publish"
	"edged/pipelines/publish/homeassistant"
	"edged/pipelines/publish/mqtt"
	"edged/pipelines/publish/topic"
	"edged/sensors"
)

// discovery tells Home Assistant of the device: on each connection, when Home Assistant starts, and when a sensor has shown
// what its readings hold. nil tells nothing.
type discovery struct {
	topic  string
	prefix string
	device *homeassistant.Device // nil: what was told is taken away
	sink   *publish.Publisher
	born   chan struct{} // 1 deep: Home Assistant has started
	shown  chan struct{} // 1 deep: a sensor has shown what its readings hold
	gone   chan []byte   // 1 deep: the message that takes away what an earlier run has told
}

// openDiscovery describes what runs, as far as the config wants it told.
func (d *daemon) openDiscovery() (*discovery, error) {
	c := &d.config.MQTT
	if c.Discovery == "" {
		return nil, nil
	}
	h := &discovery{topic: homeassistant.Topic(c.DiscoveryPrefix, d.config.Device.ID), prefix: c.DiscoveryPrefix, born: make(chan struct{}, 1), shown: make(chan struct{}, 1), gone: make(chan []byte, 1)}
	if c.Discovery == config.Remove {
		return h, nil
	}
	topics, err := topic.New(d.config.Device.ID, c.Topics.Templates())
	if err != nil {
		return nil, err
	}
	o := homeassistant.Options{
		ID: d.config.Device.ID, Prefix: c.DiscoveryPrefix, Topics: topics, Version: thisBuild().Version, Board: boardName(), Arch: goruntime.GOARCH,
		Labels: c.DiscoveryLabels, LeftOut: d.incomplete(),
	}
	for _, name := range slices.Sorted(maps.Keys(d.sensors)) {
		o.Sensors = append(o.Sensors, d.described(d.sensors[name]))
	}
	for _, name := range slices.Sorted(maps.Keys(d.encoders)) {
		o.Pipelines = append(o.Pipelines, homeassistant.Pipeline{
			Name: name, Sources: d.sources(name), Captions: d.narrators[name] != nil || d.fusions[name] != nil && d.fusions[name].caption != nil,
			Alerts: d.alerts[name].names(),
		})
	}
	d.findLabels(&o)
	h.device, err = homeassistant.New(o)
	return h, err
}

// findLabels warns of labels that no model has.
func (d *daemon) findLabels(o *homeassistant.Options) {
	for _, name := range o.Labels {
		has := func(s homeassistant.Source) bool { return slices.Contains(s.Labels, name) }
		if !slices.ContainsFunc(o.Pipelines, func(p homeassistant.Pipeline) bool { return slices.ContainsFunc(p.Sources, has) }) {
			d.log.Warn(fmt.Sprintf("mqtt.discovery_labels: no model has a label %q", name))
		}
	}
}

// described is what can be said of a sensor before its first sample.
func (d *daemon) described(s *sensor) homeassistant.Sensor {
	out := homeassistant.Sensor{Name: s.name, Learn: s.readings != nil || s.level > 0, Pictures: s.shown > 0 && s.door.Ever(s.name) == nil}
	c := d.config.Sensors[s.name]
	if c.Chip == "" {
		return out
	}
	o := c.ChipOptions()
	m, err := o.Fill()
	if err != nil { // openSensor has asked before
		return out
	}
	for _, q := range m.Gives {
		out.Gives = append(out.Gives, homeassistant.Quantity{Name: q.Name, Unit: q.Unit})
	}
	out.Learn = false
	return out
}

// sources are the models of a pipeline whose results become events.
func (d *daemon) sources(pipeline string) (all []homeassistant.Source) {
	for _, e := range d.encoders[pipeline] {
		if e.model.head == nil {
			continue
		}
		s := homeassistant.Source{Sensor: e.sensorNames(), Model: e.model.name, Kind: pipelines.KindLabels, Labels: e.model.card.Labels}
		if findsObjects(taskOf(&e.model.card, e.model.session)) {
			s.Kind, s.Tracked = pipelines.KindDetections, d.config.Pipelines[pipeline].Heads.Detections.Track
		}
		all = append(all, s)
	}
	if f := d.fusions[pipeline]; f != nil {
		all = append(all, homeassistant.Source{Model: f.model.name, Kind: pipelines.KindLabels, Labels: f.model.card.Labels})
	}
	return all
}

// incomplete returns the sensors and pipelines of the config that lack something, since it could not be opened.
func (d *daemon) incomplete() (all []string) {
	for name := range d.config.Sensors {
		if d.sensors[name] == nil {
			all = append(all, name)
		}
	}
	for name, c := range d.config.Pipelines {
		f := d.fusions[name]
		told := c.Heads.Caption == nil || d.narrators[name] != nil || f != nil && f.caption != nil
		if len(d.encoders[name]) < len(c.Encoders) || c.Fusion != nil && f == nil || !told {
			all = append(all, name)
		}
	}
	return all
}

// tell returns what Home Assistant is to know. An empty message takes it away.
func (h *discovery) tell() []mqtt.Message {
	if h == nil {
		return nil
	}
	m := mqtt.Message{Topic: h.topic, Retain: true}
	if h.device != nil {
		m.Payload = h.device.Payload()
	}
	return []mqtt.Message{m}
}

// listen says which topics to hear: Home Assistant's birth, which keeps its topic when the prefix is another, and what an
// earlier run has told.
func (h *discovery) listen() (all []mqtt.Listener) {
	if h == nil || h.device == nil {
		return nil
	}
	for _, prefix := range slices.Compact([]string{h.prefix, homeassistant.DefaultPrefix}) {
		all = append(all, mqtt.Listener{Filter: prefix + "/status", Heard: h.birth})
	}
	return append(all, mqtt.Listener{Filter: h.topic, Heard: h.earlier})
}

func (h *discovery) birth(_ context.Context, m mqtt.Message) {
	if string(m.Payload) != "online" || m.Retain { // it has been told on this connection
		return
	}
	wake(h.born)
}

// wake lets run see to something, soon.
func wake(c chan<- struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// earlier looks at what the broker still has of an earlier run.
func (h *discovery) earlier(_ context.Context, m mqtt.Message) {
	if !m.Retain { // our own
		return
	}
	if gone := h.device.Removal(m.Payload); gone != nil {
		select {
		case h.gone <- gone:
		default:
		}
	}
}

const (
	// crowd is how long after its birth Home Assistant is told, at most: it wants many devices not to talk at once.
	crowd = 2 * time.Second
	// settling is how long Home Assistant is given to do what a message says: while it sets up an entity, it may pass over
	// what the next message says of others.
	settling = 5 * time.Second
)

// run answers births, and takes away what is gone, until ctx ends.
func (h *discovery) run(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-h.born:
			h.announce(ctx, rand.N(crowd))
		case <-h.shown:
			h.announce(ctx, settling)
		case gone := <-h.gone:
			if pause(ctx, settling) && h.sink.Post(mqtt.Message{Topic: h.topic, Payload: gone}) == nil {
				h.announce(ctx, settling)
			}
		}
	}
}

// announce tells everything once more after a while. What the queue does not take is told on the next connection.
func (h *discovery) announce(ctx context.Context, after time.Duration) {
	if pause(ctx, after) {
		_ = h.sink.Announce()
	}
}

// pause waits, and reports whether ctx has not ended.
func pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}

// sampleSink takes readings as they are, and pictures as they may leave.
type sampleSink interface {
	pipelines.ReadingSink
	media.Taker
}

// watching is a publisher whose readings discovery looks at.
type watching struct {
	*publish.Publisher
	discovery *discovery
}

// PutReading publishes r, and tells Home Assistant what it has not seen before.
func (w watching) PutReading(ctx context.Context, sensor string, r *sensors.Reading) error {
	if w.discovery.device.Learn(sensor, r) {
		wake(w.discovery.shown)
	}
	return w.Publisher.PutReading(ctx, sensor, r)
}

// discover lets discovery speak through sink, and returns where samples go; nil without sink.
func (d *daemon) discover(sink *publish.Publisher) sampleSink {
	h := d.discovery
	switch {
	case sink == nil:
		return nil
	case h == nil || h.device == nil:
		return sink
	}
	h.sink = sink
	d.group.Serve("discovery", h.run)
	return watching{sink, h}
}
