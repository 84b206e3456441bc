package digest

import (
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // for machines without

	"edged/pipelines"
	"edged/pipelines/grammar"
	"edged/sensors"
)

// noon is where the tests' days are looked at.
var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func open(t testing.TB, o Options) *Digest {
	t.Helper()
	if o.Languages == nil {
		o.Languages = []string{"en", "de"}
	}
	d, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// labels is a result of a model that joins all sensors.
func labels(at time.Time, names ...string) *pipelines.Event {
	ev := &pipelines.Event{Time: at, Window: pipelines.Window{Start: at, End: at}, Kind: pipelines.KindLabels, Model: "fusion"}
	for _, n := range names {
		ev.Labels = append(ev.Labels, pipelines.Label{Name: n, Score: 0.9})
	}
	return ev
}

// results lets a model tell labels twice a second, from a time to another, and returns what was due.
func tell(d *Digest, from, to time.Time, names ...string) (due []*pipelines.Event) {
	for at := from; at.Before(to); at = at.Add(500 * time.Millisecond) {
		d.See(labels(at, names...))
		due = append(due, d.Look(at, nil)...)
	}
	return due
}

// idle lets time pass.
func idle(d *Digest, from, to time.Time) []*pipelines.Event { return tell(d, from, to) }

func alert(at time.Time, name string, state pipelines.AlertState) *pipelines.Event {
	a := &pipelines.Alert{Name: name, State: state, Severity: "critical", Since: at.Add(-5 * time.Second)}
	return &pipelines.Event{Time: at, Kind: pipelines.KindAlert, Alert: a}
}

func one(t *testing.T, due []*pipelines.Event) *pipelines.Event {
	t.Helper()
	if len(due) != 1 || due[0].Digest == nil || due[0].Kind != pipelines.KindDigest {
		t.Fatalf("got %d events, want one digest", len(due))
	}
	return due[0]
}

func TestAnHour(t *testing.T) {
	d := open(t, Options{Hourly: true, Senses: map[string]grammar.Sense{"cam": grammar.Seen}})
	min := func(m float64) time.Time { return noon.Add(time.Duration(m * float64(time.Minute))) }
	due := idle(d, noon, min(5))
	due = append(due, tell(d, min(5), min(6), "fire", "Silence")...)
	d.See(alert(min(6), "burning", pipelines.Open))
	due = append(due, tell(d, min(6), min(6.5))...)
	due = append(due, tell(d, min(6.5), min(7), "fire")...)
	d.See(alert(min(7), "burning", pipelines.Closed))
	due = append(due, idle(d, min(7), min(10))...)
	d.See(labels(min(10), "glass")) // one result alone: half a second
	d.Read("air", &sensors.Reading{Time: min(10), Values: []sensors.Value{{Name: "temperature", Unit: sensors.Celsius, Value: 20}}})
	d.Read("air", &sensors.Reading{Time: min(10), Values: []sensors.Value{
		{Name: "temperature", Unit: sensors.Celsius, Value: 26}, {Name: "humidity", Unit: sensors.Percent, Value: 45},
		{Name: "co2", Unit: sensors.PPM, Value: math.NaN()}, {Name: "co2", Unit: sensors.PPM, Value: math.Inf(1)},
	}})
	due = append(due, idle(d, min(10).Add(500*time.Millisecond), min(20))...)
	for at := min(20); at.Before(min(25)); at = at.Add(time.Second) {
		d.See(&pipelines.Event{Time: at, Window: pipelines.Window{Start: at, End: at}, Kind: pipelines.KindDetections, Sensor: "cam", Model: "boxes",
			Counts: map[string]int{"dog": 2, "cat": 0}, Detections: []pipelines.Detection{
				{Label: pipelines.Label{Name: "dog"}, Track: 1}, {Label: pipelines.Label{Name: "dog"}, Track: 2}, {Label: pipelines.Label{Name: "cat"}},
			}})
		state := pipelines.OK
		if at.After(min(22)) {
			state = pipelines.Stale
		}
		due = append(due, d.Look(at, []pipelines.Sense{{Sensor: "cam", State: pipelines.OK}, {Sensor: "mic", State: state, Why: "no samples", Age: 2 * time.Second}})...)
	}
	due = append(due, idle(d, min(25), min(59))...)
	due = append(due, tell(d, min(59), min(60.5), "person")...)
	ev := one(t, due)
	want := &pipelines.Digest{
		Period: pipelines.Hour, Zone: "+00:00", Since: noon, Until: min(60), Covered: time.Hour,
		Happened: []pipelines.Happening{
			{What: "Silence", Kind: pipelines.KindLabels, Model: "fusion", Spells: pipelines.Spells{Times: 1, Total: time.Minute, Longest: time.Minute, First: min(5), Last: min(6)}},
			{What: "fire", Kind: pipelines.KindLabels, Model: "fusion", Spells: pipelines.Spells{Times: 2, Total: 90 * time.Second, Longest: time.Minute, First: min(5), Last: min(7)}},
			{What: "dog", Kind: pipelines.KindDetections, Sensor: "cam", Model: "boxes", Most: 2, Tracks: 2,
				Spells: pipelines.Spells{Times: 1, Total: 5*time.Minute + time.Second, Longest: 5*time.Minute + time.Second, First: min(20), Last: min(25).Add(time.Second)}},
			{What: "person", Kind: pipelines.KindLabels, Model: "fusion", Spells: pipelines.Spells{Times: 1, Total: time.Minute, Longest: time.Minute, First: min(59), Last: min(60), On: true}},
		},
		Alerts: []pipelines.Raised{{Alert: "burning", Severity: "critical", Spells: pipelines.Spells{Times: 1, Total: time.Minute, Longest: time.Minute, First: min(6), Last: min(7)}}},
		Readings: []pipelines.Range{
			{Sensor: "air", Name: "humidity", Unit: sensors.Percent, N: 1, Min: 45, Mean: 45, Max: 45},
			{Sensor: "air", Name: "temperature", Unit: sensors.Celsius, N: 2, Min: 20, Mean: 23, Max: 26},
		},
		Silent: []pipelines.Silence{{Sensor: "mic", Why: "no samples", Spells: pipelines.Spells{Times: 1, Total: 38*time.Minute + time.Second,
			Longest: 38*time.Minute + time.Second, First: min(22).Add(-time.Second), Last: min(60), On: true}}},
	}
	if !reflect.DeepEqual(ev.Digest, want) {
		t.Errorf("got\n%+v\nwant\n%+v", ev.Digest, want)
	}
	if w := (pipelines.Window{Start: noon, End: min(60)}); ev.Window != w {
		t.Errorf("got the window %v, want %v", ev.Window, w)
	}
	for said, want := range map[string]string{
		ev.Caption: "From 12:00 to 13:00. The alert burning was open once, for 1 min from 12:06 on. " +
			"A fire burned twice, 1 min 30 s in all, most recently at 12:07. " +
			"A dog was in view once, for 5 min 1 s from 12:20 on, at most two at once. " +
			"A person was there once, for 1 min from 12:59 on, which goes on. " +
			"The humidity was 45 %. The temperature was between 20.0 °C and 26.0 °C, 23.0 °C on average. " +
			"Mic gave nothing once, for 38 min from 12:21 on, which goes on.",
		ev.Captions["de"]: "Von 12:00 bis 13:00 Uhr. Der Alarm burning war offen: einmal, 1 min, ab 12:06 Uhr. " +
			"Es brannte: zweimal, zusammen 1 min 30 s, zuletzt um 12:07 Uhr. " +
			"Ein Hund war zu sehen: einmal, 5 min 1 s, ab 12:20 Uhr, höchstens zwei zugleich. " +
			"Eine Person war da: einmal, 1 min, ab 12:59 Uhr, und noch immer. " +
			"Die Luftfeuchte lag bei 45 %. Die Temperatur lag zwischen 20,0 °C und 26,0 °C, im Mittel bei 23,0 °C. " +
			"Mic lieferte nichts: einmal, 38 min, ab 12:21 Uhr, und noch immer.",
	} {
		if said != want {
			t.Errorf("got\n%s\nwant\n%s", said, want)
		}
	}
}

func TestNothingHappens(t *testing.T) {
	d := open(t, Options{Hourly: true, Daily: true})
	due := idle(d, noon, noon.Add(2*time.Hour+time.Second))
	if len(due) != 2 || due[1].Caption != "From 13:00 to 14:00. Nothing happened." || due[1].Captions["de"] != "Von 13:00 bis 14:00 Uhr. Es geschah nichts." {
		t.Errorf("got %d digests: %+v", len(due), due[len(due)-1])
	}
}

// TestTheDayFollowsTheHour has both end at midnight, the day half watched.
func TestTheDayFollowsTheHour(t *testing.T) {
	d := open(t, Options{Hourly: true, Daily: true, Languages: []string{"de"}})
	evening := noon.Add(11*time.Hour + 30*time.Minute)
	due := idle(d, evening, evening.Add(31*time.Minute))
	if len(due) != 2 || due[0].Digest.Period != pipelines.Hour || due[1].Digest.Period != pipelines.Day {
		t.Fatalf("got %d digests", len(due))
	}
	if got, want := due[1].Caption, "Am 01.03.2026, davon 30 min beobachtet. Es geschah nichts."; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if day := due[1].Digest; day.Covered != 30*time.Minute || !day.Since.Equal(evening) || !day.Until.Equal(evening.Add(30*time.Minute)) {
		t.Errorf("got %+v", day)
	}
}

// TestAcrossHours counts what goes on in each hour with its part, and once in the day.
func TestAcrossHours(t *testing.T) {
	d := open(t, Options{Hourly: true, Daily: true})
	d.Look(noon, nil)
	due := tell(d, noon.Add(50*time.Minute), noon.Add(75*time.Minute), "washer")
	due = append(due, idle(d, noon.Add(75*time.Minute), noon.Add(12*time.Hour+time.Second))...)
	if len(due) != 13 {
		t.Fatalf("got %d digests, want 13", len(due))
	}
	for i, want := range map[int]pipelines.Spells{
		0:  {Times: 1, Total: 10 * time.Minute, Longest: 10 * time.Minute, First: noon.Add(50 * time.Minute), Last: noon.Add(time.Hour), On: true},
		1:  {Times: 1, Total: 15 * time.Minute, Longest: 15 * time.Minute, First: noon.Add(time.Hour), Last: noon.Add(75 * time.Minute), Before: true},
		12: {Times: 1, Total: 25 * time.Minute, Longest: 25 * time.Minute, First: noon.Add(50 * time.Minute), Last: noon.Add(75 * time.Minute)},
	} {
		if h := due[i].Digest.Happened; len(h) != 1 || h[0].Spells != want {
			t.Errorf("digest %d: got %+v, want %+v", i, h, want)
		}
	}
	if h := due[2].Digest.Happened; h != nil {
		t.Errorf("two hours later: got %+v", h)
	}
}

// TestClocks jumps forth and back.
func TestClocks(t *testing.T) {
	d := open(t, Options{Hourly: true})
	idle(d, noon, noon.Add(10*time.Minute))
	ev := one(t, d.Look(noon.Add(50*time.Hour), nil)) // as at a boot without a battery
	if ev.Digest.Covered != 10*time.Minute-500*time.Millisecond || !strings.HasPrefix(ev.Caption, "From 12:00 to 13:00, of which 10 min were watched.") {
		t.Errorf("got %v: %s", ev.Digest.Covered, ev.Caption)
	}
	if due := d.Look(noon.Add(30*time.Hour), nil); len(due) > 0 {
		t.Errorf("after the clock was put back: got %d digests", len(due))
	}
	ev = one(t, idle(d, noon.Add(30*time.Hour), noon.Add(31*time.Hour+time.Second)))
	if !ev.Window.Start.Equal(noon.Add(30*time.Hour)) || ev.Digest.Covered != time.Hour {
		t.Errorf("got %v, watched for %v", ev.Window, ev.Digest.Covered)
	}
}

// TestSlowModels takes a result a minute for what it is.
func TestSlowModels(t *testing.T) {
	d := open(t, Options{Hourly: true})
	var due []*pipelines.Event
	for at := noon; at.Before(noon.Add(61 * time.Minute)); at = at.Add(time.Second) {
		if at.Sub(noon)%time.Minute == 0 {
			d.See(labels(at, []string{"free", "occupied"}[at.Minute()/30]))
		}
		due = append(due, d.Look(at, nil)...)
	}
	h := one(t, due).Digest.Happened
	if len(h) != 2 || h[0].Times > 2 || h[1].Times != 1 || h[1].Total != 30*time.Minute || h[0].Total < 29*time.Minute {
		t.Errorf("got %+v", h)
	}
}

// TestOverheard counts the joined model's results alone.
func TestOverheard(t *testing.T) {
	d := open(t, Options{Hourly: true, Overheard: map[string]bool{"eye": true}})
	var due []*pipelines.Event
	for at := noon; at.Before(noon.Add(61 * time.Minute)); at = at.Add(time.Second) {
		ev := labels(at, "fire")
		ev.Model, ev.Sensor = "eye", "cam"
		d.See(ev)
		due = append(due, d.Look(at, nil)...)
	}
	if h := one(t, due).Digest.Happened; h != nil {
		t.Errorf("got %+v", h)
	}
}

// TestAlertsOfBefore closes one that was open when nobody watched yet.
func TestAlertsOfBefore(t *testing.T) {
	d := open(t, Options{Hourly: true})
	idle(d, noon, noon.Add(time.Minute))
	closing := alert(noon.Add(time.Minute), "fire", pipelines.Closed)
	closing.Alert.Since = noon.Add(-time.Hour)
	d.See(closing)
	d.See(alert(noon.Add(2*time.Minute), "fire", pipelines.Open))
	d.See(alert(noon.Add(2*time.Minute), "fire", pipelines.Open)) // no second one
	for hour, want := range []pipelines.Spells{
		{Times: 2, Total: 59 * time.Minute, Longest: 58 * time.Minute, First: noon, Last: noon.Add(time.Hour), Before: true, On: true},
		{Times: 1, Total: time.Hour, Longest: time.Hour, First: noon.Add(time.Hour), Last: noon.Add(2 * time.Hour), Before: true, On: true},
	} {
		from := noon.Add(time.Duration(hour) * time.Hour)
		a := one(t, idle(d, from.Add(3*time.Minute), from.Add(time.Hour+time.Second))).Digest.Alerts
		if len(a) != 1 || a[0].Spells != want {
			t.Errorf("got %+v, want %+v", a, want)
		}
	}
}

// TestManyThings keeps a digest short, whatever is found and measured.
func TestManyThings(t *testing.T) {
	d := open(t, Options{Hourly: true, Languages: []string{"en"}})
	var names []string
	r := &sensors.Reading{Time: noon}
	for i := range 3000 {
		names = append(names, "thing "+strings.Repeat("x", i%7)+string(rune('a'+i%26))+string(rune(0x100+i)))
		r.Values = append(r.Values, sensors.Value{Name: names[i], Value: 1e300 * float64(i%2)})
	}
	tell(d, noon, noon.Add(3*time.Second), names...)
	d.Read("air", r)
	ev := one(t, idle(d, noon.Add(3*time.Second), noon.Add(time.Hour+time.Second)))
	if n, left := len(ev.Digest.Happened), ev.Digest.LeftOut; n != mostHappened || left != 2900 {
		t.Errorf("got %d happenings and %d more", n, left)
	}
	if n := len(ev.Digest.Readings); n != mostValues {
		t.Errorf("got %d readings, want %d", n, mostValues)
	}
	if !strings.Contains(ev.Caption, "2980 more things happened.") || len(ev.Caption) > 5000 {
		t.Errorf("got %d bytes: %s", len(ev.Caption), ev.Caption)
	}
}

func TestNothingIsAllocatedWithoutNews(t *testing.T) {
	d := open(t, Options{Hourly: true, Daily: true})
	at := noon
	ev := labels(at, "fire", "person")
	r := &sensors.Reading{Values: []sensors.Value{{Name: "temperature", Unit: sensors.Celsius, Value: 20}}}
	senses := []pipelines.Sense{{Sensor: "cam", State: pipelines.OK}}
	step := func() {
		at = at.Add(time.Millisecond)
		ev.Time, ev.Window = at, pipelines.Window{Start: at, End: at}
		d.See(ev)
		d.Read("air", r)
		d.Look(at, senses)
	}
	step()
	step()
	if n := testing.AllocsPerRun(100, step); n > 0 {
		t.Errorf("got %v allocations, want none", n)
	}
}

func TestErrors(t *testing.T) {
	if _, err := New(Options{Hourly: true, Languages: []string{"fr"}}); err == nil || !strings.Contains(err.Error(), `no language "fr"`) {
		t.Errorf("got %v", err)
	}
}

// TestReplay has the same twice to the last bit.
func TestReplay(t *testing.T) {
	told := func() (all []*pipelines.Event) {
		d := open(t, Options{Hourly: true, Daily: true})
		for i := range 9 {
			names := slices.Repeat([]string{"fire", "person", "dog", "washer", "glass"}, 2)[i%5 : i%5+3]
			all = append(all, tell(d, noon.Add(time.Duration(i)*17*time.Minute), noon.Add(time.Duration(i*17+9)*time.Minute), names...)...)
		}
		return all
	}
	if a, b := told(), told(); len(a) != 2 || !reflect.DeepEqual(a, b) {
		t.Errorf("got %d digests, and others the next time", len(a))
	}
}
