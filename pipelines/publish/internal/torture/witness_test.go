package main

import (
	"strings"
	"testing"
)

func TestWitness(t *testing.T) {
	devices := []*device{{name: "d"}, {name: "e"}}
	for _, tt := range []struct {
		name, story string // messages: a device and a boot, a colon, a number of an event or a word of availability
		accepted    uint64 // of each device
		bad         string
	}{
		{"all is well", "da:1 da:2 eb:1 eb:2 da:stopped eb:stopped", 2, ""},
		{"one is lost", "da:1 da:2 eb:1 da:stopped eb:stopped", 2, "b-room-2 of e has not arrived"},
		{"another's event", "da:1 eb:1 da:2 ea:2 eb:2 da:stopped eb:stopped", 2, `a boot "a" of device "e"`},
		{"a stranger", "da:1 eb:1 da:stopped eb:stopped fc:online", 1, "2 devices, of which 2 have stopped, among 3"},
		{"one has not said goodbye", "da:1 eb:1 da:stopped eb:online", 1, "2 devices, of which 1 have stopped"},
	} {
		w := newWitness("w", nil)
		for word := range strings.FieldsSeq(tt.story) {
			who, what, _ := strings.Cut(word, ":")
			device, boot := who[:1], who[1:]
			if strings.Trim(what, "0123456789") != "" {
				w.hear("edged/"+device+"/availability", []byte(what))
				continue
			}
			payload := `{"id":"B-room-N","seq":N,"boot":"B","time":"2026-03-01T12:04:05.678Z","pipeline":"room"}`
			w.hear("edged/"+device+"/room/labels", []byte(strings.NewReplacer("B", boot, "N", what).Replace(payload)))
		}
		for _, d := range devices {
			if err := w.enter(d.name, tt.accepted); err != nil {
				t.Errorf("%s: %v", tt.name, err)
			}
		}
		err := w.verdict(devices)
		if (err == nil) != (tt.bad == "") || err != nil && !strings.Contains(err.Error(), tt.bad) {
			t.Errorf("%s: got %v, want %q", tt.name, err, tt.bad)
		}
	}
}
