package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"edged/runtime/tflite"
)

// cameraConfig has a camera that dies after six pictures, whose left half is white, and one that is not there.
const cameraConfig = `
device: { id: porch }
mqtt: { broker: "BROKER", username: USER, password_file: mqtt.password }
sensors:
  cam:
    camera: "exec:sh -c 'for i in 1 2 3 4 5 6; do cat DIR/left.grey; sleep 0.1; done; echo lens cap on >&2; exit 3'"
    size: 2x2
    format: grey
    rate: 20
  late: { camera: /dev/video250, size: 320x240 }
pipelines:
  room:
    every: 50ms
    stale_after: 500ms
    encoders:
      - { sensor: cam, model: sides.tflite }
      - { sensor: late, model: sides.tflite }
`

// TestLiveCamerasComeAndGo runs the daemon on a program that dies again and again. The daemon stays, the program is
// started anew, and what ails it is said in the log and in health.
func TestLiveCamerasComeAndGo(t *testing.T) {
	b := newMosquitto(t)
	b.start()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "mqtt.password"), b.password+"\n")
	write(t, filepath.Join(dir, "left.grey"), "\xff\x00\xff\x00")
	write(t, filepath.Join(dir, "sides.yaml"), "task: labels\ninput: { kind: image }\nlabels: [left, right]\n")
	model, err := tflite.Write(sides(""))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "sides.tflite"), model, 0o644); err != nil {
		t.Fatal(err)
	}
	config := filepath.Join(dir, "edged.yaml")
	write(t, config, strings.NewReplacer("BROKER", b.url(), "USER", b.user, "DIR", dir).Replace(cameraConfig))

	heard := b.listen()
	daemon := startDaemon(t, "run", "-c", config, "--leak-check")
	sees := func(m message) bool {
		var ev event
		return m.topic == "edged/porch/room/labels" && json.Unmarshal([]byte(m.payload), &ev) == nil && ev.Sensor == "cam" &&
			len(ev.Labels) > 0 && ev.Labels[0].Name == "left" && ev.Labels[0].Score > 0.9
	}
	heard.until("what the camera sees", sees)
	daemon.untilLogged(`sensor \"late\": camera: /dev/video250: no such file or directory: it is not plugged in`)
	daemon.untilLogged(`sensor \"cam\": device lost: the stream ended: sh says: lens cap on`)
	heard.until("what it sees when it is back", sees)
	heard.until("an event that says what is missing", func(m message) bool {
		var ev event
		return m.topic == "edged/porch/room/labels" && json.Unmarshal([]byte(m.payload), &ev) == nil &&
			slices.ContainsFunc(ev.Degraded, func(why string) bool { return strings.HasPrefix(why, "late: ") })
	})
	heard.until("how often it came back", func(m message) bool {
		var health struct {
			Sensors map[string]struct {
				Samples, Errors, Reopens int
				LastError                string `json:"last_error"`
			}
		}
		if m.topic != "edged/porch/health" || json.Unmarshal([]byte(m.payload), &health) != nil {
			return false
		}
		cam, late := health.Sensors["cam"], health.Sensors["late"]
		return cam.Reopens >= 2 && cam.Errors >= 2 && strings.Contains(cam.LastError, "lens cap on") &&
			late.Samples == 0 && strings.Contains(late.LastError, "not plugged in")
	})
	daemon.end(syscall.SIGTERM, done)
}
