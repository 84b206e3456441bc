package why

import (
	"bytes"
	"slices"
	"testing"
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
		if want := append(slices.Clone(before), `"last"`); len(file) <= LeastLimit/segmentsWanted && !slices.Equal(after, want) {
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
