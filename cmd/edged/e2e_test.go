package main

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// event is what the test reads of an event or reading.
type event struct {
	Seq        uint64
	Sensor     string
	Model      string
	Labels     []label
	Detections []detection
	Values     map[string]struct {
		Value float64
		Unit  string
	}
	Degraded []string
}

type detection struct {
	label
	Box struct{ YMin, XMin, YMax, XMax float64 }
}

type label struct {
	Name  string
	Score float64
}

// TestRealInput runs the daemon on real pictures, sound and a simulated chip, with Debian's mosquitto as the broker, and
// reads what it says with mosquitto_sub. In between the broker is killed and started again.
func TestRealInput(t *testing.T) {
	corpus := findCorpus(t)
	b := newMosquitto(t)
	b.start()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "mqtt.password"), b.password+"\n")
	no := recording(t, filepath.Join(corpus, "media/audio/no_1000ms.wav"))
	writeWAV(t, filepath.Join(dir, "late_no.wav"), recordedHz, 1, append(no, make([]int16, recordedHz/2)...))
	yes := recording(t, filepath.Join(corpus, "media/audio/yes_1000ms.wav"))
	writeWAV(t, filepath.Join(dir, "stereo_yes.wav"), 44100, 2, as44k(yes))
	writeTone(t, filepath.Join(dir, "tone.raw"))
	writeOffice(t, corpus, filepath.Join(dir, "office.csv"))
	config := filepath.Join(dir, "edged.yaml")
	write(t, config, strings.NewReplacer("CORPUS", corpus, "DIR", dir, "BROKER", b.url(), "USER", b.user).Replace(realConfig))

	heard := b.listen()
	daemon := startDaemon(t, "run", "-c", config)
	heard.until("the device is online", isText("edged/porch/availability", "online"))
	heard.until("who the device is", func(m message) bool {
		return m.topic == "edged/porch/info" && strings.Contains(m.payload, `"name":"ssd_mobilenet_v1_coco_quant"`) &&
			strings.Contains(m.payload, `"engines":["builtin"`)
	})
	heard.untilAll(t, expectations(t, corpus))

	b.kill()
	b.start()
	heard = b.listen()
	heard.until("the device is online again", isText("edged/porch/availability", "online"))
	heard.until("events go on", func(m message) bool { return m.topic == "edged/porch/objects/detections" })

	daemon.end(syscall.SIGTERM, done)
	heard.until("the device has stopped", isText("edged/porch/availability", "stopped"))
	if strings.Contains(daemon.log(), b.password) {
		t.Error("got the password in the log")
	}
}

const realConfig = `
device: { id: porch }
mqtt: { broker: "BROKER", username: USER, password_file: mqtt.password, outbox: { path: outbox } }
sensors:
  cats: { camera: "file:CORPUS/media/images/cats_and_dogs.jpg", rate: 0.5, repeat: true }
  kites: { camera: "file:CORPUS/media/images/kite_and_cold.jpg", rate: 0.5, repeat: true }
  somebody: { camera: "file:CORPUS/media/images/person.jpg" }
  nobody: { camera: "file:CORPUS/media/images/no_person.jpg" }
  yes: { microphone: "file:CORPUS/media/audio/yes_1000ms.wav" }
  no: { microphone: "file:CORPUS/media/audio/no_1000ms.wav" }
  late: { microphone: "file:late_no.wav" }
  card: { microphone: "file:stereo_yes.wav" }
  tone: { microphone: "exec:cat DIR/tone.raw", rate: 8000 }
  air: { i2c: sim, chip: bme280, every: 250ms }
  office: { replay: office.csv, repeat: true }
pipelines:
  occupancy:
    every: 10ms
    encoders: [{ sensor: office, model: room-occupancy }]
  objects:
    heads: { detections: { threshold: 0.4 } }
    encoders:
      - { sensor: cats, model: CORPUS/models/detection/ssd_mobilenet_v1_coco_quant.tflite }
      - { sensor: kites, model: CORPUS/models/detection/ssd_mobilenet_v1_coco_quant.tflite }
  people:
    encoders:
      - { sensor: somebody, model: CORPUS/models/vww/vww_96_int8.tflite }
      - { sensor: nobody, model: CORPUS/models/vww/vww_96_int8.tflite }
  words:
    every: 50ms
    encoders:
      - { sensor: yes, model: CORPUS/models/kws/kws_ref_int8.tflite }
      - { sensor: no, model: CORPUS/models/kws/kws_ref_int8.tflite, threshold: 0 }
      - { sensor: late, model: CORPUS/models/kws/kws_ref_int8.tflite }
      - { sensor: card, model: CORPUS/models/kws/kws_ref_int8.tflite }
      - sensor: yes
        model: CORPUS/models/kws/micro_speech_quantized.tflite
        input: { frontend: CORPUS/models/audio_frontend/audio_preprocessor_int8.tflite }
      - sensor: no
        model: CORPUS/models/kws/micro_speech_quantized.tflite
        input: { frontend: CORPUS/models/audio_frontend/audio_preprocessor_int8.tflite }
`

// expectations are the messages that must come, by what they show.
func expectations(t *testing.T, corpus string) map[string]func(message) bool {
	const ssd, kws, micro = "ssd_mobilenet_v1_coco_quant", "kws_ref_int8", "micro_speech_quantized"
	return map[string]func(message) bool{
		"cats and dogs are found where TensorFlow Lite finds them":    detects("cats", detections(t, corpus, ssd, "real-cats_and_dogs")),
		"kites and people are found where TensorFlow Lite finds them": detects("kites", detections(t, corpus, ssd, "real-kite_and_cold")),
		"a person is a person":            says("people", "somebody", "vww_96_int8", label{"person", 0.8984}),
		"no person is no person":          says("people", "nobody", "vww_96_int8", label{"no person", 0.9766}),
		"yes is yes through micro_speech": says("words", "yes", micro, label{"yes", 0.9961}),
		"no is no through micro_speech":   says("words", "no", micro, label{"no", 0.9453}),
		"yes is yes through kws_ref":      says("words", "yes", kws, label{"yes", 0.9961}),
		"yes is yes at another rate":      says("words", "card", kws, label{"yes", 0.9961}),
		// Recording 195 of MLPerf Tiny's keyword set: the reference model takes this "no" for a "go", LiteRT with 0.918.
		"no is what LiteRT makes of it through kws_ref": says("words", "no", kws, label{"go", 0.9180}),
		// 50 ms later in the same recording it hears the "no".
		"no is no through kws_ref, a little later":    says("words", "late", kws, label{"no", 0.5273}),
		"nobody is in the office at night":            finds("nobody"),
		"somebody comes to the office in the morning": finds("somebody"),
		"a tone is measured at its level": func(m message) bool {
			var e event
			if m.topic != "edged/porch/tone/reading" || json.Unmarshal([]byte(m.payload), &e) != nil {
				return false
			}
			level, peak := e.Values["level"], e.Values["peak"]
			return level.Unit == "dBFS" && level.Value == -12.25 && peak.Unit == "dBFS" && peak.Value == -12.25
		},
		"a recording has a level too": func(m message) bool {
			return m.topic == "edged/porch/yes/reading" && strings.Contains(m.payload, `"unit":"dBFS"`)
		},
		"the chip has Bosch's example": func(m message) bool {
			var e event
			if m.topic != "edged/porch/air/reading" || json.Unmarshal([]byte(m.payload), &e) != nil {
				return false
			}
			celsius, pascal := e.Values["temperature"], e.Values["pressure"]
			return celsius.Unit == "°C" && math.Abs(celsius.Value-25.08) < 0.005 && pascal.Unit == "Pa" && math.Abs(pascal.Value-100653) < 1
		},
	}
}

// writeOffice writes a series of the room occupancy data: 3 February 2015 from 06:30 to 08:29, a row every 20 ms in place of
// each minute. The first comes at 07:36.
func writeOffice(t *testing.T, corpus, path string) {
	data, err := os.ReadFile(filepath.Join(corpus, "datasets/occupancy/datatest.txt"))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	b.WriteString("time,temperature[°C],humidity[%],illuminance[lx],co2[ppm]\n")
	for i, line := range strings.Split(string(data), "\n")[973:1093] {
		cells := strings.Split(line, ",") // number, date, temperature, humidity, light, CO₂, humidity ratio, occupancy
		fmt.Fprintf(&b, "%.2f,%s\n", float64(i)/50, strings.Join(cells[2:6], ","))
	}
	write(t, path, b.String())
}

// says expects an event whose first label is want, its score within the few quanta that a resizer may make.
func says(pipeline, sensor, model string, want label) func(message) bool {
	return func(m message) bool {
		var e event
		return m.topic == "edged/porch/"+pipeline+"/labels" && json.Unmarshal([]byte(m.payload), &e) == nil &&
			e.Sensor == sensor && e.Model == model && len(e.Labels) > 0 &&
			e.Labels[0].Name == want.Name && math.Abs(e.Labels[0].Score-want.Score) < 0.02
	}
}

// finds expects that the office is found so.
func finds(want string) func(message) bool {
	return func(m message) bool {
		var e event
		return m.topic == "edged/porch/occupancy/labels" && json.Unmarshal([]byte(m.payload), &e) == nil &&
			e.Sensor == "office" && e.Model == "room-occupancy" && len(e.Labels) == 1 && e.Labels[0].Name == want
	}
}

// found is a detection of the corpus's task records.
type found struct {
	Label string
	Score float64
	Box   [4]float64 `json:"box_yxyx"`
}

// detections returns what TensorFlow Lite finds in a picture.
func detections(t *testing.T, corpus, model, name string) []found {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(corpus, "manifest.json"))
	if err != nil {
		t.Fatal(err)
	}
	var manifest struct {
		Tasks []struct {
			Task, Model, Case string
			Detections        []found
		}
	}
	if err := json.Unmarshal(data, &manifest); err != nil {
		t.Fatal(err)
	}
	for _, task := range manifest.Tasks {
		if task.Task == "detect" && task.Model == model && task.Case == name && len(task.Detections) > 5 {
			return task.Detections
		}
	}
	t.Fatalf("the manifest has no task for %s %s", model, name)
	return nil
}

// scoreNoise is how far LiteRT's scores, and edged's, lie from TensorFlow Lite 2.14's, which the records hold: a few
// quanta of 1/256 before the logistic.
const scoreNoise = 0.03

// detects expects an event that agrees with the records want: it has each of them, and what it has beside them scores
// no higher than the least of them.
func detects(sensor string, want []found) func(message) bool {
	return func(m message) bool {
		var e event
		if m.topic != "edged/porch/objects/detections" || json.Unmarshal([]byte(m.payload), &e) != nil || e.Sensor != sensor {
			return false
		}
		least := 1.0
		for _, w := range want {
			least = min(least, w.Score)
			if !slices.ContainsFunc(e.Detections, w.is) {
				return false
			}
		}
		for _, d := range e.Detections {
			if d.Score > least+scoreNoise && !slices.ContainsFunc(want, func(w found) bool { return w.is(d) }) {
				return false
			}
		}
		return true
	}
}

// is tells whether a detection is the recorded one.
func (f found) is(d detection) bool {
	box := [4]float64{d.Box.YMin, d.Box.XMin, d.Box.YMax, d.Box.XMax}
	return d.Name == f.Label && math.Abs(d.Score-f.Score) < scoreNoise && overlap(box, f.Box) > 0.8
}

// overlap returns the area that two boxes share over the area that they cover (intersection over union), within the
// picture.
func overlap(a, b [4]float64) float64 {
	area := func(b [4]float64) float64 { return max(0, b[2]-b[0]) * max(0, b[3]-b[1]) }
	for i := range b {
		b[i] = min(max(b[i], 0), 1)
	}
	both := area([4]float64{max(a[0], b[0]), max(a[1], b[1]), min(a[2], b[2]), min(a[3], b[3])})
	return both / (area(a) + area(b) - both)
}

func isText(topic, payload string) func(message) bool {
	return func(m message) bool { return m.topic == topic && m.payload == payload }
}
