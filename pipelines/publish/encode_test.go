package publish

import (
	"fmt"
	"math"
	"os"
	"reflect"
	"strings"
	"syscall"
	"testing"
	"time"

	"edged/pipelines"
	"edged/pipelines/publish/outbox"
	"edged/sensors"
)

// at is a moment in a zone other than UTC, with more than milliseconds.
var at = time.Date(2026, 3, 1, 13, 4, 5, 678_912_345, time.FixedZone("", 3600))

func labelEvent() *pipelines.Event {
	return &pipelines.Event{
		Seq: 7, Boot: "b1", Time: at, Window: pipelines.Window{Start: at.Add(-time.Second), End: at},
		Pipeline: "room", Sensor: "mic", Model: "kws", Kind: pipelines.KindLabels,
		Labels:   []pipelines.Label{{Name: `<cats> & "dogs"`, Score: 0.9960938}, {Name: "no", Score: 0}},
		Ages:     map[string]time.Duration{"mic": 1234567 * time.Nanosecond, "air": 3 * time.Second},
		Latency:  12345678 * time.Nanosecond,
		Degraded: []string{"cam: no samples for 4.2 s"},
	}
}

// alertEvent is an opening with all that it may say.
func alertEvent() *pipelines.Event {
	ev := labelEvent()
	ev.Sensor, ev.Model, ev.Labels, ev.Kind = "", "alerts", nil, pipelines.KindAlert
	ev.Alert = &pipelines.Alert{
		Name: "fire", State: pipelines.Open, Severity: "critical", Opening: ev.ID().String(), Since: at.Add(-2 * time.Second), Reason: "label(\"fire\") > 0.8 for 2 s",
		Evidence: pipelines.Evidence{
			When: `label("fire") > 0.8 && (since("door") < "30s" || reading("air.temperature") > "35 °C")`,
			Clauses: []pipelines.Clause{
				{Text: `label("fire") > 0.8`, Truth: pipelines.True, Left: 0.9, Right: 0.8},
				{Text: `since("door") < "30s"`, Truth: pipelines.False, Left: math.Inf(1), Right: 30, Unit: "s"},
				{Text: `reading("air.temperature") > "35 °C"`, Truth: pipelines.Unknown, Unit: "°C", Lacks: "air: no samples for 3.0 s"},
			},
			Values:        []pipelines.Value{{Name: `label("fire")`, Value: 0.9, Age: 40 * time.Millisecond}, {Name: `since("door")`, Value: math.Inf(1), Unit: "s"}},
			Contributions: map[string]float32{"mic": 0.25, "cam": 0.75},
			Degraded:      []string{"air: no samples for 3.0 s"},
			Models:        map[string]string{"room": "00ff"},
			Files:         []string{"room-fire-1.jpg"},
		},
	}
	return ev
}

func TestAlertsAreReadAgain(t *testing.T) {
	ev := alertEvent()
	payload, err := Encode(ev)
	if err != nil {
		t.Fatal(err)
	}
	ev.Alert.Since = ev.Alert.Since.UTC().Truncate(time.Millisecond)
	pipeline, got, err := decodeAlert(closed(opened(payload), true))
	if err != nil || pipeline != "room" || !reflect.DeepEqual(got, *ev.Alert) {
		t.Errorf("got %+v of %s, %v; want %+v", got, pipeline, err, *ev.Alert)
	}
	for _, bad := range []string{"", "{", "[]", "{}", strings.Replace(string(payload), `"open"`, `"ajar"`, 1), strings.Replace(string(payload), `"holds":true`, `"holds":1`, 1)} {
		if _, _, err := decodeAlert([]byte(bad)); err == nil {
			t.Errorf("%s: got no error", bad)
		}
	}
}

func TestGolden(t *testing.T) {
	empty := labelEvent()
	empty.Labels, empty.Ages, empty.Degraded, empty.Latency = nil, nil, nil, 0
	boxes := labelEvent()
	boxes.Kind, boxes.Labels = pipelines.KindDetections, nil
	boxes.Detections = []pipelines.Detection{{
		Label: pipelines.Label{Name: "kite", Score: 0.5},
		Box:   pipelines.Box{YMin: 0, XMin: 0.125, YMax: 0.75, XMax: 1},
	}}
	followed := labelEvent()
	followed.Kind, followed.Labels, followed.Counts = pipelines.KindDetections, nil, map[string]int{"kite": 2, "cat": 1}
	followed.Detections = []pipelines.Detection{boxes.Detections[0], boxes.Detections[0]}
	followed.Detections[0].Track, followed.Detections[0].Dwell = 7, 1500*time.Millisecond
	alone := labelEvent()
	alone.Kind, alone.Labels, alone.Counts = pipelines.KindDetections, nil, map[string]int{}
	said := labelEvent()
	said.Kind, said.Sensor, said.Caption = pipelines.KindCaption, "", "a cat is there."
	said.Contributions = map[string]float32{"mic": 0.75, "air": 0.25}
	short := &pipelines.Event{
		Seq: 9, Boot: "b2", Time: at, Pipeline: "room", Kind: pipelines.KindAlert,
		Alert: &pipelines.Alert{Name: "fire", State: pipelines.Closed, Severity: "critical", Opening: "b1-room-7", Since: at.Add(-time.Hour), Until: at, Reason: "it was removed from the config"},
	}
	reading := &sensors.Reading{Time: at, Values: []sensors.Value{
		{Name: "temperature", Unit: "°C", Value: 25.08}, {Name: "pressure", Unit: "Pa", Value: 100653},
	}}
	must := func(b []byte, err error) string {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	got := strings.Join([]string{
		must(Encode(labelEvent())), must(Encode(empty)), must(Encode(boxes)), must(Encode(followed)), must(Encode(alone)), must(Encode(said)), must(Encode(alertEvent())), must(Encode(short)), must(EncodeReading(reading)),
		must(Info{Version: "1.0", Board: "Raspberry Pi 4"}.encode()),
		must(Info{
			Sensors: []SensorInfo{{"cam", "camera"}}, Pipelines: []PipelineInfo{{"room", []string{"cam"}}},
			Models: []ModelInfo{{"kws", "00ff"}}, Engines: []string{"builtin"},
		}.encode()),
	}, "\n") + "\n"
	want, err := os.ReadFile("testdata/payloads.golden")
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestHealth(t *testing.T) {
	before := pipelines.Stats{Time: at, Sensors: []pipelines.SensorStats{{Name: "air", Samples: 5}}}
	now := pipelines.Stats{
		Boot: "b1", Started: at.Add(-time.Minute), Time: at.Add(10 * time.Second), Saving: &pipelines.Thrift{Level: 1, Of: 5, What: "less", Why: "76.0 °C", Duty: 2},
		Sensors: []pipelines.SensorStats{
			{Name: "mic", State: pipelines.Failing, Reason: "gone", Errors: 3, Lost: 40, Opens: 3, LastErr: "gone"},
			{Name: "air", State: pipelines.OK, Samples: 14, Last: at},
		},
		Pipelines: []pipelines.PipelineStats{{Name: "room", Events: 4, SinkErrors: 1, Encoders: []pipelines.EncoderStats{
			{Sensor: "air", Model: "m", Dropped: 2, Skipped: 5, Gated: 6, Invokes: 4, Errors: 1, Mean: time.Millisecond, Max: 1500 * time.Microsecond},
		}}},
	}
	b, err := encodeHealth(before, now, Stats{
		Queue:  QueueStats{Depth: 1, Bytes: 200, Dropped: 9},
		Outbox: &outbox.Stats{Written: 8192, Commits: 2, SyncMax: time.Millisecond, Err: fmt.Errorf("outbox: write a: %w", syscall.ENOSPC)},
		alarms: map[string]alarms{"room": {open: 1, opened: 3}},
	})
	if err != nil {
		t.Fatal(err)
	}
	got, memory, _ := strings.Cut(string(b), `,"memory_bytes":`)
	want := `{"time":"2026-03-01T12:04:15.678Z","boot":"b1","uptime_s":70,"sensors":{` +
		`"air":{"state":"ok","samples":14,"rate_hz":0.9,"errors":0,"lost":0,"last":"2026-03-01T12:04:05.678Z"},` +
		`"mic":{"state":"failing","reason":"gone","samples":0,"rate_hz":0,"errors":3,"lost":40,"reopens":2,"last_error":"gone"}},` +
		`"pipelines":{"room":{"events":4,"refused":1,"encoders":[{"sensor":"air","model":"m","invokes":4,"errors":1,"dropped":2,"skipped":5,"gated":6,"mean_ms":1,"p99_ms":0,"max_ms":1.5}],"alerts":{"open":1,"muted":0,"opened":3}}},` +
		`"queue":{"depth":1,"bytes":200,"dropped":9,"latency_p50_ms":0,"latency_p99_ms":0,` +
		`"outbox":{"written_bytes":8192,"commits":2,"sync_max_ms":1,"error":"outbox: no space left on device"}}`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if want := `,"governor":{"level":1,"of":5,"what":"less","reason":"76.0 °C"}}`; !strings.HasSuffix(memory, want) {
		t.Errorf("got %s, want %s at the end", memory, want)
	}
	if len(memory) < len("1000000}") {
		t.Errorf("got memory %s, want above 1 MB", memory)
	}
}

func TestWhatJSONCannotHold(t *testing.T) {
	nan := labelEvent()
	nan.Labels[1].Score = float32(math.NaN())
	unknown := labelEvent()
	unknown.Kind = "smell"
	_, errNaN := Encode(nan)
	_, errKind := Encode(unknown)
	_, errInf := EncodeReading(&sensors.Reading{Values: []sensors.Value{{Name: "x", Value: math.Inf(1)}}})
	_, errTwice := EncodeReading(&sensors.Reading{Values: []sensors.Value{{Name: "x"}, {Name: "x"}}})
	for _, tt := range []struct {
		err  error
		want string
	}{
		{errNaN, "event b1-room-7: json: unsupported value: NaN"},
		{errKind, `event b1-room-7: unknown kind "smell"`},
		{errInf, "reading: json: unsupported value: +Inf"},
		{errTwice, `reading: two values are named "x"`},
	} {
		if tt.err == nil || tt.err.Error() != tt.want {
			t.Errorf("got %v, want %s", tt.err, tt.want)
		}
	}
}
