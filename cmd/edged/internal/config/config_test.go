package config

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"edged/models"
	"edged/pipelines/alerts"
	"edged/sensors/camera"
	"edged/sensors/mic"
)

func TestParse(t *testing.T) {
	c, err := Load("testdata/porch.yaml")
	if err != nil {
		t.Fatal(err)
	}
	dir, err := filepath.Abs("testdata")
	if err != nil {
		t.Fatal(err)
	}
	zero := 0.0
	cam := c.Pipelines["room"].Encoders[0]
	for _, check := range []struct {
		name      string
		got, want any
	}{
		{"paths start at the file's folder", c.MQTT.PasswordFile, filepath.Join(dir, "mqtt.password")},
		{"brokers in order", c.MQTT.Broker, Names{"mqtts://broker.lan:8883", "mqtts://spare.lan"}},
		{"a certificate's path", c.MQTT.ClientCertFile, filepath.Join(dir, "porch.pem")},
		{"one protocol is a list of one", c.MQTT.ALPN, Names{"mqtt"}},
		{"an outbox", c.MQTT.Outbox, Outbox{filepath.Join(dir, "outbox"), 64 << 20}},
		{"templates of topics", c.MQTT.Topics, Topics{Prefix: "site/{device}", Event: "events/{pipeline}/{kind}", Alert: "alerts/{pipeline}/{alert}"}},
		{"qualities of service", c.MQTT.QoS, QoS{Event: ExactlyOnce, Reading: AtMostOnce}},
		{"a folder of pictures keeps its prefix", c.Sensors["cam"].Camera, "dir:" + filepath.Join(dir, "pictures")},
		{"a gate of a level", *c.Pipelines["room"].Encoders[1].Gate, Gate{Level: -50}},
		{"a budget is a part of the cores", c.Pipelines["room"].Limit(), 0.4},
		{"no budget is no limit", c.Pipelines["hall"].Limit(), 0.0},
		{"an encoder's own pace", c.Pipelines["room"].Period(c.Pipelines["room"].Encoders[1]), time.Second},
		{"the pipeline's pace", c.Pipelines["room"].Period(cam), 250 * time.Millisecond},
		{"a rate has decimals", c.Sensors["cam"].Rate, 2.5},
		{"a live camera", c.Sensors["gate"].CameraOptions(), camera.Options{
			Device: "name:HD Webcam", Width: 1280, Height: 720, Rate: 10, Formats: camera.NamedFormat("jpeg"),
		}},
		{"the default rate", c.Sensors["door"].Rate, 10.0},
		{"a microphone in full", c.Sensors["usb"].MicrophoneOptions(), mic.Options{Device: "usb:0d8c:0014", Rate: 48000, Channels: 2, Format: "S32_LE"}},
		{"no level", c.Sensors["usb"].LevelEvery, Off},
		{"a live microphone's rate", c.Sensors["near"].Rate, 16000.0},
		{"a level now and then", c.Sensors["near"].LevelEvery, Interval(5 * time.Second)},
		{"a recording's level", c.Sensors["mic"].LevelEvery, Interval(time.Second)},
		{"a recording is not live", c.Sensors["mic"].LiveMicrophone(), false},
		{"a bus is a number", c.Sensors["air"].I2C, Bus("1")},
		{"an address is hexadecimal", c.Sensors["air"].Address, Address(0x77)},
		{"the chip's own address", c.Sensors["lab"].Address, Address(0x76)},
		{"a duration has units", c.Sensors["air"].Every, Duration(90 * time.Second)},
		{"the default duration", c.Sensors["lab"].Every, Duration(time.Second)},
		{"a story", c.Sim, &Sim{Seed: 7, Length: Duration(3 * time.Minute), Speed: 1}},
		{"all chips of a room", c.Sensors["box"].Box(), true},
		{"all chips' time", c.Sensors["box"].Every, Duration(time.Second)},
		{"an encoder in full", cam, &Encoder{
			Sensor: Names{"cam"}, Model: filepath.Join(dir, "models/ssd.tflite"), Labels: filepath.Join(dir, "coco.txt"),
			Task:      models.Detections,
			Input:     &Input{Kind: models.Image, Mean: []float64{127.5}, Std: []float64{127.5}},
			Threshold: &zero, Top: 3, Threads: 2, Gate: &Gate{Motion: 0.02},
		}},
		{"a built-in model is no path", c.Pipelines["room"].Encoders[1].Model, "words"},
		{"a threshold of 0 is not the default", c.Pipelines["room"].Heads.Labels, Limits{Threshold: &zero, Top: 3}},
		{"one sensor or several", c.Pipelines["whole"].Encoders[1].Sensor, Names{"air", "lab"}},
		{"a fusion", c.Pipelines["whole"].Fusion, &Fusion{Model: filepath.Join(dir, "fusion.tflite"), StaleAfter: Duration(2 * time.Second), Threads: 1}},
		{"a caption", c.Pipelines["whole"].Heads.Caption, &Caption{Model: filepath.Join(dir, "words.tflite"), Languages: Names{"en", "de"}, When: Changed}},
		{"tracks", c.Pipelines["whole"].Heads.Detections, Detections{Top: 20, Track: true, Confirm: 3, Coast: Duration(2 * time.Second)}},
		{"an alert in full", c.Pipelines["whole"].Alerts["fire"], &Alert{
			When: `label("fire") > 0.8 && slope("air.temperature", "30s") > "3 °C/min"`, For: Duration(2 * time.Second), AtLeast: Portion{3, 5},
			Hysteresis: 10, ClearAfter: Duration(10 * time.Second), Cooldown: Duration(time.Minute), Severity: Critical, Snapshot: Names{"cam"},
			Quiet: []alerts.Span{{From: 22 * time.Hour, To: 7 * time.Hour}, {From: 12 * time.Hour, To: 13*time.Hour + 30*time.Minute}},
		}},
		{"an alert's default severity", *c.Pipelines["whole"].Alerts["door"], Alert{
			When: `count("person") > 0`, ClearWhen: `missing("cam")`, Severity: Warning, Quiet: []alerts.Span{{From: 0, To: 23 * time.Hour}},
		}},
		{"what alerts keep", c.Alerts, Alerts{filepath.Join(dir, "alerts.json"), filepath.Join(dir, "why"), 1 << 20}},
		{"where media are", c.Media, Media{filepath.Join(dir, "media"), 1 << 30, Age(36 * time.Hour)}},
		{"privacy", c.Privacy, Privacy{[]Medium{Sound}, []Redaction{{Class: "face"}, {"person", "cam"}}}},
		{"a digest of days", *c.Pipelines["whole"].Digest, Digest{Daily: true, Languages: Names{"en"}}},
		{"the default limits", c.Pipelines["hall"].Heads.Detections, Detections{Top: 20}},
	} {
		if !reflect.DeepEqual(check.got, check.want) {
			t.Errorf("%s: got %+v, want %+v", check.name, check.got, check.want)
		}
	}
}

func TestPrintIsReadAgainAsTheSame(t *testing.T) {
	c, err := Load("testdata/porch.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	if err := c.Print(&text); err != nil {
		t.Fatal(err)
	}
	again, err := Parse("elsewhere/edged.yaml", text.Bytes())
	if err != nil {
		t.Fatalf("%v in\n%s", err, &text)
	}
	again.file, again.text, again.places = c.file, c.text, c.places
	if !reflect.DeepEqual(again, c) {
		t.Errorf("got %+v, want %+v after\n%s", again, c, &text)
	}
	if want := "address: 0x77"; !strings.Contains(text.String(), want) {
		t.Errorf("got\n%s, want %q in it", &text, want)
	}
}

func TestPrintHasNoSecret(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "edged.yaml")
	write(t, filepath.Join(dir, "password"), "hunter2\n")
	write(t, path, "mqtt: { username: u, password_file: password }\nsensors: { cam: { camera: \"mjpeg+http://u:hunter2@a/\" } }\n")
	c, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := Join(c.Files()); err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	if err := c.Print(&text); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(text.String(), "hunter2") {
		t.Errorf("got the password in\n%s", &text)
	}
}

func TestFiles(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "edged.yaml")
	write(t, path, `mqtt: { username: u, broker: "mqtts://a", ca_file: ., password_file: absent, outbox: { path: edged.yaml } }
sensors:
  cam: { camera: "dir:." }
pipelines:
  room:
    encoders: [{ sensor: cam, model: m }]
`)
	c, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	faults := Errors{
		c.Fault("pipelines.room.encoders[0].labels", "is not good enough", "write better"),
		c.Fault("sensors.cam.camera", "sees nothing", ""),
	}
	want := []string{
		path + ":1:52: mqtt.ca_file: " + dir + " is a folder, not a file",
		path + ":1:70: mqtt.password_file: " + dir + "/absent: no such file or directory",
		path + ":1:94: mqtt.outbox.path: " + path + " is a file, not a folder",
		path + ":3:18: sensors.cam.camera: sees nothing",
		path + ":6:16: pipelines.room.encoders[0].labels: is not good enough",
	}
	if got := Join(faults, c.Files()); got == nil || got.Error() != strings.Join(want, "\n") {
		t.Errorf("got\n%v\nwant\n%s", got, strings.Join(want, "\n"))
	}
	if got := faults[0].Hint; got != "write better" {
		t.Errorf("got the hint %q", got)
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func FuzzLoad(f *testing.F) {
	porch, err := os.ReadFile("testdata/porch.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(porch)
	for _, c := range badConfigs {
		f.Add([]byte(c.yaml))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := Parse("edged.yaml", data)
		if err != nil {
			var all Errors
			if !errors.As(err, &all) {
				t.Fatalf("got a %T, want Errors: %v", err, err)
			}
			return
		}
		var text bytes.Buffer
		if err := c.Print(&text); err != nil {
			t.Fatal(err)
		}
		if _, err := Parse("edged.yaml", text.Bytes()); err != nil {
			t.Fatalf("%v in the effective config\n%s\nof\n%s", err, &text, data)
		}
	})
}

// TestLimits reads limits and prints them again.
func TestLimits(t *testing.T) {
	for _, temperature := range []string{"75°C", "75 °C", "75C", "75"} {
		c, err := Parse("edged.yaml", []byte(sensors+"limits: { temperature: "+temperature+", memory: 400MiB, cpu: 60% }\n"))
		if err != nil {
			t.Fatal(err)
		}
		if want := (Bounds{Temperature: 75, Memory: 400 << 20, CPU: 60}); c.Limits != want {
			t.Errorf("%s: got %+v, want %+v", temperature, c.Limits, want)
		}
		var b strings.Builder
		if err := c.Print(&b); err != nil || !strings.Contains(b.String(), "limits:\n  temperature: 75°C\n  memory: 400MiB\n  cpu: 60%\n") {
			t.Errorf("got %v\n%s", err, b.String())
		}
	}
}
