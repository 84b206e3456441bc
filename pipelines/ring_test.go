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
		r.push(t.Context(), &s, number(i))
	}
	r.close()
	var got []float64
	for popped(t, r, &s) {
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
		if !popped(t, r, &got) || got.Lost != tt.want {
			t.Errorf("%s: got %d lost, want %d", tt.name, got.Lost, tt.want)
		}
		if r.push(t.Context(), &tt.clips[0], 1); !popped(t, r, &got) || got.Lost != tt.clips[0].Lost {
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
		popped(t, r, &out)
	}
	for range 4 {
		turn()
	}
	if n := testing.AllocsPerRun(100, turn); n != 0 {
		t.Errorf("got %v allocations a turn, want 0", n)
	}
}

// TestRingHoldsNoMoreThanWaited lets an encoder keep pace with its microphone: a deep ring then holds but one clip's memory.
func TestRingHoldsNoMoreThanWaited(t *testing.T) {
	r := newRing[sensors.Clip](64, false)
	in, out := sensors.Clip{Samples: make([]float32, 1600)}, sensors.Clip{}
	for i := range 200 {
		in.RateHz = i
		if r.push(t.Context(), &in, number(i)); !popped(t, r, &out) || out.RateHz != i {
			t.Fatalf("got clip %d, want %d", out.RateHz, i)
		}
	}
	held := 0
	for i := range r.slots {
		if r.slots[i].sample.Samples != nil {
			held++
		}
	}
	if held != 1 {
		t.Errorf("got clips in %d slots, want one", held)
	}
}

// TestRingOfTwoSensors takes samples of two sensors in another order than that in which they came.
func TestRingOfTwoSensors(t *testing.T) {
	r := newRing[sensors.Reading](5, false)
	r.sensors = 2
	a, b := outlet[sensors.Reading]{r, 0}, outlet[sensors.Reading]{r, 1}
	say := func(o outlet[sensors.Reading], n uint64) {
		s := sensors.Reading{Values: []sensors.Value{{Value: float64(10*n + o.place)}}}
		o.push(t.Context(), &s, n)
	}
	say(a, 1)
	say(a, 2)
	say(b, 1)
	say(a, 3)
	say(b, 2)
	var s sensors.Reading
	for _, want := range []struct {
		n     number
		value float64
		there bool
	}{{2*1 + 1, 11, true}, {2 * 3, 30, true}, {2 * 2, 0, false}, {2*2 + 1, 21, true}} {
		if there := r.take(want.n, &s); there != want.there || there && s.Values[0].Value != want.value {
			t.Errorf("sample %d: got %v, %v, want %v, %v", want.n, there, s.Values, want.there, want.value)
		}
	}
	if r.drops() != 2 {
		t.Errorf("got %d drops, want 2", r.drops())
	}
	r.close()
	say(b, 3)
	if !popped(t, r, &s) {
		t.Error("the ring ended with the first of its sensors")
	}
	r.close()
	if popped(t, r, &s) {
		t.Error("the ring did not end with the last of its sensors")
	}
}

// popped waits for a sample and takes it.
func popped[T sensors.Sample](t *testing.T, r *ring[T], into *T) bool {
	_, ok := r.await(t.Context())
	if ok {
		r.pop(into)
	}
	return ok
}
