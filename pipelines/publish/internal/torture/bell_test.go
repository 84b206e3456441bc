package main

import (
	"fmt"
	"strings"
	"testing"
)

// TestToll judges how an alert opens and closes, over two runs: "a1<": it opens, "a2>a1": what opened by a1 closes.
func TestToll(t *testing.T) {
	for _, tt := range []struct {
		name, story string
		twice       uint64
	}{
		{"once each", "a1< a2>a1 a3<", 0},
		{"repeats", "a1< a1< a2>a1 a2>a1", 0},
		{"over a restart", "a1< b1>a1 b2<", 0},
		{"twice", "a1< b1<", 1},
		{"an end without a beginning", "a2>a1", 1},
		{"another's end", "a1< a2>b1", 1},
		{"all goes on after that", "a1< b1< b2>b1 b3<", 1},
	} {
		l := newLedger()
		l.begin("d", "a")
		l.begin("d", "b")
		for word := range strings.FieldsSeq(tt.story) {
			id, opening, closes := strings.Cut(strings.TrimSuffix(word, "<"), ">")
			state := "open"
			if closes {
				state = "closed"
			} else {
				opening = id
			}
			more := fmt.Sprintf(`,"state":"%s","opening":"%s-p-%s"`, state, opening[:1], opening[1:])
			l.arrive("edged/d/p/alert/bell", event(id[:1], int(id[1]-'0'), more))
		}
		if got := l.total(); got.Twice != tt.twice || got.Altered != 0 || (l.verdict() != nil) != (tt.twice > 0) {
			t.Errorf("%s: got %+v, %v; want %d out of turn", tt.name, got, l.verdict(), tt.twice)
		}
	}
}
