package sim

import (
	"bytes"
	"testing"
	"time"

	"edged/sensors"
)

func TestPicturesRepeat(t *testing.T) {
	s := NewStory(Options{Seed: 5})
	a, b := NewCamera(s), NewCamera(s)
	var early, later, again sensors.Frame
	a.Draw(&early, 20*time.Second)
	a.Draw(&later, 90*time.Second)
	b.Draw(&again, 90*time.Second)
	if !bytes.Equal(later.Pix, again.Pix) {
		t.Errorf("a picture depends on the pictures before it")
	}
	a.Draw(&again, 20*time.Second)
	if !bytes.Equal(early.Pix, again.Pix) {
		t.Errorf("a picture drawn again is another")
	}
	if bytes.Equal(early.Pix, later.Pix) {
		t.Errorf("nothing changes")
	}
}

func TestFrameShape(t *testing.T) {
	f := sensors.Frame{Format: sensors.JPEG, FullRange: true, Name: "kept", Pix: make([]byte, 3)}
	NewCamera(NewStory(Options{})).Draw(&f, 0)
	if f.Format != sensors.RGB24 || f.Width != 128 || f.Height != 96 || len(f.Pix) != f.Format.Bytes(128, 96) || f.Name != "kept" {
		t.Errorf("got %v of %dx%d, %d bytes, named %q", f.Format, f.Width, f.Height, len(f.Pix), f.Name)
	}
}

func TestDrawAllocatesNothing(t *testing.T) {
	c := NewCamera(NewStory(Options{Seed: 8}))
	var f sensors.Frame
	at := time.Duration(0)
	for ; at < 3*time.Minute; at += 5 * time.Second { // slices grow
		c.Draw(&f, at)
	}
	at = 0
	if n := testing.AllocsPerRun(20, func() { c.Draw(&f, at); at += 7 * time.Second }); n != 0 {
		t.Errorf("a picture takes %v allocations, want none", n)
	}
}

func BenchmarkDraw(b *testing.B) {
	var f sensors.Frame
	var all []*Camera
	for seed := range uint64(8) {
		all = append(all, NewCamera(NewStory(Options{Seed: seed})))
	}
	i := 0
	for b.Loop() {
		all[i%8].Draw(&f, time.Duration(i%180)*time.Second)
		i++
	}
}
