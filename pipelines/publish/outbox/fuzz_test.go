package outbox

import (
	"bytes"
	"encoding/binary"
	"testing"
)

// The names of fuzzed segments. Their salt is 0.
const (
	fuzzEvents = "events-0000000000000001-00000000.log"
	fuzzAlerts = "alerts-0000000000000002-00000000.log"
)

// FuzzLoad opens an outbox on any bytes. What comes has rising IDs and an end; what is put then comes last, now and after
// another start. With mend, the checksums of all that looks like a head are made right, so that its fields are believed.
func FuzzLoad(f *testing.F) {
	for _, words := range [][]string{{}, {"a"}, {"a", "B", "c", "D"}} {
		for _, closed := range []bool{false, true} {
			d := newDisk(1)
			box := on(f, d)
			box.salt, box.step = 0, 256
			say(f, box, words...)
			box.Ack(1)
			if closed {
				box.Close()
			}
			leave(box)
			_, events := d.only(f, "events")
			_, alerts := d.only(f, "alerts")
			_, cursor := d.only(f, "cursor")
			f.Add(events, alerts, cursor, closed)
		}
	}
	low := head{id: 3, at: 1, kind: seal} // says that no ID is above 3
	e := word("far above")
	b := appendEntry(nil, 0, head{id: 1 << 40}, &e)
	f.Add(low.append(b, 0), []byte{}, []byte{}, false)
	f.Fuzz(func(t *testing.T, events, alerts, cursor []byte, mend bool) {
		d := newDisk(1)
		for name, data := range map[string][]byte{fuzzEvents: events, fuzzAlerts: alerts, cursorName: cursor} {
			data = bytes.Clone(data)
			if mend {
				mendSums(data)
			}
			d.files0[name] = &inode{data: data, safe: data}
		}
		box := on(t, d)
		before := words(t, box)
		box.Stats()
		say(t, box, "last")
		if after := words(t, box); after[len(after)-1] != "last" || len(after) != len(before)+1 {
			t.Errorf("got %q, then %q", before, after)
		}
		again := words(t, on(t, d.kill()))
		if len(again) == 0 || again[len(again)-1] != "last" {
			t.Errorf("got %q after another start", again)
		}
	})
}

// mendSums makes the sums of all heads right.
func mendSums(b []byte) {
	le := binary.LittleEndian
	for ; len(b) >= headLen; b = b[padding:] {
		if le.Uint32(b) != magic {
			continue
		}
		if n := int64(le.Uint32(b[4:])); headLen+n <= int64(len(b)) {
			le.PutUint32(b[36:], sum(0, b[headLen:headLen+n]))
		}
		le.PutUint32(b[40:], sum(0, b[:40]))
	}
}
