package alerts

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"edged/pipelines"
	"edged/pipelines/rules"
	"edged/sensors"
)

// story is a room in which it burns: conditions of package rules, and two minutes of results and readings. The camera is silent
// for some seconds of them.
type story struct {
	*rig
	ev      pipelines.Event
	reading sensors.Reading
	log     bytes.Buffer // all traces and events, as JSON
}

func newStory(t testing.TB) *story {
	v := &rules.Vocabulary{
		Sources:  []rules.Source{{Model: "room-fusion", Kind: pipelines.KindLabels, Labels: []string{"calm", "fire"}, Of: []string{"cam"}, StaleAfter: 2 * time.Second}},
		Readings: []rules.Reading{{Sensor: "air", Name: "temperature", Unit: sensors.Celsius}},
		Sensors:  []rules.Sensor{{Name: "cam"}, {Name: "air", Period: time.Second}},
	}
	m := rules.NewMemory(v, 3*time.Second)
	condition := func(when string) Condition {
		r, err := rules.Compile(when, v)
		if err != nil {
			t.Fatal(err)
		}
		return m.Bind(r)
	}
	s := &story{
		ev:      pipelines.Event{Kind: pipelines.KindLabels, Model: "room-fusion", Scores: make([]float32, 2)},
		reading: sensors.Reading{Values: []sensors.Value{{Name: "temperature", Unit: sensors.Celsius}}},
	}
	write := json.NewEncoder(&s.log)
	s.rig = newRig(t, Options{
		Memory: m, Location: time.UTC,
		Rules: []Rule{
			{Name: "fire", When: condition(`label("fire") > 0.8 && slope("air.temperature", "10s") > "3 °C/min"`),
				Terms: Terms{For: 2 * time.Second, Least: 3, Of: 5, ClearAfter: 5 * time.Second, Hysteresis: 0.1}},
			{Name: "blind", When: condition(`missing("cam")`), ClearWhen: condition(`label("calm") < 0.5`)},
		},
		Traces: func(tr *Trace) {
			if err := write.Encode(tr); err != nil {
				t.Error(err)
			}
		},
	})
	return s
}

// step is half a second of the story, the nth.
func (s *story) step(n int) {
	now, at := noon.Add(time.Duration(n)*time.Second/2), float64(n)/2
	if s.reading.Time = now; n%2 == 0 {
		s.reading.Values[0].Value = 20 + 0.1*max(0, at-30)
		s.Read("air", &s.reading)
	}
	sense := pipelines.Sense{Sensor: "cam", State: pipelines.OK}
	if at >= 50 && at < 58 {
		sense.Age = time.Duration((at - 50) * float64(time.Second))
		if sense.Age > 3*time.Second {
			sense.State, sense.Why = pipelines.Stale, "no samples for long"
		}
	} else {
		s.ev.Scores[1] = 0.1
		if at >= 40 && at < 90 {
			s.ev.Scores[1] = 0.75 + 0.15*float32(n%2) // by its hysteresis, or without
		}
		if at < 43 && at >= 40 {
			s.ev.Scores[1] = 0.9
		}
		s.ev.Window = pipelines.Window{Start: now, End: now}
		s.See(&s.ev)
	}
	for _, ev := range s.Look(now, []pipelines.Sense{sense}) {
		ev.Boot, ev.Seq = "ev", uint64(len(s.told)+1)
		s.Tell(ev)
		s.told = append(s.told, ev)
		json.NewEncoder(&s.log).Encode(ev.Alert.Reason)
	}
}

// TestRules lets alerts of real conditions live through the story, twice.
func TestRules(t *testing.T) {
	var logs []string
	for range 2 {
		s := newStory(t)
		for n := range 240 {
			s.step(n)
		}
		var got []string
		for _, ev := range s.told {
			got = append(got, fmt.Sprint(ev.Alert.Name, " ", ev.Alert.State, " at ", ev.Window.End.Sub(noon), " since ", ev.Alert.Since.Sub(noon)))
		}
		want := []string{
			"fire open at 42s since 40s",
			"blind open at 53.5s since 53.5s", "blind closed at 58s since 53.5s",
			"fire closed at 1m35s since 40s",
		}
		if !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
		logs = append(logs, s.log.String())
	}
	if logs[0] != logs[1] || len(logs[0]) == 0 {
		t.Errorf("two runs of the same gave %d bytes and %d, or not the same", len(logs[0]), len(logs[1]))
	}
}

// TestRulesAllocate looks at real conditions while nothing changes: nothing is allocated.
func TestRulesAllocate(t *testing.T) {
	s := newStory(t)
	for n := range 20 {
		s.step(n)
	}
	now, senses := noon.Add(11*time.Second), []pipelines.Sense{{Sensor: "cam", State: pipelines.OK}}
	if n := testing.AllocsPerRun(100, func() {
		now = now.Add(100 * time.Millisecond)
		s.ev.Window.End = now
		s.See(&s.ev)
		s.Look(now, senses)
	}); n != 0 {
		t.Errorf("a result and a look allocate %v times, want 0", n)
	}
}
