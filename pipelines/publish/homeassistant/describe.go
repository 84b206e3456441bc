package homeassistant

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"edged/pipelines"
	"edged/pipelines/publish/topic"
)

// The kinds of entities: what their ids begin with. After it stands whose it is, a sensor or a pipeline, and then what. Ids
// are for ever: Home Assistant keeps under them what its user says of an entity.
const (
	label   = "label"   // room.fire, or by one of several models, room.cam.person: it is told
	told    = "labels"  // all that is
	count   = "count"   // room.cam.person: how many there are
	objects = "objects" // of whatever kind
	caption = "caption" // the sentence
	alert   = "alert"   // room.fire: it is open
	reading = "reading" // air.temperature
	picture = "picture" // a camera's
	trouble = "trouble" // of a sensor
	rate    = "rate"    // of a sensor's samples
	events  = "events"  // of a pipeline
	slowest = "slowest" // of a pipeline's models
	storage = "storage" // of the queue on disk
	itself  = "device"  // queue, dropped, latency, memory, uptime
)

// platforms are what an entity of a kind is to Home Assistant. A kind never changes it.
func platforms() map[string]string {
	return map[string]string{
		label: "binary_sensor", alert: "binary_sensor", trouble: "binary_sensor", storage: "binary_sensor", picture: "camera",
		told: "sensor", count: "sensor", objects: "sensor", caption: "sensor", reading: "sensor", rate: "sensor", events: "sensor",
		slowest: "sensor", itself: "sensor",
	}
}

// describer makes the entities of a device.
type describer struct {
	o     *Options
	topic topic.Tree
	all   map[string]component
	err   error // the first
}

// describe returns the message of a device.
func describe(o *Options) (message, error) {
	d := &describer{o: o, topic: o.Topics, all: map[string]component{}}
	for i := range o.Sensors {
		d.sensor(&o.Sensors[i])
	}
	for i := range o.Pipelines {
		d.pipeline(&o.Pipelines[i])
	}
	d.device()
	return message{
		Device: device{
			Identifiers: []string{"edged-" + o.ID}, Name: o.ID, Manufacturer: "edged", Model: cmp.Or(o.Board, "edged"),
			SWVersion: o.Version, HWVersion: o.Arch,
		},
		Origin:       origin{Name: "edged", SWVersion: o.Version},
		Availability: []availability{d.here()},
		QoS:          1,
		Components:   d.all,
	}, d.err
}

// here is the device's own availability, of which "stopped" is no less away than "offline".
func (d *describer) here() availability {
	return availability{d.topic.Device("availability"), "{{ 'online' if value == 'online' else 'offline' }}"}
}

// add adds an entity of a kind. What a label file names twice is one entity.
func (d *describer) add(kind, id string, c component) {
	id = kind + "." + id
	if _, twice := d.all[id]; twice {
		return
	}
	c.Platform, c.UniqueID = platforms()[kind], "edged."+d.o.ID+"."+id
	d.all[id] = c
}

// at returns a topic, or keeps why there is none.
func (d *describer) at(topic string, err error) string {
	if d.err == nil {
		d.err = err
	}
	return topic
}

func (d *describer) sensor(s *Sensor) {
	for _, q := range s.Gives {
		l, at := measured(q), d.at(d.topic.Reading(s.Name))
		d.add(reading, s.Name+"."+slug(q.Name), d.while(s.Name, component{
			Name: spoken(s.Name, q.Name), state: state{StateTopic: at, Template: valueOf(q, l.Digits)}, look: l,
		}))
	}
	if s.Pictures {
		d.add(picture, s.Name, d.while(s.Name, component{Name: spoken(s.Name), state: state{Topic: d.at(d.topic.Snapshot(s.Name))}}))
	}
	d.healthOf(s.Name)
}

// while lets an entity count only as long as a sensor delivers.
func (d *describer) while(sensor string, c component) component {
	c.Mode = "all"
	c.Availability = []availability{d.here(), {
		d.topic.Device("health"),
		"{{ 'offline' if " + of("sensors", sensor) + ".get('state') in ['stale', 'failing'] else 'online' }}",
	}}
	return c
}

func (d *describer) pipeline(p *Pipeline) {
	for i := range p.Sources {
		switch s := &p.Sources[i]; s.Kind {
		case pipelines.KindLabels:
			d.labels(p, s)
		case pipelines.KindDetections:
			d.objects(p, s)
		}
	}
	if p.Captions {
		d.caption(p)
	}
	for _, name := range p.Alerts {
		at := d.at(d.topic.Alert(p.Name, name))
		d.add(alert, p.Name+"."+slug(name), component{
			Name: spoken(p.Name, name, "alert"),
			state: state{
				StateTopic: at, Template: "{{ 'ON' if value_json.state == 'open' else 'OFF' }}", AttributesTopic: at,
				AttributesTemplate: "{{ {'severity': value_json.severity, 'reason': value_json.reason, 'since': value_json.since, 'opening': value_json.opening} | tojson }}",
			},
			look: look{DeviceClass: "safety"},
		})
	}
	d.healthOfPipeline(p.Name)
}

// source puts an entity of one of a pipeline's sources to the others.
func (d *describer) source(kind string, p *Pipeline, s *Source, what string, c component) {
	who := []string{p.Name}
	if s.Sensor != "" {
		who = append(who, slug(s.Sensor))
	}
	if strings.Contains(from(s, p.Sources), "value_json.model") {
		who = append(who, slug(s.Model))
		c.Name = spoken(p.Name, s.Sensor, s.Model, c.Name)
	} else {
		c.Name = spoken(p.Name, s.Sensor, c.Name)
	}
	if what != "" {
		who = append(who, slug(what))
	}
	c.StateTopic = d.at(d.topic.Event(p.Name, string(s.Kind)))
	if s.Sensor != "" && !strings.Contains(s.Sensor, "+") {
		c = d.while(s.Sensor, c)
	}
	d.add(kind, strings.Join(who, "."), c)
}

func (d *describer) labels(p *Pipeline, s *Source) {
	its := from(s, p.Sources)
	for _, name := range d.chosen(s.Labels) {
		is := "('ON' if " + literal(name) + " in (value_json.labels | map(attribute='name') | list) else 'OFF')"
		d.source(label, p, s, name, component{
			Name: spoken(name), state: state{Template: when(both(its, live), is)}, look: look{DeviceClass: meansOf(name)},
		})
	}
	all := cut("value_json.labels | map(attribute='name') | sort | join(', ') or 'none'")
	d.source(told, p, s, "", component{Name: "labels", state: state{Template: orElse(both(its, live), all, "this.state")}})
}

func (d *describer) objects(p *Pipeline, s *Source) {
	its := both(from(s, p.Sources), live)
	number := look{StateClass: "measurement", Digits: new(int)}
	for _, name := range d.chosen(s.Labels) {
		n := "value_json.detections | selectattr('name', 'eq', " + literal(name) + ") | list | count"
		if s.Tracked {
			n = "(value_json.counts | default({})).get(" + literal(name) + ", 0)"
		}
		d.source(count, p, s, name, component{Name: spoken(name) + " count", state: state{Template: when(its, n)}, look: number})
	}
	d.source(objects, p, s, "", component{Name: "objects", state: state{Template: when(its, "value_json.detections | count")}, look: number})
}

func (d *describer) caption(p *Pipeline) {
	at := d.at(d.topic.Event(p.Name, string(pipelines.KindCaption)))
	d.add(caption, p.Name, component{
		Name: spoken(p.Name, "caption"),
		state: state{
			StateTopic: at, Template: "{{ " + cut("value_json.caption | default('')") + " }}", AttributesTopic: at,
			AttributesTemplate: "{{ {'caption': value_json.caption | default(''), 'captions': value_json.captions | default({})} | tojson }}",
		},
	})
}

// mostLabels is how many labels a model may have for all to get entities.
const mostLabels = 32

// chosen returns the labels that get entities. Names without a letter or digit, as ???, stand for no class.
func (d *describer) chosen(labels []string) (all []string) {
	if len(d.o.Labels) == 0 && len(labels) > mostLabels {
		return nil
	}
	for _, name := range labels {
		spoken := strings.ContainsFunc(name, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })
		if spoken && (len(d.o.Labels) == 0 || slices.Contains(d.o.Labels, name)) {
			all = append(all, name)
		}
	}
	return all
}
