package rules

import (
	"math"
	"testing"
	"time"

	"edged/pipelines"
	"edged/sensors"
)

// house is what the tests speak of: a camera with a detector that tracks, a microphone, a fused model and two chips.
func house() *Vocabulary {
	return &Vocabulary{
		Sources: []Source{
			{Sensor: "cam", Model: "detector", Kind: pipelines.KindDetections, Labels: []string{"person", "dog", "cup"}, Tracked: true},
			{Sensor: "mic", Model: "yamnet", Kind: pipelines.KindLabels, Labels: []string{"Speech", "dog", "doorbell", "Smoke detector, smoke alarm"}, Every: 500 * time.Millisecond},
			{Model: "room-fusion", Kind: pipelines.KindLabels, Labels: []string{"fire", "quiet"}, Of: []string{"cam", "mic", "air"}, StaleAfter: 3 * time.Second},
			{Sensor: "yard", Model: "plain", Kind: pipelines.KindDetections, Labels: []string{"car"}},
		},
		Readings: []Reading{
			{"air", "temperature", sensors.Celsius}, {"air", "humidity", sensors.Percent}, {"air", "pressure", sensors.Pascal},
			{"out", "temperature", "°F"}, {"gas", "co2", sensors.PPM}, {"mic", "level", sensors.DBFS}, {"mic", "peak", sensors.DBFS},
			{"power", "voltage", sensors.Volt}, {"power", "spare", sensors.Volt}, {"door", "open", ""}, {"tank", "depth", "mm"},
		},
		Sensors: []Sensor{
			{Name: "cam", Period: 100 * time.Millisecond}, {Name: "mic", Period: 100 * time.Millisecond}, {Name: "air", Period: time.Second},
			{Name: "out", Period: 10 * time.Second, StaleAfter: 30 * time.Second}, {Name: "gas"}, {Name: "power"}, {Name: "door"}, {Name: "tank"}, {Name: "yard"},
			{Name: "tape", Open: true},
		},
	}
}

// day is where the tests' times begin.
var day = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func at(seconds float64) time.Time { return day.Add(time.Duration(seconds * 1e9)) }

// told is something that happens to a memory.
type told func(m *Memory)

func read(when float64, sensor string, value float64, name string, unit sensors.Unit) told {
	return func(m *Memory) {
		m.Read(sensor, &sensors.Reading{Time: at(when), Values: []sensors.Value{{Name: name, Unit: unit, Value: value}}})
	}
}

func warm(when, celsius float64) told {
	return read(when, "air", celsius, "temperature", sensors.Celsius)
}

func result(when float64, sensor, model string, ev pipelines.Event) told {
	ev.Sensor, ev.Model, ev.Time, ev.Window = sensor, model, at(when+0.1), pipelines.Window{Start: at(when), End: at(when)}
	return func(m *Memory) { m.See(&ev) }
}

// fused tells the scores of fire and quiet; what is above 0.6 is a label.
func fused(when float64, fire, quiet float32) told {
	ev := pipelines.Event{Kind: pipelines.KindLabels, Scores: []float32{fire, quiet}}
	for i, name := range []string{"fire", "quiet"} {
		if s := ev.Scores[i]; s > 0.6 {
			ev.Labels = append(ev.Labels, pipelines.Label{Name: name, Score: s})
		}
	}
	return result(when, "", "room-fusion", ev)
}

// seen tells detections of the camera, each with a track and how long it is there.
func seen(when float64, dwell time.Duration, names ...string) told {
	ev := pipelines.Event{Kind: pipelines.KindDetections}
	for i, n := range names {
		ev.Detections = append(ev.Detections, pipelines.Detection{Label: pipelines.Label{Name: n, Score: 0.9 - 0.1*float32(i)}, Track: i + 1, Dwell: dwell})
	}
	return result(when, "cam", "detector", ev)
}

func fares(sensor string, state pipelines.State, age time.Duration) told {
	return func(m *Memory) { m.Senses([]pipelines.Sense{{Sensor: sensor, State: state, Age: age}}) }
}

// compiled compiles a condition of the house.
func compiled(t testing.TB, when string, v *Vocabulary) *Rule {
	t.Helper()
	r, err := Compile(when, v)
	if err != nil {
		t.Fatalf("%s: %v (offset %d, hint %s)", when, err, err.(*Error).Offset, err.(*Error).Hint)
	}
	return r
}

func TestVerdicts(t *testing.T) {
	ramp := func(from, to, start, perSecond float64) told {
		return func(m *Memory) {
			for s := from; s <= to; s++ {
				warm(s, start+perSecond*(s-from))(m)
			}
		}
	}
	all := func(some ...told) told {
		return func(m *Memory) {
			for _, s := range some {
				s(m)
			}
		}
	}
	const yes, no, unknown = pipelines.True, pipelines.False, pipelines.Unknown
	for _, c := range []struct {
		when string
		told told
		now  float64
		want pipelines.Truth
	}{
		{`label("fire") > 0.8`, fused(0, 0.81, 0), 0.2, yes},
		{`label("fire") > 0.8`, fused(0, 0.79, 0), 0.2, no},
		{`label("fire") > 0.3`, fused(0, 0.31, 0), 0.2, yes}, // below what is told
		{`label("fire") > "30 %"`, fused(0, 0.31, 0), 0.2, yes},
		{`label("fire") > 0.8`, fused(0, 0.9, 0), 3, yes}, // not yet stale
		{`label("fire") > 0.8`, fused(0, 0.9, 0), 3.1, unknown},
		{`label("fire") > 0.8`, nil, 0, unknown},
		{`!(label("fire") > 0.8)`, nil, 0, unknown},
		{`label("fire") > 0.8 || reading("air.temperature") > 60`, warm(0, 61), 0, yes},
		{`label("fire") > 0.8 || reading("air.temperature") > 60`, warm(0, 59), 0, unknown},
		{`label("fire") > 0.8 && reading("air.temperature") > 60`, warm(0, 59), 0, no},
		{`label("fire") > 0.8 && reading("air.temperature") > 60`, warm(0, 61), 0, unknown},
		{`not (label("fire") > 0.8 or label("quiet") > 0.5)`, fused(0, 0.1, 0.1), 0, yes},
		{`0.2 <= label("fire") <= 0.4`, fused(0, 0.3, 0), 0, yes},
		{`0.2 <= label("fire") <= 0.4`, fused(0, 0.5, 0), 0, no},

		{`label("person") > 0.5`, seen(0, 0, "dog", "person"), 0, yes},
		{`label("person") < 0.1`, seen(0, 0, "dog"), 0, yes},
		{`count("person") >= 2`, seen(0, 0, "person", "dog", "person"), 0, yes},
		{`count("person") == 2`, seen(0, 0, "person"), 0, no},
		{`count("person") + count("dog") == 3`, seen(0, 0, "person", "dog", "person"), 0, yes},
		{`label("dog", "cam") > 0.5`, seen(0, 0, "dog"), 0, yes},
		{`label("dog", "detector") > 0.5`, seen(0, 0, "dog"), 0, yes},
		{`label("dog", "mic") > 0.5`, seen(0, 0, "dog"), 0, unknown},
		{`dwell("person") > "1 min"`, seen(0, 61*time.Second, "person"), 0, yes},
		{`dwell("person") > "1m30s"`, seen(0, 61*time.Second, "person"), 0, no},

		{`reading("air.temperature") > "35 °C"`, warm(0, 35.1), 0, yes},
		{`reading("air.temperature") >= "95 °F"`, warm(0, 35), 0, yes},
		{`reading("air.temperature") >= "308.15K"`, warm(0, 35), 0, yes},
		{`reading("air.temperature") > 35`, warm(0, 34.9), 0, no},
		{`reading("out.temperature") > 90`, read(0, "out", 91, "temperature", "°F"), 0, yes}, // its own unit
		{`reading("out.temperature") > 90`, read(0, "out", 33, "temperature", "°C"), 0, yes}, // comes in another
		{`reading("out.temperature") > 90`, read(0, "out", 33, "temperature", "Pa"), 0, unknown},
		{`reading("air.temperature") - reading("out.temperature") > "9 °F"`, all(warm(0, 25.1), read(0, "out", 68, "temperature", "°F")), 0, yes},
		{`reading("air.temperature") - reading("out.temperature") > "5.2 °C"`, all(warm(0, 25.1), read(0, "out", 68, "temperature", "°F")), 0, no},
		{`reading("air.temperature") > reading("out.temperature") + "3 °C"`, all(warm(0, 25), read(0, "out", 71.5, "temperature", "°F")), 0, yes},
		{`(reading("air.temperature") + reading("out.temperature")) / 2 > "68 °F"`, all(warm(0, 19), read(0, "out", 70, "temperature", "°F")), 0, yes},
		{`reading("air.pressure") < "1013.25 hPa"`, read(0, "air", 101325, "pressure", "Pa"), 0, no},
		{`reading("air.pressure") <= "1013.25 mbar"`, read(0, "air", 101325, "pressure", "Pa"), 0, yes},
		{`reading("power.voltage") / reading("power.spare") > 2`, all(read(0, "power", 5, "voltage", "V"), read(0, "power", 2, "spare", "V")), 0, yes},
		{`reading("power.voltage") / reading("power.spare") > 2`, all(read(0, "power", 0, "voltage", "V"), read(0, "power", 0, "spare", "V")), 0, unknown},
		{`reading("door.open") == 1`, read(0, "door", 1, "open", ""), 0, yes},
		{`reading("tank.depth") < "40 mm"`, read(0, "tank", 39, "depth", "mm"), 0, yes},
		{`reading("tape.x") > "35 °C"`, read(0, "tape", 96, "x", "°F"), 0, yes},
		{`reading("tape.x") > "35 °C"`, read(0, "tape", 36, "x", "Pa"), 0, unknown},
		{`reading("tape.x") > 35`, read(0, "tape", 36, "x", "Pa"), 0, yes},
		{`reading("air.temperature") > 35`, warm(0, math.NaN()), 0, unknown},
		{`reading("air.temperature") > 35`, warm(0, 36), 3, yes}, // two seconds and its period
		{`reading("air.temperature") > 35`, warm(0, 36), 3.1, unknown},
		{`slope("tape.x", "10s") > "3 °C/min"`, func(m *Memory) {
			for s := range 11 {
				read(float64(s), "tape", 60+0.1*float64(s), "x", "°F")(m) // 3.33 °C/min
			}
		}, 10, yes},
		{`reading("mic.level") > -30`, read(0, "mic", -20, "level", sensors.DBFS), 0, yes},

		{`slope("air.temperature", "30s") > "2.9 °C/min"`, ramp(0, 30, 20, 0.05), 30, yes},
		{`slope("air.temperature", "30s") > "3.1 °C/min"`, ramp(0, 30, 20, 0.05), 30, no},
		{`slope("air.temperature", "30s") > "5.3 °F/min"`, ramp(0, 30, 20, 0.05), 30, yes},
		{`slope("air.temperature", "30s") > 0.049`, ramp(0, 30, 20, 0.05), 30, yes},
		{`slope("air.temperature", "30s") > 0.049`, ramp(0, 14, 20, 0.05), 14, unknown}, // less than half of the window
		{`slope("air.temperature", "30s") > 0.049`, ramp(0, 15, 20, 0.05), 15, yes},
		{`mean("air.temperature", "10s") > 24.9`, ramp(0, 30, 0, 1), 30, yes}, // of 20 to 30
		{`mean("air.temperature", "10s") > 25.1`, ramp(0, 30, 0, 1), 30, no},
		{`max("air.temperature", "10s") > "29.9 °C"`, ramp(0, 30, 0, 1), 30, yes},
		{`min("air.temperature", "10s") < "19.9 °C"`, ramp(0, 30, 0, 1), 30, no},
		{`mean("fire", "2s") > 0.5`, all(fused(0, 0.9, 0), fused(1, 0.9, 0), fused(2, 0.3, 0)), 2, yes},
		{`mean(count("person"), "2s") > 0.6`, all(seen(0, 0, "person"), seen(1, 0, "person"), seen(2, 0)), 2, yes},
		{`mean(reading("air.temperature"), "10s") > 24.9`, ramp(0, 30, 0, 1), 30, yes},

		{`since("fire") < "5s"`, all(fused(0, 0.7, 0), fused(4, 0.1, 0)), 4.9, yes},
		{`since("fire") < "5s"`, all(fused(0, 0.7, 0), fused(4, 0.1, 0)), 5, no},
		{`since("fire") > "1h"`, fused(0, 0.5, 0), 0, unknown}, // not told yet
		{`since("fire") > "1h"`, fused(0, 0.5, 0), 3601, yes},
		{`since("fire") < "1h"`, fused(0, 0.5, 0), 10, unknown},
		{`since("fire") < "1h"`, fused(0, 0.5, 0), 3600, no},
		{`since("fire") - since("quiet") > "1s"`, fused(0, 0.7, 0), 10, no}, // the other is longer ago
		{`since("fire") > "1h"`, nil, 0, unknown},
		{`since("fire") < "1 min"`, fused(0, 0.7, 0), 30, yes}, // also when nothing has come for long

		{`missing("cam")`, nil, 0, unknown},
		{`missing("cam")`, fares("cam", pipelines.Waiting, -1), 0, unknown},
		{`missing("cam")`, fares("cam", pipelines.OK, 0), 0, no},
		{`missing("cam")`, fares("cam", pipelines.Stale, 4*time.Second), 0, yes},
		{`missing("cam")`, fares("cam", pipelines.Failing, time.Second), 0, no}, // one bad picture
		{`missing("cam")`, fares("cam", pipelines.Failing, -1), 0, yes},
		{`missing("cam")`, fares("cam", pipelines.Finished, time.Second), 0, no},
		{`missing("cam")`, fares("cam", pipelines.Finished, 3*time.Second), 0, yes},
		{`missing("cam") || label("person") > 0.5`, fares("cam", pipelines.Stale, 3*time.Second), 0, yes},
		{`missing("cam") && since("person") < "1 min"`, all(seen(0, 0, "person"), fares("cam", pipelines.Stale, 3*time.Second)), 5, yes},
	} {
		v := house()
		r := compiled(t, c.when, v)
		m := NewMemory(v, 0)
		b := m.Bind(r)
		if c.told != nil {
			c.told(m)
		}
		var got pipelines.Verdict
		if b.Look(at(c.now), 0, &got); got.Truth != c.want {
			t.Errorf("%s at %v: got %v, want %v: %+v %+v", c.when, c.now, got.Truth, c.want, got.Clauses, got.Values)
		}
	}
}
