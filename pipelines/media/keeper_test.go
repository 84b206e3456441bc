package media

import (
	"bytes"
	"context"
	"image/jpeg"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"edged/pipelines"
	"edged/runtime/tensor"
	"edged/sensors"
)

// still is a Preparer that makes an input of every picture.
type still struct {
	at  time.Time
	got bool
}

func (s *still) Add(f *sensors.Frame) error { s.at, s.got = f.Time, true; return nil }

func (s *still) Next(*tensor.Tensor) (pipelines.Window, bool, error) {
	got := s.got
	s.got = false
	return pipelines.Window{Start: s.at, End: s.at}, got, nil
}

// rig is a keeper with a camera, an encoder that finds persons in its pictures, and a microphone.
type rig struct {
	*Keeper
	cam  *Camera
	lens pipelines.Preparer[sensors.Frame] // nil if nobody holds pictures
	mic  *Mic
	log  bytes.Buffer
	seq  uint64
	n    int // pictures
}

func newRig(t *testing.T, o Options, p Policy) *rig {
	t.Helper()
	r := &rig{}
	o.Door = NewDoor(p)
	o.Log = slog.New(slog.NewTextHandler(&r.log, nil))
	if o.Path == "" {
		o.Path = filepath.Join(t.TempDir(), "media")
	}
	if o.Plans == nil {
		o.Plans = map[Alert]Plan{{"room", "fire"}: {Pictures: []string{"cam"}, Sounds: []string{"mic"}, Before: 2 * time.Second, After: 3 * time.Second}}
	}
	r.Keeper = NewKeeper(o)
	if r.cam, r.mic = r.Camera("cam"), r.Mic("mic"); r.cam != nil {
		e := &Eye{Pipeline: "room", Sensor: "cam", Model: "ssd", Classes: []string{"person"}, Most: 5}
		o.Door.Add(e)
		r.lens = r.cam.Watch(&still{}, e)
	}
	return r
}

// frame is the next picture: its brightness says which one it is.
func (r *rig) frame(at time.Time) *sensors.Frame {
	r.n++
	return &sensors.Frame{Time: at, Format: sensors.Grey, Width: 64, Height: 48, Pix: bytes.Repeat([]byte{byte(8 * r.n)}, 64*48)}
}

// show lets the camera give a picture.
func (r *rig) show(at time.Time) {
	if r.cam != nil {
		r.cam.See(r.frame(at))
	}
}

// look lets the encoder look at a picture, and say what it found.
func (r *rig) look(t *testing.T, at time.Time, found ...pipelines.Detection) {
	t.Helper()
	if err := r.lens.Add(r.frame(at)); err != nil {
		t.Fatal(err)
	}
	w, ok, err := r.lens.Next(nil)
	if !ok || err != nil {
		t.Fatalf("got %v, %v", ok, err)
	}
	_ = r.Put(t.Context(), &pipelines.Event{Kind: pipelines.KindDetections, Pipeline: "room", Sensor: "cam", Model: "ssd", Window: w, Detections: found})
}

// alert lets an alert open, and returns the names of what is kept of it.
func (r *rig) alert(at time.Time) []string {
	r.seq++
	ev := &pipelines.Event{Kind: pipelines.KindAlert, Pipeline: "room", Seq: r.seq, Boot: "B00T", Time: at, Alert: &pipelines.Alert{Name: "fire", State: pipelines.Open}}
	_ = r.Put(context.Background(), ev)
	return r.Files(ev)
}

// hear lets the microphone give sound from a time on: a ramp that never comes again.
func (r *rig) hear(from time.Time, d time.Duration) {
	if r.mic == nil {
		return
	}
	const rateHz = 1000
	c := &sensors.Clip{Start: from, End: from.Add(d), RateHz: rateHz, Channels: 2}
	for i := range int(d / time.Millisecond) {
		v := float32((from.UnixMilli()+int64(i))%30000) / 32767
		c.Samples = append(c.Samples, v, -v)
	}
	r.mic.Hear(c)
}

// kept returns what is in the folder.
func (r *rig) kept(t *testing.T) map[string][]byte {
	t.Helper()
	all := map[string][]byte{}
	list, err := os.ReadDir(r.o.Path)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	for _, e := range list {
		data, err := os.ReadFile(filepath.Join(r.o.Path, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		all[e.Name()] = data
	}
	return all
}

// brightness returns that of a picture.
func brightness(t *testing.T, file []byte) int {
	t.Helper()
	img, err := jpeg.Decode(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	v, _, _, _ := img.At(32, 24).RGBA()
	return int(v >> 8)
}

// TestAlertKeepsPictureAndSound opens an alert in the middle of a run, and looks at what is kept.
func TestAlertKeepsPictureAndSound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, Options{}, Policy{})
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- r.Run(ctx) }()
		begin := time.Now()
		var names []string
		for i := range 100 { // of 100 ms
			now := begin.Add(time.Duration(i+1) * 100 * time.Millisecond)
			r.hear(now.Add(-100*time.Millisecond), 100*time.Millisecond)
			if i%2 == 0 && r.n < 28 {
				r.show(now)
			}
			if i == 40 {
				names = r.alert(now)
			}
			time.Sleep(100 * time.Millisecond)
		}
		synctest.Wait()
		files := r.kept(t)
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
		at := begin.Add(4100 * time.Millisecond).UTC().Format(stamp)
		want := []string{"room-fire-" + at + "-B00T-1-cam.jpg", "room-fire-" + at + "-B00T-1-mic.wav"}
		if !slices.Equal(names, want) || len(files) != 2 || files[want[0]] == nil || files[want[1]] == nil {
			t.Fatalf("got %v named and %d files, want %v", names, len(files), want)
		}
		if got := brightness(t, files[want[0]]); got < 8*21-3 || got > 8*21+3 { // the picture of just then
			t.Errorf("got a picture as bright as %d, want number 21, %d", got, 8*21)
		}
		wav := files[want[1]]
		if len(wav) != 44+5000*2*2 {
			t.Errorf("got a WAV of %d bytes, want 5 s", len(wav))
		}
		first := int16(wav[44]) | int16(wav[45])<<8
		if from := begin.Add(2100*time.Millisecond).UnixMilli() % 30000; int64(first) < from-1 || int64(first) > from+1 {
			t.Errorf("got sound from %d on, want %d: 2 s before the alert", first, from)
		}
		info, err := os.Stat(filepath.Join(r.o.Path, want[0]))
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("got %v, %v, want a file for its owner alone", info, err)
		}
		if s := r.Stats(); s.Written != 2 || s.Missed != 0 || s.Files != 2 || r.Degraded() != "" {
			t.Errorf("got %+v", s)
		}
	})
}

// TestEndKeepsWhatThereIs ends the run in the middle of a clip.
func TestEndKeepsWhatThereIs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, Options{}, Policy{})
		begin := time.Now()
		r.show(begin)
		r.hear(begin, time.Second)
		names := r.alert(begin.Add(time.Second))
		ctx, stop := context.WithCancel(t.Context())
		stop()
		if err := r.Run(ctx); err != nil {
			t.Error(err)
		}
		files := r.kept(t)
		if len(files) != 2 || len(files[names[1]]) != 44+1000*2*2 {
			t.Errorf("got %d files and a clip of %d bytes, want 1 s", len(files), len(files[names[1]]))
		}
	})
}

// TestRedactedCameraKeepsWhatWasLookedAt has a camera in whose pictures persons are covered: what is kept is a picture that the
// encoder has looked at, never one that only came.
func TestRedactedCameraKeepsWhatWasLookedAt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, Options{}, Policy{Redact: []Redaction{{Class: "person"}}})
		now := time.Now()
		r.show(now)
		first := r.alert(now)
		r.work(now)
		if len(r.kept(t)) != 0 {
			t.Error("got a picture at which nobody has looked")
		}
		r.look(t, now.Add(time.Second), found("person", hidden))
		r.show(now.Add(time.Second))
		r.work(now)
		file := r.kept(t)[first[0]]
		if file == nil {
			t.Fatalf("the picture that was looked at is not kept: %s", r.log.String())
		}
		img, err := jpeg.Decode(bytes.NewReader(file))
		if err != nil {
			t.Fatal(err)
		}
		was := 8 * 2 // the second picture
		inside, _, _, _ := img.At(32, 24).RGBA()
		outside, _, _, _ := img.At(2, 2).RGBA()
		if got := int(outside >> 8); got < was-3 || got > was+3 || int(inside>>8) < dark-10 {
			t.Errorf("got %d outside of the person and %d inside, want %d and a cover", got, inside>>8, was)
		}
	})
}

// TestRedactedCameraWithoutALook waits in vain, and says why.
func TestRedactedCameraWithoutALook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, Options{}, Policy{Redact: []Redaction{{Class: "person"}}})
		five := slices.Repeat([]pipelines.Detection{found("person", hidden)}, 5)
		r.alert(time.Now())
		r.look(t, time.Now(), five...)
		time.Sleep(patience + time.Second)
		r.work(time.Now())
		if want := "ssd found as much as it can tell, 5: there may be more"; !strings.Contains(r.Degraded(), want) || !strings.Contains(r.log.String(), want) {
			t.Errorf("got %q and the log %s, want %q", r.Degraded(), r.log.String(), want)
		}
		if len(r.kept(t)) != 0 {
			t.Error("got a picture with persons that were not found")
		}
	})
}

// TestNeverKeepsNothing has a policy that forbids both.
func TestNeverKeepsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, Options{}, Policy{Never: []What{Pictures, Sounds}})
		if r.cam != nil || r.mic != nil {
			t.Error("pictures or sound are held")
		}
		if names := r.alert(time.Now()); len(names) != 0 {
			t.Errorf("got %v named", names)
		}
		r.work(time.Time{})
		if files := r.kept(t); len(files) != 0 || r.Stats().Missed != 0 {
			t.Errorf("got %d files, %d missed", len(files), r.Stats().Missed)
		}
	})
}

// TestStorm opens an alert with each of 400 pictures. What is kept never takes more than the limit, and is the newest.
func TestStorm(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const limit = 60_000
		r := newRig(t, Options{Limit: limit}, Policy{})
		now := time.Now()
		var names []string
		most := int64(0)
		for i := range 400 {
			now = now.Add(10 * time.Millisecond)
			r.show(now)
			r.hear(now.Add(-10*time.Millisecond), 10*time.Millisecond)
			names = append(names, r.alert(now)...)
			r.work(now)
			if i%10 == 9 {
				sum := int64(0)
				for _, data := range r.kept(t) {
					sum += int64(len(data))
				}
				if most = max(most, sum); sum > limit || sum != r.Stats().Bytes {
					t.Fatalf("alert %d: %d bytes are kept, and %d said, want %d at most", i, sum, r.Stats().Bytes, limit)
				}
			}
			time.Sleep(10 * time.Millisecond)
		}
		if most < limit/2 {
			t.Errorf("got %d bytes at most: the limit of %d was never near", most, limit)
		}
		if newest := names[len(names)-2]; r.kept(t)[newest] == nil {
			t.Errorf("the newest picture, %s, is not kept", newest)
		}
		if oldest := names[0]; r.kept(t)[oldest] != nil {
			t.Errorf("the oldest picture, %s, is kept", oldest)
		}
	})
}

// TestFlood opens alerts while nothing is written: what waits is bounded, and what was not kept is told.
func TestFlood(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, Options{}, Policy{})
		now := time.Now()
		for range 500 {
			now = now.Add(10 * time.Millisecond)
			r.show(now)
			r.alert(now)
		}
		if len(r.orders) > mostWaiting || len(r.cuts) > mostCuts {
			t.Errorf("%d pictures and %d clips wait", len(r.orders), len(r.cuts))
		}
		shots := map[*held]bool{}
		for _, p := range r.orders {
			shots[p.shot] = true
		}
		if len(shots) > mostShots {
			t.Errorf("%d pictures are held, want %d at most", len(shots), mostShots)
		}
		if s := r.Stats(); s.Missed < 900 || r.Degraded() == "" {
			t.Errorf("got %+v, want most of 1000 missed, and that told", s)
		}
		if lines := strings.Count(r.log.String(), "\n"); lines < 1 || lines > 4 {
			t.Errorf("got %d lines in the log", lines)
		}
	})
}

// TestDiskFull writes to a device that is always full, as long as it lasts. Alerts go on, the log hears of it once, and then
// all is as it was.
func TestDiskFull(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, Options{Plans: map[Alert]Plan{{"room", "fire"}: {Pictures: []string{"cam"}}}}, Policy{})
		if err := r.store.read(); err != nil { // makes the folder
			t.Fatal(err)
		}
		full := func() {
			if err := os.Symlink("/dev/full", filepath.Join(r.o.Path, partial)); err != nil {
				t.Fatal(err)
			}
		}
		now := time.Now()
		for range 10 {
			full()
			now = now.Add(time.Second)
			r.show(now)
			if names := r.alert(now); len(names) != 1 {
				t.Errorf("got %v named", names)
			}
			r.work(now)
		}
		if got := r.Degraded(); got != "media: no space left on device" {
			t.Errorf("got %q", got)
		}
		if n := strings.Count(r.log.String(), "no space left on device"); n != 1 {
			t.Errorf("the log tells of the full disk %d times:\n%s", n, r.log.String())
		}
		if left := r.kept(t); len(left) != 0 {
			t.Errorf("got %d files left", len(left))
		}
		r.show(now)
		r.alert(now)
		r.work(now)
		if s := r.Stats(); s.Trouble != nil || s.Written != 1 || s.Missed != 10 || !strings.Contains(r.log.String(), "kept again") {
			t.Errorf("got %+v and the log\n%s", s, r.log.String())
		}
	})
}

// TestNothingIsAllocatedPerSample runs what is called for each picture and each clip.
func TestNothingIsAllocatedPerSample(t *testing.T) {
	r := newRig(t, Options{}, Policy{})
	now := time.Now()
	f := r.frame(now)
	c := &sensors.Clip{Start: now, End: now.Add(100 * time.Millisecond), RateHz: 1000, Channels: 1, Samples: make([]float32, 100)}
	one := func() {
		f.Time = f.Time.Add(time.Second)
		c.Start, c.End = c.End, c.End.Add(100*time.Millisecond)
		r.cam.See(f)
		_ = r.lens.Add(f)
		_, _, _ = r.lens.Next(nil)
		r.mic.Hear(c)
	}
	one()
	one()
	if n := testing.AllocsPerRun(100, one); n > 0 {
		t.Errorf("got %v allocations", n)
	}
}

// TestAlertsThatKeepNothing has events that open nothing, or of which nothing is kept.
func TestAlertsThatKeepNothing(t *testing.T) {
	r := newRig(t, Options{}, Policy{})
	for _, tt := range []struct {
		name string
		ev   pipelines.Event
	}{
		{"it closes", pipelines.Event{Kind: pipelines.KindAlert, Pipeline: "room", Alert: &pipelines.Alert{Name: "fire", State: pipelines.Closed}}},
		{"another alert", pipelines.Event{Kind: pipelines.KindAlert, Pipeline: "room", Alert: &pipelines.Alert{Name: "door", State: pipelines.Open}}},
		{"another pipeline", pipelines.Event{Kind: pipelines.KindAlert, Pipeline: "hall", Alert: &pipelines.Alert{Name: "fire", State: pipelines.Open}}},
		{"no alert", pipelines.Event{Kind: pipelines.KindLabels, Pipeline: "room"}},
	} {
		_ = r.Put(t.Context(), &tt.ev)
		if files := r.Files(&tt.ev); len(r.cam.waiting)+len(r.cuts)+len(files) > 0 {
			t.Errorf("%s: %v are kept", tt.name, files)
		}
	}
}
