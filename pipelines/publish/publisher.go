package publish

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"edged/pipelines"
	"edged/pipelines/publish/mqtt"
	"edged/pipelines/publish/topic"
	"edged/sensors"
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
	HealthEvery time.Duration          // 0 is 10 s

	QueueBytes int           // what may wait for the broker; 0 is 8 MiB
	FlushTime  time.Duration // how long the end may take to deliver what waits; 0 is 3 s
	Log        *slog.Logger
}

// Publisher is a pipelines.Sink, ReadingSink and SnapshotSink that publishes over MQTT. It accepts at any time; Run delivers.
type Publisher struct {
	o      Options
	topics topic.Tree
	info   mqtt.Message
	queue  *Queue
	client *mqtt.Client // Run's

	connected atomic.Bool
	delivered atomic.Uint64
}

// What the availability topic says. Its retained message is always one of these.
const (
	online  = "online"
	stopped = "stopped" // ended as it should
	offline = "offline" // the will: the connection is lost
)

// New checks o and reads the broker's CA file; it does not connect.
func New(o Options) (*Publisher, error) {
	t, err := topic.New(o.Device, o.Topics)
	if err != nil {
		return nil, fmt.Errorf("publish: %w", err)
	}
	if o.HealthEvery <= 0 {
		o.HealthEvery = 10 * time.Second
	}
	if o.FlushTime <= 0 {
		o.FlushTime = 3 * time.Second
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	state := func(word string) mqtt.Message {
		return mqtt.Message{Topic: t.Device("availability"), Payload: []byte(word), Retain: true}
	}
	b := o.Broker
	b.ClientID, b.Log = "edged-"+o.Device, o.Log
	b.Will, b.Birth, b.Bye = state(offline), state(online), state(stopped)
	client, err := mqtt.New(b)
	if err != nil {
		return nil, err
	}
	info, err := o.Info.encode()
	if err != nil {
		return nil, fmt.Errorf("publish: info: %w", err)
	}
	return &Publisher{
		o:      o,
		topics: t,
		info:   mqtt.Message{Topic: t.Device("info"), Payload: info, Retain: true},
		queue:  NewQueue(o.QueueBytes),
		client: client,
	}, nil
}

// Put accepts ev for edged/<device>/<pipeline>/<kind>. It does not wait for the broker.
func (p *Publisher) Put(_ context.Context, ev *pipelines.Event) error {
	topic, err := p.topics.Event(ev.Pipeline, string(ev.Kind))
	if err != nil {
		return fmt.Errorf("publish: event %s: %w", ev.ID, err)
	}
	payload, err := Encode(ev)
	if err != nil {
		return fmt.Errorf("publish: %w", err)
	}
	return p.accept(Entry{Message: mqtt.Message{Topic: topic, Payload: payload}})
}

// PutReading accepts r for edged/<device>/<sensor>/reading. It does not wait for the broker.
func (p *Publisher) PutReading(_ context.Context, sensor string, r *sensors.Reading) error {
	topic, err := p.topics.Reading(sensor)
	if err != nil {
		return fmt.Errorf("publish: reading: %w", err)
	}
	payload, err := EncodeReading(r)
	if err != nil {
		return fmt.Errorf("publish: sensor %q: %w", sensor, err)
	}
	return p.accept(Entry{Message: mqtt.Message{Topic: topic, Payload: payload}})
}

// PutSnapshot accepts f, as a JPEG, for edged/<device>/<sensor>/snapshot. It does not wait for the broker; while that is
// away the newest picture alone waits for it.
func (p *Publisher) PutSnapshot(_ context.Context, sensor string, f *sensors.Frame) error {
	topic, err := p.topics.Snapshot(sensor)
	if err != nil {
		return fmt.Errorf("publish: snapshot: %w", err)
	}
	payload, err := EncodeSnapshot(f)
	if err != nil {
		return fmt.Errorf("publish: sensor %q: %w", sensor, err)
	}
	return p.accept(Entry{Message: mqtt.Message{Topic: topic, Payload: payload}, Latest: true})
}

// Post accepts m as it is, such as the answer to a command. It does not wait for the broker.
func (p *Publisher) Post(m mqtt.Message) error { return p.accept(Entry{Message: m}) }

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

func (p *Publisher) accept(e Entry) error {
	if err := p.queue.Put(e); err != nil {
		return fmt.Errorf("publish: %w", err)
	}
	return nil
}

// Stats is a snapshot of a Publisher.
type Stats struct {
	Connected bool
	Delivered uint64 // messages of the queue that the broker has acknowledged
	Queue     QueueStats
}

// Stats returns a snapshot. It may be called at any time.
func (p *Publisher) Stats() Stats {
	return Stats{p.connected.Load(), p.delivered.Load(), p.queue.Stats()}
}

// Run delivers until ctx ends. Then it delivers what still waits, for no longer than FlushTime, says "stopped" and
// disconnects. What it cannot deliver or say goes to the log; the error is always nil.
func (p *Publisher) Run(ctx context.Context) error {
	var wg sync.WaitGroup
	wg.Go(func() { p.health(ctx) })
	late, cancel := linger(ctx, p.o.FlushTime)
	defer cancel()
	p.await(ctx)
	for ctx.Err() == nil {
		up, err := p.connect(ctx, late)
		if err != nil {
			break
		}
		p.connected.Store(true)
		p.deliver(ctx, late, up)
		p.connected.Store(up.Err() == nil)
	}
	wg.Wait()
	p.finish(late)
	return nil
}

// patience is how long the first connection waits to be ready: a device whose model hangs must still say how it fares.
const patience = time.Minute

func (p *Publisher) await(ctx context.Context) {
	if p.o.Wait == nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	p.o.Wait(ctx)
}

// connect waits for a connection until ctx ends; and if then something waits for the broker, until late ends. A handshake
// that is broken off and begun again looks to a broker like two clients of one name, and it may cut off the second.
func (p *Publisher) connect(ctx, late context.Context) (context.Context, error) {
	try, stop := context.WithCancel(late)
	defer stop()
	defer context.AfterFunc(ctx, func() {
		if p.queue.Stats().Depth == 0 {
			stop()
		}
	})()
	return p.client.Connect(try)
}

// linger returns a context that ends d after ctx.
func linger(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc) {
	late, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		t := time.NewTimer(d)
		defer t.Stop()
		select {
		case <-t.C:
		case <-late.Done():
		}
		cancel()
	})
	return late, func() { stop(); cancel() }
}

// deliver says who this is and then sends what waits, until the connection is lost, or ctx has ended and the queue is
// empty. What is sent after the end of ctx has until late to arrive.
func (p *Publisher) deliver(ctx, late, up context.Context) {
	both, stop := context.WithCancel(up)
	defer stop()
	defer context.AfterFunc(ctx, stop)()
	for _, m := range append([]mqtt.Message{p.info}, p.retained()...) {
		if p.client.Publish(late, m) != nil {
			return
		}
	}
	for {
		e, err := p.queue.Peek(both)
		if err != nil || p.client.Publish(late, e.Message) != nil {
			return
		}
		p.queue.Done()
		p.delivered.Add(1)
	}
}

// finish flushes and says goodbye. A broker that is away is given until ctx ends, if anything waits for it.
func (p *Publisher) finish(ctx context.Context) {
	enough, stop := context.WithCancel(ctx)
	stop() // do not wait for more
	for p.queue.Stats().Depth > 0 {
		up, err := p.client.Connect(ctx)
		if err != nil {
			break
		}
		p.deliver(enough, ctx, up)
	}
	if n := p.queue.Stats().Depth; n > 0 {
		p.o.Log.Warn(fmt.Sprintf("publish: %d messages were not delivered before the end", n))
	}
	bye, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	if err := p.client.Close(bye); err != nil {
		p.o.Log.Warn("publish: " + err.Error())
	}
	p.connected.Store(false)
}

// health puts a snapshot into the queue every HealthEvery.
func (p *Publisher) health(ctx context.Context) {
	if p.o.Stats == nil {
		return
	}
	tick := time.NewTicker(p.o.HealthEvery)
	defer tick.Stop()
	var before pipelines.Stats
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		now := p.o.Stats()
		payload, err := encodeHealth(before, now, p.queue.Stats())
		if err == nil {
			err = p.accept(Entry{Message: mqtt.Message{Topic: p.topics.Device("health"), Payload: payload, Retain: true}})
		}
		if err != nil {
			p.o.Log.Warn("health: " + err.Error())
		}
		before = now
	}
}
