package publish

import (
	"bytes"
	"context"
	"fmt"
	"sort"
	"sync"
	"time"

	"edged/pipelines/publish/mqtt"
)

// entry is a message that waits in memory.
type entry struct {
	mqtt.Message
	alert  bool      // dropped only when nothing else is left to drop
	told   told      // what an alert tells with it, if its ledger wants to know
	latest bool      // a newer one of the topic takes its place while it waits, as if it were retained
	lent   bool      // the payload is the putter's, and the queue is to make a copy
	since  time.Time // of its putting

	id uint64 // of this queue; they rise
}

// told is one event of an alert.
type told struct {
	key
	id string // the event's
}

// alertEntry is the entry of what an alert tells. However events are sent, an alert is never lost.
func alertEntry(t told, topic string, payload []byte) entry {
	return entry{Message: mqtt.Message{Topic: topic, Payload: payload, QoS: mqtt.AtLeastOnce}, alert: true, told: t}
}

// entryBytes is what an entry is taken to hold besides its topic and payload.
const entryBytes = 128

func (e *entry) bytes() int { return len(e.Topic) + len(e.Payload) + entryBytes }

// queue is a store in memory. Any goroutine may put. What is under way, sent and not acknowledged or on its way to the disk, is
// never dropped. To take what it is lent allocates nothing in steady state.
type queue struct {
	limit int
	ready chan struct{} // 1 deep: something was put

	mu      sync.Mutex
	waiting line // ids rise
	blanks  blanks
	size    int    // bytes of waiting
	last    uint64 // the id that was given last
	cursor  uint64 // up to which Next has given
	held    uint64 // up to which peek has given
	dropped uint64
}

// newQueue returns a queue of at most limit bytes; 0 is 8 MiB.
func newQueue(limit int) *queue {
	if limit <= 0 {
		limit = 8 << 20
	}
	return &queue{limit: limit, ready: make(chan struct{}, 1)}
}

// Put accepts e, dropping the oldest to make room. It is an error if e alone is above the limit.
func (q *queue) Put(e entry) error {
	if e.bytes() > q.limit {
		return fmt.Errorf("queue: message of %d bytes to %s is above the limit of %d", e.bytes(), e.Topic, q.limit)
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if e.since = time.Now(); !q.replace(e) {
		for q.size+e.bytes() > q.limit && q.drop() {
		}
		q.last++
		e.id = q.last
		q.waiting.append(q.own(e))
		q.size += e.bytes()
	}
	for q.size > q.limit && q.drop() {
	}
	signal(q.ready)
	return nil
}

// own returns e with a payload that is the queue's.
func (q *queue) own(e entry) entry {
	if e.lent {
		e.Payload = q.blanks.copy(e.Payload)
	}
	return e
}

// signal leaves a word in a channel that is 1 deep.
func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// underWay reports whether e has been given and not been acknowledged.
func (q *queue) underWay(e *entry) bool { return e.id <= max(q.cursor, q.held) }

// replace puts a retained or latest message in the place of the one of its topic that waits, if one does: at the end, a
// topic with news more often than the queue is emptied would never have its turn. The old one is not counted as dropped.
func (q *queue) replace(e entry) bool {
	if !e.Retain && !e.latest {
		return false
	}
	for i := range q.waiting.all() {
		if old := &q.waiting.all()[i]; (old.Retain || old.latest) && old.Topic == e.Topic && !q.underWay(old) {
			q.size += e.bytes() - old.bytes()
			e.id = old.id
			q.blanks.take(old)
			*old = q.own(e)
			return true
		}
	}
	return false
}

// drop takes out the oldest that is no alert, or else the oldest. It reports whether there was one.
func (q *queue) drop() bool {
	oldest := -1
	for i := range q.waiting.all() {
		switch e := &q.waiting.all()[i]; {
		case q.underWay(e):
			continue
		case !e.alert:
			q.remove(i)
			return true
		case oldest < 0:
			oldest = i
		}
	}
	if oldest < 0 {
		return false
	}
	q.remove(oldest)
	return true
}

func (q *queue) remove(i int) {
	e := &q.waiting.all()[i]
	q.dropped++
	q.size -= e.bytes()
	q.blanks.take(e)
	q.waiting.remove(i)
}

// Next returns the oldest message that it has not given. It waits for one until ctx ends; the error is ctx's.
func (q *queue) Next(ctx context.Context) (item, error) {
	for {
		ended := ctx.Err() // before the look, which then misses nothing that was put before that
		if it, ok := q.look(); ok {
			return it, nil
		}
		if ended != nil {
			return item{}, ended
		}
		select {
		case <-q.ready:
		case <-ctx.Done():
		}
	}
}

// look is a Next that does not wait. A payload that was lent it gives a copy of: a connection that is lost may still be sending
// what is acknowledged on the next, and whose memory holds another by then.
func (q *queue) look() (item, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	i := q.after(q.cursor)
	if i == q.waiting.len() {
		return item{}, false
	}
	e := &q.waiting.all()[i]
	q.cursor = e.id
	it := item{Message: e.Message, id: e.id, since: e.since}
	if e.lent {
		it.Payload = bytes.Clone(e.Payload)
	}
	return it, true
}

// after returns the index of the oldest with an id above id.
func (q *queue) after(id uint64) int {
	all := q.waiting.all()
	return sort.Search(len(all), func(i int) bool { return all[i].id > id })
}

// peek returns the oldest messages, as many as have no more than limit bytes, but one at least if there is one. They are under
// way until release.
func (q *queue) peek(limit int) []entry {
	q.mu.Lock()
	defer q.mu.Unlock()
	all := q.waiting.all()
	n, size := 0, 0
	for n < len(all) && (n == 0 || size+all[n].bytes() <= limit) {
		size += all[n].bytes()
		n++
	}
	if n > 0 {
		q.held = all[n-1].id
	}
	return append([]entry(nil), all[:n]...)
}

// release says that what peek has given is not under way any more.
func (q *queue) release() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.held = 0
}

// Ack takes out it and all that Next gave before it: they have been delivered.
func (q *queue) Ack(it item) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.forget(it.id)
}

// stored takes out all up to id, that peek has given last: the disk has them.
func (q *queue) stored(id uint64) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.held = 0
	q.forget(id)
}

// forget takes out all up to id. mu must be held.
func (q *queue) forget(id uint64) {
	n := q.after(id)
	for i := range n {
		e := &q.waiting.all()[i]
		q.size -= e.bytes()
		if e.id > q.held { // else the disk may be reading it
			q.blanks.take(e)
		}
	}
	q.waiting.skip(n)
}

// alerts returns what alerts tell with those up to id.
func (q *queue) alerts(id uint64) (all []told) {
	q.mu.Lock()
	defer q.mu.Unlock()
	return toldBy(q.waiting.all()[:q.after(id)])
}

// toldBy returns what alerts tell with entries.
func toldBy(entries []entry) (all []told) {
	for i := range entries {
		if t := entries[i].told; t.id != "" {
			all = append(all, t)
		}
	}
	return all
}

// Rewind makes Next give again what was not acknowledged.
func (q *queue) Rewind() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.cursor = 0
}

// newest returns the id of what was put last.
func (q *queue) newest() uint64 {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.last
}

// holds reports whether one up to id waits.
func (q *queue) holds(id uint64) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.waiting.len() > 0 && q.waiting.all()[0].id <= id
}

// Stats returns a snapshot.
func (q *queue) Stats() QueueStats {
	q.mu.Lock()
	defer q.mu.Unlock()
	return QueueStats{Depth: q.waiting.len(), Bytes: int64(q.size), Dropped: q.dropped}
}
