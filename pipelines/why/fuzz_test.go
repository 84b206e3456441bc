package why

import (
	"bytes"
	"encoding/json"
	"slices"
	"testing"
	"time"

	"edged/pipelines/alerts"
)

// FuzzRing opens a ring on any bytes. What can be read of them stays so, and what is put then comes last. With mend, the
// checksums of all lines are made right, so that what they hold is believed.
func FuzzRing(f *testing.F) {
	for _, lines := range [][]string{{}, {`{"alert":"fire"}`}, {`"a"`, `{"lost":3}`, `"b"`}, {`{"lost":-1}`, `{"lost":1e99}`}} {
		m := newMemory()
		say(ringOn(f, m, &bytes.Buffer{}), lines...)
		f.Add(m.files[1], false)
		f.Add(m.files[1], true)
	}
	f.Fuzz(func(t *testing.T, file []byte, mend bool) {
		m := newMemory()
		if m.files[1] = bytes.Clone(file); mend {
			m.files[1] = mended(file)
		}
		before, was := m.lines(t)
		say(ringOn(t, m, &bytes.Buffer{}), `"last"`)
		after, is := m.lines(t)
		if want := append(slices.Clone(before), `"last"`); len(file) <= testLimit/segmentsWanted && !slices.Equal(after, want) {
			t.Errorf("got %q, want %q", after, want)
		}
		if is.Lines != len(after) || was.Lost < 0 || is.Lost < was.Lost {
			t.Errorf("got %+v, then %+v", was, is)
		}
	})
}

// mended returns the lines of a file with their checksums made right.
func mended(file []byte) (b []byte) {
	for line := range bytes.Lines(file) {
		if text := bytes.TrimSuffix(line, []byte("\n")); len(text) > sumDigits {
			b = appendLine(b, text[sumDigits+1:])
		}
	}
	return b
}

// FuzzExplain asks about whatever a ring's lines say, at their times and between them: there is an answer, or an error.
func FuzzExplain(f *testing.F) {
	for _, l := range []*alerts.Trace{looked(0, alerts.Idle, "R-room-1"), looked(1, alerts.Waiting, "R-room-2"), looked(2, alerts.Clearing, "R-room-3"), looked(3, alerts.Closed, "")} {
		l.ClearWhen, l.Open, l.Rule.Ease = &l.When, l.Outcome == alerts.Clearing, 0.1
		text, err := json.Marshal(l)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text, text, "R-room-2")
	}
	f.Add([]byte(`{"time":"2026-11-26T12:00:00Z","alert":"a","outcome":"opened"}`), []byte(`{"time":"0001-01-01T00:00:01Z","alert":"a","outcome":"?","open":true}`), "-1")
	f.Fuzz(func(t *testing.T, first, second []byte, event string) {
		h := &History{traces: map[Key][]alerts.Trace{}}
		for _, text := range [][]byte{first, second} {
			h.take(text, func(Key) bool { return true })
		}
		h.settle()
		h.Find(event)
		for _, k := range h.Keys {
			for _, l := range h.traces[k] {
				for _, span := range []time.Duration{0, time.Second, time.Hour} {
					answer, err := h.Explain(k, Moment{l.Time, l.Time.Add(span)}, time.UTC)
					if err == nil && (answer.Text == "" || len(answer.Sheet(time.UTC)) == 0) {
						t.Errorf("no words for %s", first)
					}
				}
			}
		}
	})
}
