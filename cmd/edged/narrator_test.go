package main

import (
	"context"
	"slices"
	"strings"
	"testing"

	"edged/cmd/edged/internal/config"
	"edged/pipelines/grammar"
	"edged/sensors"
)

func TestConfigKnowsTheLanguages(t *testing.T) {
	if got, want := config.Languages(), grammar.Languages(); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestReadingsOfARecordedCamera has a recording whose sensor turns out to give pictures.
func TestReadingsOfARecordedCamera(t *testing.T) {
	c := &config.Config{Sensors: map[string]*config.Sensor{}}
	p := &parts{config: c, sensors: map[string]*sensor{"air": {name: "air"}, "tape": {name: "tape", frames: still{}}}}
	got := p.told("room", &config.Caption{Readings: config.Names{"air.temperature", "air", "tape", "gone"}})
	if len(got) != 1 || got[0].name != "air" || len(p.faults) != 1 || !strings.Contains(p.faults[0].Error(), `"tape" gives no readings`) {
		t.Errorf("got %v, faults %v", got, p.faults)
	}
}

// still is a camera that gives nothing.
type still struct{}

func (still) Read(ctx context.Context, _ *sensors.Frame) error { <-ctx.Done(); return ctx.Err() }
func (still) Close() error                                     { return nil }

// TestZonesBySize has a zone inside another: the smaller is looked at first.
func TestZonesBySize(t *testing.T) {
	o := grammarOf(&config.Caption{Zones: map[string]*config.Zone{"all": {Box: []float64{0, 0, 1, 1}}, "gate": {Box: []float64{0.5, 0.25, 1, 1}}}})
	if len(o.Zones) != 2 || o.Zones[0].Name != "gate" || o.Zones[0].Box.XMin != 0.5 || o.Zones[0].Box.YMin != 0.25 {
		t.Errorf("got %+v", o.Zones)
	}
}
