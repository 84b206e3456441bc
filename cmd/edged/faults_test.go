package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"edged/runtime/tflite"
)

// TestFaults runs the daemon with much that is broken: each fault is one line with its place and a remedy, what is whole
// goes on, and events say what they lack. At last the daemon is killed, and the broker says so.
func TestFaults(t *testing.T) {
	b := newMosquitto(t)
	b.start()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "mqtt.password"), b.password+"\n")
	if err := os.Mkdir(filepath.Join(dir, "pictures"), 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "pictures", "a.png"), string(picture(255, 0)))
	write(t, filepath.Join(dir, "pictures", "b.jpg"), "\xff\xd8\xff\xe0 and no more")
	writeWAV(t, filepath.Join(dir, "card.wav"), 44100, 2, make([]int16, 2*2*44100)) // two seconds: a model wants one without a break
	sinh, err := tflite.Write(sides("Sinh"))
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "sinh.tflite"), string(sinh))
	config := filepath.Join(dir, "edged.yaml")
	write(t, config, strings.NewReplacer("BROKER", b.url(), "USER", b.user).Replace(faultyConfig))

	heard := b.listen()
	daemon := startDaemon(t, "run", "-c", config)
	from := func(sensor string) func(message) bool {
		return func(m message) bool {
			var e event
			return m.topic == "edged/porch/room/labels" && json.Unmarshal([]byte(m.payload), &e) == nil && e.Sensor == sensor &&
				slices.ContainsFunc(e.Degraded, func(s string) bool { return strings.HasPrefix(s, "lost: i2c: bme280 at address 0x76 of bus 250: ") })
		}
	}
	heard.untilAll(t, map[string]func(message) bool{
		"pictures around the corrupt one are seen, and the lost sensor is told of": from("cam"),
		"sound at another rate is heard":                                           from("mic"),
		"readings come":                                                            func(m message) bool { return m.topic == "edged/porch/air/reading" },
	})
	daemon.untilLogged("b.jpg")
	heard.until("pictures go on", from("cam"))
	daemon.end(syscall.SIGKILL, -1)
	heard.until("the broker has the will", isText("edged/porch/availability", "offline"))

	for _, want := range []string{
		`edged.yaml:13:31: pipelines.room.encoders[2].model: open ` + dir + `/missing.tflite: no such file or directory (relative paths start at the config file's folder); left out`,
		`edged.yaml:14:31: pipelines.room.encoders[3].model: ` + dir + `/sinh.tflite: unsupported model: op 0 Sinh \"scores\": no such custom operator in the builtin engine (convert the model without that; edged inspect lists all that is missing); left out`,
		`sensor \"cam\": replay: ` + dir + `/pictures/b.jpg: JPEG: `,
		`sensor \"lost\": i2c: bme280 at address 0x76 of bus 250: open /dev/i2c-250: no such file or directory; switch the bus on`,
	} {
		if n := strings.Count(daemon.log(), want); n != 1 {
			t.Errorf("got %d times %q in the log, want it once", n, want)
		}
	}
	if faults := strings.Count(daemon.log(), "level=ERROR") + strings.Count(daemon.log(), "level=WARN"); faults != 4 || strings.Contains(daemon.log(), "panic") {
		t.Errorf("got %d lines of warnings and errors, want 4, and no panic", faults)
	}
}

const faultyConfig = `device: { id: porch }
mqtt: { broker: "BROKER", username: USER, password_file: mqtt.password }
sensors:
  cam: { camera: "dir:pictures", rate: 10, repeat: true }
  mic: { microphone: "file:card.wav", repeat: true }
  air: { i2c: sim, chip: bme280, every: 250ms }
  lost: { i2c: 250, chip: bme280 }
pipelines:
  room:
    encoders:
      - { sensor: cam, model: room-eye, threshold: 0 }
      - { sensor: mic, model: room-ear, threshold: 0 }
      - { sensor: cam, model: missing.tflite }
      - { sensor: cam, model: sinh.tflite }
      - { sensor: lost, model: room-air }
`

// TestRefusedPassword gives the daemon a password that the broker refuses: it says so once, without the password, goes on
// measuring, and ends in order.
func TestRefusedPassword(t *testing.T) {
	b := newMosquitto(t)
	b.start()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "mqtt.password"), "swordfish\n")
	config := filepath.Join(dir, "edged.yaml")
	write(t, config, strings.NewReplacer("BROKER", b.url(), "USER", b.user).Replace(refusedConfig))
	for i := range 8 {
		write(t, filepath.Join(dir, fmt.Sprintf("%d.png", i)), string(picture(255*uint8(i%2), 0)))
	}
	write(t, filepath.Join(dir, "last.jpg"), "no picture")
	daemon := startDaemon(t, "run", "-c", config)
	const refusal = "not authorised: check mqtt.username and mqtt.password_file"
	daemon.untilLogged(refusal)
	daemon.untilLogged("last.jpg") // seconds later, when there have been events
	daemon.end(syscall.SIGINT, done)
	if n := strings.Count(daemon.log(), refusal); n != 1 {
		t.Errorf("got the refusal %d times, want it once", n)
	}
	if !strings.Contains(daemon.log(), "messages were not delivered before the end") {
		t.Error("got no event that waited for the broker")
	}
	if strings.Contains(daemon.log(), "swordfish") {
		t.Error("got the password in the log")
	}
}

const refusedConfig = `device: { id: porch }
mqtt: { broker: "BROKER", username: USER, password_file: mqtt.password }
sensors: { cam: { camera: "dir:.", rate: 2, repeat: true } }
pipelines: { room: { encoders: [{ sensor: cam, model: room-eye }] } }
`
