package main

import (
	"context"
	"io"
	"path/filepath"
	"testing"
	"time"

	"edged/models"
	"edged/pipelines"
	"edged/pipelines/decode"
	"edged/pipelines/prep"
	"edged/runtime"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
	"edged/sensors"
	"edged/sensors/replay"
	"edged/sensors/sim/cartoon"
)

// TestStoryIsTold goes the whole way, from a story's files to labels, and compares with the truth. Windows that lie in
// two scenes do not count.
func TestStoryIsTold(t *testing.T) {
	const floor = 0.9
	var seen, heard, felt score
	for seed := range uint64(4) {
		dir := t.TempDir()
		story, err := cartoon.Write(dir, cartoon.Options{Seed: 1000 + seed})
		if err != nil {
			t.Fatal(err)
		}
		fast := replay.Options{Pace: replay.Fast, Rate: cartoon.FrameRate}
		frames, err := replay.OpenFrames(filepath.Join(dir, cartoon.FramesDir), fast)
		told(t, "demo-eye", frames, err, prep.ForFrame, func(w window, label string) {
			seen.count(t, story, w, label, func(s cartoon.Scene) string { return string(s.Sight) })
		})
		clips, err := replay.OpenClips(filepath.Join(dir, cartoon.SoundFile), fast)
		told(t, "demo-ear", clips, err, prep.ForClip, func(w window, label string) {
			heard.count(t, story, w, label, func(s cartoon.Scene) string { return string(s.Noise) })
		})
		readings, err := replay.OpenReadings(filepath.Join(dir, cartoon.AirFile), fast)
		told(t, "demo-air", readings, err, prep.ForReading, func(w window, label string) {
			felt.count(t, story, w, label, func(s cartoon.Scene) string { return string(s.Climate) })
		})
	}
	for _, c := range []struct {
		name string
		score
		least int // windows
	}{{"seen", seen, 4 * 60}, {"heard", heard, 4 * 35}, {"felt", felt, 4 * 10}} {
		t.Logf("%s: %d of %d right", c.name, c.right, c.all)
		if c.all < c.least || float64(c.right) < floor*float64(c.all) {
			t.Errorf("%s: got %d of %d right, want %v of at least %d", c.name, c.right, c.all, floor, c.least)
		}
	}
}

// window is the time that a label speaks of, from the beginning of the story.
type window struct{ start, end time.Duration }

type score struct{ right, all int }

// count compares a label with what is true throughout the window.
func (s *score) count(t *testing.T, story cartoon.Story, w window, label string, truth func(cartoon.Scene) string) {
	want := truth(story.At(w.start))
	for _, scene := range story {
		if scene.Start < w.end && scene.End > w.start && truth(scene) != want {
			return
		}
	}
	s.all++
	if label == want {
		s.right++
	} else {
		t.Logf("%v…%v: got %s, want %s", w.start, w.end, label, want)
	}
}

// told runs a bundled model on all that a source gives and says each window's best label.
func told[T sensors.Sample](t *testing.T, name string, src sensors.Source[T], err error,
	prepare func(tensor.Info, models.Input, prep.Options) (pipelines.Preparer[T], error), say func(window, string)) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	session, card := bundled(t, name)
	p, err := prepare(session.Signature().Inputs[0], card.Input, prep.Options{})
	if err != nil {
		t.Fatal(err)
	}
	head, err := decode.NewLabels(session.Signature().Outputs[0], card.Labels, decode.Options{Top: 1})
	if err != nil {
		t.Fatal(err)
	}
	var s T
	var begin time.Time
	for {
		err := src.Read(t.Context(), &s)
		if err == io.EOF {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if begin.IsZero() {
			begin = startOf(&s)
		}
		if err := p.Add(&s); err != nil {
			t.Fatal(err)
		}
		for {
			w, ok, err := p.Next(session.Input(0))
			if err != nil {
				t.Fatal(err)
			}
			if !ok {
				break
			}
			say(window{w.Start.Sub(begin).Round(time.Millisecond), w.End.Sub(begin).Round(time.Millisecond)}, labelled(t, session, head))
		}
	}
}

// startOf is when a sample begins.
func startOf[T sensors.Sample](s *T) time.Time {
	if c, ok := any(s).(*sensors.Clip); ok {
		return c.Start
	}
	return sensors.At(s)
}

func bundled(t *testing.T, name string) (runtime.Session, models.Card) {
	t.Helper()
	b, err := models.Bundled()
	if err != nil {
		t.Fatal(err)
	}
	card, file, err := b.Model(name)
	if err != nil {
		t.Fatal(err)
	}
	m, err := tflite.Parse(file)
	if err != nil {
		t.Fatal(err)
	}
	s, err := runtime.New(m, runtime.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s, card
}

// labelled invokes a session and returns the best label.
func labelled(t *testing.T, s runtime.Session, head *decode.Labels) string {
	t.Helper()
	if err := s.Invoke(context.Background()); err != nil {
		t.Fatal(err)
	}
	var ev pipelines.Event
	if err := head.Decode([]*tensor.Tensor{s.Output(0)}, &ev); err != nil {
		t.Fatal(err)
	}
	return ev.Labels[0].Name
}
