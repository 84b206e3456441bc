package grammar

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"edged/pipelines"
	"edged/sensors"
)

// run is a run of events half a second apart.
type run struct {
	*Grammar
	now  time.Time
	said []string // with the time in seconds

	parts map[string]float32 // contributions of the last
}

func newRun(t *testing.T, o Options) *run {
	t.Helper()
	o.Senses = map[string]Sense{"cam": Seen, "mic": Heard}
	return &run{Grammar: both(t, o), now: time.Unix(0, 0).UTC()}
}

// hear lets a moment pass, in which some labels are heard, and things seen: name@x, with the middle at x.
func (r *run) hear(labels, things string) {
	r.now = r.now.Add(time.Second / 2)
	ev := pipelines.Event{Kind: pipelines.KindLabels, Sensor: "mic", Model: "ear", Contributions: map[string]float32{"mic": 1}}
	for name := range strings.FieldsSeq(labels) {
		ev.Labels = append(ev.Labels, pipelines.Label{Name: name, Score: 0.75})
	}
	r.take(ev)
	ev = pipelines.Event{Kind: pipelines.KindDetections, Sensor: "cam", Model: "eye", Contributions: map[string]float32{"cam": 1}}
	for thing := range strings.FieldsSeq(things) {
		name, at, _ := strings.Cut(thing, "@")
		var x float32
		if _, err := fmt.Sscan(at, &x); err != nil {
			panic(err)
		}
		ev.Detections = append(ev.Detections, pipelines.Detection{Label: pipelines.Label{Name: name, Score: 0.5},
			Box: pipelines.Box{YMin: 0.4, YMax: 0.6, XMin: x - 0.1, XMax: x + 0.1}})
	}
	r.take(ev)
}

func (r *run) take(ev pipelines.Event) {
	ev.Time, ev.Window = r.now, pipelines.Window{Start: r.now, End: r.now}
	var say pipelines.Event
	if r.Hear(&ev, &say) {
		r.parts = say.Contributions
		r.said = append(r.said, fmt.Sprint(r.now.Sub(time.Unix(0, 0)).Seconds(), " ", say.Caption))
	}
}

func (r *run) want(t *testing.T, want ...string) {
	t.Helper()
	if !slices.Equal(r.said, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(r.said, "\n"), strings.Join(want, "\n"))
	}
	r.said = nil
}

func TestTellsWhatSettles(t *testing.T) {
	r := newRun(t, Options{})
	for range 4 {
		r.hear("", "")
	}
	r.want(t, "1.5 Nothing is in view.")
	for range 10 {
		r.hear("Speech", "person@0.1")
	}
	r.want(t, "3 A person on the left is in view. Speech can be heard.")
}

func TestTellsOnceWhatComesTogether(t *testing.T) {
	r := newRun(t, Options{})
	for range 3 {
		r.hear("", "")
	}
	r.said = nil
	for range 30 {
		r.hear("Music", "person@0.1 person@0.2 dog@0.9")
	}
	r.hear("", "person@0.1 person@0.2 dog@0.9")
	for range 3 {
		r.hear("", "person@0.1 person@0.2")
	}
	r.want(t, "2.5 Two people on the left and a dog on the right are in view. Music can be heard.",
		"17.5 Two people on the left (for 10 seconds) and a dog on the right (for 10 seconds) are in view.",
		"18.5 Two people on the left (for 10 seconds) are in view.")
}

// TestFlickerIsNotTold has labels, numbers and places that change with each result for a minute.
func TestFlickerIsNotTold(t *testing.T) {
	r := newRun(t, Options{})
	for range 4 {
		r.hear("Speech", "person@0.1 person@0.3 cat@0.9")
	}
	r.want(t, "1.5 Two people on the left and a cat on the right are in view. Speech can be heard.")
	for i := range 120 {
		labels, things := "Speech", "person@0.1 person@0.3 person@0.2 cat@0.65"
		if i%2 == 0 {
			labels, things = "Music", "person@0.1 cat@0.69" // at the border of the third
		}
		r.hear(labels, things)
	}
	r.want(t)
}

func TestWhatIsNowhereComesLast(t *testing.T) {
	r := newRun(t, Options{Zones: []Zone{{Name: "gate", Box: pipelines.Box{XMin: 0.5, XMax: 1, YMax: 1}}}})
	for range 4 {
		r.hear("", "cat@0.1 person@0.9")
	}
	r.want(t, "1.5 A person in the area gate and a cat are in view.")
}

func TestSlowResultsAreToldAtOnce(t *testing.T) {
	r := newRun(t, Options{Settle: time.Second / 2})
	for _, labels := range []string{"", "Knock", "", "Knock Speech"} {
		r.hear(labels, "")
	}
	r.want(t, "1 Nothing is in view. Knocking can be heard.", "1.5 Nothing is in view.", "2 Nothing is in view. Knocking and speech can be heard.")
}

func TestTellsReadingsThatMove(t *testing.T) {
	r := newRun(t, Options{Readings: []string{"air.temperature", "out"}})
	read := func(sensor string, celsius float64) {
		r.Read(sensor, &sensors.Reading{Values: []sensors.Value{{Name: "temperature", Unit: sensors.Celsius, Value: celsius}, {Name: "humidity", Unit: sensors.Percent, Value: 50}}})
		r.hear("", "")
		r.hear("", "")
		r.hear("", "")
	}
	for _, celsius := range []float64{20, 20.4, 20.9, 21, 20.1} {
		read("air", celsius)
	}
	r.want(t, "1.5 Nothing is in view. The temperature is 20.0 °C.", "5 Nothing is in view. The temperature is 21.0 °C.")
	read("out", 3)
	r.want(t, "8 Nothing is in view. Air: the temperature is 20.1 °C. Out: the temperature is 3.0 °C and the humidity 50 %.")
}

func TestWhatIsLostIsNotTold(t *testing.T) {
	r := newRun(t, Options{Readings: []string{"air"}})
	r.Read("air", &sensors.Reading{Values: []sensors.Value{{Name: "co2", Unit: sensors.PPM, Value: 400}}})
	for range 4 {
		r.hear("Speech", "")
	}
	r.said = nil
	r.Lose("air")
	r.Lose("mic")
	for range 4 {
		r.now = r.now.Add(time.Second / 2)
		r.take(pipelines.Event{Kind: pipelines.KindDetections, Sensor: "cam", Model: "eye"})
		r.Lose("mic")
	}
	r.want(t, "2.5 Nothing is in view.")
	for range 3 {
		r.hear("Speech", "")
	}
	r.want(t, "4.5 Nothing is in view. Speech can be heard.")
}

// TestContributionsAreOfWhatIsSaid silences a sense: it has no part in the next sentence.
func TestContributionsAreOfWhatIsSaid(t *testing.T) {
	r := newRun(t, Options{Readings: []string{"air"}})
	r.Read("air", &sensors.Reading{Values: []sensors.Value{{Name: "co2", Unit: sensors.PPM, Value: 400}}})
	for range 4 {
		r.hear("Speech", "cat@0.1 dog@0.1")
	}
	r.wantParts(t, map[string]float32{"cam": 0.5, "mic": 0.25, "air": 0.25})
	r.Lose("mic")
	r.Lose("air")
	for range 4 {
		r.now = r.now.Add(time.Second / 2)
		r.take(pipelines.Event{Kind: pipelines.KindDetections, Sensor: "cam", Model: "eye", Contributions: map[string]float32{"cam": 1}})
	}
	r.wantParts(t, map[string]float32{"cam": 1})
	for range 4 {
		r.now = r.now.Add(time.Second / 2)
		r.take(pipelines.Event{Kind: pipelines.KindLabels, Model: "joint", Labels: []pipelines.Label{{Name: "fire", Score: 1}},
			Contributions: map[string]float32{"cam": 0.25, "mic": 0.75}})
	}
	r.wantParts(t, map[string]float32{"cam": 0.625, "mic": 0.375}) // that nothing is in view is said too
}

func (r *run) wantParts(t *testing.T, want map[string]float32) {
	t.Helper()
	if !maps.Equal(r.parts, want) {
		t.Errorf("got contributions %v, want %v", r.parts, want)
	}
}

// TestTracksHaveDwellTimes has a tracker: what has no number yet is not told, what is lost for a moment is.
func TestTracksHaveDwellTimes(t *testing.T) {
	r := newRun(t, Options{})
	for i := range 12 {
		r.now = r.now.Add(time.Second / 2)
		box := pipelines.Box{YMax: 1, XMin: 0.4, XMax: 0.6}
		person := pipelines.Label{Name: "person", Score: 1}
		ev := pipelines.Event{Kind: pipelines.KindDetections, Sensor: "cam", Model: "eye", Counts: map[string]int{"person": 1},
			Detections: []pipelines.Detection{{Label: person, Box: box, Track: 7, Dwell: 90 * time.Second}, {Label: person, Box: box}}}
		if i > 3 && i < 9 { // for longer than it takes to settle
			ev.Detections = nil
		}
		r.take(ev)
	}
	r.want(t, "1.5 A person in the middle (for 1 minute) is in view.")
}

func TestTellsAlways(t *testing.T) {
	r := newRun(t, Options{Always: true, Settle: -1})
	r.hear("Speech", "")
	r.hear("Speech", "")
	if len(r.said) != 4 {
		t.Errorf("got %q, want a caption with each of four results", r.said)
	}
}

// TestNothingIsAllocatedWithoutNews runs results that change nothing.
func TestNothingIsAllocatedWithoutNews(t *testing.T) {
	r := newRun(t, Options{})
	ev := pipelines.Event{Kind: pipelines.KindDetections, Sensor: "cam", Model: "eye",
		Detections: []pipelines.Detection{{Label: pipelines.Label{Name: "cat", Score: 1}, Box: pipelines.Box{YMax: 1, XMax: 1}}}}
	hear := func() {
		r.now = r.now.Add(time.Second)
		ev.Time, ev.Window.End = r.now, r.now
		var say pipelines.Event
		r.Hear(&ev, &say)
	}
	for range 5 {
		hear()
	}
	if n := testing.AllocsPerRun(100, hear); n != 0 {
		t.Errorf("got %v allocations with each result, want none", n)
	}
}
