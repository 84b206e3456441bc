package models

import (
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestLoad(t *testing.T) {
	dir := write(t, map[string]string{
		"air.yaml": `name: air-encoder
sha256: ` + strings.Repeat("0a", 32) + `
licence: Apache-2.0
source: trained here
task: embedding
input:
  kind: vector
  fields: [temperature, humidity]
  mean: [20, 50]
  std: [10, 25]
`,
		"net.yaml": "task: labels\ninput: {kind: image}\nlabels_file: words.txt\n",
		"heard.yaml": "task: captions\nanswer: {thresholds: [0.5, 0.25], tokens: [<end>, \"on\"]}\n" +
			"made:\n  data: a room\n  seeds: {train: 1 to 9}\n  metrics: {f1: 0.5}\nlabels: [a, b]\n",
		"words.txt":  "cat\ndog\n",
		"lone.yaml":  "labels_file: none.txt\n",
		"quiet.yaml": "labels: []\n",
		"ear.yaml":   "input: {kind: log_mel, mel: {frame: 400, hop: 160, low: 20, high: 4000}}\n",
		"room.yaml":  "task: fusion\nanswer: {outputs: {scores: probs}, parts: [{model: room-eye, size: 96}, {model: room-ear, size: 64}]}\n",
		"dim.yaml":   "answer: {parts: [{model: a, size: 1}, {model: b, size: 2}], recent: 8s, missing: [{parts: [b], thresholds: [0.1]}]}\n",
		"gaps.yaml":  "input: {kind: vector, fields: [co2], missing: mask, period: 1s}\n",
	})
	for _, c := range []struct {
		file string
		want Card
	}{
		{"air.yaml", Card{Name: "air-encoder", SHA256: strings.Repeat("0a", 32), Licence: "Apache-2.0", Source: "trained here",
			Task: Embedding, Input: Input{Kind: Vector, Fields: []string{"temperature", "humidity"}, Mean: []float64{20, 50}, Std: []float64{10, 25}}}},
		{"net.yaml", Card{Name: "net", Task: Labels, Input: Input{Kind: Image}, Labels: []string{"cat", "dog"}, LabelsFile: "words.txt"}},
		{"heard.yaml", Card{Name: "heard", Task: Captions, Labels: []string{"a", "b"},
			Answer: Answer{Thresholds: []float64{0.5, 0.25}, Tokens: []string{"<end>", "on"}},
			Made:   Made{Data: "a room", Seeds: map[string]string{"train": "1 to 9"}, Metrics: map[string]float64{"f1": 0.5}}}},
		{"quiet.yaml", Card{Name: "quiet", Labels: []string{}}},
		{"ear.yaml", Card{Name: "ear", Input: Input{Kind: LogMel, Mel: Mel{Frame: 400, Hop: 160, LowHz: 20, HighHz: 4000}}}},
		{"room.yaml", Card{Name: "room", Task: Fusion,
			Answer: Answer{Outputs: Outputs{Scores: "probs"}, Parts: []Part{{"room-eye", 96}, {"room-ear", 64}}}}},
		{"dim.yaml", Card{Name: "dim", Answer: Answer{Parts: []Part{{"a", 1}, {"b", 2}}, Recent: Duration(8 * time.Second), Missing: []Lacking{{[]string{"b"}, []float64{0.1}}}}}},
		{"gaps.yaml", Card{Name: "gaps", Input: Input{Kind: Vector, Fields: []string{"co2"}, Missing: Mask, Period: Duration(time.Second)}}},
	} {
		got, err := Load(filepath.Join(dir, c.file))
		if err != nil {
			t.Errorf("%s: %v", c.file, err)
		} else if !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: got %+v, want %+v", c.file, got, c.want)
		}
	}
	_, err := Load(filepath.Join(dir, "lone.yaml"))
	wantError(t, err, "none.txt")
	_, err = Load(filepath.Join(dir, "absent.yaml"))
	wantError(t, err, "absent.yaml")
}

func TestParseRefuses(t *testing.T) {
	const parts = "answer: {parts: [{model: a, size: 1}, {model: b, size: 1}, {model: b, size: 1}, {model: c, size: 1}], missing: ["
	for _, c := range []struct{ name, text, want string }{
		{"an unknown key", "name: a\ninput:\n  kindd: image\n", `c.yaml:3:3: unknown field "kindd"`},
		{"a number for a list", "input:\n  mean: hot\n", "c.yaml:2:9: "},
		{"not YAML", "name: [a\n", "c.yaml:1:"},
		{"a key twice", "name: a\nname: b\n", "c.yaml:2:1: "},
		{"nothing", "", "c.yaml: is empty"},
		{"two documents", "name: a\n---\nname: b\n", "c.yaml: holds more than one document"},
		{"a short hash", "sha256: abc\n", `c.yaml:1:9: sha256: "abc" is not 64 lower-case hexadecimal digits`},
		{"an upper-case hash", "sha256: " + strings.Repeat("0A", 32), "lower-case"},
		{"a task", "name: a\ntask: dance\n", `c.yaml:2:7: task: "dance" is none of labels, detections, yolo, embedding, fusion, captions`},
		{"a threshold", "answer:\n  thresholds: [0.5, 2]\n", "c.yaml:2:21: answer.thresholds[1]: 2 is not within 0…1"},
		{"thresholds", "labels: [a]\nanswer: {thresholds: [1, 1]}\n", "answer.thresholds: there are 2, and 1 labels"},
		{"boxes", "answer: {boxes: inches}\n", `answer.boxes: "inches" is neither fractions nor pixels`},
		{"anchors", "answer: {anchors: [[1, 2], [0, 1]]}\n", `answer.anchors[1]: [0 1] is not above 0`},
		{"a kind", "input:\n  kind: smell\n", `c.yaml:2:9: input.kind: "smell" is none of image, micro_speech`},
		{"a crop", "input:\n  crop: left\n", `c.yaml:2:9: input.crop: "left" is neither none nor center`},
		{"std 0", "input:\n  std: [1, 0]\n", "c.yaml:2:12: input.std[1]: is 0"},
		{"mean", "input:\n  mean: [.nan]\n", "input.mean[0]: is NaN"},
		{"rate", "input:\n  rate: 5\n", "c.yaml:2:9: input.rate: 5 Hz is outside 1000…768000"},
		{"a vector of nothing", "input:\n  kind: vector\n", "input.kind: a vector needs fields"},
		{"a part of nothing", "answer: {parts: [{size: 3}]}\n", "answer.parts[0]: has no model"},
		{"a part without a size", "answer: {parts: [{model: a}]}\n", "answer.parts[0].size: 0 is outside 1…1048576"},
		{"nothing missing", "answer: {missing: [{thresholds: [1]}]}\n", "answer.missing[0]: has no parts"},
		{"missing, and then", parts + "{parts: [a]}]}\n", "answer.missing[0]: has no thresholds"},
		{"missing, with labels", "labels: [x, y]\n" + parts + "{parts: [a], thresholds: [1]}]}\n", "answer.missing[0].thresholds: there are 1, and 2 labels"},
		{"missing, too high", parts + "{parts: [a], thresholds: [7]}]}\n", "answer.missing[0].thresholds[0]: 7 is not within 0…1"},
		{"missing what never was", parts + "{parts: [a, d], thresholds: [1]}]}\n", `answer.missing[0].parts[1]: "d" is the model of 0 parts, want one`},
		{"missing which of two", parts + "{parts: [b], thresholds: [1]}]}\n", `answer.missing[0].parts[0]: "b" is the model of 2 parts, want one`},
		{"missing one twice", parts + "{parts: [a, a], thresholds: [1]}]}\n", `answer.missing[0].parts[1]: "a" stands twice`},
		{"missing the same", parts + "{parts: [a, c], thresholds: [1]}, {parts: [c, a], thresholds: [1]}]}\n", "answer.missing[1].parts: the same as those of missing[0]"},
		{"a frame", "input: {mel: {frame: -1}}\n", "c.yaml:1:22: input.mel.frame: -1 samples"},
		{"a band", "input: {mel: {high: .inf}}\n", "input.mel.high: +Inf Hz"},
		{"what is missing", "input: {missing: zero}\n", `c.yaml:1:18: input.missing: "zero" is not mask`},
		{"gaps in what", "input: {missing: mask}\n", "input.missing: mask needs a period"},
		{"rows in time", "input: {period: 1s}\n", "input.period: rows in time have gaps; say missing: mask"},
		{"a short period", "input: {missing: mask, period: 1ms}\n", "input.period: 1ms is outside 10ms…1h0m0s"},
		{"a period without a unit", "input: {period: 5}\n", `"5" is not a duration above 0`},
		{"labels twice", "labels: [a]\nlabels_file: b\n", "c.yaml:2:14: labels_file: there are labels in the card too"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := parse("c.yaml", []byte(c.text))
			wantError(t, err, c.want)
			if err != nil && strings.Contains(err.Error(), "\n") {
				t.Errorf("got more than one line: %v", err)
			}
		})
	}
}

func TestLoadRefusesLargeFiles(t *testing.T) {
	dir := write(t, map[string]string{"big.yaml": "name: " + strings.Repeat("a", maxCard)})
	_, err := Load(filepath.Join(dir, "big.yaml"))
	wantError(t, err, "is larger than 1048576 bytes")
}
