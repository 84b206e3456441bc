package main

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// event is what the device "d" sends of pipeline p.
func event(boot string, seq int, more string) []byte {
	return fmt.Appendf(nil, `{"id":"%s-p-%d","seq":%d,"boot":"%s","time":"2026-03-01T12:04:05.678Z","pipeline":"p"%s}`, boot, seq, seq, boot, more)
}

// play has events accepted ("+a1": number 1 of boot a), refused ("-a1") and arrive ("a1"), in that order.
func play(t *testing.T, story string) *ledger {
	t.Helper()
	l := newLedger()
	l.begin("d", "a")
	l.begin("d", "b")
	for word := range strings.FieldsSeq(story) {
		boot, seq := strings.TrimLeft(word, "+-")[:1], 0
		if _, err := fmt.Sscan(strings.TrimLeft(word, "+-")[1:], &seq); err != nil {
			t.Fatal(err)
		}
		var err error
		switch s := (stream{"d", boot, "p"}); word[0] {
		case '+':
			err = l.accept(s, uint64(seq))
		case '-':
			err = l.refuse(s, uint64(seq))
		default:
			l.arrive("edged/d/p/labels", event(boot, seq, ""))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return l
}

func TestLedger(t *testing.T) {
	for _, tt := range []struct {
		name, story string
		want        sums
		bad         string // part of the verdict
	}{
		{"all is well", "+a1 +a2 a1 a2", sums{Accepted: 2, Arrived: 2}, ""},
		{"it arrives before the source has said so", "a1 +a1", sums{Accepted: 1, Arrived: 1}, ""},
		{"one is lost", "+a1 +a2 a2", sums{Accepted: 2, Arrived: 1, Missing: 1}, "a-p-1 of d has not arrived"},
		{"the last is lost", "+a1 +a2 a1", sums{Accepted: 2, Arrived: 1, Missing: 1}, "a-p-2 of d has not arrived"},
		{"what was not accepted may be lost", "+a1 +a3 a1 a3", sums{Accepted: 2, Arrived: 2}, ""},
		{"what was refused may arrive or not", "-a1 -a2 +a3 a2 a3", sums{Accepted: 1, Refused: 2, Arrived: 2}, ""},
		{"repeats", "+a1 +a2 a1 a2 a1 a2", sums{Accepted: 2, Arrived: 2, Repeats: 2}, ""},
		{"an older one after a newer", "+a1 +a2 a2 a1", sums{Accepted: 2, Arrived: 2, Disordered: 1}, "a-p-1 arrived after number 2"},
		{"a run after the one before", "+a1 a1 +b1 b1", sums{Accepted: 2, Arrived: 2}, ""},
		{"a run before the one before is done", "+a1 +b1 b1 a1", sums{Accepted: 2, Arrived: 2, Disordered: 1}, "b-p-1 arrived while 1 accepted events of boot a were missing"},
		{"a boot that there never was", "c1", sums{Altered: 1}, `a boot "c" of device "d" that there never was`},
	} {
		l := play(t, tt.story)
		err := l.verdict()
		if got := l.total(); got != tt.want {
			t.Errorf("%s: got %+v, want %+v", tt.name, got, tt.want)
		}
		if (err == nil) != (tt.bad == "") || err != nil && !strings.Contains(err.Error(), tt.bad) {
			t.Errorf("%s: got %v, want %q", tt.name, err, tt.bad)
		}
	}
}

func TestLedgerReadsPayloads(t *testing.T) {
	l := newLedger()
	l.begin("d", "a")
	for _, m := range []struct{ topic, payload string }{
		{"edged/d/p/labels", string(event("a", 1, `,"degraded":["outbox: no space left on device"],"historical":false`))},
		{"edged/d/p/labels", string(event("a", 1, `,"degraded":["outbox: no space left on device"],"historical":true`))}, // the same
		{"edged/d/p/labels", string(event("a", 2, `,"degraded":[],"historical":true`))},
	} {
		l.arrive(m.topic, []byte(m.payload))
	}
	want := sums{Arrived: 2, Repeats: 1, Historical: 1, Degraded: 1}
	if got := l.total(); got != want || l.verdict() != nil {
		t.Errorf("got %+v, %v, want %+v", got, l.verdict(), want)
	}
	for _, bad := range []struct{ topic, payload string }{
		{"edged/d/p/labels", string(event("a", 1, `,"degraded":["mic: gone"],"historical":true`))}, // says something else
		{"edged/e/p/labels", string(event("a", 3, ""))},                                            // another's
		{"edged/d/q/labels", string(event("a", 3, ""))},
		{"edged/d/p/labels", strings.Replace(string(event("a", 3, "")), "a-p-3", "a-p-4", 1)},
		{"edged/d/p/labels", string(event("a", 0, ""))},
		{"edged/d/p/labels", string(event("a", 1<<30, ""))},
		{"edged/d/p/labels", "{"},
		{"edged/d", string(event("a", 3, ""))},
	} {
		before := l.total().Altered
		l.arrive(bad.topic, []byte(bad.payload))
		if l.total().Altered != before+1 {
			t.Errorf("%s %s: taken for an event", bad.topic, bad.payload)
		}
	}
}

func TestOpenLedger(t *testing.T) {
	l := newLedger()
	l.open = true
	l.arrive("edged/d/p/labels", event("a", 1, ""))
	l.arrive("edged/e/p/labels", event("b", 1, ""))
	if l.only("d") != "a" || l.only("e") != "b" || l.only("f") != "" || l.total().Altered != 0 {
		t.Errorf("got %q, %q, %q, %+v", l.only("d"), l.only("e"), l.only("f"), l.total())
	}
	l.arrive("edged/d/p/labels", event("b", 2, "")) // e's boot
	l.arrive("edged/f/p/labels", event("a", 2, "")) // d's
	if got := l.total().Altered; got != 2 {
		t.Errorf("got %d events of other devices noticed, want 2", got)
	}
}

func TestLedgerMarks(t *testing.T) {
	l := newLedger()
	l.begin("d", "a")
	second, first, now := l.reached(2), l.reached(1), l.reached(0)
	reached := func() (all string) {
		for _, c := range []<-chan struct{}{now, first, second} {
			select {
			case <-c:
				all += "x"
			default:
				all += "."
			}
		}
		return all
	}
	for i, want := range []string{"x..", "xx.", "xxx"} {
		if got := reached(); got != want {
			t.Errorf("%d accepted: got %s, want %s", i, got, want)
		}
		if err := l.accept(stream{"d", "a", "p"}, uint64(i+1)); err != nil {
			t.Fatal(err)
		}
	}
}

func TestQuantile(t *testing.T) {
	all := []time.Duration{4 * time.Second, time.Second, 3 * time.Second, 2 * time.Second, 5 * time.Second}
	if got := quantile(all, 0.5); got != 3*time.Second {
		t.Errorf("got %v, want 3s", got)
	}
	if got := quantile(nil, 0.5); got != 0 {
		t.Errorf("got %v of nothing", got)
	}
}

func TestFlat(t *testing.T) {
	for _, tt := range []struct {
		name string
		kib  []int
		ok   bool
	}{
		{"it grows at the start only", []int{10_000, 20_000, 20_000, 20_000}, true},
		{"it grows by a tenth and 4 MiB", []int{20_000, 20_000, 20_000, 20_000 + 2_000 + 4_096}, true},
		{"it grows by more", []int{20_000, 20_000, 20_000, 20_000 + 2_000 + 4_097}, false},
		{"too short to say", []int{1, 1, 1}, false},
	} {
		if _, err := flat(tt.kib); (err == nil) != tt.ok {
			t.Errorf("%s: got %v", tt.name, err)
		}
	}
}
