package publish

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"edged/pipelines"
	"edged/pipelines/media"
	"edged/pipelines/publish/mqtt"
	"edged/pipelines/publish/outbox"
	"edged/pipelines/publish/topic"
)

// Options are a Publisher's. Device and Broker.URL must be set.
type Options struct {
	Device string // names the device in topics
	Topics topic.Templates
	Broker mqtt.Options // ClientID, Will, Birth, Bye and Log are the Publisher's to set
	Info   Info

	// Retained, if set, returns what else says how things are: it is sent after the info on each connection, and when Announce
	// is called.
	Retained func() []mqtt.Message
	// Wait, if set, returns when the device is ready to be called online, or ctx ends. The first connection waits for it, but
	// for no longer than a minute.
	Wait func(ctx context.Context)

	Stats       func() pipelines.Stats // what health tells of; nil sends no health
	Media       func() media.Stats     // of what is kept of alerts, for health; nil if nothing is
	HealthEvery time.Duration          // 0 is 10 s

	// Outbox says where events and readings wait for the broker. Without a Path that is in memory, and a crash loses them.
	Outbox outbox.Options
	QoS    Levels
	// Ledger is a file for how alerts stand. Without one, or without an outbox on disk, they are forgotten with the process.
	Ledger string

	QueueBytes int           // what may wait in memory of each kind: events and readings, and what says how things are; 0 is 8 MiB
	FlushTime  time.Duration // how long the end may take to deliver what waits; 0 is 1.5 s
	Log        *slog.Logger
}

// Levels are how surely each kind of message arrives. What may be lost, AtMostOnce, is never on disk.
type Levels struct {
	Event, Reading, Snapshot, Health mqtt.QoS
}

// Publisher is a pipelines.Sink and ReadingSink, and a media.Taker, that publishes over MQTT. It accepts at any time; Run delivers.
type Publisher struct {
	o      Options
	topics topic.Tree
	info   mqtt.Message
	client *mqtt.Client // Run's

	// Two lanes, so that a backlog of events does not keep from the broker how things are now.
	events, state lane
	desk          desk
	spool         *spool // the store of events, if that is on disk
	ledger        *ledger
	latest        *queue // that of state

	connected atomic.Bool
	greeted   context.Context // the connection on which it has been said who this is; Run's
}

// What the availability topic says. Its retained message is always one of these.
const (
	online  = "online"
	stopped = "stopped" // ended as it should
	offline = "offline" // the will: the connection is lost
)

// Messages under way on each lane.
const (
	eventWindow = 64
	stateWindow = 4 // pictures are large
)

// New checks o and reads the broker's CA file; it does not connect.
func New(o Options) (*Publisher, error) {
	t, err := topic.New(o.Device, o.Topics)
	if err != nil {
		return nil, fmt.Errorf("publish: %w", err)
	}
	o.fillIn()
	client, err := mqtt.New(o.broker(t))
	if err != nil {
		return nil, err
	}
	info, err := o.Info.encode()
	if err != nil {
		return nil, fmt.Errorf("publish: info: %w", err)
	}
	p := &Publisher{
		o:      o,
		topics: t,
		info:   mqtt.Message{Topic: t.Device("info"), Payload: info, Retain: true},
		client: client,
		latest: newQueue(o.QueueBytes),
		ledger: openLedger("", o.Log),
	}
	p.state.window, p.state.store = stateWindow, p.latest
	p.events.window, p.events.store = eventWindow, newQueue(o.QueueBytes)
	if o.Outbox.Path != "" {
		p.spool = newSpool(o.Outbox, o.QueueBytes, o.Log)
		p.events.store = p.spool
		p.ledger = openLedger(o.Ledger, o.Log)
		p.spool.ledger = p.ledger
	}
	for _, e := range p.ledger.owed() {
		if err := p.accept(e); err != nil {
			o.Log.Error(err.Error())
		}
	}
	return p, nil
}

func (o *Options) fillIn() {
	if o.HealthEvery <= 0 {
		o.HealthEvery = 10 * time.Second
	}
	if o.FlushTime <= 0 {
		o.FlushTime = 1500 * time.Millisecond
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
}

// broker returns what the client is told.
func (o *Options) broker(t topic.Tree) mqtt.Options {
	state := func(word string) mqtt.Message {
		return mqtt.Message{Topic: t.Device("availability"), Payload: []byte(word), Retain: true}
	}
	b := o.Broker
	b.ClientID, b.Log = "edged-"+o.Device, o.Log
	b.Will, b.Birth, b.Bye = state(offline), state(online), state(stopped)
	return b
}

// Stats is a snapshot of a Publisher.
type Stats struct {
	Connected bool
	Delivered uint64     // messages that the broker has acknowledged
	Queue     QueueStats // of all that wait
	Trouble   error      // why what is put is not durable now; nil without an outbox
	Outbox    *outbox.Stats
	Media     *media.Stats // nil if nothing is kept of alerts

	// Latency is from when an event or reading was put to its acknowledgement, of those that did not wait for a connection.
	Latency pipelines.Histogram

	alarms map[string]alarms // for health
}

// Stats returns a snapshot. It may be called at any time; it may read from the disk.
func (p *Publisher) Stats() Stats {
	s := Stats{Connected: p.connected.Load(), Queue: p.events.store.Stats().plus(p.latest.Stats())}
	s.Delivered, s.Latency = p.events.stats()
	others, _ := p.state.stats()
	s.Delivered += others
	if p.o.Media != nil {
		kept := p.o.Media()
		s.Media = &kept
	}
	if p.spool != nil {
		disk := p.spool.disk()
		s.Outbox, s.Trouble = &disk, cmp.Or(disk.Err, p.ledger.failing())
	}
	return s
}

// Alerts returns how alerts stand, in the order of their pipelines' and their own names: after New, as an earlier run has left
// them.
func (p *Publisher) Alerts() []Standing { return p.ledger.standings() }

// Mute notes until when an alert does not open, for the next start; zero is that it may. It does not wait for the disk.
func (p *Publisher) Mute(pipeline, alert string, until time.Time) {
	p.ledger.mute(key{pipeline, alert}, until)
	if p.spool != nil {
		signal(p.spool.intake.ready)
	}
}

// Sync waits until all that has been put is durable. It is an error if the disk fails. Without an outbox nothing ever is, and
// it does not wait.
func (p *Publisher) Sync(ctx context.Context) error {
	if p.spool == nil {
		return nil
	}
	if err := p.spool.sync(ctx); err != nil {
		return fmt.Errorf("publish: %w", err)
	}
	return nil
}
