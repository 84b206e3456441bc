package publish

import (
	"strings"
	"testing"
	"time"

	"edged/pipelines"
	"edged/sensors"
)

func digestEvent() *pipelines.Event {
	ev := labelEvent()
	from := at.Truncate(time.Hour)
	ev.Kind, ev.Sensor, ev.Model, ev.Labels, ev.Ages, ev.Degraded = pipelines.KindDigest, "", "digest", nil, nil, nil
	ev.Window = pipelines.Window{Start: from, End: from.Add(time.Hour)}
	ev.Caption, ev.Captions = "From 13:00 to 14:00.", map[string]string{"de": "Von 13:00 bis 14:00 Uhr."}
	spells := pipelines.Spells{Times: 2, Total: 90 * time.Second, Longest: time.Minute, First: from.Add(time.Minute), Last: from.Add(time.Hour), On: true}
	ev.Digest = &pipelines.Digest{
		Period: pipelines.Hour, Zone: "+01:00", Since: from.Add(time.Minute), Until: ev.Window.End, Covered: 59 * time.Minute,
		Happened: []pipelines.Happening{{What: "dog", Kind: pipelines.KindDetections, Sensor: "cam", Model: "boxes", Spells: spells, Most: 2, Tracks: 3}},
		Alerts:   []pipelines.Raised{{Alert: "fire", Severity: "critical", Spells: spells}},
		Readings: []pipelines.Range{{Sensor: "air", Name: "temperature", Unit: sensors.Celsius, N: 3600, Min: 20.5, Mean: 21.25, Max: 22}},
		Silent:   []pipelines.Silence{{Sensor: "mic", Why: "no samples for 4.2 s", Spells: spells}},
	}
	return ev
}

func TestDigest(t *testing.T) {
	got, err := Encode(digestEvent())
	if err != nil {
		t.Fatal(err)
	}
	const spells = `"times":2,"total_ms":90000,"longest_ms":60000,"first":"2026-03-01T12:01:00.000Z","last":"2026-03-01T13:00:00.000Z","before":false,"goes_on":true`
	want := `{"schema":1,"id":"b1-room-7","seq":7,"boot":"b1","time":"2026-03-01T12:04:05.678Z",` +
		`"window":{"start":"2026-03-01T12:00:00.000Z","end":"2026-03-01T13:00:00.000Z"},"pipeline":"room","model":"digest",` +
		`"caption":"From 13:00 to 14:00.","captions":{"de":"Von 13:00 bis 14:00 Uhr."},` +
		`"digest":{"period":"hour","zone":"+01:00","since":"2026-03-01T12:01:00.000Z","until":"2026-03-01T13:00:00.000Z","covered_ms":3540000,"partial":true,` +
		`"happened":[{"what":"dog","kind":"detections","sensor":"cam","model":"boxes",` + spells + `,"most":2,"tracks":3}],"left_out":0,` +
		`"alerts":[{"alert":"fire","severity":"critical",` + spells + `}],` +
		`"readings":[{"sensor":"air","name":"temperature","unit":"°C","readings":3600,"min":20.5,"mean":21.25,"max":22}],` +
		`"silent":[{"sensor":"mic","why":"no samples for 4.2 s",` + spells + `}]},` +
		`"ages_ms":{},"latency_ms":12.346,"degraded":[]}`
	if string(got) != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	unsure := digestEvent()
	unsure.Digest.Happened[0].Times, unsure.Digest.Happened[0].Rough = 0, true
	often, err := Encode(unsure)
	if err != nil {
		t.Fatal(err)
	}
	if want := `"model":"boxes","total_ms":90000,"rough":true,"longest_ms":60000,`; !strings.Contains(string(often), want) {
		t.Errorf("got\n%s\nwant in it\n%s", often, want)
	}
	empty := digestEvent()
	empty.Digest = &pipelines.Digest{Period: pipelines.Day}
	bare, err := Encode(empty)
	if err != nil {
		t.Fatal(err)
	}
	for _, payload := range [][]byte{got, often, bare} {
		if err := validate(t, judge(t, "events"), payload); err != nil {
			t.Errorf("%s: %v", payload, err)
		}
	}
}
