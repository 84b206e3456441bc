package publish

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"edged/pipelines/publish/mqtt"
)

// message takes 200 bytes of a queue: its topic is name, filled up.
func message(name string) entry {
	e := entry{Message: mqtt.Message{Topic: name}}
	e.Payload = make([]byte, 200-e.bytes())
	e.alert = strings.HasPrefix(name, "!")
	e.Retain = strings.HasPrefix(name, "=")
	e.latest = strings.HasPrefix(name, "~")
	return e
}

// drain returns the topics in a store, in order, and empties it.
func drain(s store) string {
	var out []string
	none, stop := context.WithCancel(context.Background())
	stop()
	s.Rewind()
	for {
		it, err := s.Next(none)
		if err != nil {
			return strings.Join(out, " ")
		}
		out = append(out, it.Topic)
		s.Ack(it)
	}
}

func put(t *testing.T, s store, names ...string) {
	t.Helper()
	for _, name := range names {
		if err := s.Put(message(name)); err != nil {
			t.Fatal(err)
		}
	}
}

func next(t *testing.T, s store, want string) item {
	t.Helper()
	it, err := s.Next(t.Context())
	if err != nil || it.Topic != want {
		t.Fatalf("got %q, %v, want %s", it.Topic, err, want)
	}
	return it
}

func TestQueueDrops(t *testing.T) {
	tests := []struct {
		name, put, want string // into a queue of four
		nextAfter       int    // Next after so many; 0 never
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
		q := newQueue(800)
		for i, name := range strings.Fields(tt.put) {
			if i == tt.nextAfter && i > 0 {
				next(t, q, strings.Fields(tt.put)[0])
			}
			put(t, q, name)
		}
		if s := q.Stats(); s.Bytes != 200*int64(s.Depth) || s.Dropped != tt.dropped {
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

// TestQueueGivesAgain what was not acknowledged, and only that.
func TestQueueGivesAgain(t *testing.T) {
	q := newQueue(0)
	put(t, q, "a", "b", "c")
	first := next(t, q, "a")
	second := next(t, q, "b")
	q.Ack(first)
	q.Rewind()
	next(t, q, "b")
	next(t, q, "c")
	q.Ack(second)
	q.Ack(first) // a second time
	if got := drain(q); got != "c" {
		t.Errorf("got %q, want c", got)
	}
	put(t, q, "=h", "d")
	next(t, q, "=h")
	put(t, q, "=h")
	q.Rewind() // it was lost, and may be replaced again
	put(t, q, "=i", "=h")
	if got := drain(q); got != "=h d =h =i" {
		t.Errorf("got %q, want the first =h replaced", got)
	}
}

// TestQueuePeeks the oldest, which are not dropped until they are released.
func TestQueuePeeks(t *testing.T) {
	q := newQueue(800)
	put(t, q, "a", "b", "c", "d")
	if got := q.peek(450); len(got) != 2 || got[1].Topic != "b" {
		t.Errorf("got %d messages, want a and b", len(got))
	}
	put(t, q, "e")
	if n := len(q.peek(1)); n != 1 {
		t.Errorf("got %d messages, want one though it is too large", n)
	}
	q.release()
	put(t, q, "f")
	if got := drain(q); got != "b d e f" {
		t.Errorf("got %s, want first c and then a dropped", got)
	}
}

func TestQueueRefusesWhatIsTooLarge(t *testing.T) {
	q := newQueue(199)
	err := q.Put(message("a"))
	if err == nil || err.Error() != "queue: message of 200 bytes to a is above the limit of 199" {
		t.Errorf("got %v", err)
	}
}

func TestNextWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newQueue(0)
		go func() {
			time.Sleep(time.Second)
			put(t, q, "a")
		}()
		start := time.Now()
		it := next(t, q, "a")
		if d := time.Since(start); d != time.Second || it.late(time.Now()) || !it.late(time.Now().Add(historic+1)) {
			t.Errorf("got it after %v, put at %v", d, it.since)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := q.Next(ctx); err != context.DeadlineExceeded {
			t.Errorf("got %v, want the context's error", err)
		}
	})
}

// TestQueueReplacesBySize puts a larger message in the place of a retained one: others make room for it.
func TestQueueReplacesBySize(t *testing.T) {
	q := newQueue(800)
	put(t, q, "=h", "a", "b", "c")
	next(t, q, "=h") // the first is under way
	large := message("=i")
	large.Payload = append(large.Payload, make([]byte, 200)...)
	for range 2 {
		if err := q.Put(large); err != nil {
			t.Fatal(err)
		}
	}
	if s := q.Stats(); s.Depth != 3 || s.Bytes != 800 || s.Dropped != 2 {
		t.Errorf("got %+v, want 3 messages of 800 bytes and 2 dropped", s)
	}
	put(t, q, "=i")
	if s := q.Stats(); s.Bytes != 600 || drain(q) != "=h c =i" || q.Stats().Bytes != 0 {
		t.Errorf("got %+v, want 600 bytes, and 0 when it is empty", s)
	}
}
