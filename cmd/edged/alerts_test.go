package main

import (
	"context"
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"edged/cmd/edged/internal/config"
	"edged/runtime/tflite"
)

const alertsConfig = `
device: { id: porch }
mqtt: { broker: "BROKER", commands: [list, mute, reload, describe], outbox: { path: outbox }, topics: { alert: "alerts/{pipeline}/{alert}" } }
sensors:
  cam: { camera: "file:left.png", rate: 20, repeat: true }
  air: { i2c: sim, chip: bme280, every: 50ms }
pipelines:
  room:
    every: 50ms
    encoders: [{ sensor: cam, model: sides.tflite }]
    alerts:
      side: { when: label("left") > 0.5 && reading("air.pressure") > "500 hPa", severity: critical }
`

// told is what an alert's message says.
type told struct {
	ID, State, Severity, Opening, Reason string

	Evidence struct {
		When    string
		Clauses []struct {
			Text  string
			Holds bool
			Left  float64
			Unit  string
		}
		Models map[string]string
	}
}

// alert waits for a message of an alert.
func (a *asker) alert(name string) (m told) {
	a.t.Helper()
	got := a.until("alert "+name, func(m message) bool { return m.topic == "alerts/room/"+name })
	if err := json.Unmarshal([]byte(got.payload), &m); err != nil {
		a.t.Fatal(err)
	}
	return m
}

// TestAlerts has an alert over several runs of a daemon: it opens and closes once, in whichever run that is, and a mute outlives
// them too.
func TestAlerts(t *testing.T) {
	a, url := newAsker(t)
	dir := t.TempDir()
	path := filepath.Join(dir, "edged.yaml")
	rewrite := func(pairs ...string) {
		write(t, path, strings.NewReplacer(pairs...).Replace(strings.ReplaceAll(alertsConfig, "BROKER", url)))
	}
	rewrite()
	write(t, filepath.Join(dir, "left.png"), string(picture(255, 0)))
	write(t, filepath.Join(dir, "right.png"), string(picture(0, 255)))
	write(t, filepath.Join(dir, "sides.yaml"), "task: labels\ninput: { kind: image }\nlabels: [left, right]\n")
	model, err := tflite.Write(sides(""))
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "sides.tflite"), model, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
	c, err := config.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	var log strings.Builder
	r := runs{
		s:    surroundings{log: slog.New(slog.NewTextHandler(&log, nil)), env: func(string) string { return "" }},
		path: path, begin: func(*daemon) {}, end: func(*daemon) error { return nil },
	}
	var running sync.WaitGroup
	running.Go(func() {
		if err := r.run(ctx, c); err != nil {
			t.Error(err)
		}
	})
	reload := func(pairs ...string) {
		t.Helper()
		rewrite(pairs...)
		a.expect("reload", `{}`, `{"status":"ok"`)
	}

	first := a.alert("side")
	if first.State != "open" || first.Opening != first.ID || first.Severity != "critical" || len(first.Evidence.Models) != 1 {
		t.Errorf("got %+v, want it open", first)
	}
	if c := first.Evidence.Clauses; len(c) != 2 || !c[0].Holds || c[0].Left <= 0.5 || c[1].Unit != "hPa" || c[1].Left < 500 || c[1].Left > 1100 {
		t.Errorf("got the clauses %+v", c)
	}
	a.expect("mute", `{"pipeline":"room","alert":"sid","for":"1h"}`, `{"status":"error","error":"alert: room has no alert \"sid\"; there are side"`)
	a.expect("mute", `{"pipeline":"room","alert":"side","for":"1h"}`, `{"status":"ok","data":{"pipeline":"room","alert":"side","until":"`)
	state := func(part string) {
		t.Helper()
		list := a.expect("list", `{}`, `{"status":"ok"`)
		if _, alerts, _ := strings.Cut(list, `"alerts":[`); !strings.HasPrefix(alerts, part) {
			t.Errorf("got %s, want alerts that begin with %s", list, part)
		}
	}
	state(`{"name":"side","state":"open","severity":"critical","when":"label(\"left\") > 0.5 && reading(\"air.pressure\") > \"500 hPa\"","since":"`)

	reload("left.png", "right.png")
	if m := a.alert("side"); m.State != "closed" || m.Opening != first.ID || m.ID == first.ID {
		t.Errorf("got %+v, want the end of %s", m, first.ID)
	}
	reload()
	a.labelled(`{"name":"left"`)
	state(`{"name":"side","state":"closed","severity":"critical","when":"label(\"left\") > 0.5 && reading(\"air.pressure\") > \"500 hPa\"","opened":0,"muted":true,"until":"`)
	a.expect("mute", `{"pipeline":"room","alert":"side","for":"1ns"}`, `{"status":"ok"`)
	second := a.alert("side")
	if second.State != "open" || second.ID == first.ID {
		t.Errorf("got %+v, want it open anew", second)
	}
	reload("    alerts:\n", "", `      side: { when: label("left") > 0.5 && reading("air.pressure") > "500 hPa", severity: critical }`, "")
	if m := a.alert("side"); m.State != "closed" || m.Opening != second.ID || !strings.Contains(m.Reason, "config") {
		t.Errorf("got %+v, want the end of %s, which the config has no more", m, second.ID)
	}
	reload()
	third := a.alert("side")
	reload("  room:", "  hall:")
	if m := a.alert("side"); m.State != "closed" || m.Opening != third.ID || !strings.Contains(m.Reason, "pipeline") {
		t.Errorf("got %+v, want the end of %s, whose pipeline the config has no more", m, third.ID)
	}
	stop()
	running.Wait()
	if t.Failed() {
		t.Log(log.String())
	}
}
