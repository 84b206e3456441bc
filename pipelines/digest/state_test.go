package digest

import (
	"bytes"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"edged/pipelines"
	"edged/sensors"
)

// life is an hour with all that a Digest counts, one thing a second.
func life(d *Digest, second int) []*pipelines.Event {
	at := noon.Add(time.Duration(second) * time.Second)
	names := []string{"fire", "person", "dog"}
	d.See(labels(at, names[second/300%3:][:second/200%2]...))
	d.Read("air", &sensors.Reading{Time: at, Values: []sensors.Value{{Name: "co2", Unit: sensors.PPM, Value: 400 + float64(second)/7}}})
	switch second % 600 {
	case 100:
		d.See(alert(at, "smoke", pipelines.Open))
	case 250:
		d.See(alert(at, "smoke", pipelines.Closed))
	}
	state := pipelines.OK
	if second/120%5 == 3 {
		state = pipelines.Failing
	}
	return d.Look(at, []pipelines.Sense{{Sensor: "mic", State: state, Why: "gone", Age: time.Second}})
}

// TestRestartAnywhere has the digest of a run that goes on, however often it is begun anew.
func TestRestartAnywhere(t *testing.T) {
	run := func(every int) *pipelines.Digest {
		d := open(t, Options{Hourly: true, Languages: []string{"en"}})
		var due []*pipelines.Event
		for i := range 3601 {
			if every > 0 && i%every == every-1 {
				d = again(t, d)
			}
			due = append(due, life(d, i)...)
		}
		sum := one(t, due).Digest
		if lacks := time.Hour - sum.Covered; every == 0 && lacks > 0 || every > 0 && lacks > time.Duration(3600/every+1)*time.Second {
			t.Errorf("begun anew every %d s: %v are missing", every, lacks)
		}
		sum.Covered = 0
		return sum
	}
	want := run(0)
	if len(want.Happened) < 2 || len(want.Alerts) != 1 || len(want.Silent) != 1 || len(want.Readings) != 1 {
		t.Fatalf("too little happens: %+v", want)
	}
	for _, every := range []int{1000, 97, 7} {
		if got := run(every); !reflect.DeepEqual(got, want) {
			t.Errorf("begun anew every %d s: got\n%+v\nwant\n%+v", every, got, want)
		}
	}
}

// TestStateIsTheSame has the same bytes of the same counts.
func TestStateIsTheSame(t *testing.T) {
	d := open(t, Options{Hourly: true, Daily: true})
	for i := range 2000 {
		life(d, i)
	}
	first, err1 := d.State()
	for range 5 {
		if s, err := d.State(); err != nil || err1 != nil || !bytes.Equal(s, first) {
			t.Fatalf("got other bytes: %v, %v", err1, err)
		}
	}
	if s, err := again(t, d).State(); err != nil || !bytes.Equal(s, first) {
		t.Errorf("after a restart: %v, got\n%s\nwant\n%s", err, s, first)
	}
}

// TestDownOverTheEnd gives the digest of an hour that ended while nobody watched, and says how much of it is known.
func TestDownOverTheEnd(t *testing.T) {
	d := open(t, Options{Hourly: true})
	d.Look(noon, nil)
	tell(d, noon, noon.Add(20*time.Minute), "person")
	ev := one(t, again(t, d).Look(noon.Add(5*time.Hour), nil))
	const want = "From 12:00 to 13:00, of which 20 min were watched. A person was there all the time."
	if ev.Caption != want || !ev.Digest.Until.Equal(noon.Add(20*time.Minute-500*time.Millisecond)) {
		t.Errorf("got %s, until %v; want %s", ev.Caption, ev.Digest.Until, want)
	}
}

// TestWhatIsNoState is an error, and changes nothing.
func TestWhatIsNoState(t *testing.T) {
	for text, want := range map[string]string{
		``:              "unexpected end",
		`{"Version":7}`: "version 7, want 2",
		`{"Version":2,"Spans":[{"Period":"hour","From":"2026-03-01T12:00:00Z","To":"2026-03-01T12:00:00Z"}]}`: "watched for 0s",
	} {
		d := open(t, Options{Hourly: true})
		if err := d.Restore([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", text, err, want)
		}
		if due := d.Look(noon, nil); len(due) > 0 {
			t.Errorf("%s: got %d digests", text, len(due))
		}
	}
}

// FuzzRestore goes on with any state: events can be made, and states written.
func FuzzRestore(f *testing.F) {
	d := open(f, Options{Hourly: true, Daily: true})
	for i := range 900 {
		life(d, i)
	}
	state, err := d.State()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(state)
	f.Add(bytes.ReplaceAll(state, []byte(`"On":true`), []byte(`"On":false`)))
	f.Add(bytes.ReplaceAll(state, []byte(`2026-03-01T12:1`), []byte(`9999-12-31T23:5`)))
	f.Add([]byte(`{"Version":2,"Sources":[{"Key":{"Model":"fusion","Kind":"labels"},"Value":{"Found":[{"Key":{"What":"fire"},"Value":1}]}}]}`))
	f.Fuzz(func(t *testing.T, state []byte) {
		d := open(t, Options{Hourly: true, Daily: true, Languages: []string{"en"}})
		if d.Restore(state) != nil {
			return
		}
		due := tell(d, noon.Add(16*time.Minute), noon.Add(17*time.Minute), "fire", "glass")
		due = append(due, d.Look(noon.Add(30*time.Hour), nil)...)
		if n := len(slices.Compact(due)); n > 4 {
			t.Errorf("got %d digests", n)
		}
		for _, ev := range due {
			for _, h := range ev.Digest.Happened {
				if h.Times < 0 {
					t.Errorf("got %+v", h)
				}
			}
		}
		_, _ = d.State()
	})
}
