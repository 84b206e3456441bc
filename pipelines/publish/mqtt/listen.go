package mqtt

import (
	"context"
	"strings"
	"sync/atomic"
	"time"
)

// Listener hears the messages of some topics.
type Listener struct {
	Filter string // as in MQTT: edged/porch/request/+

	// Heard is called for one message after the other, of all listeners, in the order in which they came. ctx ends with
	// Close, which waits for Heard to return. Retain says that the broker had kept the message.
	Heard func(ctx context.Context, m Message)
}

// What may wait to be heard. What comes above that is dropped and counted.
const (
	maxPayload = 256 << 10 // bytes of one message
	maxWaiting = 64        // messages
	maxHeld    = 1 << 20   // bytes of their payloads and topics
)

// inbox holds what came until its listener has heard it.
type inbox struct {
	listeners []Listener
	waiting   chan Message
	held      atomic.Int64 // bytes
	heard     atomic.Uint64
	dropped   atomic.Uint64
	told      atomic.Pointer[time.Time] // when dropping was last told of

	stop context.CancelFunc // nil until it is open
	done chan struct{}
}

func newInbox(l []Listener) *inbox {
	return &inbox{listeners: l, waiting: make(chan Message, maxWaiting)}
}

// open starts to hear. It does nothing if it is open or there are no listeners.
func (b *inbox) open(ctx context.Context) {
	if b.stop != nil || len(b.listeners) == 0 {
		return
	}
	ctx, b.stop = context.WithCancel(context.WithoutCancel(ctx))
	b.done = make(chan struct{})
	go b.run(ctx)
}

func (b *inbox) run(ctx context.Context) {
	defer close(b.done)
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
		case m := <-b.waiting:
			b.held.Add(-m.size())
			b.hear(ctx, m)
		}
	}
}

func (b *inbox) hear(ctx context.Context, m Message) {
	for _, l := range b.listeners {
		if matches(l.Filter, m.Topic) {
			b.heard.Add(1)
			l.Heard(ctx, m)
			return
		}
	}
}

// close ends hearing and waits for the last to have heard.
func (b *inbox) close() {
	if b.stop == nil {
		return
	}
	b.stop()
	<-b.done
	b.stop = nil
}

func (m *Message) size() int64 { return int64(len(m.Topic) + len(m.Payload)) }

// put takes m, if there is room. It does not wait: paho's reader calls it. It reports whether there was room.
func (b *inbox) put(m Message) bool {
	if b.held.Add(m.size()) <= maxHeld {
		select {
		case b.waiting <- m:
			return true
		default:
		}
	}
	b.held.Add(-m.size())
	return false
}

// drop counts a message that nobody will hear, and tells of it now and then.
func (c *Client) drop(k *conn, what string) {
	c.inbox.dropped.Add(1)
	now, last := time.Now(), c.inbox.told.Load()
	if last != nil && now.Sub(*last) < remindOn {
		return
	}
	c.inbox.told.Store(&now)
	c.o.Log.Warn("broker " + k.at.url.String() + ": dropped " + what)
}

// matches says whether a topic is one of filter's (MQTT 3.1.1, section 4.7).
func matches(filter, topic string) bool {
	if strings.HasPrefix(topic, "$") && !strings.HasPrefix(filter, "$") {
		return false // the broker's own, which no wildcard at the beginning matches
	}
	for {
		want, more, deeper := strings.Cut(filter, "/")
		level, rest, below := strings.Cut(topic, "/")
		switch {
		case want == "#":
			return true
		case want != "+" && want != level:
			return false
		case !below && deeper:
			return more == "#" // which matches what it stands under, too
		case !below || !deeper:
			return below == deeper
		}
		filter, topic = more, rest
	}
}

// Stats counts what listeners were sent.
type Stats struct {
	Heard   uint64
	Dropped uint64 // too long, or too many at once
}

// Stats returns a snapshot. Any goroutine may call it.
func (c *Client) Stats() Stats { return Stats{c.inbox.heard.Load(), c.inbox.dropped.Load()} }
