package main

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// drawn is a JPEG of bars.
func drawn(t *testing.T, w, h int, bars []color.RGBA) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.SetRGBA(x, y, bars[x*len(bars)/w])
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestPictureMatches(t *testing.T) {
	p := pictures()[0]
	swapped := append([]color.RGBA{}, p.bars...)
	swapped[1], swapped[2] = swapped[2], swapped[1] // as if U and V were
	tests := []struct {
		name    string
		payload []byte
		want    string // of the error
	}{
		{"the right one", drawn(t, 640, 480, p.bars), ""},
		{"another size", drawn(t, 320, 240, p.bars), "the picture is (320,240)"},
		{"other colours", drawn(t, 640, 480, swapped), "bar 1 is {"},
		{"cut short", drawn(t, 640, 480, p.bars)[:2000], "short Huffman data"},
	}
	for _, tt := range tests {
		err := p.matches(tt.payload)
		if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %q", tt.name, err, tt.want)
		}
	}
}

func newWatcher() *watcher {
	return &watcher{news: make(chan struct{}), kept: map[string][]message{}, boots: map[string]bool{}, seqs: map[string]uint64{}}
}

func eventOf(seq int, boot, sensor, degraded string) message {
	return message{time.Now(), "room/labels", fmt.Appendf(nil, `{"boot":%q,"seq":%d,"pipeline":"room","sensor":%q,"degraded":[%s]}`, boot, seq, sensor, degraded)}
}

func TestWatcherCounts(t *testing.T) {
	w := newWatcher()
	for i, seq := range []int{5, 6, 7, 9, 10} {
		boot := "a"
		if i == 4 {
			boot = "b"
		}
		w.take(eventOf(seq, boot, "cam", ""))
	}
	if w.gaps != 1 || len(w.boots) != 2 || w.seqs["room"] != 10 {
		t.Errorf("got %d gaps, boots %v, last %d; want 1, two, 10", w.gaps, w.boots, w.seqs["room"])
	}
	for range 2 * keepPerTopic {
		w.take(message{time.Now(), "mic/reading", nil})
	}
	if n := len(w.kept["mic/reading"]); n != keepPerTopic {
		t.Errorf("got %d messages kept, want %d", n, keepPerTopic)
	}
}

func TestWatcherAwaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWatcher()
		w.take(eventOf(1, "a", "cam", "")) // before it is asked for: does not count
		time.Sleep(time.Second)
		began := time.Now()
		go func() {
			for _, m := range []struct{ sensor, degraded string }{{"mic", ""}, {"cam", `"cam: unplugged"`}, {"cam", `"mic: no samples"`}} {
				time.Sleep(time.Second)
				w.take(eventOf(2, "a", m.sensor, m.degraded))
			}
		}()
		m, err := w.await("room/labels", began, 5*time.Second, well("cam"))
		if err != nil || m.at.Sub(began) != 3*time.Second {
			t.Errorf("got %v after %v, want cam well after 3 s", err, m.at.Sub(began))
		}
		var says string
		if _, err := w.await("room/labels", began, 5*time.Second, ill("cam", &says)); err != nil || says != "unplugged" {
			t.Errorf("got %q, %v, want that cam is unplugged", says, err)
		}
		time.Sleep(time.Second)
		_, err = w.await("room/labels", time.Now(), 5*time.Second, well("cam"))
		if err == nil || time.Since(began) != 9*time.Second {
			t.Errorf("got %v after %v, want an error 5 s later", err, time.Since(began))
		}
	})
}

func TestLevel(t *testing.T) {
	var held []map[string]int
	for i := range 40 {
		held = append(held, map[string]int{"fds": 20 - i%2, "VmRSS": 30000 + 100*i, "Threads": min(8+i, 14)})
	}
	for name, want := range map[string]bool{"fds": true, "Threads": true, "VmRSS": false, "none": false} {
		if says, err := level(held, name, 500); (err == nil) != want {
			t.Errorf("%s: got %q, %v, want flat to be %v", name, says, err, want)
		}
	}
	if _, err := level(held[:7], "fds", 0); err == nil {
		t.Error("seven samples are enough")
	}
}

func TestTableCounts(t *testing.T) {
	var out bytes.Buffer
	table := newTable(&out, "arm64")
	table.row("one holds", func() (string, error) { return "so it says", nil })
	table.row("one does not", func() (string, error) { return "never seen", errors.New("because") })
	err := table.end()
	if err == nil || err.Error() != "arm64: 1 of 2 assertions failed" {
		t.Errorf("got %v", err)
	}
	for _, want := range []string{"one holds: so it says\n", "FAILED", "one does not: because\n", "arm64: 2 assertions, 1 failed"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the table lacks %q:\n%s", want, &out)
		}
	}
}
