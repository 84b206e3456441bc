package pipelines

import (
	"testing"
	"time"

	"edged/sensors"
)

func TestRingDropsTheOldest(t *testing.T) {
	r := newRing[sensors.Reading](3, false)
	var s sensors.Reading
	for i := range 5 {
		s.Values = append(s.Values[:0], sensors.Value{Value: float64(i)})
		r.push(t.Context(), &s, uint64(i))
	}
	r.close()
	var got []float64
	for r.pop(t.Context(), &s) {
		got = append(got, s.Values[0].Value)
	}
	if len(got) != 3 || got[0] != 2 || got[2] != 4 || r.drops() != 2 {
		t.Errorf("got %v and %d drops, want 2 3 4 and 2", got, r.drops())
	}
}

func TestDroppedSoundIsToldAsLost(t *testing.T) {
	clip := func(frames, lost int) sensors.Clip {
		return sensors.Clip{End: time.Now(), Channels: 2, Samples: make([]float32, 2*frames), Lost: lost}
	}
	tests := []struct {
		name  string
		clips []sensors.Clip // into a ring of one
		want  int
	}{
		{"nothing dropped", []sensors.Clip{clip(10, 7)}, 7},
		{"two clips dropped", []sensors.Clip{clip(10, 0), clip(20, 5), clip(30, 1)}, 36},
		{"the start of a recording dropped", []sensors.Clip{clip(10, 0), clip(20, -1), clip(30, 0)}, -1},
		{"the start of a recording kept", []sensors.Clip{clip(10, 0), clip(30, -1)}, -1},
	}
	for _, tt := range tests {
		r := newRing[sensors.Clip](1, false)
		for i := range tt.clips {
			r.push(t.Context(), &tt.clips[i], 1)
		}
		var got sensors.Clip
		if !r.pop(t.Context(), &got) || got.Lost != tt.want {
			t.Errorf("%s: got %d lost, want %d", tt.name, got.Lost, tt.want)
		}
		if r.push(t.Context(), &tt.clips[0], 1); !r.pop(t.Context(), &got) || got.Lost != tt.clips[0].Lost {
			t.Errorf("%s: the next clip got %d lost, want %d", tt.name, got.Lost, tt.clips[0].Lost)
		}
	}
}

func TestRingAllocatesNothing(t *testing.T) {
	r := newRing[sensors.Frame](2, false)
	in := sensors.Frame{Width: 64, Height: 64, Pix: make([]byte, 64*64*3)}
	var out sensors.Frame
	turn := func() {
		for range 3 {
			r.push(t.Context(), &in, 1)
		}
		r.pop(t.Context(), &out)
	}
	for range 4 {
		turn()
	}
	if n := testing.AllocsPerRun(100, turn); n != 0 {
		t.Errorf("got %v allocations a turn, want 0", n)
	}
}
