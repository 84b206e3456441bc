package main

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestLifeReadsLines(t *testing.T) {
	l := newLedger()
	l.begin("d", "a")
	v := &life{ledger: l, device: "d", boot: "a", refusals: map[string]int{}}
	w := &lines{take: v.take}
	for _, part := range []string{"+ p01 1\n+ p0", "1 2\n", "- p01 3 outbox: no space left on device\n= 3 delivered\n"} {
		if n, err := w.Write([]byte(part)); n != len(part) || err != nil {
			t.Fatal(n, err)
		}
	}
	if got, want := l.total(), (sums{Accepted: 2, Refused: 1, Missing: 2}); got != want || v.bad != nil {
		t.Errorf("got %+v, %v, want %+v", got, v.bad, want)
	}
	if v.figures != "3 delivered" || v.refusals["outbox: no space left on device"] != 1 {
		t.Errorf("got figures %q, refusals %v", v.figures, v.refusals)
	}
	for _, bad := range []string{"panic: so it is", "+ p01", "+ p01 x", "+ p01 0", "? p01 1"} {
		v.bad = nil
		if v.take(bad); v.bad == nil {
			t.Errorf("%q: taken for a source's", bad)
		}
	}
}

func TestMoments(t *testing.T) {
	m := moments(rand.New(rand.NewPCG(1, 1)), 1000, 100)
	if len(m) != 1000 || !slices.IsSorted(m) || m[0] != 1 || m[999] != 100 {
		t.Errorf("got %d from %d to %d", len(m), m[0], m[len(m)-1])
	}
}

func TestProfileTellsHowManyEventsWerePut(t *testing.T) {
	const profile = `          model    stage  times  mean ms    p50    p90    p99    max  core %
  room/room-air     wait      5    0.144  0.057  0.233  0.233  0.233       -
                  decode      4    0.003  0.003  0.003  0.003  0.003    0.00
                    sink     17    0.074  0.020  0.128  0.131  0.131    0.00
            all                                                         0.01
`
	if got := fmt.Sprint(sinkCount.FindAllStringSubmatch(profile, -1)); got != "[[                    sink     17  17]]" {
		t.Errorf("got %s", got)
	}
}

func TestFreePortsAreDifferent(t *testing.T) {
	ports, err := freePorts(20)
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(ports)
	if got := len(slices.Compact(ports)); got != 20 {
		t.Errorf("got %d different ports, want 20", got)
	}
}
