package main

import (
	"context"
	"encoding/json"
	"log/slog"
	"math"
	"runtime/debug"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"edged/cmd/edged/internal/config"
	"edged/pipelines"
	"edged/pipelines/govern"
)

const governedConfig = `
device: { id: porch }
mqtt: { broker: embedded }
sim: { seed: 7 }
limits: { memory: 400MiB }
sensors:
  cam: { camera: sim, rate: 4 }
pipelines:
  room:
    every: 500ms
    encoders: [{ sensor: cam, model: room-eye }]
    heads: { labels: { threshold: 0 } }
`

// TestLimitsAreTold runs a daemon that needs more memory than it may have, however little it does: it leaves out all that it can,
// and events and health say so.
func TestLimitsAreTold(t *testing.T) {
	c, err := config.Parse("edged.yaml", []byte(governedConfig))
	if err != nil {
		t.Fatal(err)
	}
	c.Limits.Memory = 1 << 20 // less than the program itself
	c.Pipelines["room"].Encoders[0].Smaller = "room-eye"
	env := func(key string) string { return map[string]string{"GOMEMLIMIT": "off"}[key] }
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		var events []string
		var health struct {
			Governor struct {
				Level, Of    int
				What, Reason string
			}
		}
		var log strings.Builder
		network := newMemory()
		d, err := newDaemon(c, surroundings{
			log: slog.New(slog.NewTextHandler(&log, nil)), env: env, wire: wire{network, network.dial},
			tap: func(topic string, payload []byte) {
				mu.Lock()
				defer mu.Unlock()
				switch {
				case topic == "edged/porch/health":
					if err := json.Unmarshal(payload, &health); err != nil {
						t.Error(err)
					}
				case strings.HasPrefix(topic, "edged/porch/room/"):
					events = append(events, string(payload))
				}
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 35*time.Second)
		defer cancel()
		if err := d.run(ctx); err != nil {
			t.Error(err)
		}
		if err := d.Close(); err != nil {
			t.Error(err)
		}
		mu.Lock()
		defer mu.Unlock()
		if n := len(events); n < 10 || n > 30 {
			t.Fatalf("got %d events, want some, and fewer than two a second", n)
		}
		for _, want := range []string{"smaller models at an eighth of their rate: ", "room-eye: room-eye runs in its place", " MiB of memory, at most 1 MiB", "room-eye leaves out 3 of 4 windows to stay within the limits"} {
			if last := events[len(events)-1]; !strings.Contains(last, want) {
				t.Errorf("the last event lacks %q:\n%s", want, last)
			}
		}
		if g := health.Governor; g.Level != 6 || g.Of != 6 || g.What != "smaller models at an eighth of their rate" || !strings.HasSuffix(g.Reason, "at most 1 MiB") {
			t.Errorf("health says %+v", g)
		}
		for _, want := range []string{"level 6 of 6, smaller models at an eighth of their rate", "although as much is left out as can be"} {
			if strings.Count(log.String(), want) != 1 {
				t.Errorf("want %q once in the log:\n%s", want, log.String())
			}
		}
	})
}

// TestLimitOfTheCollector tells Go of the limit while a daemon runs, unless the environment has one.
func TestLimitOfTheCollector(t *testing.T) {
	c, err := config.Parse("edged.yaml", []byte(governedConfig))
	if err != nil {
		t.Fatal(err)
	}
	for env, want := range map[string]int64{"": 360 << 20, "1GiB": math.MaxInt64} {
		d := &daemon{parts: &parts{config: c}, surroundings: surroundings{env: func(string) string { return env }}}
		undo := d.limitMemory()
		if got := debug.SetMemoryLimit(-1); got/10 != want/10 {
			t.Errorf("GOMEMLIMIT=%s: the limit is %d, want %d", env, got, want)
		}
		undo()
		if got := debug.SetMemoryLimit(-1); got != math.MaxInt64 {
			t.Errorf("GOMEMLIMIT=%s: the limit is %d afterwards", env, got)
		}
	}
}

// TestGovernorStepsBack is told of a processor that is busy for a while.
func TestGovernorStepsBack(t *testing.T) {
	var log strings.Builder
	var saved pipelines.Thrift
	g := &governor{
		control: govern.New(govern.Limits{CPU: 0.5}, 2), levels: savings(lowers{pictures: true}),
		save: func(t pipelines.Thrift) { saved = t }, log: slog.New(slog.NewTextHandler(&log, nil)),
	}
	now := time.Now()
	pass := func(seconds int, cpu float64) {
		for range seconds {
			g.look(now, govern.Reading{CPU: cpu})
			now = now.Add(time.Second)
		}
	}
	pass(3, 0.52)
	if saved.Level != 1 || saved.Pictures != 2 || saved.Why != "52 % of the processors, at most 50 %" {
		t.Errorf("got %+v", saved)
	}
	pass(3, 0.8)
	if saved.Level != 2 || saved.Of != 2 || saved.Pictures != 4 {
		t.Errorf("got %+v", saved)
	}
	pass(100, 0.1)
	if saved.Level != 0 || saved.Pictures != 0 || saved.Why != "" {
		t.Errorf("got %+v", saved)
	}
	for _, want := range []string{"level 1 of 2, pictures at half", "level 2 of 2, pictures at a quarter", "level 1 of 2 again", "nothing is left out any more"} {
		if strings.Count(log.String(), want) != 1 {
			t.Errorf("want %q once in the log:\n%s", want, log.String())
		}
	}
}

func TestSavings(t *testing.T) {
	for _, c := range []struct {
		of   lowers
		want int
	}{{lowers{}, 1}, {lowers{pictures: true}, 3}, {lowers{encoders: true}, 4}, {lowers{true, true, true, true}, 8}} {
		all := savings(c.of)
		if len(all) != c.want || all[0] != (saving{}) {
			t.Errorf("got %d levels, %+v; want %d, the first empty", len(all), all, c.want)
		}
		for i := 1; i < len(all); i++ {
			if a, b := all[i-1], all[i]; b.pictures < a.pictures || b.duty < a.duty || a.small && !b.small {
				t.Errorf("level %d leaves out less than the one before: %+v, %+v", i, a, b)
			}
		}
	}
}

// TestHalving wants smaller pictures only where they are still no smaller than the models'.
func TestHalving(t *testing.T) {
	for size, want := range map[string]int{"640x480": 1, "160x120": 0} {
		text := strings.NewReplacer("camera: sim", "camera: any, size: "+size, "sim: { seed: 7 }\n", "").Replace(governedConfig)
		c, err := config.Parse("edged.yaml", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		p := openParts(c, func(string) string { return "" })
		if got := p.halving(); len(got) != want {
			t.Errorf("%s: %d cameras can give smaller pictures, want %d; %v", size, len(got), want, p.faults)
		}
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	}
}
