package main

import (
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"edged/cmd/edged/internal/config"
)

// digestConfig has a chip feel a simulated room, every ten seconds.
const digestConfig = `
device: { id: porch }
mqtt: { broker: embedded }
sim: { seed: 7 }
alerts: { state: kept/alerts.json }
sensors: { air: { i2c: sim, every: 10s } }
pipelines:
  room:
    stale_after: 30s
    encoders: [{ sensor: air, model: room-air }]
    digest: { daily: false, languages: [de, en] }
`

// TestDigestsGoOnAfterARestart runs a daemon for fifty minutes of simulated time, and another for as long: the last hour that ends
// lies in both.
func TestDigestsGoOnAfterARestart(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "edged.yaml")
	write(t, path, digestConfig)
	type digested struct {
		Caption  string
		Captions map[string]string
		Model    string
		Digest   struct {
			Period   string
			Covered  float64 `json:"covered_ms"`
			Readings []struct{ Sensor, Name string }
		}
	}
	var all []digested
	tap := func(topic string, payload []byte) {
		if topic != "edged/porch/room/digest" {
			return
		}
		var d digested
		if err := json.Unmarshal(payload, &d); err != nil {
			t.Error(err)
		}
		all = append(all, d)
	}
	synctest.Test(t, func(t *testing.T) {
		for range 2 {
			runExample(t, path, 50*time.Minute, tap)
		}
	})
	if len(all) == 0 {
		t.Fatal("got no digest")
	}
	for _, d := range all {
		if d.Digest.Period != "hour" || d.Model != "digest" || len(d.Digest.Readings) == 0 || !strings.HasPrefix(d.Caption, "Von ") || !strings.HasPrefix(d.Captions["en"], "From ") {
			t.Errorf("got %+v", d)
		}
	}
	if lacks := time.Hour.Milliseconds() - int64(all[len(all)-1].Digest.Covered); lacks > 2000 {
		t.Errorf("%d ms of the last hour are missing: %+v", lacks, all)
	}
	if state, err := os.ReadFile(filepath.Join(dir, "kept", "digest-room.json")); err != nil || !json.Valid(state) {
		t.Errorf("kept: %v, %.100s", err, state)
	}
}

func TestDigestFolder(t *testing.T) {
	for _, c := range []struct{ state, outbox, systemd, want string }{
		{"", "", "", ""}, {"off", "/o", "/s", ""}, {"/a/alerts.json", "/o", "/s", "/a"}, {"", "/o", "/s", "/o"}, {"", "off", "/s", ""}, {"", "", "/s:/t", "/s/outbox"},
	} {
		got := digestFolder(&config.Config{Alerts: config.Alerts{State: c.state}, MQTT: config.MQTT{Outbox: config.Outbox{Path: c.outbox}}},
			func(string) string { return c.systemd })
		if got != c.want {
			t.Errorf("%+v: got %q", c, got)
		}
	}
}

// TestKeeperSaysWhatFailsOnce cannot write, again and again.
func TestKeeperSaysWhatFailsOnce(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	write(t, file, "")
	p := parts{config: &config.Config{Pipelines: map[string]*config.Pipeline{"room": {Digest: &config.Digest{Hourly: true, Languages: config.Names{"en"}}}}},
		encoders: map[string][]encoder{"room": nil}}
	p.openDigests()
	if len(p.faults) > 0 {
		t.Fatal(p.faults)
	}
	var log strings.Builder
	k := &digestKeeper{digester: p.digests["room"], path: filepath.Join(file, "digest-room.json"), log: slog.New(slog.NewTextHandler(&log, nil))}
	k.keep()
	k.keep()
	if got := strings.Count(log.String(), "a restart would begin the digest anew"); got != 1 {
		t.Errorf("said %d times: %s", got, log.String())
	}
	k.path = filepath.Join(t.TempDir(), "new", "digest-room.json")
	k.keep()
	if err := k.restore(); err != nil {
		t.Error(err)
	}
}

// TestReplayedDigestIsTheSame records over the end of an hour.
func TestReplayedDigestIsTheSame(t *testing.T) {
	dir := t.TempDir()
	path, file := filepath.Join(dir, "edged.yaml"), filepath.Join(dir, "room.mcap")
	text := strings.Replace(digestConfig, "seed: 7", "seed: 7, speed: 20, start: 2026-01-01T11:59:45Z", 1)
	write(t, path, strings.Replace(text, "every: 10s", "every: 1s", 1))
	live, _ := edged(t, "record", "-c", path, "-o", file, "--for", "2s", "--pipelines", "--json")
	if strings.Count(live, `"digest":{"period":"hour"`) != 1 {
		t.Fatalf("got no digest in\n%s", live)
	}
	again, talk := edged(t, "replay", file, "--fast", "--json")
	if again != live || !strings.HasSuffix(talk, "events, all as recorded\n") {
		t.Errorf("%s: got others than those of the run: %s", talk, firstDifference(again, live))
	}
}
