package track

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"edged/pipelines"
	"edged/runtime/tensor"
)

var start = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)

// thing is a detection of a name, with its centre x and y in percent; boxes are 20 % high and 10 % wide.
func thing(name string, x, y float32) pipelines.Detection {
	return pipelines.Detection{
		Label: pipelines.Label{Name: name, Score: 0.9},
		Box:   pipelines.Box{YMin: y/100 - .1, XMin: x/100 - .05, YMax: y/100 + .1, XMax: x/100 + .05},
	}
}

// step is one picture: what is in it, and what the tracker should say.
type step struct {
	after time.Duration // since the picture before
	found []pipelines.Detection
	want  string // the tracks with their dwell times, and the counts
}

// said writes what a tracker says of a picture.
func said(found []pipelines.Detection, counts map[string]int) string {
	var text strings.Builder
	for _, d := range found {
		fmt.Fprintf(&text, "%d/%v ", d.Track, d.Dwell)
	}
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		fmt.Fprintf(&text, "%s=%d ", name, counts[name])
	}
	return text.String()
}

func all(d ...pipelines.Detection) []pipelines.Detection { return d }

const ms = time.Millisecond

func TestTracks(t *testing.T) {
	person := func(x float32) pipelines.Detection { return thing("person", x, 50) }
	for _, c := range []struct {
		name  string
		opts  Options
		steps []step
	}{
		{"confirmed after three, with the time since the first", Options{}, []step{
			{0, all(person(50)), "0/0s "},
			{100 * ms, all(person(51)), "0/0s "},
			{100 * ms, all(person(52)), "1/200ms person=1 "},
			{100 * ms, all(person(53)), "1/300ms person=1 "},
		}},
		{"at once, if one is enough", Options{Confirm: 1}, []step{
			{0, all(person(50)), "1/0s person=1 "},
		}},
		{"a flicker is nobody, and takes no number", Options{}, []step{
			{0, all(person(50), thing("cat", 20, 50)), "0/0s 0/0s "},
			{100 * ms, all(person(50)), "0/0s "},
			{100 * ms, all(person(50), thing("cat", 20, 50)), "1/200ms 0/0s person=1 "},
		}},
		{"coasts through a miss where it was going", Options{Confirm: 2}, []step{
			{0, all(person(10)), "0/0s "},
			{200 * ms, all(person(15)), "1/200ms person=1 "},
			{200 * ms, all(person(20)), "1/400ms person=1 "},
			{200 * ms, nil, "person=1 "},
			{200 * ms, nil, "person=1 "},
			{200 * ms, all(person(35)), "1/1s person=1 "},
		}},
		{"is gone when it coasts too long", Options{Confirm: 1, Coast: 300 * ms}, []step{
			{0, all(person(50)), "1/0s person=1 "},
			{300 * ms, nil, "person=1 "},
			{100 * ms, nil, ""},
			{100 * ms, all(person(50)), "2/0s person=1 "},
		}},
		{"a sensor that paused loses nobody who stayed", Options{Confirm: 1, Coast: 300 * ms}, []step{
			{0, all(person(50)), "1/0s person=1 "},
			{10 * time.Second, all(person(50)), "1/10s person=1 "},
		}},
		{"who walked before a pause is looked for where he was", Options{Confirm: 1}, []step{
			{0, all(person(10)), "1/0s person=1 "},
			{200 * ms, all(person(15)), "1/200ms person=1 "},
			{200 * ms, all(person(20)), "1/400ms person=1 "},
			{10 * time.Second, all(person(22)), "1/10.4s person=1 "},
			{200 * ms, all(person(26)), "1/10.6s person=1 "},
		}},
		{"two pass each other by", Options{Confirm: 2}, []step{
			{0, all(person(30), person(70)), "0/0s 0/0s "},
			{200 * ms, all(person(34), person(66)), "1/200ms 2/200ms person=2 "},
			{200 * ms, all(person(38), person(62)), "1/400ms 2/400ms person=2 "},
			{200 * ms, all(person(42), person(58)), "1/600ms 2/600ms person=2 "},
			{200 * ms, all(person(46), person(54)), "1/800ms 2/800ms person=2 "},
			{200 * ms, all(person(51)), "1/1s person=2 "}, // one hides the other
			{200 * ms, all(person(46), person(54)), "2/1.2s 1/1.2s person=2 "},
			{200 * ms, all(person(42), person(58)), "2/1.4s 1/1.4s person=2 "},
		}},
		{"a pair is best for both", Options{Confirm: 1}, []step{
			// The first detection lies nearest to both; alone it would take the second's track.
			{0, all(person(50), person(54)), "1/0s 2/0s person=2 "},
			{100 * ms, all(person(53), person(58)), "1/100ms 2/100ms person=2 "},
		}},
		{"classes are apart", Options{Confirm: 1}, []step{
			{0, all(person(50)), "1/0s person=1 "},
			{100 * ms, all(thing("cat", 50, 50)), "2/0s cat=1 person=1 "},
		}},
		{"too far is another", Options{Confirm: 1}, []step{
			{0, all(person(50)), "1/0s person=1 "},
			{100 * ms, all(person(56)), "2/0s person=2 "},
		}},
		{"a clock that jumps back stops the time", Options{Confirm: 1}, []step{
			{0, all(person(50)), "1/0s person=1 "},
			{-time.Hour, all(person(50)), "1/0s person=1 "},
			{time.Second, all(person(50)), "1/1s person=1 "},
		}},
		{"a box of nothing is nobody", Options{Confirm: 1}, []step{
			{0, all(pipelines.Detection{Label: pipelines.Label{Name: "person"}}), "0/0s "},
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			tracker, at := New(c.opts), start
			for i, s := range c.steps {
				at = at.Add(s.after)
				tracker.Update(at, s.found)
				if got := said(s.found, tracker.Counts()); got != s.want {
					t.Errorf("picture %d: got %q, want %q", i, got, s.want)
				}
			}
		})
	}
}

// TestTracksAreBounded gives more than are followed; the rest must have no track, and nothing may fail.
func TestTracksAreBounded(t *testing.T) {
	tracker := New(Options{Confirm: 1})
	found := make([]pipelines.Detection, most+50)
	for i := range found {
		x := float32(i) / float32(len(found))
		found[i].Box = pipelines.Box{YMin: 0, XMin: x, YMax: 1, XMax: x + 0.001}
	}
	tracker.Update(start, found)
	if found[most-1].Track != most || found[most].Track != 0 || tracker.Counts()[""] != most {
		t.Errorf("got %d, %d of %d", found[most-1].Track, found[most].Track, tracker.Counts()[""])
	}
}

func TestUpdateAllocatesNothing(t *testing.T) {
	tracker := New(Options{})
	found := all(thing("person", 20, 50), thing("person", 70, 50), thing("cat", 50, 80))
	at := start
	update := func() {
		at = at.Add(100 * ms)
		tracker.Update(at, found)
		tracker.Counts()
	}
	for range 4 { // then all are confirmed
		update()
	}
	if n := testing.AllocsPerRun(50, update); n != 0 {
		t.Errorf("got %v allocations", n)
	}
}

// finder finds what it is told to.
type finder struct {
	found []pipelines.Detection
	err   error
}

func (f finder) Decode(_ []*tensor.Tensor, ev *pipelines.Event) error {
	ev.Kind, ev.Detections = pipelines.KindDetections, f.found
	return f.err
}

func TestHead(t *testing.T) {
	h := NewHead(finder{found: all(thing("person", 50, 50))}, Options{Confirm: 1})
	ev := &pipelines.Event{Window: pipelines.Window{End: start}}
	if err := h.Decode(nil, ev); err != nil || ev.Detections[0].Track != 1 || !maps.Equal(ev.Counts, map[string]int{"person": 1}) {
		t.Errorf("got %v, %v", ev, err)
	}
	bad := errors.New("no boxes")
	if err := NewHead(finder{err: bad}, Options{}).Decode(nil, ev); err != bad {
		t.Errorf("got %v, want %v", err, bad)
	}
}
