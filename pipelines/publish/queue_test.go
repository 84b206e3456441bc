package publish

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"edged/pipelines/publish/mqtt"
)

// entry takes 100 bytes of a Queue: its topic is name, filled up.
func entry(name string) Entry {
	e := Entry{Message: mqtt.Message{Topic: name}}
	e.Payload = make([]byte, 100-e.bytes())
	e.Alert = strings.HasPrefix(name, "!")
	e.Retain = strings.HasPrefix(name, "=")
	e.Latest = strings.HasPrefix(name, "~")
	return e
}

// drain returns the topics in a queue, in order, and empties it.
func drain(q *Queue) string {
	var out []string
	none, stop := context.WithCancel(context.Background())
	stop()
	for {
		e, err := q.Peek(none)
		if err != nil {
			return strings.Join(out, " ")
		}
		out = append(out, e.Topic)
		q.Done()
	}
}

func peek(t *testing.T, q *Queue) {
	t.Helper()
	if _, err := q.Peek(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestQueueDrops(t *testing.T) {
	tests := []struct {
		name, put, want string // into a queue of four
		peekAfter       int    // peek after so many; 0 never
		dropped         uint64
	}{
		{"nothing while there is room", "a b c d", "a b c d", 0, 0},
		{"the oldest", "a b c d e f", "c d e f", 0, 2},
		{"the oldest that is no alert", "!a b !c d e f", "!a !c e f", 0, 2},
		{"the oldest alert when there is nothing else", "!a !b !c !d e !f", "!b !c !d !f", 0, 2},
		{"not what is under way", "a b c d e", "a c d e", 1, 1},
		{"not even an alert under way", "!a !b !c !d !e", "!a !c !d !e", 1, 1},
		{"a retained one gives its place to its successor", "=h a =h b =i", "=h a b =i", 0, 0},
		{"the latest of a topic does so too", "a ~h b ~h ~i", "a ~h b ~i", 0, 0},
		{"but not when it is under way", "=h a =h", "=h a =h", 1, 0},
	}
	for _, tt := range tests {
		q := NewQueue(400)
		for i, name := range strings.Fields(tt.put) {
			if i == tt.peekAfter && i > 0 {
				peek(t, q)
			}
			if err := q.Put(entry(name)); err != nil {
				t.Fatal(err)
			}
		}
		if s := q.Stats(); s.Bytes != 100*s.Depth || s.Dropped != tt.dropped {
			t.Errorf("%s: got %+v, want %d dropped", tt.name, s, tt.dropped)
		}
		if got := drain(q); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.name, got, tt.want)
		}
		if s := q.Stats(); s.Bytes != 0 || s.Depth != 0 {
			t.Errorf("%s: drained, got %+v", tt.name, s)
		}
	}
}

func TestQueueDoneTakesOnlyWhatWasPeeked(t *testing.T) {
	q := NewQueue(0)
	for _, name := range []string{"a", "b"} {
		if err := q.Put(entry(name)); err != nil {
			t.Fatal(err)
		}
	}
	q.Done() // nothing was peeked
	peek(t, q)
	q.Done()
	q.Done() // a second time
	if got := drain(q); got != "b" {
		t.Errorf("got %q, want b", got)
	}
}

func TestQueueRefusesWhatIsTooLarge(t *testing.T) {
	q := NewQueue(99)
	err := q.Put(entry("a"))
	if err == nil || err.Error() != "queue: message of 100 bytes to a is above the limit of 99" {
		t.Errorf("got %v", err)
	}
}

func TestPeekWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := NewQueue(0)
		go func() {
			time.Sleep(time.Second)
			if err := q.Put(entry("a")); err != nil {
				t.Error(err)
			}
		}()
		start := time.Now()
		if e, err := q.Peek(t.Context()); err != nil || e.Topic != "a" || time.Since(start) != time.Second {
			t.Errorf("got %q, %v after %v", e.Topic, err, time.Since(start))
		}
		q.Done()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := q.Peek(ctx); err != context.DeadlineExceeded {
			t.Errorf("got %v, want the context's error", err)
		}
	})
}

// TestQueueReplacesBySize puts a larger message in the place of a retained one: others make room for it.
func TestQueueReplacesBySize(t *testing.T) {
	q := NewQueue(400)
	for _, name := range []string{"=h", "a", "b", "c"} {
		if err := q.Put(entry(name)); err != nil {
			t.Fatal(err)
		}
	}
	peek(t, q) // the first =h is under way
	large := entry("=i")
	large.Payload = append(large.Payload, make([]byte, 100)...)
	for range 2 {
		if err := q.Put(large); err != nil {
			t.Fatal(err)
		}
	}
	if s := q.Stats(); s.Depth != 3 || s.Bytes != 400 || s.Dropped != 2 {
		t.Errorf("got %+v, want 3 messages of 400 bytes and 2 dropped", s)
	}
	small := entry("=i")
	if err := q.Put(small); err != nil {
		t.Fatal(err)
	}
	if s := q.Stats(); s.Bytes != 300 || drain(q) != "=h c =i" || q.Stats().Bytes != 0 {
		t.Errorf("got %+v, want 300 bytes, and 0 when it is empty", s)
	}
}
