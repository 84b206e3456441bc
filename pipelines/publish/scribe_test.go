package publish

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"edged/pipelines"
	"edged/pipelines/publish/mqtt"
	"edged/sensors"
)

// reflectEvent is what encoding/json makes of an event, by eventJSON.
func reflectEvent(ev *pipelines.Event) ([]byte, error) {
	out := eventJSON{
		Schema: Schema, ID: ev.ID().String(), Seq: ev.Seq, Boot: ev.Boot, Time: stamp(ev.Time), Window: windowJSON{stamp(ev.Window.Start), stamp(ev.Window.End)},
		Pipeline: ev.Pipeline, Sensor: ev.Sensor, Model: ev.Model, Contributions: ev.Contributions,
		Ages: agesOf(ev), Latency: millis(ev.Latency), Degraded: append([]string{}, ev.Degraded...),
	}
	labels := []labelJSON{}
	for _, l := range ev.Labels {
		labels = append(labels, labelJSON(l))
	}
	found := []detectionJSON{}
	for _, d := range ev.Detections {
		one := detectionJSON{labelJSON: labelJSON(d.Label), Box: boxJSON(d.Box), Track: d.Track}
		if d.Track != 0 {
			one.Dwell = (*millis)(&d.Dwell)
		}
		found = append(found, one)
	}
	switch ev.Kind {
	case pipelines.KindLabels:
		out.Labels = &labels
	case pipelines.KindCaption:
		out.Labels, out.Caption, out.Captions, out.Counts = &labels, ev.Caption, ev.Captions, ev.Counts
	case pipelines.KindDetections:
		out.Detections, out.Counts = &found, ev.Counts
	}
	b, err := compact(out)
	if err != nil {
		return nil, fmt.Errorf("event %s: %w", ev.ID(), err)
	}
	return b, nil
}

// dice makes events up.
type dice struct{ *rand.Rand }

func (d dice) text() string {
	parts := []string{"a", "é", "\x00", "\x1f", "\x7f", "\b\f\n\r\t", `"\`, "<&>", "\u2028\u2029", "\xff", "\xe2\x80", "🔥", "-", ""}
	var b strings.Builder
	for range d.IntN(6) {
		b.WriteString(parts[d.IntN(len(parts))])
	}
	return b.String()
}

func (d dice) float() float64 {
	edges := []float64{0, math.Copysign(0, -1), 1, 1e-6, 1e-7, 0.99999994e-6, 1e20, 1e21, -1e21, 0.1, math.MaxFloat32, math.SmallestNonzeroFloat32}
	if n := d.IntN(3 * len(edges)); n < len(edges) {
		return edges[n]
	}
	return d.NormFloat64() * math.Pow(10, float64(d.IntN(60)-30))
}

// score is a float32, which may be none.
func (d dice) score() float32 {
	if d.IntN(300) == 0 {
		return []float32{float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1))}[d.IntN(3)]
	}
	return float32(d.float())
}

func (d dice) time() time.Time {
	return time.Unix(d.Int64N(1<<33), d.Int64N(1e9)).In(time.FixedZone("", d.IntN(86400)-43200))
}

func (d dice) label() pipelines.Label { return pipelines.Label{Name: d.text(), Score: d.score()} }

func some[V any](d dice, one func() V) map[string]V {
	n := d.IntN(5) - 1
	if n < 0 {
		return nil
	}
	all := map[string]V{}
	for range n {
		all[d.text()] = one()
	}
	return all
}

func (d dice) event() *pipelines.Event {
	span := func() time.Duration { return time.Duration(d.Int64N(1e12) - 1e10) }
	ev := &pipelines.Event{
		Seq: d.Uint64(), Boot: d.text(), Time: d.time(), Window: pipelines.Window{Start: d.time(), End: d.time()}, Pipeline: d.text(), Sensor: d.text(), Model: d.text(),
		Kind: []pipelines.Kind{pipelines.KindLabels, pipelines.KindDetections, pipelines.KindCaption}[d.IntN(3)], Counts: some(d, func() int { return d.IntN(9) - 1 }),
		Caption: d.text(), Captions: some(d, d.text), Contributions: some(d, d.score), Ages: some(d, span), Latency: span(),
	}
	for range d.IntN(4) {
		ev.Labels, ev.Degraded = append(ev.Labels, d.label()), append(ev.Degraded, d.text())
		box := pipelines.Box{YMin: d.score(), XMin: d.score(), YMax: d.score(), XMax: d.score()}
		ev.Detections = append(ev.Detections, pipelines.Detection{Label: d.label(), Box: box, Track: d.IntN(3) - 1, Dwell: span()})
	}
	return ev
}

// TestScribeWritesWhatReflectionWould compares it with encoding/json on events and readings that are made up.
func TestScribeWritesWhatReflectionWould(t *testing.T) {
	d := dice{rand.New(rand.NewPCG(8, 1))}
	same := func(what any, got []byte, err error, want []byte, wantErr error) {
		t.Helper()
		if string(got) != string(want) || fmt.Sprint(err) != fmt.Sprint(wantErr) || err == nil && !json.Valid(got) {
			t.Fatalf("%+v:\ngot  %s, %v\nwant %s, %v", what, got, err, want, wantErr)
		}
	}
	var s scribe
	failed := 0
	for range 3000 {
		ev := d.event()
		want, wantErr := reflectEvent(ev)
		got, err := s.event(ev)
		same(*ev, got, err, want, wantErr)
		if err != nil {
			failed++
		}
		r := &sensors.Reading{Time: d.time()}
		out := readingJSON{Time: stamp(r.Time), Values: map[string]valueJSON{}}
		for name, v := range some(d, d.float) {
			r.Values = append(r.Values, sensors.Value{Name: name, Unit: sensors.Unit(d.text()), Value: v})
			out.Values[name] = valueJSON{v, string(r.Values[len(r.Values)-1].Unit)}
		}
		want, wantErr = compact(out)
		got, err = s.reading(r)
		same(*r, got, err, want, wantErr)
	}
	if failed == 0 || failed > 1000 {
		t.Errorf("%d events could not be written; want some", failed)
	}
}

// TestPutAllocatesNothing looks at what an event and a reading cost from their making to their place in the queue: the queue is
// full, and gives up old ones; or it is emptied.
func TestPutAllocatesNothing(t *testing.T) {
	for _, tt := range []struct {
		name    string
		emptied bool
	}{{"full", false}, {"emptied", true}} {
		p, err := New(Options{Device: "porch", Broker: mqtt.Options{URL: "mqtt://127.0.0.1:1"}, QueueBytes: 16 << 10})
		if err != nil {
			t.Fatal(err)
		}
		found, r := labelEvent(), &sensors.Reading{Time: at, Values: []sensors.Value{{Name: "temperature", Unit: "°C", Value: 25.08}, {Name: "pressure", Value: 1e5}}}
		found.Contributions = map[string]float32{"mic": 0.25, "cam": 0.75}
		said := labelEvent()
		said.Kind, said.Caption, said.Counts = pipelines.KindCaption, "a cat is there.", map[string]int{"cat": 1}
		seen := labelEvent()
		seen.Kind, seen.Detections = pipelines.KindDetections, []pipelines.Detection{{Label: seen.Labels[0], Track: 3, Dwell: time.Second}}
		q := p.events.store.(*queue)
		once := func() {
			for _, ev := range []*pipelines.Event{found, said, seen} {
				if err := p.Put(t.Context(), ev); err != nil {
					t.Fatal(err)
				}
			}
			if err := p.PutReading(t.Context(), "air", r); err != nil {
				t.Fatal(err)
			}
			if q.Stats().Depth > 10 && tt.emptied {
				q.Ack(item{id: q.newest() - 3})
			}
		}
		for range 200 {
			once()
		}
		if n := testing.AllocsPerRun(200, once); n != 0 {
			t.Errorf("%s: got %v allocations, want 0", tt.name, n)
		}
	}
}
