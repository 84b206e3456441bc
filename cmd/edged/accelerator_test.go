package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	goruntime "runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"edged/runtime"
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

// needsTFLite skips a test in a build that has no engine for it.
func needsTFLite(t *testing.T) {
	if !slices.Contains(runtime.Engines(), "tflite") {
		t.Skip("this build has no tflite engine")
	}
}

// standIn builds the stand-in delegate of runtime/internal/native for the machine that the tests run on.
func standIn(t *testing.T) (library, plugin string) {
	needsTFLite(t)
	if library = os.Getenv("EDGED_TFLITE"); library == "" {
		t.Skip("no TensorFlow Lite: run scripts/get-tflite and set EDGED_TFLITE")
	}
	compiler := map[string]string{"amd64": "x86_64-linux-gnu-gcc", "arm64": "aarch64-linux-gnu-gcc", "arm": "arm-linux-gnueabihf-gcc"}[goruntime.GOARCH]
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
        delegate: { path: PLUGIN, options: { behave: "BEHAVE", after: "3", flag: FLAG, trace: TRACE } }
`

// bench is a daemon's surroundings: a broker, a model, and a delegate that misbehaves while the file flag is there.
type testBench struct {
	t                  *testing.T
	broker             *mosquitto
	plugin             string
	config, flag, made string
	heard              *listener
}

func newTestBench(t *testing.T, behave string) *testBench {
	library, plugin := standIn(t)
	b := &testBench{t: t, broker: newMosquitto(t), plugin: plugin}
	b.broker.start()
	dir := t.TempDir()
	b.config, b.flag, b.made = filepath.Join(dir, "edged.yaml"), filepath.Join(dir, "flag"), filepath.Join(dir, "made")
	write(t, filepath.Join(dir, "mqtt.password"), b.broker.password+"\n")
	write(t, filepath.Join(dir, "labels.txt"), "warm\ndamp\nheavy\n")
	model, err := tflite.Write(twice())
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "twice.tflite"), string(model))
	write(t, b.config, strings.NewReplacer("BROKER", b.broker.url(), "USER", b.broker.user, "LIBRARY", library, "PLUGIN", plugin,
		"BEHAVE", behave, "FLAG", b.flag, "TRACE", b.made).Replace(acceleratedConfig))
	b.heard = b.broker.listen()
	return b
}

func (b *testBench) misbehave() { write(b.t, b.flag, "") }

func (b *testBench) behave() {
	b.t.Helper()
	if err := os.Remove(b.flag); err != nil {
		b.t.Fatal(err)
	}
}

// until waits for events that are degraded for the given reason, or not at all.
func (b *testBench) until(g *gaps, why string) {
	b.t.Helper()
	defer func(start time.Time) { b.t.Logf("%q after %v", why, time.Since(start).Round(time.Millisecond)) }(time.Now())
	b.heard.until("events that say "+why, g.degraded(strings.ReplaceAll(why, "PLUGIN", b.plugin)))
}

// silence prints the longest silence; it must stay below 2 s, but in an emulator.
func (b *testBench) silence(g *gaps) {
	b.t.Helper()
	b.t.Logf("the longest silence was %v", g.longest.Round(time.Millisecond))
	if g.longest > 2*time.Second && os.Getenv("EDGED_EMULATOR") == "" {
		b.t.Errorf("silent for %v", g.longest)
	}
}

// TestAccelerators runs the daemon on a delegate that misbehaves while a file is there: meanwhile the builtin engine
// answers, events say why they are degraded, and the delegate is taken again when it is well.
func TestAccelerators(t *testing.T) {
	for _, c := range []struct{ behave, why string }{
		{"refuse", "refused: delegate PLUGIN: no device found on the bus"},
		{"null", "refused: delegate PLUGIN: returned no delegate, and no reason"},
		{"none", "refused: delegate PLUGIN: takes none of the model's operators"},
		{"hang-prepare", "tflite worker down: is starting"},
		{"crash-invoke", "crashed: signal 11 (segmentation fault): plugin: crashing in invoke"},
		{"exit", "crashed: exit status 7"},
		{"hang", "hung: no answer within 1s"},
		{"leak", "leaked: over 400 MiB of memory"},
		{"fail", "refused: running the model: error: plugin: the device is unplugged"},
		{"wrong", "accelerator_drift: "},
	} {
		t.Run(c.behave, func(t *testing.T) {
			b := newTestBench(t, c.behave)
			b.misbehave()
			daemon := startDaemon(t, "run", "-c", b.config)
			gaps := &gaps{}
			b.until(gaps, c.why)
			b.behave()
			b.until(gaps, "")
			b.silence(gaps)
			daemon.end(syscall.SIGTERM, 0)
		})
	}
}

// TestAcceleratorIsTold: the log says which options are passed on unknown, and what the delegate takes, when the daemon starts
// and when it returns; health says how it fares, and that its outputs drift.
func TestAcceleratorIsTold(t *testing.T) {
	b := newTestBench(t, "wrong")
	daemon := startDaemon(t, "run", "-c", b.config)
	daemon.untilLogged("pipelines.room.encoders[0]: delegate " + b.plugin +
		": options that edged does not know, passed on as they are: after, behave, flag, trace")
	const takes = " takes 1 of 2 operators in 1 partition: ABS 0/1, ADD 1/1"
	daemon.untilLogged("on TensorFlow Lite 2.9.0; " + b.plugin + takes)
	b.misbehave()
	daemon.untilLogged("accelerator_drift: its outputs lie up to ")
	b.heard.until("health with the drift", func(m message) bool {
		var h struct {
			Pipelines map[string]struct {
				Encoders []struct {
					Accelerator struct {
						Library, Delegate, Degraded string
						Taken, Of                   int
						Operators                   map[string]string
						ParityChecks                int `json:"parity_checks"`
						Drifts                      int
					}
				}
			}
		}
		if m.topic != "edged/porch/health" || json.Unmarshal([]byte(m.payload), &h) != nil || len(h.Pipelines["room"].Encoders) != 1 {
			return false
		}
		a := h.Pipelines["room"].Encoders[0].Accelerator
		return strings.HasPrefix(a.Degraded, "accelerator_drift: ") && a.Drifts > 0 && a.ParityChecks >= a.Drifts && a.Library == "2.9.0" &&
			a.Delegate == b.plugin && a.Taken == 1 && a.Of == 2 && a.Operators["ADD"] == "1/1" && a.Operators["ABS"] == "0/1"
	})
	b.behave()
	daemon.untilLogged(takes)
	daemon.end(syscall.SIGTERM, 0)
}

// TestCrashAtRestart: the delegate crashes when the worker, which has been killed, prepares the model anew.
func TestCrashAtRestart(t *testing.T) {
	b := newTestBench(t, "crash-prepare")
	daemon := startDaemon(t, "run", "-c", b.config)
	gaps := &gaps{}
	b.until(gaps, "")
	b.misbehave()
	killChildren(t, daemon.cmd.Process.Pid)
	b.until(gaps, "crashed: signal 6 (aborted): plugin: crashing in prepare")
	b.behave()
	b.until(gaps, "")
	b.silence(gaps)
	daemon.end(syscall.SIGTERM, 0)
}

// TestKilledWorkers: while the accelerator answers its process is killed, again and again; no event is lost or out of
// order meanwhile, and no descriptor is left.
func TestKilledWorkers(t *testing.T) {
	b := newTestBench(t, "ok")
	write(t, b.config, strings.NewReplacer("every: 100ms", "every: 10ms", "timeout: 1s", "timeout: 1s, restart_pause: 1ms").Replace(read(t, b.config)))
	daemon := startDaemon(t, "run", "-c", b.config)
	enough := 200
	if os.Getenv("EDGED_EMULATOR") != "" || raced {
		enough = 6 // each start takes seconds there
	}
	r := rand.New(rand.NewPCG(3, 4))
	kills, seq, before := 0, uint64(0), 0
	gaps := &gaps{}
	well := gaps.degraded("")
	b.heard.until("the accelerator is back the last time", func(m message) bool {
		var e struct{ Seq uint64 }
		if m.topic != "edged/porch/room/labels" || json.Unmarshal([]byte(m.payload), &e) != nil {
			return false
		}
		if seq++; e.Seq != seq {
			t.Errorf("event %d comes as the %d.", e.Seq, seq)
			seq = e.Seq
		}
		back := well(m)
		if back && before == 0 {
			before = descriptors(t, daemon.cmd.Process.Pid)
		}
		switch {
		case back && kills == enough:
			return true
		case back && r.IntN(3) == 0 && killChildren(t, daemon.cmd.Process.Pid): // or a few events later
			kills++
		}
		return false
	})
	b.silence(gaps)
	after := descriptors(t, daemon.cmd.Process.Pid)
	for end := time.Now().Add(10 * time.Second); after > before && time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		after = descriptors(t, daemon.cmd.Process.Pid) // a picture's file may just have been open
	}
	t.Logf("%d kills, %d events, %d descriptors before and %d after", kills, seq, before, after)
	if after > before {
		t.Errorf("%d descriptors after %d kills, %d before", after, kills, before)
	}
	daemon.end(syscall.SIGTERM, 0)
}

// descriptors counts those that a process has open.
func descriptors(t *testing.T, pid int) int {
	t.Helper()
	open, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", pid))
	if err != nil {
		t.Fatal(err)
	}
	return len(open)
}

// killChildren kills the processes that pid has started, and returns whether there are any: an event may be heard when what
// made it is dead.
func killChildren(t *testing.T, pid int) bool {
	all, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		t.Fatal(err)
	}
	killed := 0
	for _, path := range all {
		stat, _ := os.ReadFile(path) // pid (name) state ppid …: proc(5)
		fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
		if len(fields) < 2 || fields[1] != strconv.Itoa(pid) {
			continue
		}
		child, err := strconv.Atoi(filepath.Base(filepath.Dir(path)))
		if err == nil && syscall.Kill(child, syscall.SIGKILL) == nil {
			killed++
		}
	}
	return killed > 0
}

// TestCrashedProbe: a delegate that crashes in its probe is not tried again, by the next edged neither, until it changes or
// edged doctor --forget says so; events go on.
func TestCrashedProbe(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	b := newTestBench(t, "crash-prepare")
	run := func(why string) {
		t.Helper()
		gaps := &gaps{since: time.Now()}
		daemon := startDaemon(t, "run", "-c", b.config)
		b.until(gaps, why)
		b.silence(gaps)
		daemon.end(syscall.SIGTERM, 0)
	}
	const crashed = "in its probe of "
	b.misbehave()
	run(crashed)
	made := len(read(t, b.made))
	run("signal 6 (aborted): plugin: crashing in prepare")
	if n := len(read(t, b.made)); made == 0 || n != made {
		t.Errorf("%d delegates made after a crash in the probe, %d before", n, made)
	}

	doctor := []string{"doctor", "--library", os.Getenv("EDGED_TFLITE"), "--delegate", b.plugin}
	for _, o := range []string{"behave=crash-prepare", "after=3", "flag=" + b.flag, "trace=" + b.made} {
		doctor = append(doctor, "--delegate-option", o)
	}
	if out := advice(t, doctor...); !strings.Contains(out, "  "+b.plugin+" ") || !strings.Contains(out, "error ") || !strings.Contains(out, "plugin: crashing in prepare") || !strings.Contains(out, "(probe crashed at ") ||
		!strings.Contains(out, "edged doctor --forget") {
		t.Errorf("the doctor says\n%s", out)
	}
	b.behave()
	run(crashed)
	if out := advice(t, append(doctor, "--forget")...); !strings.Contains(out, "  "+b.plugin+" ") || strings.Contains(out, "crash") {
		t.Errorf("having forgotten the crash the doctor says\n%s", out)
	}
	run("")
	if out := advice(t, doctor...); !strings.Contains(out, "runs (probe ok since ") {
		t.Errorf("after a good run the doctor says\n%s", out)
	}
}

// advice runs edged doctor, which may end with the status of a warning or an error, and returns what it prints.
func advice(t *testing.T, args ...string) string {
	t.Helper()
	out, err := exec.Command("edged", args...).Output()
	if exit, ok := errors.AsType[*exec.ExitError](err); err != nil && (!ok || exit.ExitCode() != int(warned) && exit.ExitCode() != int(alarmed)) {
		t.Fatalf("edged %q: %v", args, err)
	}
	return string(out)
}

// output runs edged and returns what it prints.
func output(t *testing.T, args ...string) string {
	t.Helper()
	out, err := exec.Command("edged", args...).Output()
	var status *exec.ExitError
	if errors.As(err, &status) && args[0] == "doctor" && status.ExitCode() == 3 { // a warning about this machine
		err = nil
	}
	if err != nil {
		t.Fatalf("edged %q: %v", args, err)
	}
	return string(out)
}

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// gaps looks at events, and measures the time between them.
type gaps struct {
	since   time.Time // events before are an earlier daemon's
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
		if e.Time.Before(g.since) {
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
