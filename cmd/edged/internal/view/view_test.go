package view

import (
	"bytes"
	"flag"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "write testdata anew")

// slope is a picture that gets brighter to the right, and redder downwards.
func slope(t *testing.T, w, h int) []byte {
	t.Helper()
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			m.SetRGBA(x, y, color.RGBA{uint8(max(x*255/w, y*255/h)), uint8(x * 255 / w), uint8(x * 255 / w), 255})
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

var noon = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)

// telling returns a view of a device that has said something of everything.
func telling(t *testing.T, e *terminal, ink Ink) *View {
	t.Helper()
	v := &View{Device: NewDevice("demo"), Screen: NewScreen(e, e.size), Ink: ink, Options: Options{
		Title: "edged demo: a simulated room, seed 1", Footer: "mosquitto_sub -h 127.0.0.1 -p 45395 -t 'edged/demo/room/#'",
		Story: func(time.Time) Moment {
			return Moment{At: 42 * time.Second, Of: 150 * time.Second, Truth: "a person sits at the table, a cat is there, the kettle boils."}
		},
	}}
	for i := range 30 {
		v.Device.Take("edged/demo/mic/reading", fmt.Appendf(nil, `{"values":{"level":{"value":%d,"unit":"dBFS"},"peak":{"value":-9,"unit":"dBFS"}}}`, -60+2*i), noon)
	}
	for _, m := range []struct{ topic, payload string }{
		{"edged/demo/room/labels", `{"labels":[{"name":"knock","score":0.97}],"ages_ms":{"cam":1},"degraded":[]}`},
		{"edged/demo/room/caption", `{"labels":[],"caption":"a person sits at the table, the kettle boils.","ages_ms":{},"degraded":[]}`},
		{"edged/demo/air/reading", `{"values":{"temperature":{"value":21.44,"unit":"°C"},"co2":{"value":612.4,"unit":"ppm"},"vibration":{"value":0.0021,"unit":"g"},"pressure":{"value":98123,"unit":"Pa"},"humidity":{"value":45,"unit":"%"}}}`},
		{"edged/demo/room/labels", `{"labels":[{"name":"kettle","score":0.71},{"name":"person","score":0.9375}],"ages_ms":{"cam":180.2,"mic":40,"air":800},
			"contributions":{"cam":0.55,"mic":0.27},"degraded":["air: no samples for 3.2 s"]}`},
		{"edged/demo/room/alert/fire", `{"alert":"fire","state":"open","severity":"critical","reason":"holds for 2 s: label(\"fire\") > 0.8 with 0.93"}`},
		{"edged/demo/room/alert/door", `{"alert":"door","state":"open","severity":"info"}`},
		{"edged/demo/room/alert/door", `{"alert":"door","state":"closed","severity":"info"}`},
		{"edged/other/room/caption", `{"caption":"another's"}`},
		{"edged/demo/room/caption", `no JSON`},
		{"edged/demo/availability", `online`},
	} {
		v.Device.Take(m.topic, []byte(m.payload), noon)
	}
	v.Device.Take("edged/demo/cam/snapshot", slope(t, 128, 96), noon)
	return v
}

func frame(t *testing.T, v *View, e *terminal, now time.Time) {
	t.Helper()
	if err := v.Draw(now); err != nil {
		t.Fatal(err)
	}
	e.asBefore()
}

// TestScreens compares what stands on terminals of several sizes with testdata.
func TestScreens(t *testing.T) {
	for _, c := range []struct{ cols, rows int }{{80, 24}, {120, 40}, {60, 24}, {40, 12}} {
		e := newTerminal(t, c.cols, c.rows)
		v := telling(t, e, Mono)
		frame(t, v, e, noon)
		v.Device.Take("edged/demo/room/labels", []byte(`{"labels":[{"name":"kettle","score":0.71},{"name":"person","score":0.9375}],"ages_ms":{"cam":180.2,"mic":40,"air":800},
			"contributions":{"cam":0.55,"mic":0.27},"degraded":["air: no samples for 3.2 s"]}`), noon.Add(8*time.Second))
		frame(t, v, e, noon.Add(9*time.Second))
		file := filepath.Join("testdata", fmt.Sprintf("%dx%d.txt", c.cols, c.rows))
		if *update {
			if err := os.WriteFile(file, []byte(e.text()), 0o666); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if got := e.text(); got != string(want) {
			t.Errorf("%dx%d: got\n%s\nwant\n%s", c.cols, c.rows, got, want)
		}
	}
}

// TestInPlace draws in colour over what was drawn, below what was there, above what the user types, around a log, and on a
// terminal that changes its size.
func TestInPlace(t *testing.T) {
	for _, ink := range []Ink{Mono, Palette, Truecolour} {
		e := newTerminal(t, 80, 24)
		fmt.Fprint(e, "$ edged demo\r\n")
		v := telling(t, e, ink)
		frame(t, v, e, noon)
		first := e.text()
		fmt.Fprint(e, "^C")
		frame(t, v, e, noon)
		if got := e.text(); got != first || !strings.HasPrefix(got, "$ edged demo\nedged demo: a simulated room") {
			t.Errorf("ink %d: got\n%s\nwant\n%s", ink, got, first)
		}
		fmt.Fprint(v.Screen, "level=WARN msg=\"\x1b[2Jbad\"\nlevel=WARN msg=more\n")
		frame(t, v, e, noon)
		if got, want := e.text(), strings.Replace(first, "$ edged demo\n", "$ edged demo\nlevel=WARN msg=\"\ufffd[2Jbad\"\nlevel=WARN msg=more\n", 1); got != want {
			t.Errorf("ink %d: got\n%s\nwant\n%s", ink, got, want)
		}
		e.cols, e.rows = 60, 20
		frame(t, v, e, noon)
		if got := e.text(); strings.Count(got, "\n") > 19 || !strings.HasPrefix(got, "edged demo: ") || strings.Count(got, "says ") != 1 {
			t.Errorf("ink %d, smaller: got\n%s", ink, got)
		}
		fmt.Fprint(v.Screen, "the end\n")
		if got := v.Screen.Rest(); string(got) != "the end\n" || len(v.Screen.Rest()) > 0 {
			t.Errorf("got %q of the log", got)
		}
	}
}

// TestUnchangedLinesAreNotWritten counts what a frame without news writes.
func TestUnchangedLinesAreNotWritten(t *testing.T) {
	var b bytes.Buffer
	e := newTerminal(t, 80, 24)
	v := telling(t, e, Truecolour)
	v.Screen = NewScreen(&b, e.size)
	frame(t, v, e, noon)
	first := b.Len()
	frame(t, v, e, noon)
	if again := b.Len() - first; first < 4000 || again > 150 {
		t.Errorf("got frames of %d and %d bytes", first, again)
	}
}

// TestHostileMessages shows what nobody should send.
func TestHostileMessages(t *testing.T) {
	e := newTerminal(t, 80, 24)
	v := telling(t, e, Palette)
	many := strings.Repeat(`{"name":"\u001b[2J","score":1e9},`, 1000)
	for _, m := range []struct{ topic, payload string }{
		{"edged/demo/room/labels", `{"labels":[` + many + `{"score":-1}],"ages_ms":{"` + strings.Repeat("long", 100) + `":-1e300},"contributions":{"cam":1e300},"degraded":["\n\n\u001b"]}`},
		{"edged/demo/room/caption", `{"caption":"\u001b[2J` + strings.Repeat("x", 1000) + `"}`},
		{"edged/demo/mic/reading", `{"values":{"level":{"value":1e308,"unit":"dBFS"}}}`},
		{"edged/demo/cam/snapshot", "\xff\xd8\xff\xc0\x00\x11\x08\xff\xff\xff\xff\x03\x01\x11\x00\x02\x11\x00\x03\x11\x00"},
		{"edged/demo//", ""}, {"edged/demo/", "x"}, {"", ""},
	} {
		v.Device.Take(m.topic, []byte(m.payload), noon)
		frame(t, v, e, noon)
	}
	for i := range 1000 {
		v.Device.Take(fmt.Sprintf("edged/demo/s%d/reading", i), []byte(`{"values":{"x":{"value":1,"unit":"\u001b"}}}`), noon)
		v.Device.Take("edged/demo/room/labels", fmt.Appendf(nil, `{"labels":[{"name":"l%d"}]}`, i), noon)
	}
	frame(t, v, e, noon.Add(5*time.Second))
	if n, m, l := len(v.Device.readings), len(v.Device.seen), len(v.Device.levels); n > mostSensors || m > mostLabels || l > mostLevels {
		t.Errorf("got %d sensors, %d labels, %d levels", n, m, l)
	}
}

func TestInks(t *testing.T) {
	for _, c := range []struct {
		env  map[string]string
		want Ink
		ok   bool
	}{
		{nil, Mono, false},
		{map[string]string{"TERM": "dumb", "COLORTERM": "truecolor"}, Mono, false},
		{map[string]string{"TERM": "xterm-256color", "COLORTERM": "truecolor"}, Truecolour, true},
		{map[string]string{"TERM": "xterm-256color", "COLORTERM": "truecolor", "NO_COLOR": "1"}, Mono, true},
		{map[string]string{"TERM": "tmux-256color"}, Palette, true},
		{map[string]string{"TERM": "linux"}, Palette, true},
		{map[string]string{"TERM": "vt100"}, Mono, true},
	} {
		if got, ok := InkOf(func(k string) string { return c.env[k] }); got != c.want || ok != c.ok {
			t.Errorf("%v: got %v, %v, want %v, %v", c.env, got, ok, c.want, c.ok)
		}
	}
}

// TestPaletteIsNearest compares with all 240 colours.
func TestPaletteIsNearest(t *testing.T) {
	level := []int{0, 95, 135, 175, 215, 255}
	colour := func(i int) (int, int, int) {
		if i >= 232 {
			return 8 + 10*(i-232), 8 + 10*(i-232), 8 + 10*(i-232)
		}
		i -= 16
		return level[i/36], level[i/6%6], level[i%6]
	}
	for v := 0; v < 1<<24; v += 9973 {
		c := rgb{uint8(v >> 16), uint8(v >> 8), uint8(v)}
		least := 1 << 30
		for i := 16; i < 256; i++ {
			least = min(least, c.to(colour(i)))
		}
		// The cube's colour is the nearest in each part, the grey of those near the mean; a step of grey may be missed.
		if got := c.to(colour(c.index())); got > least+60 {
			t.Errorf("%v: got colour %d, off by %d, want %d", c, c.index(), got, least)
		}
	}
}

func TestWords(t *testing.T) {
	if got := wrap("a person sits at the table, the kettle boils.", 20, 2); !slices.Equal(got, []string{"a person sits at the", "table, the kettle b…"}) {
		t.Errorf("got %q", got)
	}
	if got := wrap(strings.Repeat("x", 30), 20, 2); !slices.Equal(got, []string{strings.Repeat("x", 19) + "…", ""}) {
		t.Errorf("got %q", got)
	}
	for part, want := range map[float64]string{-1: "", 0: "", 0.5: "█████", 0.51: "█████▏", 1: "██████████", 7: "██████████"} {
		if got := bar(part, 10); got != want {
			t.Errorf("%v: got %q, want %q", part, got, want)
		}
	}
}
