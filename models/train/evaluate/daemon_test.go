package main

import (
	"strings"
	"testing"
	"time"

	"edged/sensors/sim"
)

// TestEarPairsEventsWithTheTruth hears events of a story as they come over a broker.
func TestEarPairsEventsWithTheTruth(t *testing.T) {
	story := sim.NewStory(sim.Options{Seed: 4})
	w := &watch{story: story, alone: map[string][]step{}, pace: pace{speed: 10}}
	e := &ear{watch: w, end: began.Add(story.Length), over: make(chan struct{})}
	for _, m := range [][2]string{
		{"availability", `online`},
		{"room/labels", `{"seq":1,"time":"2026-01-01T11:59:59.900Z","model":"room-fusion","labels":[{"name":"fire","score":0.9}],"degraded":[]}`}, // before the story
		{"room/labels", `{"seq":2,"time":"2026-01-01T12:01:00.000Z","sensor":"cam","model":"room-eye","labels":[{"name":"knock","score":0.9}],"degraded":[]}`},
		{"room/labels", `{"seq":3,"time":"2026-01-01T12:01:00.500Z","model":"room-fusion","labels":[{"name":"fire","score":0.9},{"name":"pet","score":0.5}],` +
			`"latency_ms":20.5,"degraded":["mic: no samples for 4.2 s"]}`},
		{"room/caption", `{"seq":4,"time":"2026-01-01T12:01:00.500Z","model":"room-fusion","caption":"a cat","labels":[],"degraded":[]}`},
		{"room/labels", `{"seq":5,"time":"2026-01-01T12:03:00.000Z","model":"room-fusion","labels":[],"degraded":[]}`}, // it begins anew
		{"room/labels", `{"seq":6,"time":"2026-01-01T12:03:00.500Z","model":"room-fusion","labels":[],"degraded":[]}`},
	} {
		e.message("edged/evaluate/"+m[0], []byte(m[1]))
	}
	select {
	case <-e.over:
	default:
		t.Error("the story is not over")
	}
	minute := story.Truth(time.Minute)
	if got := w.alone[cam]; len(got) != 1 || got[0].said != sim.Of(sim.Knock) || got[0].truth != minute {
		t.Errorf("the camera alone: got %+v", got)
	}
	if len(w.fused) != 1 || w.fused[0].said != sim.Of(sim.Fire)|sim.Of(sim.PetPresent) || w.fused[0].truth.At != time.Minute+500*time.Millisecond {
		t.Errorf("all senses: got %+v", w.fused)
	}
	if len(w.captions) != 1 || w.captions[0].said != "a cat" {
		t.Errorf("captions: got %+v", w.captions)
	}
	if err := e.failure(); err != nil {
		t.Error(err)
	}
	var report strings.Builder
	reportPace(&report, []*watch{w})
	for _, want := range []string{"10 to 10 times as fast", "0.3 % of the steps", "median 21ms", "Degraded, 1 times: mic: no samples for s\n"} {
		if !strings.Contains(report.String(), want) {
			t.Errorf("got no %q in %s", want, report.String())
		}
	}
}

// TestEarMissesNothing is an error for an event that did not come, and for one that is none.
func TestEarMissesNothing(t *testing.T) {
	for payload, want := range map[string]string{
		`{"seq":2,"time":"2026-01-01T12:00:00Z"}`: "event 2 comes after 0",
		`{"seq":`: "unexpected end",
	} {
		e := &ear{watch: &watch{story: sim.NewStory(sim.Options{})}, end: began.Add(time.Hour), over: make(chan struct{})}
		e.message("edged/evaluate/room/labels", []byte(payload))
		if err := e.failure(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", payload, err, want)
		}
	}
}

// TestHeardConfig breaks one sense, and takes models of a folder.
func TestHeardConfig(t *testing.T) {
	h := &hearer{dir: "/m"}
	got := h.config("mqtt://127.0.0.1:1", 8, sim.NewStory(sim.Options{Seed: 9}), map[string]flaw{mic: {fault: sim.Late}})
	for _, want := range []string{
		"sim: { seed: 9, length: 3m0s, speed: 8, start: 2026-01-01T11:58:56Z, lead: 1m4s }",
		"cam: { camera: sim, rate: 2 }", "mic: { microphone: sim, level_every: off, fault: { kind: late } }", "air: { i2c: sim }",
		"fusion: { model: /m/room-fusion.tflite }", "every: 500ms",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("got no %q in\n%s", want, got)
		}
	}
}
