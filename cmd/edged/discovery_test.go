package main

import (
	"context"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"edged/cmd/edged/internal/config"
	"edged/pipelines/publish/mqtt"
)

const discoveredConfig = `
device: { id: porch }
mqtt: { broker: embedded, discovery: homeassistant }
sensors:
  air: { i2c: sim, chip: bme280 }
  office: { replay: office.csv, repeat: true }
pipelines:
  occupancy:
    encoders: [{ sensor: office, model: room-occupancy }]
    heads: { caption: {} }
  broken:
    encoders: [{ sensor: office, model: none.tflite }]
`

// discovered is a daemon whose broker is in memory, and what was told to Home Assistant.
type discovered struct {
	*daemon
	t       *testing.T
	network *memory

	mu   sync.Mutex
	told []string
}

func newDiscovered(t *testing.T, text string) *discovered {
	t.Helper()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "office.csv"), "time,temperature[°C],humidity[%],illuminance[lx],co2[ppm]\n0,21,30,400,700\n1,21,30,401,700\n")
	write(t, filepath.Join(dir, "edged.yaml"), text)
	c, err := config.Load(filepath.Join(dir, "edged.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	d := &discovered{t: t, network: newMemory()}
	d.daemon, err = newDaemon(c, surroundings{
		log: slog.New(slog.DiscardHandler), env: func(string) string { return "" }, tap: d.hear, wire: wire{d.network, d.network.dial},
	})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func (d *discovered) hear(topic string, payload []byte) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if topic == "homeassistant/device/porch/config" {
		d.told = append(d.told, string(payload))
	}
}

// since returns what has been told since the first n messages.
func (d *discovered) since(n int) []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.told[n:])
}

// client makes another client of the broker.
func (d *discovered) client(name string, heard func(context.Context, mqtt.Message)) *mqtt.Client {
	d.t.Helper()
	o := mqtt.Options{URL: "mqtt://127.0.0.1", ClientID: name, Dial: d.network.dial}
	if heard != nil {
		o.Listen = []mqtt.Listener{{Filter: "homeassistant/#", Heard: heard}}
	}
	c, err := mqtt.New(o)
	if err == nil {
		_, err = c.Connect(d.t.Context())
	}
	if err != nil {
		d.t.Fatal(err)
	}
	return c
}

// live runs the daemon for a while, with what happens in it.
func (d *discovered) live(length time.Duration, what func()) {
	d.t.Helper()
	ctx, cancel := context.WithTimeout(d.t.Context(), length)
	defer cancel()
	ended := make(chan error)
	go func() { ended <- d.run(ctx) }()
	what()
	if err := <-ended; err != nil {
		d.t.Error(err)
	}
	if err := d.Close(); err != nil {
		d.t.Error(err)
	}
}

// TestHomeAssistantFindsTheDevice plays Home Assistant and an earlier run of the daemon: what that had and the config has no
// more is taken away, but not what could not be opened; a birth is answered; what a recording holds is learned.
func TestHomeAssistantFindsTheDevice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDiscovered(t, discoveredConfig)
		other := d.client("homeassistant", nil)
		say := func(topic, payload string, retain bool) {
			if err := other.Publish(t.Context(), mqtt.Message{Topic: topic, Payload: []byte(payload), Retain: retain}); err != nil {
				t.Error(err)
			}
		}
		say("homeassistant/device/porch/config", `{"components":{"picture.gone":{"platform":"camera"},"label.broken.fire":{"platform":"binary_sensor"}}}`, true)
		d.live(time.Minute, func() {
			time.Sleep(6 * settling) // each thing that it does takes that long, and there are three
			all := d.since(1)
			with := func(what string) (n int) {
				for _, m := range all {
					n += strings.Count(m, what)
				}
				return n
			}
			if with(`"picture.gone":{"platform":"camera"}`) != 1 || with("label.broken") != 0 {
				t.Errorf("got %d messages that take away what is gone, want one, and %d what is broken, want none", with("picture.gone"), with("label.broken"))
			}
			now := string(d.discovery.device.Payload())
			if len(all) == 0 || all[len(all)-1] != now {
				t.Errorf("got %d messages, and the last is not how things are", len(all))
			}
			for _, id := range []string{"reading.air.pressure", "reading.office.co2", "label.occupancy.office.somebody", "caption.occupancy", "trouble.air"} {
				if !strings.Contains(now, `"`+id+`":`) {
					t.Errorf("got no %s", id)
				}
			}

			for _, word := range []string{"offline", "online"} {
				before := len(d.since(0))
				say("homeassistant/status", word, false)
				time.Sleep(crowd)
				got := d.since(before)
				if answered := len(got) == 1 && got[0] == now; answered != (word == "online") || len(got) > 1 {
					t.Errorf("%s: got %d messages", word, len(got))
				}
			}
			kept := make(chan string, 8)
			late := d.client("late", func(_ context.Context, m mqtt.Message) { kept <- string(m.Payload) })
			if got := <-kept; got != now {
				t.Errorf("the broker keeps %s", got)
			}
			for _, c := range []*mqtt.Client{late, other} {
				if err := c.Close(t.Context()); err != nil {
					t.Error(err)
				}
			}
		})
	})
}

func TestDiscoveryIsTakenAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDiscovered(t, strings.Replace(discoveredConfig, "discovery: homeassistant", "discovery: remove", 1))
		d.live(5*time.Second, func() {})
		if got := d.since(0); !slices.Equal(got, []string{""}) {
			t.Errorf("got %q, want one empty message", got)
		}
	})
}
