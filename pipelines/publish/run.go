package publish

import (
	"context"
	"fmt"
	"sync"
	"time"

	"edged/pipelines"
	"edged/pipelines/publish/mqtt"
)

// Run delivers until ctx ends. Then it delivers what still waits, for no longer than FlushTime, says "stopped" and
// disconnects. What it cannot deliver or say goes to the log; the error is always nil.
func (p *Publisher) Run(ctx context.Context) error {
	late, cancel := linger(ctx, p.o.FlushTime)
	defer cancel()
	quiet, stop := context.WithCancel(context.WithoutCancel(ctx))
	var wg sync.WaitGroup
	wg.Go(func() {
		defer stop()
		p.accumulate(ctx, late)
	})
	p.await(ctx)
	for quiet.Err() == nil {
		up, err := p.connect(quiet, late)
		if err != nil {
			break
		}
		p.deliver(quiet, late, up)
	}
	wg.Wait()
	p.finish(late)
	return nil
}

// accumulate returns when nothing more is put, and all that was put is where it stays until it is delivered.
func (p *Publisher) accumulate(ctx, late context.Context) {
	var wg sync.WaitGroup
	wg.Go(func() { p.health(ctx) })
	if p.spool != nil {
		wg.Go(func() { p.spool.keep(ctx, late) })
	}
	wg.Wait()
	<-ctx.Done()
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

// connect waits for a connection until quiet ends; and if then something would be lost, until late ends. A handshake
// that is broken off and begun again looks to a broker like two clients of one name, and it may cut off the second.
func (p *Publisher) connect(quiet, late context.Context) (context.Context, error) {
	try, stop := context.WithCancel(late)
	defer stop()
	defer context.AfterFunc(quiet, func() {
		if p.owed() == 0 {
			stop()
		}
	})()
	return p.client.Connect(try)
}

// owed returns how many events and readings wait that are lost with this process. What says how things are is out of date by the
// next start.
func (p *Publisher) owed() int {
	if p.spool != nil {
		return p.spool.intake.Stats().Depth
	}
	return p.events.store.Stats().Depth
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

// deliver says who this is and then sends what waits, until the connection is lost, or quiet has ended and nothing waits. What
// is sent after the end of quiet has until late to arrive.
func (p *Publisher) deliver(quiet, late, up context.Context) {
	p.connected.Store(true)
	defer func() { p.connected.Store(up.Err() == nil) }()
	if p.greet(late, up) != nil {
		return
	}
	r := road{quiet: quiet, end: late, up: up, send: p.client.Send}
	var wg sync.WaitGroup
	wg.Go(func() { p.state.run(r) })
	p.events.run(r)
	wg.Wait()
}

// greet says who this is, once on each connection.
func (p *Publisher) greet(ctx, up context.Context) error {
	if p.greeted == up {
		return nil
	}
	for _, m := range append([]mqtt.Message{p.info}, p.retained()...) {
		if err := p.client.Publish(ctx, m); err != nil {
			return err
		}
	}
	p.greeted = up
	return nil
}

// finish flushes and says goodbye. A broker that is away is given until ctx ends, if anything would be lost.
func (p *Publisher) finish(ctx context.Context) {
	enough, stop := context.WithCancel(ctx)
	stop() // do not wait for more
	for p.owed() > 0 {
		up, err := p.client.Connect(ctx)
		if err != nil {
			break
		}
		if p.deliver(enough, ctx, up); up.Err() == nil {
			break // what still waits cannot be read
		}
	}
	p.leftovers()
	bye, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	if err := p.client.Close(bye); err != nil {
		p.o.Log.Warn("publish: " + err.Error())
	}
	p.connected.Store(false)
}

// leftovers tells of what was not delivered, and closes the outbox.
func (p *Publisher) leftovers() {
	lost := p.owed()
	if p.spool != nil {
		if kept := p.spool.disk().Depth; kept > 0 {
			p.o.Log.Info(fmt.Sprintf("outbox: %d messages wait for the next start", kept))
		}
		if err := p.spool.close(); err != nil {
			p.o.Log.Error(err.Error())
		}
	}
	if lost > 0 {
		p.o.Log.Warn(fmt.Sprintf("publish: %d messages were not delivered before the end", lost))
	}
}

// health puts a snapshot into the queue every HealthEvery.
func (p *Publisher) health(ctx context.Context) {
	if p.o.Stats == nil {
		return
	}
	tick := time.NewTicker(p.o.HealthEvery)
	defer tick.Stop()
	var before pipelines.Stats
	var dropped uint64
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		now, ours := p.o.Stats(), p.Stats()
		if err := p.tellHealth(before, now, ours); err != nil {
			p.o.Log.Warn("health: " + err.Error())
		}
		if n := ours.Queue.Dropped - dropped; n > 0 {
			p.o.Log.Warn(fmt.Sprintf("publish: %d messages that waited were given up for want of room", n))
		}
		before, dropped = now, ours.Queue.Dropped
	}
}

func (p *Publisher) tellHealth(before, now pipelines.Stats, ours Stats) error {
	ours.alarms = p.ledger.alarms(now.Time)
	payload, err := encodeHealth(before, now, ours)
	if err != nil {
		return err
	}
	m := mqtt.Message{Topic: p.topics.Device("health"), Payload: payload, Retain: true, QoS: p.o.QoS.Health}
	return p.acceptState(entry{Message: m})
}
