package topic

import (
	"errors"
	"strings"
	"testing"
)

func TestTopics(t *testing.T) {
	tests := []struct {
		name string
		t    Templates
		want string // info, an event's, an alert's, a reading's, a snapshot's
	}{
		{"the default", Templates{}, "edged/porch/info edged/porch/room/labels edged/porch/room/alert/fire edged/porch/air/reading edged/porch/cam/snapshot"},
		{"a prefix", Templates{Prefix: "site-3/{device}/ai"}, "site-3/porch/ai/info site-3/porch/ai/room/labels site-3/porch/ai/room/alert/fire site-3/porch/ai/air/reading site-3/porch/ai/cam/snapshot"},
		{"all", Templates{"{device}", "events/{kind}/{pipeline}", "alerts/{pipeline}.{alert}", "{sensor}", "pictures/{sensor}.jpg"}, "porch/info porch/events/labels/room porch/alerts/room.fire porch/air porch/pictures/cam.jpg"},
	}
	for _, tt := range tests {
		tree, err := New("porch", tt.t)
		if err != nil {
			t.Fatalf("%s: %v", tt.name, err)
		}
		ev, err1 := tree.Event("room", "labels")
		a, err4 := tree.Alert("room", "fire")
		r, err2 := tree.Reading("air")
		s, err3 := tree.Snapshot("cam")
		if err := errors.Join(err1, err2, err3, err4); err != nil {
			t.Errorf("%s: %v", tt.name, err)
		}
		if got := strings.Join([]string{tree.Device("info"), ev, a, r, s}, " "); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.name, got, tt.want)
		}
	}
}

func TestWrongTemplates(t *testing.T) {
	tests := []struct {
		name string
		t    Templates
		want string
	}{
		{"a prefix that all devices share", Templates{Prefix: "edged"}, `prefix: "edged" lacks {device}`},
		{"an unknown placeholder", Templates{Prefix: "{device}/{site}"}, `prefix: "{device}/{site}" has other braces than {device}`},
		{"an event without its kind", Templates{Event: "{pipeline}"}, `event: "{pipeline}" lacks {kind}`},
		{"an empty level", Templates{Reading: "{sensor}//x"}, `reading: "{sensor}//x": level name "" cannot be part of an MQTT topic`},
		{"a wildcard", Templates{Reading: "{sensor}/+"}, `reading: "{sensor}/+": level name "+" cannot be part of an MQTT topic`},
		{"the broker's own", Templates{Prefix: "$SYS/{device}"}, `prefix: "$SYS/{device}" begins with $, which is the broker's`},
		{"a slash at the end", Templates{Prefix: "{device}/"}, `prefix: "{device}/": level name ""`},
		{"what is the device's", Templates{Reading: "health/{sensor}"}, `reading: "health/{sensor}" begins with "health", a topic of the daemon's own`},
		{"an alert without its name", Templates{Alert: "{pipeline}/alert"}, `alert: "{pipeline}/alert" lacks {alert}`},
		{"one for all events", Templates{Event: "{kind}/{pipeline}", Alert: "{alert}/{pipeline}"}, `alert: "{alert}/{pipeline}" is that of other events too`},
		{"one for two", Templates{Reading: "{sensor}", Snapshot: "{sensor}"}, `snapshot: "{sensor}" is that of readings too`},
		{"too long", Templates{Snapshot: "{sensor}" + strings.Repeat("x", 200)}, `snapshot: 208 bytes, at most 200 can be`},
	}
	for _, tt := range tests {
		_, err := New("porch", tt.t)
		var e *Error
		if !errors.As(err, &e) || !strings.HasPrefix(err.Error(), "topics: "+tt.want) {
			t.Errorf("%s: got %v, want %s", tt.name, err, tt.want)
		}
	}
}

func TestWrongNames(t *testing.T) {
	if _, err := New("a/b", Templates{}); err == nil || !strings.HasPrefix(err.Error(), `device: name "a/b"`) {
		t.Errorf("got %v", err)
	}
	tree, err := New("porch", Templates{})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"", "#", "a\x00", strings.Repeat("x", 201)} {
		_, err1 := tree.Event(name, "labels")
		_, err2 := tree.Reading(name)
		_, err3 := tree.Snapshot(name)
		if err1 == nil || err2 == nil || err3 == nil {
			t.Errorf("%q: got %v, %v, %v, want errors", name, err1, err2, err3)
		}
	}
}

func TestLevel(t *testing.T) {
	for name, ok := range map[string]bool{
		"cam": true, "living room": true, "Küche": true, "": false, "a/b": false, "+": false, "a#": false, "a\x00": false,
		"a\xff": false, strings.Repeat("x", 201): false,
	} {
		if err := level(name); (err == nil) != ok {
			t.Errorf("%q: got %v", name, err)
		}
	}
}
