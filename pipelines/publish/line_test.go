package publish

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// TestLentPayloadsAreCopies puts messages from one buffer, gives and acknowledges some, lets a disk read and take some, and lets
// others be dropped: what was given, and what the disk is reading, says what it did, though the queue uses its memory again.
func TestLentPayloadsAreCopies(t *testing.T) {
	rng, buffer := rand.New(rand.NewPCG(3, 1)), []byte(nil)
	said := func(id uint64) string { return fmt.Sprintf("number %d", id) }
	q := newQueue(2000) // some 14
	var given []item
	var reading []entry
	for n := range uint64(5000) {
		buffer = append(buffer[:0], said(n+1)...)
		e := entry{lent: true}
		e.Topic, e.Payload = "t", buffer
		if err := q.Put(e); err != nil {
			t.Fatal(err)
		}
		switch rng.IntN(5) {
		case 0:
			it, ok := q.look()
			if given = append(given[max(0, len(given)-30):], it); !ok {
				t.Fatal("got nothing of what was put just now")
			}
			if rng.IntN(2) == 0 {
				q.Ack(it)
			}
		case 1:
			if reading == nil {
				reading = q.peek(600)
			}
		case 2:
			if reading != nil {
				q.stored(reading[len(reading)-1].id)
				reading = nil
			}
		}
		for _, it := range given {
			if string(it.Payload) != said(it.id) {
				t.Fatalf("got %q of %d, after %d", it.Payload, it.id, n)
			}
		}
		for _, e := range reading {
			if string(e.Payload) != said(e.id) {
				t.Fatalf("got %q of %d that the disk reads, after %d", e.Payload, e.id, n)
			}
		}
	}
	if len(q.blanks) == 0 || cap(q.waiting.array) > 64 || q.Stats().Dropped == 0 {
		t.Errorf("got %d spare payloads, room for %d, %+v", len(q.blanks), cap(q.waiting.array), q.Stats())
	}
}

// TestLineAfterABacklog puts more than is kept room for, takes it out one by one, and looks at what is held then.
func TestLineAfterABacklog(t *testing.T) {
	var l line
	const n = 5 * keptPlaces
	for round := range 3 {
		for i := range uint64(n) {
			l.append(entry{id: i})
		}
		if round == 1 {
			l.remove(7)
			l.skip(l.len())
		}
		for i := uint64(0); l.len() > 0; i++ {
			if got := l.all()[0].id; got != i || l.len() != n-int(i) {
				t.Fatalf("got %d of %d, want %d", got, l.len(), i)
			}
			l.skip(1)
		}
		if cap(l.array) != 0 {
			t.Errorf("an empty line has room for %d", cap(l.array))
		}
	}
	for i := range uint64(10 * n) { // and two at a time
		l.append(entry{id: i})
		if i > 0 {
			l.skip(1)
		}
	}
	if cap(l.array) > 8 || l.len() != 1 || l.all()[0].id != 10*n-1 {
		t.Errorf("got %d with room for %d", l.len(), cap(l.array))
	}
}
