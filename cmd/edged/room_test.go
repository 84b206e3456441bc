package main

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"edged/sensors/sim"
)

// sensesConfig has the built-in models see, hear and feel one simulated room.
const sensesConfig = `
device: { id: porch }
mqtt: { broker: "BROKER", username: USER, password_file: mqtt.password }
sim: { seed: 7 }
sensors:
  cam: { camera: sim, rate: 2 }
  mic: { microphone: sim }
  air: { i2c: sim }
pipelines:
  room:
    every: 500ms
    encoders:
      - { sensor: cam, model: room-eye }
      - { sensor: mic, model: room-ear }
      - { sensor: air, model: room-air }
    fusion: { model: room-fusion }
    heads: { caption: { model: room-caption } }
`

// TestSeeHearFeel runs the room's models as a daemon, and waits for an event that all three senses had a part in, and for a
// caption in the grammar's words.
func TestSeeHearFeel(t *testing.T) {
	b := newMosquitto(t)
	b.start()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "mqtt.password"), b.password+"\n")
	config := filepath.Join(dir, "edged.yaml")
	write(t, config, strings.NewReplacer("BROKER", b.url(), "USER", b.user).Replace(sensesConfig))
	heard := b.listen()
	daemon := startDaemon(t, "run", "-c", config)
	heard.untilAll(t, map[string]func(message) bool{
		"labels of all senses": func(m message) bool {
			var ev struct {
				Labels        []struct{ Name string }
				Contributions map[string]float64
				Degraded      []string
			}
			return m.topic == "edged/porch/room/labels" && json.Unmarshal([]byte(m.payload), &ev) == nil &&
				len(ev.Labels) > 0 && len(ev.Contributions) == 3 && len(ev.Degraded) == 0
		},
		"a caption": func(m message) bool {
			var ev struct{ Caption string }
			if m.topic != "edged/porch/room/caption" || json.Unmarshal([]byte(m.payload), &ev) != nil {
				return false
			}
			_, err := sim.ParseCaption(ev.Caption)
			return err == nil
		},
	})
	daemon.end(syscall.SIGTERM, done)
}
