package main

import (
	"strings"
	"testing"
	"time"

	"edged/pipelines"
)

func TestProfile(t *testing.T) {
	start := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	of := func(times uint64, each time.Duration) (h pipelines.Histogram) {
		h.Count, h.Sum, h.Max = times, time.Duration(times)*each, each
		return h
	}
	s := pipelines.Stats{Started: start, Time: start.Add(10 * time.Second), Pipelines: []pipelines.PipelineStats{
		{Name: "room", Encoders: []pipelines.EncoderStats{
			{Model: "eye", Stages: pipelines.Stages{Wait: of(20, time.Millisecond), Invoke: of(20, 25*time.Millisecond)}},
			{Model: "joint", Stages: pipelines.Stages{Sink: of(4, 250*time.Microsecond)}},
		}},
	}}
	var b strings.Builder
	if err := writeProfile(&b, s); err != nil {
		t.Fatal(err)
	}
	want := `
       model   stage  times  mean ms     p50     p90     p99     max  core %
    room/eye    wait     20    1.000   1.000   1.000   1.000   1.000       -
              invoke     20   25.000  25.000  25.000  25.000  25.000    5.00
  room/joint    sink      4    0.250   0.250   0.250   0.250   0.250    0.01
         all                                                            5.01
`
	if got := "\n" + b.String(); got != want {
		t.Errorf("got%s\nwant%s", got, want)
	}
	b.Reset()
	if err := writeProfile(&b, pipelines.Stats{}); err != nil || !strings.Contains(b.String(), "-") {
		t.Errorf("got %q, %v of a group that has not run", b.String(), err)
	}
}
