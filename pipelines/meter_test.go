package pipelines

import (
	"context"
	"math"
	"testing"
	"testing/synctest"
	"time"

	"edged/sensors"
)

// sound is a clip of 100 ms of f at 16 kHz, f being given the number of each frame.
func sound(channels int, f func(frame, channel int) float64) *sensors.Clip {
	c := &sensors.Clip{RateHz: 16000, Channels: channels, End: time.Now()}
	for i := range 1600 {
		for ch := range channels {
			c.Samples = append(c.Samples, float32(f(i, ch)))
		}
	}
	return c
}

func sine(amplitude float64) func(int, int) float64 {
	return func(i, _ int) float64 { return amplitude * math.Sin(2*math.Pi*1000*float64(i)/16000) }
}

func TestMeter(t *testing.T) {
	tests := []struct {
		name        string
		clip        *sensors.Clip
		level, peak float64
	}{
		{"a full-scale sine is 0 dBFS by AES17", sound(1, sine(1)), 0, 0},
		{"half of it is -6.02", sound(1, sine(0.5)), -6.02, -6.02},
		{"amplitude 8000 of 32768", sound(1, sine(8000.0/32768)), -12.25, -12.25},
		{"a full-scale square is +3.01", sound(1, func(i, _ int) float64 { return float64(1 - i/8%2*2) }), 3.01, 0},
		{"a constant counts as it is", sound(1, func(int, int) float64 { return 0.5 }), -3.01, -6.02},
		{"one channel of two", sound(2, func(i, ch int) float64 { return float64(ch) * sine(1)(i, 0) }), -3.01, 0},
		{"a single spike downwards", sound(1, func(i, _ int) float64 { return map[int]float64{77: -1}[i] }), -29.03, 0},
		{"silence is the floor", sound(1, func(int, int) float64 { return 0 }), -120, -120},
		{"the least of 24 bits too", sound(1, func(int, int) float64 { return 1.0 / (1 << 23) }), -120, -120},
	}
	for _, tt := range tests {
		m := meter{every: time.Second}
		for i := range 20 {
			r := m.add(tt.clip)
			if (r != nil) != (i%10 == 9) {
				t.Fatalf("%s: clip %d: got %v, want a reading with every tenth", tt.name, i, r)
			}
			if r != nil && (r.Values[0] != sensors.Value{Name: "level", Unit: "dBFS", Value: tt.level} || r.Values[1] != sensors.Value{Name: "peak", Unit: "dBFS", Value: tt.peak} || r.Time != tt.clip.End) {
				t.Errorf("%s: got %v, want level %v and peak %v", tt.name, r, tt.level, tt.peak)
			}
		}
	}
}

func TestMeterForgetsAnotherRecording(t *testing.T) {
	m := meter{every: 200 * time.Millisecond}
	loud, quiet := sound(1, sine(1)), sound(1, sine(0.5))
	m.add(loud)
	quiet.Lost = -1
	if r := m.add(quiet); r != nil {
		t.Errorf("got %v of two recordings", r)
	}
	quiet.Lost = 30
	if r := m.add(quiet); r == nil || r.Values[0].Value != -6.02 {
		t.Errorf("got %v, want -6.02", r)
	}
	for _, bad := range []*sensors.Clip{{}, {RateHz: 16000, Channels: 0, Samples: []float32{1}}, {RateHz: -1, Channels: 1, Samples: []float32{1}}} {
		if r := m.add(bad); r != nil || m.samples != 0 {
			t.Errorf("got %v of a clip of nothing", r)
		}
	}
}

func TestMeterDoesNotAllocate(t *testing.T) {
	m := meter{every: 100 * time.Millisecond}
	c := sound(2, sine(0.3))
	m.add(c)
	if n := testing.AllocsPerRun(100, func() { m.add(c) }); n != 0 {
		t.Errorf("got %v allocations for a clip, want 0", n)
	}
}

// hum is a microphone that gives 100 ms of sound at a time.
type hum struct{}

func (hum) Read(ctx context.Context, into *sensors.Clip) error {
	select {
	case <-time.After(100 * time.Millisecond):
	case <-ctx.Done():
		return ctx.Err()
	}
	*into = *sound(1, sine(0.5))
	return nil
}

func (hum) Close() error { return nil }

// readings keeps what it is given.
type readings []sensors.Reading

func (r *readings) PutReading(_ context.Context, _ string, from *sensors.Reading) error {
	var kept sensors.Reading
	sensors.Copy(&kept, from)
	*r = append(*r, kept)
	return nil
}

func TestMicrophonesTellTheirLevel(t *testing.T) {
	for every, want := range map[time.Duration]int{time.Second: 4, 0: 0, 2 * time.Second: 2} {
		synctest.Test(t, func(t *testing.T) {
			var got readings
			g := NewGroup(Options{})
			g.AddInput(NewInput("mic", hum{}, InputOptions{Readings: &got, LevelEvery: every}))
			ctx, cancel := context.WithTimeout(t.Context(), 4050*time.Millisecond)
			defer cancel()
			if err := g.Run(ctx); err != nil {
				t.Error(err)
			}
			if len(got) != want {
				t.Errorf("every %v: got %d readings in 4 s, want %d", every, len(got), want)
			}
			for _, r := range got {
				if r.Values[0].Value != -6.02 {
					t.Errorf("got %v, want -6.02", r)
				}
			}
		})
	}
}
