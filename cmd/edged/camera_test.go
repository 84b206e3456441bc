package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/jpeg"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"edged/runtime/tflite"
)

// cameraConfig has cameras of each kind whose pictures' left half is white. The first dies after six pictures, again and
// again, and the last is not there.
const cameraConfig = `
device: { id: porch }
mqtt: { broker: "BROKER", username: USER, password_file: mqtt.password }
sensors:
  cam:
    camera: "exec:sh -c 'for i in 1 2 3 4 5 6; do cat DIR/left.grey; sleep 0.1; done; echo lens cap on >&2; exit 3'"
    size: 2x2
    format: grey
    rate: 20
  net: { camera: "mjpeg+SERVER" }
  pi: { camera: rpicam, size: 128x64 }
  late: { camera: /dev/video250, size: 320x240 }
pipelines:
  room:
    every: 50ms
    stale_after: 500ms
    encoders:
      - { sensor: cam, model: sides.tflite }
      - { sensor: net, model: sides.tflite }
      - { sensor: pi, model: sides.tflite }
      - { sensor: late, model: sides.tflite }
`

// stripes are raw planes of w x h whose left half is one value and right half another.
func stripes(w, h int, left, right byte) []byte {
	row := append(bytes.Repeat([]byte{left}, w/2), bytes.Repeat([]byte{right}, w/2)...)
	return bytes.Repeat(row, h)
}

// serveMJPEG gives the same JPEG for ever, and returns its address.
func serveMJPEG(t *testing.T) string {
	t.Helper()
	var picture bytes.Buffer
	if err := jpeg.Encode(&picture, &image.Gray{Pix: stripes(64, 32, 255, 0), Stride: 64, Rect: image.Rect(0, 0, 64, 32)}, nil); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "multipart/x-mixed-replace; boundary=next")
		pulse := time.NewTicker(50 * time.Millisecond)
		defer pulse.Stop()
		for r.Context().Err() == nil {
			fmt.Fprintf(w, "--next\r\nContent-Type: image/jpeg\r\n\r\n%s\r\n", picture.Bytes())
			w.(http.Flusher).Flush()
			<-pulse.C
		}
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// fakeRpicam puts a program rpicam-vid first in the path, which writes yuv420 of 128x64.
func fakeRpicam(t *testing.T, dir string) {
	t.Helper()
	chroma := stripes(64, 32, 128, 128)
	write(t, filepath.Join(dir, "left.yuv"), string(slices.Concat(stripes(128, 64, 255, 0), chroma, chroma)))
	program := filepath.Join(dir, "rpicam-vid")
	write(t, program, "#!/bin/sh\nwhile cat "+dir+"/left.yuv; do sleep 0.05; done\n")
	if err := os.Chmod(program, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+string(os.PathListSeparator)+os.Getenv("PATH"))
}

// TestLiveCamerasComeAndGo runs the daemon on a server and on programs of which one dies again and again. The daemon
// stays, the program is started anew, and what ails it is said in the log and in health.
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
	fakeRpicam(t, dir)
	config := filepath.Join(dir, "edged.yaml")
	write(t, config, strings.NewReplacer("BROKER", b.url(), "USER", b.user, "DIR", dir, "SERVER", serveMJPEG(t)).Replace(cameraConfig))

	heard := b.listen()
	daemon := startDaemon(t, "run", "-c", config, "--leak-check")
	sees := func(sensor string) func(message) bool { // a large picture's halves run into one another a little
		return func(m message) bool {
			var ev event
			return m.topic == "edged/porch/room/labels" && json.Unmarshal([]byte(m.payload), &ev) == nil && ev.Sensor == sensor &&
				len(ev.Labels) > 0 && ev.Labels[0].Name == "left" && ev.Labels[0].Score > 0.8
		}
	}
	heard.untilAll(t, map[string]func(message) bool{"the program": sees("cam"), "the server": sees("net"), "the Pi's camera": sees("pi")})
	daemon.untilLogged(`sensor \"late\": camera: /dev/video250: no such file or directory: it is not plugged in`)
	daemon.untilLogged(`sensor \"cam\": device lost: the stream ended: sh says: lens cap on`)
	heard.until("what it sees when it is back", sees("cam"))
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
