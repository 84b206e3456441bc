package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"edged/runtime/tflite"
	"edged/sensors"
	"edged/sensors/record"
)

// glow is how bright the halves of a picture are, in hundredths, from a second on.
type glow struct{ second, left, right float64 }

// glowConfig has a model that says how bright the halves of a picture are.
const glowConfig = `
device: { id: demo }
mqtt: { broker: embedded }
sensors: { cam: { camera: "dir:." } }
pipelines:
  room:
    encoders: [{ sensor: cam, model: sides.tflite, threshold: 0.5 }]
`

// recordGlows writes 30 s of pictures, two a second, and the model, into a folder. What is recorded in it has glowConfig.
func recordGlows(t *testing.T, dir string, glows ...glow) (file string) {
	t.Helper()
	model, err := tflite.Write(sides(""))
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "sides.tflite"), string(model))
	write(t, filepath.Join(dir, "sides.yaml"), "task: labels\ninput: { kind: image }\nlabels: [left, right]\n")
	start := time.Date(2026, 11, 25, 12, 0, 0, 0, time.Local)
	file = filepath.Join(dir, "room.mcap")
	w, err := record.Create(file, record.Header{Start: start, Boot: "AAAAAAAA", Config: glowConfig, Sensors: []record.Sensor{{Name: "cam", Kind: "camera", Gives: record.Frames}}}, record.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 60 {
		second := float64(i) / 2
		for len(glows) > 1 && glows[1].second <= second {
			glows = glows[1:]
		}
		left, right := byte(glows[0].left*2.56), byte(glows[0].right*2.56)
		at := start.Add(time.Duration(second * float64(time.Second)))
		f := sensors.Frame{Format: sensors.Grey, Width: 2, Height: 2, Pix: []byte{left, right, left, right}, Time: at}
		if err := w.Sample(at, "cam", &f); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(w.Finished(start.Add(30*time.Second), "cam"), w.Close()); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestReplayDiff raises a threshold from 0.5 to 0.7: what was between them is gone, and what grew slowly begins later.
func TestReplayDiff(t *testing.T) {
	dir := t.TempDir()
	file := recordGlows(t, dir, glow{0, 20, 20}, glow{4, 60, 20}, glow{8, 20, 20}, glow{12, 55, 20}, glow{14, 80, 20}, glow{20, 20, 65}, glow{24, 80, 20}, glow{28, 20, 20})
	before, after := filepath.Join(dir, "old.yaml"), filepath.Join(dir, "new.yaml")
	write(t, before, glowConfig)
	write(t, after, strings.Replace(glowConfig, "0.5", "0.7", 1))
	changes := `- 12:00:04.000  room/labels    cam: left  for 3.5 s, 0.60 at most
~ 12:00:12.000  room/labels    cam: left  begins 2.0 s later
- 12:00:20.000  room/labels    cam: right  for 3.5 s, 0.65 at most
alerts: 0 new, 0 gone, 0 moved, 0 the same
labels: 0 new, 2 gone, 1 moved, 1 the same
`
	for _, was := range []string{before, "recorded"} {
		out, talk := edged(t, "replay", file, "--diff", was, "-c", after)
		named := before
		if was == "recorded" {
			named = file + ":config"
		}
		if want := fmt.Sprintf("--- %s\n+++ %s\n%s", named, after, changes); out != want {
			t.Errorf("got\n%swant\n%s", out, want)
		}
		if !strings.Contains(talk, after+": 60 samples, 60 events\n") {
			t.Errorf("got %q", talk)
		}
	}
	back, _ := edged(t, "replay", file, "--diff", after)
	want := strings.NewReplacer("- 12", "+ 12", "later", "earlier", "~ 12:00:12", "~ 12:00:14", "0 new, 2 gone", "2 new, 0 gone").Replace(changes)
	if _, back, _ = strings.Cut(back, ":config\n"); back != want {
		t.Errorf("the other way round: got\n%swant\n%s", back, want)
	}
	text, _ := edged(t, "replay", file, "--diff", before, "-c", after, "--json")
	var doc diffDocument
	if err := json.Unmarshal([]byte(text), &doc); err != nil {
		t.Fatal(err)
	}
	if (doc.Labels != tally{Gone: 2, Moved: 1, Same: 1}) || len(doc.Changes) != 3 || doc.Seconds != 30 || doc.Changes[1].Is.From.Sub(doc.Changes[1].Was.From) != 2*time.Second || doc.Changes[0].Is != nil {
		t.Errorf("got %s", text)
	}
}

// alarming is glowConfig with two alerts: one about the left half, one about the right.
func alarming(lit, beside string) string {
	return glowConfig + fmt.Sprintf(`    alerts:
      lit: { when: 'label("left") > %s', for: 1s, clear_after: 1s, severity: critical }
      beside: { when: 'label("right") > %s' }
`, lit, beside)
}

// TestReplayDiffOfAlerts changes the thresholds of two alerts: one has what was between them no more, and what grew slowly later;
// the other, which has said nothing, says it once. Labels are as they were.
func TestReplayDiffOfAlerts(t *testing.T) {
	dir := t.TempDir()
	file := recordGlows(t, dir, glow{0, 20, 20}, glow{4, 60, 20}, glow{8, 20, 20}, glow{12, 55, 20}, glow{14, 80, 20}, glow{20, 20, 65}, glow{24, 80, 20})
	before, after := filepath.Join(dir, "old.yaml"), filepath.Join(dir, "new.yaml")
	write(t, before, alarming("0.5", "0.7"))
	write(t, after, alarming("0.7", "0.6"))
	out, _ := edged(t, "replay", file, "--diff", before, "-c", after)
	want := fmt.Sprintf("--- %s\n+++ %s\n%s", before, after, `- 12:00:05.000  room/alert     lit  critical, open for 4.0 s: holds for 1 s: label("left") > 0.5 with 0.598
~ 12:00:13.000  room/alert     lit  opens 2.0 s later
+ 12:00:20.000  room/alert     beside  warning, open for 4.0 s: holds: label("right") > 0.6 with 0.648
alerts: 1 new, 1 gone, 1 moved, 1 the same
labels: 0 new, 0 gone, 0 moved, 4 the same
`)
	if out != want {
		t.Errorf("got\n%swant\n%s", out, want)
	}
}

// TestReplayWithAlertsIsTheSame records the room with alerts that flap, and replays it: the events, alerts and all, are those of
// the run byte for byte; and if each encoder takes each sample, those of any other such replay.
func TestReplayWithAlertsIsTheSame(t *testing.T) {
	dir, config := story(t)
	alerts := strings.Replace(storyConfig, "    alerts:\n", `    alerts:
      brighter: { when: 'label("left") > mean(label("left"), "1s")' }
      warmer: { when: 'reading("air.temperature") > mean("air.temperature", "2s")', severity: info }
      lost: { when: 'missing("lost") && label("left") > 0', for: 500ms, severity: critical }
`, 1)
	write(t, config, alerts)
	file := filepath.Join(dir, "room.mcap")
	live, _ := edged(t, "record", "-c", config, "-o", file, "--for", "2s", "--pipelines", "--json")
	if n := strings.Count(live, `"opening":`); n < 4 || !strings.Contains(live, `"alert":"lost"`) || !strings.Contains(live, `"state":"closed"`) {
		t.Fatalf("got a dull run of %d alerts", n)
	}
	for _, args := range [][]string{{"--fast"}, {}} {
		again, talk := edged(t, append([]string{"replay", file, "--json"}, args...)...)
		if again != live || !strings.HasSuffix(talk, "events, all as recorded\n") {
			t.Errorf("%v: got other events than those of the run, %s: %s", args, talk, firstDifference(again, live))
		}
	}
	other := filepath.Join(dir, "other.yaml")
	write(t, other, strings.Replace(alerts, "every: 70ms", "every: 90ms", 1))
	first, _ := edged(t, "replay", file, "-c", other, "--json", "--fast")
	second, _ := edged(t, "replay", file, "-c", other, "--json")
	if first != second || !strings.Contains(first, `"alert":"lost"`) {
		t.Errorf("got other events the second time: %s", firstDifference(second, first))
	}
	if out, _ := edged(t, "replay", file, "-c", other, "--diff", "recorded"); !strings.Contains(out, "\nalerts: 0 new, 0 gone, 0 moved, ") {
		t.Errorf("got %s", out)
	}
}

// TestARecordingBeginsInAnOpenAlert stops a daemon while an alert is open, and records the next run, in which it stays open: neither
// that nor its replay opens it a second time. A third run, whose config has the alert no more, closes it; its replay does too.
func TestARecordingBeginsInAnOpenAlert(t *testing.T) {
	dir, config := story(t)
	lasting := strings.Replace(storyConfig, "broker: embedded", "broker: embedded, outbox: { path: "+filepath.Join(dir, "outbox")+" }", 1)
	write(t, config, lasting)
	edged(t, "run", "-c", config, "--for", "3500ms", "--log-level", "error")
	second := filepath.Join(dir, "second.mcap")
	edged(t, "run", "-c", config, "--record", second, "--for", "1500ms", "--log-level", "error")
	again, talk := edged(t, "replay", second, "--json", "--fast")
	if !strings.HasSuffix(talk, "events, all as recorded\n") || strings.Contains(again, `"alert":"gone"`) {
		t.Errorf("got %s and the alerts\n%s", talk, strings.Join(alertsIn(again), "\n"))
	}
	write(t, config, regexp.MustCompile(`(?m)^ +gone: .*\n`).ReplaceAllString(lasting, ""))
	third := filepath.Join(dir, "third.mcap")
	edged(t, "run", "-c", config, "--record", third, "--for", "1s", "--log-level", "error")
	again, talk = edged(t, "replay", third, "--json", "--fast")
	if !strings.HasSuffix(talk, "events, all as recorded\n") || strings.Count(again, `"alert":"gone"`) != 1 || !strings.Contains(again, `"alert":"gone","state":"closed"`) {
		t.Errorf("got %s and the alerts\n%s", talk, strings.Join(alertsIn(again), "\n"))
	}
}

// alertsIn returns the lines that are alerts'.
func alertsIn(events string) (all []string) {
	for line := range strings.Lines(events) {
		if strings.Contains(line, `"alert":`) {
			all = append(all, line)
		}
	}
	return all
}
