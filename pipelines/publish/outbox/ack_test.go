package outbox

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// TestAckIsRemembered kills the process at different times after an acknowledgement.
func TestAckIsRemembered(t *testing.T) {
	for name, tt := range map[string]struct {
		then func(t *testing.T, box *Outbox, d *disk) *disk
		want []string
	}{
		"at once": {func(t *testing.T, box *Outbox, d *disk) *disk { return d.kill() }, []string{"a", "B", "c"}},
		"a second later": {func(t *testing.T, box *Outbox, d *disk) *disk {
			time.Sleep(cursorEvery)
			synctest.Wait()
			return d.kill()
		}, []string{"c"}},
		"after the next commit, by a power cut": {func(t *testing.T, box *Outbox, d *disk) *disk {
			say(t, box, "d")
			return d.cutPower()
		}, []string{"c", "d"}},
		"after Close, by a power cut": {func(t *testing.T, box *Outbox, d *disk) *disk {
			if err := box.Close(); err != nil {
				t.Error(err)
			}
			return d.cutPower()
		}, []string{"c"}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := newDisk(1)
				box := on(t, d)
				say(t, box, "a", "B", "c")
				box.Ack(2)
				after := tt.then(t, box, d)
				again := on(t, after)
				expect(t, "after it", words(t, again), tt.want...)
				for _, b := range []*Outbox{box, again} {
					_ = b.Close() // stops its timer; the first may be closed
				}
			})
		})
	}
}

func TestDamagedCursor(t *testing.T) {
	d := newDisk(1)
	box := on(t, d)
	say(t, box, "a", "b")
	box.Ack(1)
	if err := box.Close(); err != nil {
		t.Fatal(err)
	}
	d.files0[cursorName].data[3] ^= 1
	var log bytes.Buffer
	box, err := Open(Options{files: d, Log: slog.New(slog.NewTextHandler(&log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	got := words(t, box)
	if !strings.Contains(log.String(), "cursor is damaged") {
		t.Errorf("got %q in the log", &log)
	}
	expect(t, "by the seal, which says it as well", got, "b")
}

func TestAckBeyondTheLast(t *testing.T) {
	box := on(t, newDisk(1))
	box.Ack(1000)
	say(t, box, "a")
	expect(t, "after it", words(t, box), "a")
	box.Ack(1)
	box.Ack(0)
	expect(t, "in the end", words(t, box))
	if err := box.Close(); err != nil {
		t.Fatal(err)
	}
}
