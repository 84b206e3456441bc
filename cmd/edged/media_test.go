package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"image"
	"image/jpeg"
	"image/png"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"edged/cmd/edged/internal/config"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// leakyConfig lets pictures and sound out wherever edged can.
const leakyConfig = `
device: { id: porch }
mqtt: { broker: "BROKER", commands: [snapshot], outbox: { path: state/outbox } }
media: { path: state/media }
alerts: { why: state/why }
sensors:
  cam: { camera: "file:noise.png", rate: 20, repeat: true, snapshot: 100ms }
  tone: { microphone: "file:noise.wav", repeat: true, level_every: 100ms }
pipelines:
  room:
    every: 50ms
    encoders: [{ sensor: cam, model: sides.tflite, threshold: 0 }]
    alerts:
      always:
        when: label("left") > 0.1
        snapshot: [cam]
        clip: { sensors: [tone], before: 500ms, after: 500ms }
`

// noise is a picture and sound that are like nothing else.
type noise struct {
	pixels  []byte // 64x64, grey
	samples []int16
}

func newNoise() *noise {
	r := rand.New(rand.NewPCG(3, 4))
	n := &noise{pixels: make([]byte, 64*64), samples: make([]int16, recordedHz)}
	for i := range n.pixels {
		n.pixels[i] = byte(r.IntN(256))
	}
	for i := range n.samples {
		n.samples[i] = int16(r.IntN(1 << 16))
	}
	return n
}

// write puts the noise where cameras and microphones find it.
func (n *noise) write(t *testing.T, dir string) {
	t.Helper()
	var file bytes.Buffer
	if err := png.Encode(&file, &image.Gray{Pix: n.pixels, Stride: 64, Rect: image.Rect(0, 0, 64, 64)}); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "noise.png"), file.String())
	writeWAV(t, filepath.Join(dir, "noise.wav"), recordedHz, 1, n.samples)
}

// traces are what pictures and sound of the noise would leave in bytes: what files begin with, and samples as they are.
func (n *noise) traces() map[string][]string {
	rgb, ints, floats := []byte{}, []byte{}, []byte{}
	for _, v := range n.pixels[640:672] {
		rgb = append(rgb, v, v, v)
	}
	for _, v := range n.samples[8000:8016] {
		ints = binary.LittleEndian.AppendUint16(ints, uint16(v))
		floats, _ = binary.Append(floats, binary.LittleEndian, float32(v)/(1<<15))
	}
	all := map[string][]string{
		"pictures": {"\xff\xd8\xff\xdb", "\xff\xd8\xff\xe0", "\x89PNG", string(n.pixels[640:672]), string(rgb)},
		"sound":    {"RIFF", "WAVEfmt", string(ints), string(floats)},
	}
	for what, one := range all {
		for _, trace := range one {
			for skip := range min(3, len(trace)-3) { // as base64 has it at any place
				code := base64.StdEncoding.EncodeToString([]byte(trace[skip:]))
				all[what] = append(all[what], code[:len(trace[skip:])/3*4])
			}
		}
	}
	return all
}

// places are where bytes are once they have left: by the name of a topic, a file or the log.
func places(t *testing.T, a *asker, state string) map[string]string {
	t.Helper()
	all := map[string]string{}
	a.mu.Lock()
	for _, m := range a.all {
		all["broker: "+m.topic] += m.payload
	}
	a.mu.Unlock()
	err := filepath.WalkDir(state, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		data, err := os.ReadFile(path)
		all["disk: "+filepath.Ext(path)] += string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// leaky writes leakyConfig and all that it needs into a folder.
func leaky(t *testing.T, url string, n *noise) (dir string, c *config.Config) {
	t.Helper()
	dir = t.TempDir()
	n.write(t, dir)
	write(t, filepath.Join(dir, "sides.yaml"), "task: labels\ninput: { kind: image }\nlabels: [left, right]\n")
	model, err := tflite.Write(sides(""))
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "sides.tflite"), string(model))
	if err := os.Mkdir(filepath.Join(dir, "state"), 0o700); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "edged.yaml")
	write(t, path, strings.ReplaceAll(leakyConfig, "BROKER", url))
	if c, err = config.Load(path); err != nil {
		t.Fatal(err)
	}
	return dir, c
}

// compareFiles holds what an alert names against what is kept.
func compareFiles(t *testing.T, alert string, c *config.Config) {
	t.Helper()
	var said struct{ Evidence struct{ Files []string } }
	if err := json.Unmarshal([]byte(alert), &said); err != nil {
		t.Fatal(err)
	}
	list, err := os.ReadDir(c.Media.Path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	var kept []string
	for _, e := range list {
		kept = append(kept, e.Name())
	}
	slices.Sort(said.Evidence.Files)
	if !slices.Equal(kept, said.Evidence.Files) || len(kept) != 2-len(c.Privacy.Never) {
		t.Errorf("the alert names %q, and %q are kept: %s", said.Evidence.Files, kept, alert)
	}
}

// runLeaky runs a config until it has seen a lot, asking for a snapshot meanwhile, and returns all that has left.
func runLeaky(t *testing.T, a *asker, dir string, c *config.Config, answer string) map[string]string {
	t.Helper()
	log, end := runHere(t, c)
	opened := a.until("an alert", func(m message) bool { return m.topic == "room/alert/always" })
	a.expect("snapshot", `{"sensor":"cam"}`, answer)
	for range 20 {
		a.labelled(`{"name":"`)
	}
	for range 12 {
		a.until("a level", func(m message) bool { return m.topic == "tone/reading" })
	}
	end()
	all := places(t, a, filepath.Join(dir, "state"))
	all["log"] = log.String()
	compareFiles(t, opened.payload, c)
	return all
}

// TestNothingLeavesThatNeverDoes runs the daemon with all that lets pictures and sound out, and looks for their bytes at the
// broker, on the disk and in the log: with privacy.never there are none. Without it they are found at each place where they
// should be.
func TestNothingLeavesThatNeverDoes(t *testing.T) {
	n := newNoise()
	tests := []struct {
		name   string
		never  []config.Medium
		answer string
		want   map[string][]string // where traces are found
	}{
		{"all may leave", nil, `{"status":"ok"`, map[string][]string{"pictures": {"broker: cam/snapshot", "disk: .jpg"}, "sound": {"disk: .wav"}}},
		{"pictures never", []config.Medium{config.Pictures}, `{"status":"error","error":"pictures: privacy.never keeps it here"`, map[string][]string{"sound": {"disk: .wav"}}},
		{"neither", []config.Medium{config.Pictures, config.Sound}, `{"status":"error","error":"pictures: privacy.never keeps it here"`, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a, url := newAsker(t)
			dir, c := leaky(t, url, n)
			c.Privacy.Never = tt.never // which a file could not say beside what it asks for
			left := runLeaky(t, a, dir, c, tt.answer)
			for what, traces := range n.traces() {
				found := map[string]bool{}
				for place, data := range left {
					for _, trace := range traces {
						if strings.Contains(data, trace) {
							found[place] = true
						}
					}
				}
				for _, place := range tt.want[what] {
					if !found[place] {
						t.Errorf("%s may leave, and are not at %s; there are %q", what, place, sortedNames(left))
					}
					delete(found, place)
				}
				if len(found) > 0 {
					t.Errorf("traces of %s at %q", what, sortedNames(found))
				}
			}
		})
	}
}

// TestNothingIsRecordedThatNeverLeaves asks for recordings.
func TestNothingIsRecordedThatNeverLeaves(t *testing.T) {
	tests := []struct{ name, privacy, want string }{
		{"no pictures", "never: [pictures]", `nothing is recorded: privacy.never names pictures, and "cam" gives them`},
		{"no sound", "never: [sound]", `nothing is recorded: privacy.never names sound, and "tone" gives it`},
		{"covered", "redact: [person]", `nothing is recorded: privacy.redact covers what "cam" shows, and a recording has it as it is`},
		{"all", "never: []", ""},
	}
	for _, tt := range tests {
		dir := t.TempDir()
		newNoise().write(t, dir)
		path, file := filepath.Join(dir, "edged.yaml"), filepath.Join(dir, "room.mcap")
		write(t, path, "mqtt: { broker: embedded }\nprivacy: { "+tt.privacy+" }\nsensors:\n  cam: { camera: \"file:noise.png\" }\n  tone: { microphone: \"file:noise.wav\" }\n  air: { i2c: sim, chip: bme280 }\n")
		for _, args := range [][]string{{"record", "-c", path, "-o", file, "--for", "1s"}, {"run", "-c", path, "--record", file, "--for", "1s"}} {
			var std, talk bytes.Buffer
			status := run(t.Context(), args, noEnv, stdio{strings.NewReader(""), &std, &talk})
			_, err := os.Stat(file)
			made := !errors.Is(err, fs.ErrNotExist)
			if tt.want == "" != (status == done) || tt.want == "" != made || !strings.Contains(talk.String(), tt.want) {
				t.Errorf("%s: %s: got status %d, a file: %v, and %s; want %q", tt.name, args[0], status, made, talk.String(), tt.want)
			}
			_ = os.Remove(file)
		}
	}
}

// square is a model that finds an object of its one class in the middle of each picture, half as wide and high, as YOLOv8 says it:
// image float32 1x2x2x1, to 1x5x1.
func square() *tflite.Model {
	b := tflite.NewBuilder("main")
	f := func(name string, shape ...int) tensor.Info {
		return tensor.Info{Name: name, DType: tensor.Float32, Shape: shape}
	}
	x := b.Input(f("image", 1, 2, 2, 1))
	w := b.Constant(f("weights", 5, 4), raw(make([]float32, 20)))
	bias := b.Constant(f("bias", 5), raw([]float32{0.5, 0.5, 0.5, 0.5, 0.9})) // the centre's x and y, width, height, score
	y := b.Op(tflite.Op{Code: tflite.OpFullyConnected, Inputs: []int{x, w, bias}, Options: &tflite.FullyConnectedOptions{BiasType: tensor.Float32}}, f("dense", 1, 5))
	b.Output(b.Op(tflite.Op{Code: tflite.OpReshape, Inputs: []int{y}, Options: &tflite.ReshapeOptions{NewShape: []int{1, 5, 1}}}, f("boxes", 1, 5, 1)))
	return b.Model("what is in the middle")
}

// TestARecordingNamesWhatIsKept records with pipelines, and replays: the alerts are the same to the last byte, with the names of
// files that are there.
func TestARecordingNamesWhatIsKept(t *testing.T) {
	dir, c := leaky(t, "mqtt://127.0.0.1:9", newNoise()) // nobody is asked there
	config, file := filepath.Join(dir, "edged.yaml"), filepath.Join(dir, "room.mcap")
	live, _ := edged(t, "record", "-c", config, "-o", file, "--for", "1500ms", "--pipelines", "--json")
	again, _ := edged(t, "replay", file, "--fast", "--json")
	if live != again {
		t.Errorf("the replay has other events: %s", firstDifference(again, live))
	}
	for line := range strings.SplitSeq(live, "\n") {
		if strings.Contains(line, `"alert":"always"`) {
			compareFiles(t, line, c)
			return
		}
	}
	t.Errorf("got no alert: %s", live)
}

const guardedConfig = `
device: { id: porch }
mqtt: { broker: "BROKER", commands: [snapshot, threshold] }
privacy: { redact: [PRIVACY] }
sensors:
  cam: { camera: "file:noise.png", rate: 20, repeat: true, snapshot: 200ms }
  crowd: { camera: "file:noise.png", rate: 20, repeat: true, snapshot: 200ms }
pipelines:
  objects:
    every: 50ms
    heads: { detections: { threshold: 0.5 } }
    encoders: [{ sensor: cam, model: square.tflite }, { sensor: crowd, model: square.tflite, top: 1 }]
`

// TestAGuardedCamera has a model that finds a person in the middle of each picture. What leaves, now and then and when somebody
// asks, is covered there; where events hold no more than one person, nothing leaves; and nobody may raise the threshold.
func TestAGuardedCamera(t *testing.T) {
	a, url := newAsker(t)
	dir := t.TempDir()
	newNoise().write(t, dir)
	write(t, filepath.Join(dir, "square.yaml"), "task: yolo\ninput: { kind: image }\nlabels: [person]\n")
	model, err := tflite.Write(square())
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "square.tflite"), string(model))
	path := filepath.Join(dir, "edged.yaml")
	load := func(privacy string) *config.Config {
		write(t, path, strings.NewReplacer("BROKER", url, "PRIVACY", privacy).Replace(guardedConfig))
		c, err := config.Load(path)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	if err := checkParts(load("unicorn"), noEnv); err == nil || !strings.Contains(err.Error(), `privacy.redact: pictures of "crowd" stay here: privacy.redact covers "unicorn", and no encoder looks for that`) {
		t.Errorf("got %v for what no model finds", err)
	}
	log, end := runHere(t, load("person"))
	a.until("a picture, as often", func(m message) bool { return m.topic == "cam/snapshot" })
	a.expect("snapshot", `{"sensor":"cam"}`, `{"status":"ok"`)
	a.expect("snapshot", `{"sensor":"crowd"}`, `{"status":"error","error":"no picture in time: sensor \"crowd\": the picture stays here: square found as much as it can tell, 1: there may be more`)
	a.expect("threshold", `{"pipeline":"objects","label":"person","value":0.95}`, `{"status":"error","error":"value: privacy.redact covers \"person\", which is found from 0.5 on; it may be lower, not higher"`)
	a.expect("threshold", `{"pipeline":"objects","value":0.95}`, `{"status":"error","error":"value: privacy.redact covers \"person\"`)
	a.expect("threshold", `{"pipeline":"objects","label":"person","value":0.4}`, `{"status":"ok"`)
	end()
	pictures := 0
	for _, m := range a.all {
		switch m.topic {
		case "crowd/snapshot":
			t.Fatal("a picture has left in which there may be more than was found")
		case "cam/snapshot":
			pictures++
			compareCovered(t, m.payload, filepath.Join(dir, "noise.png"), [][4]float64{{0.25, 0.25, 0.75, 0.75}})
		}
	}
	if pictures < 2 {
		t.Errorf("got %d pictures, want some", pictures)
	}
	if want := "square found as much as it can tell, 1: there may be more"; !strings.Contains(log.String(), want) {
		t.Errorf("the log lacks %q:\n%s", want, log.String())
	}
}

func noEnv(string) string { return "" }

// runHere runs a config in this process until end is called; then its log is whole.
func runHere(t *testing.T, c *config.Config) (log *strings.Builder, end func()) {
	t.Helper()
	log = new(strings.Builder)
	ctx, stop := context.WithCancel(t.Context())
	r := runs{s: surroundings{log: slog.New(slog.NewTextHandler(log, nil)), env: noEnv}, begin: func(*daemon) {}, end: func(*daemon) error { return nil }}
	var running sync.WaitGroup
	running.Go(func() {
		if err := r.run(ctx, c); err != nil {
			t.Error(err)
		}
	})
	return log, func() {
		stop()
		running.Wait()
	}
}

const skierConfig = `
device: { id: porch }
mqtt: { broker: "BROKER" }
privacy: { redact: [person] }
sensors:
  slope: { camera: "file:CORPUS/PICTURE", rate: 1, repeat: true, snapshot: 1s }
pipelines:
  objects:
    encoders: [{ sensor: slope, model: CORPUS/models/detection/openmv_yolo_lc_192.tflite }]
`

// TestPersonsAreCovered runs a real model on a photograph of a skier: in what leaves there is a cover where the model finds the
// person, and all else is as it was.
func TestPersonsAreCovered(t *testing.T) {
	const picture = "datasets/coco_val_ccby/000000000785.jpg"
	corpus := findCorpus(t)
	a, url := newAsker(t)
	path := filepath.Join(t.TempDir(), "edged.yaml")
	write(t, path, strings.NewReplacer("CORPUS", corpus, "PICTURE", picture, "BROKER", url).Replace(skierConfig))
	c, err := config.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	_, end := runHere(t, c)
	left := a.until("a picture", func(m message) bool { return m.topic == "slope/snapshot" })
	end()
	var boxes [][4]float64
	for _, d := range objectsOf(t, corpus, "openmv_yolo_lc_192", picture) {
		if d.Name == "person" && d.Score >= 0.5 {
			boxes = append(boxes, [4]float64{d.Box.YMin, d.Box.XMin, d.Box.YMax, d.Box.XMax})
		}
	}
	compareCovered(t, left.payload, filepath.Join(corpus, picture), boxes)
}

// compareCovered holds a picture that has left against what the camera saw: inside of the boxes there are two greys, and far
// from them nothing has changed but for what JPEG does.
func compareCovered(t *testing.T, left, file string, boxes [][4]float64) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	was, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	got, err := jpeg.Decode(strings.NewReader(left))
	if err != nil || got.Bounds() != was.Bounds() {
		t.Fatalf("got %v, a picture of another size", err)
	}
	w, h := float64(was.Bounds().Dx()), float64(was.Bounds().Dy())
	within := func(x, y int, wider float64) bool { // so much of its size, on each side
		return slices.ContainsFunc(boxes, func(b [4]float64) bool {
			dy, dx := (b[2]-b[0])*wider, (b[3]-b[1])*wider
			fx, fy := float64(x)/w, float64(y)/h
			return fy > b[0]-dy && fy < b[2]+dy && fx > b[1]-dx && fx < b[3]+dx
		})
	}
	covered, inside, changed, outside := 0, 0, 0, 0
	for y := 0; y < int(h); y += 3 {
		for x := 0; x < int(w); x += 3 {
			r, g, b, _ := got.At(x, y).RGBA()
			r0, g0, b0, _ := was.At(x, y).RGBA()
			near := func(a, b uint32, by uint32) bool { return max(a, b)-min(a, b) < by<<8 }
			switch {
			case within(x, y, 0):
				if inside++; near(r, g, 10) && near(g, b, 10) && (near(g, 104<<8, 10) || near(g, 152<<8, 10)) {
					covered++
				}
			case !within(x, y, 0.2):
				if outside++; !near(r, r0, 40) || !near(g, g0, 40) || !near(b, b0, 40) {
					changed++
				}
			}
		}
	}
	if covered < inside*8/10 || inside < 100 { // the edges of squares are blurred; of noise a sixth would be such greys
		t.Errorf("%d of %d pixels inside of the boxes are covered", covered, inside)
	}
	if changed > outside/50 || outside < 100 {
		t.Errorf("%d of %d pixels outside of the boxes have changed", changed, outside)
	}
}
