package publish

import (
	"bytes"
	"context"
	"time"

	"edged/pipelines/publish/mqtt"
)

// store holds messages, oldest first, until they are delivered. One goroutine takes them, with Next, and another may
// acknowledge. There is one in memory and one on disk.
type store interface {
	// Put takes e. Any goroutine may.
	Put(e entry) error
	// Next returns the oldest message that it has not given since Rewind. It waits for one until ctx ends; the error is ctx's. If
	// one is there it is returned even if ctx has ended.
	Next(ctx context.Context) (item, error)
	// Ack says that it and all that were given before it are delivered.
	Ack(it item)
	// Rewind makes Next give again what was not acknowledged.
	Rewind()
	Stats() QueueStats
}

// QueueStats says how full a store is.
type QueueStats struct {
	Depth   int    // messages that wait
	Bytes   int64  // that they take
	Dropped uint64 // given up for want of room
}

func (s QueueStats) plus(o QueueStats) QueueStats {
	return QueueStats{s.Depth + o.Depth, s.Bytes + o.Bytes, s.Dropped + o.Dropped}
}

// item is a message that a store has given.
type item struct {
	mqtt.Message
	id      uint64
	disk    bool      // id is the outbox's
	since   time.Time // when it was put, by the monotonic clock
	earlier bool      // by an earlier run
}

// historic is how long an event may wait before it is called historical.
const historic = 5 * time.Second

// late reports whether what it says is no news any more at now.
func (it *item) late(now time.Time) bool { return it.earlier || now.Sub(it.since) > historic }

// Events are stored without the brace that ends them, so that the sender can say whether they are late. No other payload looks
// like that.

// opened returns a JSON object as an event is stored.
func opened(payload []byte) []byte { return bytes.TrimSuffix(payload, []byte("}")) }

// closed ends an event that opened has begun, and leaves all else as it is. It does not write to payload's memory.
func closed(payload []byte, late bool) []byte {
	if !bytes.HasPrefix(payload, []byte("{")) || bytes.HasSuffix(payload, []byte("}")) {
		return payload
	}
	last := `,"historical":false}`
	if late {
		last = `,"historical":true}`
	}
	return append(payload[:len(payload):len(payload)], last...)
}
