package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"edged/sensors"
	"edged/sensors/record"
)

// story writes the simulated room into a folder, with a sensor that fails and encoders too slow for their sensors' samples.
func story(t *testing.T) (dir, config string) {
	t.Helper()
	dir = t.TempDir()
	writeRoom(t, dir)
	config = filepath.Join(dir, "edged.yaml")
	write(t, config, storyConfig)
	return dir, config
}

const storyConfig = `
device: { id: demo }
mqtt: { broker: embedded }
sensors:
  cam: { camera: "dir:frames", rate: 20, repeat: true }
  mic: { microphone: "file:sound.wav", repeat: true }
  air: { replay: air.csv, repeat: true }
  lost: { i2c: 250, chip: bme280, every: 100ms }
pipelines:
  room:
    every: 100ms
    encoders:
      - { sensor: cam, model: sides.tflite, threshold: 0 }
      - { sensor: mic, model: room-ear, threshold: 0 }
      - { sensor: air, model: room-air, threshold: 0 }
      - { sensor: lost, model: room-air, threshold: 0 }
    alerts:
      left: { when: 'label("left", "cam") > 0.5', clear_after: 200ms }
      still: { when: 'reading("mic.level") > -100 and label("left") + label("right") > 0.5', for: 700ms, severity: info }
      gone: { when: 'missing("lost")', for: 300ms }
  hall:
    every: 70ms
    encoders: [{ sensor: cam, model: sides.tflite, threshold: 0 }, { sensor: mic, model: room-ear, top: 1 }]
`

// edged runs a command line in this process, and returns what it printed.
func edged(t *testing.T, args ...string) (out, talk string) {
	t.Helper()
	var std, err bytes.Buffer
	if status := run(t.Context(), args, func(string) string { return "" }, stdio{strings.NewReader(""), &std, &err}); status != done {
		t.Fatalf("edged %q: got status %d: %s", args, status, err.String())
	}
	return std.String(), err.String()
}

// TestReplayIsTheSame records the room with its pipelines: the replay's events are those of the run, byte for byte, at any
// pace, as often as it is replayed.
func TestReplayIsTheSame(t *testing.T) {
	dir, config := story(t)
	file := filepath.Join(dir, "room.mcap")
	live, _ := edged(t, "record", "-c", config, "-o", file, "--for", "2500ms", "--pipelines", "--json")
	if n := strings.Count(live, "\n"); n < 20 || !strings.Contains(live, `lost: i2c: bme280 `) || !strings.Contains(live, `"hall"`) || !strings.Contains(live, `"alert":"still","state":"open"`) {
		t.Fatalf("got a dull run of %d events:\n%s", n, live)
	}
	for _, args := range [][]string{{"--fast"}, {"--fast", "-c", config}, {}} {
		again, talk := edged(t, append([]string{"replay", file, "--json"}, args...)...)
		if again != live {
			t.Errorf("%v: got other events than those of the run: %s", args, firstDifference(again, live))
		}
		if !strings.HasSuffix(talk, "events, all as recorded\n") {
			t.Errorf("%v: got %q", args, talk)
		}
	}
}

// firstDifference shows where two texts part.
func firstDifference(got, want string) string {
	a, b := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return "line " + a[i] + "\nwant " + b[i]
		}
	}
	return "one is longer"
}

// TestReplayOfSensorsAlone records without pipelines, and gives the recording to its config's and to another's.
func TestReplayOfSensorsAlone(t *testing.T) {
	dir, config := story(t)
	file := filepath.Join(dir, "room.mcap")
	if out, talk := edged(t, "record", "-c", config, "-o", file, "--for", "1500ms"); out != "" || !strings.Contains(talk, "edged: "+file+": ") {
		t.Errorf("got %q and %q", out, talk)
	}
	other := filepath.Join(dir, "other.yaml")
	write(t, other, strings.Replace(storyConfig, "every: 100ms", "every: 250ms", 1))
	for _, c := range [][]string{nil, {"-c", other}} {
		first, talk := edged(t, append([]string{"replay", file, "--fast", "--json"}, c...)...)
		second, _ := edged(t, append([]string{"replay", file, "--json"}, c...)...)
		if first != second || strings.Count(first, "\n") < 15 || strings.Contains(talk, "as recorded") {
			t.Errorf("%v: got %d lines, the second time others: %s; %s", c, strings.Count(first, "\n"), firstDifference(second, first), talk)
		}
	}
}

// TestRunRecords records beside the daemon's own work.
func TestRunRecords(t *testing.T) {
	dir, config := story(t)
	file := filepath.Join(dir, "room.mcap")
	edged(t, "run", "-c", config, "--record", file, "--for", "1s", "--log-level", "error", "--compression", "lz4")
	_, talk := edged(t, "replay", file, "--fast")
	if !strings.HasSuffix(talk, "events, all as recorded\n") {
		t.Errorf("got %q", talk)
	}
	var l listing
	text, _ := edged(t, "replay", "--list", "--json", file)
	if err := json.Unmarshal([]byte(text), &l); err != nil {
		t.Fatal(err)
	}
	if len(l.Sensors) != 4 || l.Sensors[1].Samples < 10 || l.Sensors[2].Errors < 2 || l.Events < 10 || l.Damage != "" || l.Device != "demo" {
		t.Errorf("got %s", text)
	}
}

// TestTheDiskIsFull ends a recording before its run: with --limit in order, else with an error; edged run goes on.
func TestTheDiskIsFull(t *testing.T) {
	dir, config := story(t)
	file := filepath.Join(dir, "room.mcap")
	_, talk := edged(t, "record", "-c", config, "-o", file, "--limit", "100KiB")
	if !strings.Contains(talk, "edged: --limit is reached\n") {
		t.Errorf("got %q", talk)
	}
	if info, err := os.Stat(file); err != nil || info.Size() > 110<<10 {
		t.Errorf("got %v, %v", info, err)
	}
	edged(t, "replay", file, "--fast")
	_, talk = edged(t, "run", "-c", config, "--record", filepath.Join(dir, "b.mcap"), "--limit", "100KiB", "--for", "2s")
	if n := strings.Count(talk, "the recording ends here, the rest goes on"); n != 1 {
		t.Errorf("got that the recording ends %d times, want it once: %s", n, talk)
	}
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip("no /dev/full")
	}
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := record.NewWriter(full, record.Header{}, record.Options{}); err == nil || !strings.Contains(err.Error(), "no space left on device") {
		t.Errorf("got %v", err)
	}
}

// TestCutRecordings replays the beginning of a recording: its events are the beginning of the run's.
func TestCutRecordings(t *testing.T) {
	dir, config := story(t)
	file := filepath.Join(dir, "room.mcap")
	live, _ := edged(t, "record", "-c", config, "-o", file, "--for", "2500ms", "--pipelines", "--json")
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	cut := filepath.Join(dir, "cut.mcap")
	write(t, cut, string(data[:len(data)*3/4]))
	again, talk := edged(t, "replay", cut, "--fast", "--json")
	if !strings.HasPrefix(live, again) || strings.Count(again, "\n") < 10 || again == live {
		t.Errorf("got %d lines of %d: %s", strings.Count(again, "\n"), strings.Count(live, "\n"), firstDifference(again, live))
	}
	if !strings.Contains(talk, "cut.mcap: cut off: what comes after byte ") {
		t.Errorf("got %q", talk)
	}
}

// TestOddSamples replays samples that no driver gives, from a file that is whole: each is an error in the log, and the good
// ones between them are answered.
func TestOddSamples(t *testing.T) {
	start := time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC)
	dir, _ := story(t)
	file := filepath.Join(dir, "odd.mcap")
	w, err := record.Create(file, record.Header{Start: start, Config: strings.ReplaceAll(storyConfig, "repeat: true", "repeat: false"), Sensors: []record.Sensor{
		{Name: "cam", Gives: record.Frames}, {Name: "mic", Gives: record.Clips}, {Name: "air", Gives: record.Readings}, {Name: "lost", Gives: record.Readings}}}, record.Options{})
	if err != nil {
		t.Fatal(err)
	}
	good := sensors.Frame{Format: sensors.Grey, Width: 2, Height: 2, Pix: []byte{1, 2, 3, 4}}
	at := start
	put := func(sensor string, sample any) {
		t.Helper()
		at = at.Add(time.Second)
		if err := w.Sample(at, sensor, sample); err != nil {
			t.Fatal(err)
		}
	}
	for _, f := range []sensors.Frame{
		{Width: 1 << 20, Height: 1 << 20, Pix: []byte{1, 2, 3}}, {Width: 3, Height: 1, Format: sensors.YUYV, Pix: make([]byte, 6)}, {Format: sensors.NV12},
		{Format: sensors.JPEG, Pix: []byte{0xff, 0xd8, 0xff, 0xc0, 0, 17, 8, 0xff, 0xff, 0xff, 0xff, 3}}, {Format: sensors.YUV420, Width: 5, Height: 5, Pix: make([]byte, 24)},
	} {
		for _, s := range []sensors.Frame{f, good} {
			s.Time = at
			put("cam", &s)
		}
	}
	for _, c := range []sensors.Clip{
		{}, {RateHz: 1, Channels: 1, Samples: make([]float32, 1000)}, {RateHz: 1 << 24, Channels: 1 << 10, Samples: make([]float32, 1024)}, {RateHz: 16000, Samples: make([]float32, 5)},
		{RateHz: 16000, Channels: 1, Lost: 1<<31 - 1, Samples: make([]float32, 9)}, {RateHz: 16000, Channels: 1, Samples: []float32{float32(math.NaN()), float32(math.Inf(1)), 1e38}},
	} {
		c.Start, c.End = at.Add(time.Hour), at
		put("mic", &c)
	}
	for _, v := range [][]sensors.Value{nil, {{Name: "temperature", Value: math.NaN()}}, {{Name: "temperature"}, {Name: "temperature"}}, {{Name: "\x1b[2J", Value: math.Inf(1)}}} {
		put("air", &sensors.Reading{Time: at, Values: v})
	}
	if err := errors.Join(w.Failed(at, "lost", errors.New("\x1b[2J")), w.Finished(at, "lost")); err != nil {
		t.Fatal(err)
	}
	good.Time = at
	put("cam", &good)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	out, talk := edged(t, "replay", file, "--fast", "--log-level", "info")
	if strings.Count(out, "room/labels    cam:") != 6 || strings.Count(talk, "level=WARN") < 6 || strings.Contains(out+talk, "\x1b") {
		t.Errorf("got %q and %q", out, talk)
	}
}

// TestNoSecretsInRecordings looks for what an address may hold.
func TestNoSecretsInRecordings(t *testing.T) {
	if got := userinfo.ReplaceAllString("camera: mjpeg+http://me:swordfish@cam.lan/x, http://cam.lan/a@b", "://***@"); got != "camera: mjpeg+http://***@cam.lan/x, http://cam.lan/a@b" {
		t.Errorf("got %q", got)
	}
}

// TestRecordedSensors lets the daemon read sensors of a recording, as if they were there.
func TestRecordedSensors(t *testing.T) {
	dir, config := story(t)
	edged(t, "record", "-c", config, "-o", filepath.Join(dir, "room.mcap"), "--for", "1s")
	again := filepath.Join(dir, "again.yaml")
	write(t, again, `
device: { id: demo }
mqtt: { broker: embedded }
sensors: { eye: { replay: "room.mcap#cam" }, ear: { replay: "room.mcap#mic" }, skin: { replay: "room.mcap#air" }, tom: { replay: "room.mcap#lost" } }
pipelines: { room: { encoders: [{ sensor: eye, model: sides.tflite, input: { kind: image } }, { sensor: ear, model: room-ear }, { sensor: skin, model: room-air }] } }
`)
	file := filepath.Join(dir, "again.mcap")
	if _, talk := edged(t, "record", "-c", again, "-o", file); !strings.Contains(talk, "eye ") {
		t.Errorf("got %q", talk)
	}
	was, is := listed(t, filepath.Join(dir, "room.mcap")), listed(t, file)
	for from, to := range map[string]string{"cam": "eye", "mic": "ear", "air": "skin", "lost": "tom"} {
		a, b := was[from], is[to]
		if a.Samples != b.Samples || a.Errors != b.Errors || a.Gives != b.Gives || a.Samples+a.Errors == 0 {
			t.Errorf("%s: got %+v, want %+v", to, b, a)
		}
	}
}

// listed returns what is in a recording, by sensor.
func listed(t *testing.T, file string) map[string]*listSensor {
	t.Helper()
	text, _ := edged(t, "replay", "--list", "--json", file)
	var l listing
	if err := json.Unmarshal([]byte(text), &l); err != nil {
		t.Fatal(err)
	}
	by := map[string]*listSensor{}
	for _, s := range l.Sensors {
		by[s.Name] = s
	}
	return by
}

// TestKilled kills a recording, of which all but the newest chunk is read.
func TestKilled(t *testing.T) {
	dir, config := story(t)
	file := filepath.Join(dir, "room.mcap")
	daemon := startDaemon(t, "record", "-c", config, "-o", file, "--log-level", "info")
	daemon.untilLogged("recording 4 sensors into ")
	tick, enough := time.NewTicker(10*time.Millisecond), time.After(time.Minute)
	defer tick.Stop()
	for size := int64(0); size < 2<<20; {
		select {
		case <-tick.C:
		case <-enough:
			t.Fatalf("got %d bytes in a minute", size)
		}
		info, err := os.Stat(file)
		if err != nil {
			t.Fatal(err)
		}
		size = info.Size()
	}
	daemon.end(syscall.SIGKILL, -1)
	_, talk := edged(t, "replay", file, "--fast")
	if s := listed(t, file); s["cam"].Samples < 15 || !strings.Contains(talk, "cut off: what comes after byte") {
		t.Errorf("got %+v; %s", s["cam"], talk)
	}
}
