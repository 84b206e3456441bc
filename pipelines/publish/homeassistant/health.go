package homeassistant

// diagnosis is the look of what tells how edged fares. Shown is whether Home Assistant shows it before somebody asks it to.
func diagnosis(l look, shown bool) look {
	l.Category = "diagnostic"
	if !shown {
		l.Enabled = &shown
	}
	return l
}

// health adds an entity whose state is an expression of the health payload.
func (d *describer) health(kind, id, name, expression string, l look) {
	d.add(kind, id, component{Name: name, state: state{StateTopic: d.topic.Device("health"), Template: "{{ " + expression + " }}"}, look: l})
}

func (d *describer) healthOf(sensor string) {
	s := of("sensors", sensor)
	d.health(rate, sensor, spoken(sensor, "rate"), s+".get('rate_hz', '')",
		diagnosis(look{DeviceClass: "frequency", StateClass: "measurement", Unit: "Hz"}, false))
	d.add(trouble, sensor, component{
		Name: spoken(sensor, "trouble"),
		state: state{
			StateTopic:         d.topic.Device("health"),
			Template:           "{{ 'ON' if " + s + ".get('state') in ['stale', 'failing'] else 'OFF' }}",
			AttributesTopic:    d.topic.Device("health"),
			AttributesTemplate: "{{ {'sensor_state': " + s + ".get('state', ''), 'reason': " + s + ".get('reason', '')} | tojson }}",
		},
		look: diagnosis(look{DeviceClass: "problem"}, true),
	})
}

func (d *describer) healthOfPipeline(name string) {
	p := of("pipelines", name)
	d.health(events, name, spoken(name, "events"), p+".get('events', '')", diagnosis(look{StateClass: "total_increasing"}, false))
	d.health(slowest, name, spoken(name, "slowest model"), p+".get('encoders', []) | map(attribute='p99_ms') | max | default('')",
		diagnosis(look{DeviceClass: "duration", StateClass: "measurement", Unit: "ms"}, false))
}

func (d *describer) device() {
	size := look{DeviceClass: "data_size", StateClass: "measurement", Unit: "B"}
	d.health(itself, "queue", "queue", "value_json.queue.depth", diagnosis(look{StateClass: "measurement"}, true))
	d.health(itself, "dropped", "dropped messages", "value_json.queue.dropped", diagnosis(look{StateClass: "total_increasing"}, true))
	d.health(itself, "memory", "memory", "value_json.memory_bytes", diagnosis(size, true))
	d.health(itself, "latency", "latency", "value_json.queue.latency_p99_ms | default('')",
		diagnosis(look{DeviceClass: "duration", StateClass: "measurement", Unit: "ms"}, false))
	d.health(itself, "uptime", "uptime", "value_json.uptime_s",
		diagnosis(look{DeviceClass: "duration", StateClass: "measurement", Unit: "s"}, false))
	d.add(storage, "outbox", component{
		Name: "storage trouble",
		state: state{
			StateTopic: d.topic.Device("health"), Template: "{{ 'ON' if " + storageError + " else 'OFF' }}",
			AttributesTopic: d.topic.Device("health"), AttributesTemplate: "{{ {'reason': " + storageError + "} | tojson }}",
		},
		look: diagnosis(look{DeviceClass: "problem"}, true),
	})
}

// storageError is why events are not kept on disk, empty if they are, or wait in memory only.
const storageError = "(value_json.queue.outbox | default({})).get('error', '')"
