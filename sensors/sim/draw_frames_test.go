package sim

import (
	"bytes"
	"context"
	"errors"
	"io"
	"testing"
	"testing/synctest"
	"time"

	"edged/sensors"
)

// frameTimes reads a story's pictures to its end, each after a pause.
func frameTimes(t *testing.T, o FramesOptions, pause time.Duration) (at []time.Duration, lost int) {
	begin := time.Now()
	src := NewFrames(NewStory(Options{Seed: 1, Length: time.Second}), o)
	defer src.Close()
	var f sensors.Frame
	for len(at) < 12 {
		err := src.Read(t.Context(), &f)
		if err == io.EOF {
			return at, lost
		}
		if err != nil {
			t.Fatal(err)
		}
		at, lost = append(at, f.Time.Sub(begin)), lost+f.Lost
		time.Sleep(pause)
	}
	return at, lost
}

func TestFramesPace(t *testing.T) {
	tests := []struct {
		name   string
		o      FramesOptions
		pause  time.Duration
		frames int
		last   time.Duration
		lost   int
	}{
		{"as time goes", FramesOptions{Rate: 4}, 0, 4, 750 * time.Millisecond, 0},
		{"fast", FramesOptions{Rate: 4, Fast: true}, 0, 4, 750 * time.Millisecond, 0},
		{"a slow reader loses pictures", FramesOptions{Rate: 10}, 200 * time.Millisecond, 5, 800 * time.Millisecond, 4},
		{"again", FramesOptions{Rate: 10, Repeat: true}, 0, 12, 1100 * time.Millisecond, 0},
		{"ten a second", FramesOptions{}, 0, 10, 900 * time.Millisecond, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				begin := time.Now()
				at, lost := frameTimes(t, tt.o, tt.pause)
				if len(at) != tt.frames || at[len(at)-1] != tt.last || lost != tt.lost {
					t.Errorf("got pictures at %v, %d lost, want %d, the last at %v, %d lost", at, lost, tt.frames, tt.last, tt.lost)
				}
				if took := time.Since(begin); tt.o.Fast && took != 0 || !tt.o.Fast && took < tt.last {
					t.Errorf("took %v", took)
				}
			})
		})
	}
}

// TestFramesJoinLate opens a source in the middle of a story: what is past is neither given nor lost.
func TestFramesJoinLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := NewStory(Options{Seed: 1})
		begin := time.Now()
		time.Sleep(90 * time.Second)
		var f, want sensors.Frame
		src := NewFrames(s, FramesOptions{Begin: begin})
		if err := src.Read(t.Context(), &f); err != nil || f.Time.Sub(begin) != 90*time.Second || f.Lost != 0 {
			t.Errorf("got %v at %v, %d lost", err, f.Time.Sub(begin), f.Lost)
		}
		NewCamera(s).Draw(&want, 90*time.Second)
		if !bytes.Equal(f.Pix, want.Pix) {
			t.Errorf("not the picture of that time")
		}
	})
}

func TestFramesEnd(t *testing.T) {
	src := NewFrames(NewStory(Options{}), FramesOptions{Begin: time.Now().Add(time.Hour), Rate: 0.001})
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	var f sensors.Frame
	if err := src.Read(ctx, &f); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want the context's error", err)
	}
	src.Close()
	if err := src.Read(t.Context(), &f); err == nil {
		t.Errorf("a closed source gives pictures")
	}
}
