package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"edged/cmd/edged/internal/config"
	"edged/pipelines"
	"edged/runtime/tflite"
	"edged/sensors/sim"
)

// brokenConfig has three senses that break one after the other. They give at different parts of a second, the camera at
// 0.337 of it, so that no order is luck.
const brokenConfig = `
sim: { seed: 2, length: 1m, lead: 337ms }
sensors:
  cam: { camera: sim, rate: 1, fault: { kind: KIND, after: 3200ms, for: CAM } }
  mic: { microphone: sim, fault: { kind: KIND, after: MIC, for: CAM } }
  air: { i2c: sim, chip: bme280, every: 1s, fault: { kind: KIND, after: AIR, for: CAM } }
pipelines:
  room:
    every: 1s
    encoders: [{ sensor: cam, model: eye.tflite }, { sensor: mic, model: ear.tflite }, { sensor: air, model: nose.tflite }]
    fusion: { model: trio.tflite }
`

// ear: 4800 samples -> embedding of two.
func ear() *tflite.Model {
	l := layers{tflite.NewBuilder("main")}
	x := l.Input(float("sound", 1, 4800))
	w := make([]float32, 2*4800)
	w[0], w[2*4800-1] = 1, 1
	l.Output(l.dense(x, "embedding", w...))
	return l.Model("ear")
}

// trio: embeddings of eye, ear and nose, their masks and their ages -> a score, and contributions by the masks alone.
func trio() *tflite.Model {
	const parts = 2 + 2 + 4
	l := layers{tflite.NewBuilder("main")}
	x := l.Input(float("senses", 1, parts+3+3))
	masks, score := make([]float32, 3*(parts+6)), make([]float32, parts+6)
	for i := range 3 {
		masks[i*(parts+6)+parts+i] = 20
	}
	score[0] = 1
	l.Output(l.soft(l.dense(x, "masks", masks...), "contributions"), l.dense(x, "scores", score...))
	return l.Model("trio")
}

// writeBroken writes the models and the config of a room whose senses break in one way.
func writeBroken(t *testing.T, dir string, kind sim.FaultKind) *config.Config {
	t.Helper()
	models := map[string]*tflite.Model{"eye": eye(), "ear": ear(), "nose": nose(), "trio": trio()}
	cards := map[string]string{
		"eye": senseCards["eye"], "nose": senseCards["nose"], "ear": "input: { kind: waveform }\n",
		"trio": "task: fusion\nlabels: [lit]\nanswer: { parts: [{ model: eye, size: 2 }, { model: ear, size: 2 }, { model: nose, size: 4 }] }\n",
	}
	for name, m := range models {
		data, err := tflite.Write(m)
		if err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(dir, name+".tflite"), string(data))
		write(t, filepath.Join(dir, name+".yaml"), cards[name])
	}
	times := []string{"KIND", string(kind), "CAM", "5s", "MIC", "13200ms", "AIR", "23200ms"}
	if kind == sim.Garbage { // four kinds of it
		times = []string{"KIND", string(kind), "CAM", "12s", "MIC", "20200ms", "AIR", "37200ms"}
	}
	c, err := config.Parse(filepath.Join(dir, "edged.yaml"), []byte(strings.NewReplacer(times...).Replace(brokenConfig)))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// hearsay is a sink that writes down when each event of a fusion came, which senses had a part in it, and what was missing.
type hearsay struct {
	begin time.Time
	lines []string
}

func (h *hearsay) Put(_ context.Context, ev *pipelines.Event) error {
	var senses []string
	for _, sense := range []string{"cam", "mic", "air"} {
		if ev.Contributions[sense] < 0.01 {
			sense = "-"
		}
		senses = append(senses, sense)
	}
	line := fmt.Sprintf("%4.1f s  %-3s %-3s %-3s  %s", ev.Time.Sub(h.begin).Seconds(), senses[0], senses[1], senses[2], strings.Join(ev.Degraded, " | "))
	h.lines = append(h.lines, strings.TrimRight(line, " "))
	return nil
}

// TestBrokenSenses runs the daemon on the simulated room in simulated time, its senses breaking one after the other: in each
// way that a sensor can break, every event says which senses it was made of and what was wrong, and none fails to come.
func TestBrokenSenses(t *testing.T) {
	for _, kind := range sim.FaultKinds() {
		t.Run(string(kind), func(t *testing.T) {
			c := writeBroken(t, t.TempDir(), kind)
			heard := &hearsay{}
			end := 33500 * time.Millisecond
			if kind == sim.Garbage {
				end = 54500 * time.Millisecond
			}
			synctest.Test(t, func(t *testing.T) {
				heard.begin = time.Now()
				runAlone(t, c, end, heard)
			})
			if longest := longestPause(heard.lines); longest > 1.5 || len(heard.lines) < int(end/time.Second) {
				t.Errorf("%d events in %v, and none for %.1f s", len(heard.lines), end, longest)
			}
			golden(t, filepath.Join("testdata", "faults", string(kind)+".txt"), strings.Join(heard.lines, "\n")+"\n")
		})
	}
}

// runAlone runs the daemon of a config without a broker.
func runAlone(t *testing.T, c *config.Config, length time.Duration, sink pipelines.Sink) {
	t.Helper()
	d := &daemon{surroundings: surroundings{log: slog.New(slog.DiscardHandler)}, parts: openParts(c, func(string) string { return "" })}
	defer func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	}()
	if len(d.faults) > 0 {
		t.Fatal(d.faults)
	}
	if err := d.assembleAlone(pipelines.Options{Log: d.log}, sink); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), length)
	defer cancel()
	if err := d.group.Run(ctx); err != nil {
		t.Error(err)
	}
}

// longestPause is the longest time between two lines, in seconds.
func longestPause(lines []string) (longest float64) {
	var before, at float64
	for _, line := range lines {
		if _, err := fmt.Sscan(line, &at); err != nil {
			panic(err) // hearsay wrote it
		}
		longest, before = max(longest, at-before), at
	}
	return longest
}

// golden compares text with a file, or with -update writes it.
func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		first := slices.IndexFunc(strings.Split(got, "\n"), func(line string) bool { return !strings.Contains(string(want), line) })
		t.Errorf("not what %s says, from line %d on; with -update it would be:\n%s", path, first+1, got)
	}
}
