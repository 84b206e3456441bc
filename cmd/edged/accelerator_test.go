package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	goruntime "runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// twice is a model of floats [1,3]: |x+x|.
func twice() *tflite.Model {
	at := func(i int, name string) tflite.Tensor {
		return tflite.Tensor{Info: tensor.Info{Name: name, Index: i, DType: tensor.Float32, Shape: tensor.Shape{1, 3}}}
	}
	return &tflite.Model{Version: 3, Graphs: []tflite.Graph{{
		Tensors: []tflite.Tensor{at(0, "x"), at(1, "sum"), at(2, "abs")}, Inputs: []int{0}, Outputs: []int{2},
		Ops: []tflite.Op{
			{Index: 0, Code: tflite.OpAdd, Version: 1, Inputs: []int{0, 0}, Outputs: []int{1}, Options: &tflite.ArithmeticOptions{}},
			{Index: 1, Code: tflite.OpAbs, Version: 1, Inputs: []int{1}, Outputs: []int{2}},
		},
	}}}
}

// standIn builds the stand-in delegate of runtime/internal/native for the machine that the tests run on.
func standIn(t *testing.T) (library, plugin string) {
	if library = os.Getenv("EDGED_TFLITE"); library == "" {
		t.Skip("no TensorFlow Lite: run scripts/get-tflite and set EDGED_TFLITE")
	}
	compiler := map[string]string{"amd64": "x86_64-linux-gnu-gcc", "arm64": "aarch64-linux-gnu-gcc"}[goruntime.GOARCH]
	plugin = filepath.Join(t.TempDir(), "libstandin_delegate.so")
	source := filepath.Join(repository(t), "runtime/internal/native/testdata/plugin.c")
	out, err := exec.Command(compiler, "-shared", "-fPIC", "-O1", "-fvisibility=hidden",
		"-I", filepath.Join(filepath.Dir(library), "include"), "-o", plugin, source).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", compiler, err, out)
	}
	return library, plugin
}

const acceleratedConfig = `
device: { id: porch }
mqtt: { broker: BROKER, username: USER, password_file: mqtt.password }
tflite: { library: LIBRARY, timeout: 1s, memory_limit: 400MiB, parity_every: 1 }
sensors:
  air: { i2c: sim, chip: bme280, every: 100ms }
pipelines:
  room:
    every: 100ms
    encoders:
      - sensor: air
        model: twice.tflite
        labels: labels.txt
        task: labels
        threshold: 0
        input: { kind: vector, fields: [temperature, humidity, pressure] }
        delegate: { path: PLUGIN, options: { behave: "BEHAVE", after: "3", flag: FLAG } }
`

// TestAccelerators runs the daemon on a delegate that misbehaves while a file is there: meanwhile the builtin engine
// answers, events say why they are degraded, and the delegate is taken again when it is well. The longest silence is
// printed; it must stay below 2 s, but in an emulator.
func TestAccelerators(t *testing.T) {
	library, plugin := standIn(t)
	for _, c := range []struct{ behave, why string }{
		{"refuse", "refused: delegate PLUGIN: no device found on the bus"},
		{"null", "refused: delegate PLUGIN: returned no delegate, and no reason"},
		{"none", "refused: delegate PLUGIN: takes none of the model's operators"},
		{"crash-prepare", "crashed: signal 6 (aborted): plugin: crashing in prepare"},
		{"crash-invoke", "crashed: signal 11 (segmentation fault): plugin: crashing in invoke"},
		{"exit", "crashed: exit status 7"},
		{"hang", "hung: no answer within 1s"},
		{"leak", "leaked: over 400 MiB of memory"},
		{"fail", "refused: running the model: error: plugin: the device is unplugged"},
		{"wrong", "accelerator_drift: "},
	} {
		t.Run(c.behave, func(t *testing.T) {
			b := newMosquitto(t)
			b.start()
			dir := t.TempDir()
			flag := filepath.Join(dir, "flag")
			write(t, filepath.Join(dir, "mqtt.password"), b.password+"\n")
			write(t, filepath.Join(dir, "labels.txt"), "warm\ndamp\nheavy\n")
			model, err := tflite.Write(twice())
			if err != nil {
				t.Fatal(err)
			}
			write(t, filepath.Join(dir, "twice.tflite"), string(model))
			config := filepath.Join(dir, "edged.yaml")
			write(t, config, strings.NewReplacer("BROKER", b.url(), "USER", b.user, "LIBRARY", library, "PLUGIN", plugin,
				"BEHAVE", c.behave, "FLAG", flag).Replace(acceleratedConfig))
			write(t, flag, "")

			heard := b.listen()
			daemon := startDaemon(t, "run", "-c", config)
			gaps := &gaps{}
			heard.until("events say that the accelerator is out: "+c.why, gaps.degraded(strings.ReplaceAll(c.why, "PLUGIN", plugin)))
			if err := os.Remove(flag); err != nil {
				t.Fatal(err)
			}
			heard.until("the accelerator is back", gaps.degraded(""))
			t.Logf("the longest silence was %v", gaps.longest.Round(time.Millisecond))
			if gaps.longest > 2*time.Second && os.Getenv("EDGED_EMULATOR") == "" {
				t.Errorf("silent for %v", gaps.longest)
			}
			daemon.end(syscall.SIGTERM, 0)
		})
	}
}

// gaps looks at events, and measures the time between them.
type gaps struct {
	last    time.Time
	longest time.Duration
}

// degraded waits for an event that is degraded for the given reason, or not at all.
func (g *gaps) degraded(why string) func(message) bool {
	return func(m message) bool {
		var e struct {
			event
			Time time.Time
		}
		if m.topic != "edged/porch/room/labels" || json.Unmarshal([]byte(m.payload), &e) != nil {
			return false
		}
		if !g.last.IsZero() {
			g.longest = max(g.longest, e.Time.Sub(g.last))
		}
		g.last = e.Time
		said := strings.Join(e.Degraded, "; ")
		if why == "" {
			return said == ""
		}
		return strings.Contains(said, why)
	}
}
