package publish

import (
	"context"
	"fmt"
	"sync"

	"edged/pipelines/publish/mqtt"
)

// Entry is a message that waits in a Queue.
type Entry struct {
	mqtt.Message
	Alert  bool // dropped only when nothing else is left to drop
	Latest bool // a newer one of the topic takes its place while it waits, as if it were retained

	id uint64 // of this Queue
}

// entryBytes is what an entry is taken to hold besides its topic and payload.
const entryBytes = 96

func (e *Entry) bytes() int { return len(e.Topic) + len(e.Payload) + entryBytes }

// Queue holds messages, oldest first, until they are delivered. Any goroutine may Put; one takes, with Peek and then
// Done. The message that it last saw is never dropped.
type Queue struct {
	limit int
	ready chan struct{} // 1 deep: something was put

	mu      sync.Mutex
	waiting []Entry
	size    int // bytes of waiting
	peeked  uint64
	last    uint64
	dropped uint64
}

// NewQueue returns a Queue of at most limit bytes; 0 is 8 MiB.
func NewQueue(limit int) *Queue {
	if limit <= 0 {
		limit = 8 << 20
	}
	return &Queue{limit: limit, ready: make(chan struct{}, 1)}
}

// Put accepts e, dropping the oldest to make room. It is an error if e alone is above the limit.
func (q *Queue) Put(e Entry) error {
	if e.bytes() > q.limit {
		return fmt.Errorf("queue: message of %d bytes to %s is above the limit of %d", e.bytes(), e.Topic, q.limit)
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	q.last++
	e.id = q.last
	if !q.replace(e) {
		for q.size+e.bytes() > q.limit && q.drop() {
		}
		q.waiting = append(q.waiting, e)
		q.size += e.bytes()
	}
	for q.size > q.limit && q.drop() {
	}
	select {
	case q.ready <- struct{}{}:
	default:
	}
	return nil
}

// replace puts a retained or latest message in the place of the one of its topic that waits, if one does: at the end, a
// topic with news more often than the queue is emptied would never have its turn. The old one is not counted as dropped.
func (q *Queue) replace(e Entry) bool {
	if !e.Retain && !e.Latest {
		return false
	}
	for i := range q.waiting {
		if old := &q.waiting[i]; (old.Retain || old.Latest) && old.Topic == e.Topic && old.id != q.peeked {
			q.size += e.bytes() - old.bytes()
			*old = e
			return true
		}
	}
	return false
}

// drop takes out the oldest that is no alert, or else the oldest. It reports whether there was one.
func (q *Queue) drop() bool {
	oldest := -1
	for i := range q.waiting {
		switch e := &q.waiting[i]; {
		case e.id == q.peeked:
			continue
		case !e.Alert:
			q.remove(i)
			q.dropped++
			return true
		case oldest < 0:
			oldest = i
		}
	}
	if oldest < 0 {
		return false
	}
	q.remove(oldest)
	q.dropped++
	return true
}

func (q *Queue) remove(i int) {
	q.size -= q.waiting[i].bytes()
	copy(q.waiting[i:], q.waiting[i+1:])
	q.waiting[len(q.waiting)-1] = Entry{}
	q.waiting = q.waiting[:len(q.waiting)-1]
}

// Peek returns the oldest message without taking it out. It waits for one until ctx ends; the error is ctx's.
func (q *Queue) Peek(ctx context.Context) (Entry, error) {
	for {
		if e, ok := q.oldest(); ok {
			return e, nil
		}
		select {
		case <-q.ready:
		case <-ctx.Done():
			return Entry{}, ctx.Err()
		}
	}
}

func (q *Queue) oldest() (Entry, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.waiting) == 0 {
		return Entry{}, false
	}
	q.peeked = q.waiting[0].id
	return q.waiting[0], true
}

// Done takes out the message that Peek returned last: it has been delivered.
func (q *Queue) Done() {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.waiting) > 0 && q.waiting[0].id == q.peeked {
		q.remove(0)
	}
}

// QueueStats says how full a Queue is.
type QueueStats struct {
	Depth   int    // messages that wait
	Bytes   int    // of those
	Dropped uint64 // accepted and never delivered
}

// Stats returns a snapshot.
func (q *Queue) Stats() QueueStats {
	q.mu.Lock()
	defer q.mu.Unlock()
	return QueueStats{len(q.waiting), q.size, q.dropped}
}
