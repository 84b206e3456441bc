package publish

import (
	"context"
	"sync"
	"time"

	"edged/pipelines"
	"edged/pipelines/publish/mqtt"
)

// lane brings the messages of one store to the broker, in order, some of them under way at a time.
type lane struct {
	store  store
	window int // messages under way at a time, 3 at least

	mu        sync.Mutex
	delivered uint64
	latency   pipelines.Histogram // from when an event was put to its acknowledgement, unless it was late when it was sent
}

// road is a connection with the times that it is used in.
type road struct {
	quiet context.Context // ends when nothing more is put: what is there by then is sent, and no more waited for
	end   context.Context // ends when nothing more is sent
	up    context.Context // ends with the connection
	send  func(context.Context, mqtt.Message) *mqtt.Delivery
}

// flight is a message under way.
type flight struct {
	item
	late bool
	*mqtt.Delivery
}

// run sends what waits until the connection is lost, or r's times end.
func (l *lane) run(r road) {
	l.store.Rewind()
	both, stop := context.WithCancel(r.up)
	defer stop()
	defer context.AfterFunc(r.quiet, stop)()
	var acks sync.WaitGroup
	defer acks.Wait()
	flights := make(chan flight, l.window-2) // one is in our hands, and one in those of acknowledge
	defer close(flights)
	acks.Go(func() { l.acknowledge(r.end, flights) })
	for r.up.Err() == nil && r.end.Err() == nil {
		it, err := l.store.Next(both)
		if err != nil {
			return
		}
		f := flight{item: it, late: it.late(time.Now())}
		f.Payload = closed(it.Payload, f.late)
		f.Delivery = r.send(r.end, f.Message)
		select {
		case flights <- f:
		case <-r.up.Done():
		}
	}
}

// acknowledge waits for what is under way, oldest first. After one that was lost none counts: it must be sent before them.
func (l *lane) acknowledge(end context.Context, flights <-chan flight) {
	lost := false
	for f := range flights {
		if lost = lost || f.Wait(end) != nil; !lost {
			l.store.Ack(f.item)
			l.note(f)
		}
	}
}

func (l *lane) note(f flight) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.delivered++
	if !f.late {
		l.latency.Add(time.Since(f.since))
	}
}

func (l *lane) stats() (delivered uint64, latency pipelines.Histogram) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.delivered, l.latency
}
