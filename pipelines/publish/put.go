package publish

import (
	"context"
	"fmt"

	"edged/pipelines"
	"edged/pipelines/media"
	"edged/pipelines/publish/mqtt"
	"edged/sensors"
)

// Put accepts ev for edged/<device>/<pipeline>/<kind>, or an alert for its own topic. It waits neither for the broker nor for the disk: Sync does that. While the
// disk fails it returns why, and ev is sent from memory if it can be.
func (p *Publisher) Put(_ context.Context, ev *pipelines.Event) error {
	if p.spool != nil {
		if err := p.spool.failing(); err != nil {
			ev = ev.DegradedBy(briefly(err))
		}
	}
	p.desk.mu.Lock()
	defer p.desk.mu.Unlock()
	topic, err := p.desk.topic(p.topics, named{pipeline: ev.Pipeline, kind: ev.Kind, alert: ev.Alert})
	if err != nil {
		return fmt.Errorf("publish: event %s: %w", ev.ID(), err)
	}
	payload, err := p.desk.event(ev)
	if err != nil {
		return fmt.Errorf("publish: %w", err)
	}
	if ev.Kind == pipelines.KindAlert {
		p.ledger.tell(ev, topic, payload)
		e := alertEntry(told{key{ev.Pipeline, ev.Alert.Name}, ev.ID().String()}, topic, opened(payload))
		if p.o.QoS.Event == mqtt.ExactlyOnce {
			e.QoS = mqtt.ExactlyOnce
		}
		return p.accept(e)
	}
	return p.accept(entry{Message: mqtt.Message{Topic: topic, Payload: opened(payload), QoS: p.o.QoS.Event}, lent: true})
}

// PutReading accepts r for edged/<device>/<sensor>/reading, as Put does.
func (p *Publisher) PutReading(_ context.Context, sensor string, r *sensors.Reading) error {
	p.desk.mu.Lock()
	defer p.desk.mu.Unlock()
	topic, err := p.desk.topic(p.topics, named{sensor: sensor})
	if err != nil {
		return fmt.Errorf("publish: reading: %w", err)
	}
	payload, err := p.desk.reading(r)
	if err != nil {
		return fmt.Errorf("publish: sensor %q: %w", sensor, err)
	}
	return p.accept(entry{Message: mqtt.Message{Topic: topic, Payload: payload, QoS: p.o.QoS.Reading}, lent: true})
}

// PutSnapshot accepts a picture for edged/<device>/<sensor>/snapshot. It does not wait for the broker; while that is away the
// newest picture alone waits for it.
func (p *Publisher) PutSnapshot(_ context.Context, one media.Picture) error {
	topic, err := p.topics.Snapshot(one.Sensor())
	if err != nil {
		return fmt.Errorf("publish: snapshot: %w", err)
	}
	return p.acceptState(entry{Message: mqtt.Message{Topic: topic, Payload: one.JPEG(), QoS: p.o.QoS.Snapshot}, latest: true})
}

// Post accepts m as it is, such as the answer to a command. It does not wait for the broker, and is never on disk.
func (p *Publisher) Post(m mqtt.Message) error { return p.acceptState(entry{Message: m}) }

// Announce sends what Retained returns once more, to a subscriber that has just come.
func (p *Publisher) Announce() error {
	for _, m := range p.retained() {
		if err := p.Post(m); err != nil {
			return err
		}
	}
	return nil
}

func (p *Publisher) retained() []mqtt.Message {
	if p.o.Retained == nil {
		return nil
	}
	return p.o.Retained()
}

// accept takes an event or reading. What may be lost is not worth the disk's wear.
func (p *Publisher) accept(e entry) error {
	to := p.events.store
	if p.spool != nil && e.QoS == mqtt.AtMostOnce {
		to = p.latest
	}
	if err := to.Put(e); err != nil {
		return fmt.Errorf("publish: %w", err)
	}
	return nil
}

func (p *Publisher) acceptState(e entry) error {
	if err := p.latest.Put(e); err != nil {
		return fmt.Errorf("publish: %w", err)
	}
	return nil
}
