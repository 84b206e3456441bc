package main

import (
	"context"
	"log/slog"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"edged/cmd/edged/internal/config"
	"edged/pipelines"
	"edged/pipelines/publish"
	"edged/pipelines/publish/mqtt"
)

// counter is a sink that counts.
type counter struct{ labels, captions atomic.Int64 }

func (c *counter) Put(_ context.Context, ev *pipelines.Event) error {
	switch ev.Kind {
	case pipelines.KindLabels:
		c.labels.Add(1)
	case pipelines.KindCaption:
		c.captions.Add(1)
	}
	return nil
}

// TestStepAllocatesNothing runs the built-in room in simulated time, as edged demo does: sensors, the models that see, hear and
// feel, what joins them, a caption with each result, and alerts. While nothing new begins in the room, nothing is allocated from a
// sample to the event in the publisher's queue.
func TestStepAllocatesNothing(t *testing.T) {
	queue, err := publish.New(publish.Options{Device: "demo", Broker: mqtt.Options{URL: "mqtt://127.0.0.1:1"}, QueueBytes: 4 << 10})
	if err != nil {
		t.Fatal(err)
	}
	c, err := (&demoFlags{}).config()
	if err != nil {
		t.Fatal(err)
	}
	calm, err := config.ParseStory("calm", []byte("length: 60s\nhappens: [{ what: person, for: 60s }, { what: cat, for: 60s }]\n"))
	if err != nil {
		t.Fatal(err)
	}
	c.Sim.Tell(calm)
	c.Pipelines["room"].Heads.Caption.When = config.Always
	const warm, seconds = 12, 6
	counts := &counter{}
	synctest.Test(t, func(t *testing.T) {
		d := &daemon{surroundings: surroundings{log: slog.New(slog.DiscardHandler)}, parts: openParts(c, noEnv)}
		defer func() {
			if err := d.Close(); err != nil {
				t.Error(err)
			}
		}()
		if err := d.assembleAlone(pipelines.Options{Log: d.log}, counts, queue); err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- d.group.Run(ctx) }()
		second := func() { time.Sleep(time.Second) } // two steps, and a sample of the slowest sensor
		for range warm {
			second()
		}
		labels, captions := counts.labels.Load(), counts.captions.Load()
		if n := testing.AllocsPerRun(seconds, second); n != 0 {
			t.Errorf("got %v allocations in two steps, want 0", n)
		}
		if l, s := counts.labels.Load()-labels, counts.captions.Load()-captions; l < 2*seconds || s < 2*seconds {
			t.Errorf("got %d results and %d captions in %d s", l, s, seconds)
		}
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	if s := queue.Stats().Queue; s.Depth < 3 || s.Dropped == 0 {
		t.Errorf("got %+v waiting, want a queue that was full", s)
	}
}
