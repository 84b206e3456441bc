package media

import (
	"bytes"
	"testing"
	"time"

	"github.com/go-audio/wav"

	"edged/sensors"
)

// ramp is sound whose samples say how many milliseconds after a time they are.
func ramp(zero time.Time, from, to int) *sensors.Clip {
	at := func(ms int) time.Time { return zero.Add(time.Duration(ms) * time.Millisecond) }
	c := &sensors.Clip{Start: at(from), End: at(to), RateHz: 1000, Channels: 1}
	for i := from; i < to; i++ {
		c.Samples = append(c.Samples, float32(i)/32767)
	}
	return c
}

func TestCut(t *testing.T) {
	zero := time.Date(2026, 11, 26, 14, 3, 0, 0, time.UTC)
	type span struct{ from, to int }
	tests := []struct {
		name        string
		heard       []span // milliseconds
		cut         span
		first, last int16 // milliseconds
		n           int
		silent      int // samples that are 0
	}{
		{"all of it", []span{{100, 200}, {200, 300}}, span{100, 300}, 100, 299, 200, 0},
		{"some of it", []span{{100, 200}, {200, 300}}, span{150, 250}, 150, 249, 100, 0},
		{"more than there was", []span{{100, 200}}, span{0, 900}, 100, 199, 100, 0},
		{"all before", []span{{5000, 5100}}, span{100, 200}, 0, 0, 0, 0},
		{"all after", []span{{100, 200}}, span{300, 400}, 0, 0, 0, 0},
		{"the ring has gone round", []span{{1, 400}, {400, 800}, {800, 1300}, {1300, 1700}}, span{900, 1600}, 900, 1599, 700, 0},
		{"older than the ring", []span{{1, 900}, {900, 1700}}, span{100, 1600}, 700, 1599, 900, 0},
		{"a gap", []span{{100, 200}, {400, 500}}, span{100, 500}, 100, 499, 400, 200},
		{"a little jitter", []span{{100, 200}, {230, 330}}, span{230, 330}, 230, 329, 100, 0},
		{"a gap longer than the ring", []span{{100, 200}, {5000, 5100}}, span{100, 5100}, 5000, 5099, 100, 0},
		{"a clock that was set back", []span{{5000, 5100}, {100, 200}}, span{100, 200}, 100, 199, 100, 0},
	}
	for _, tt := range tests {
		m := &Mic{name: "mic", span: time.Second}
		for _, s := range tt.heard {
			m.Hear(ramp(zero, s.from, s.to))
		}
		got := m.cut(zero.Add(time.Duration(tt.cut.from)*time.Millisecond), zero.Add(time.Duration(tt.cut.to)*time.Millisecond))
		silent := 0
		for _, v := range got.Samples {
			if v == 0 {
				silent++
			}
		}
		if len(got.Samples) != tt.n || silent != tt.silent {
			t.Errorf("%s: got %d samples, %d silent, want %d and %d", tt.name, len(got.Samples), silent, tt.n, tt.silent)
			continue
		}
		if tt.n > 0 && (got.Samples[0] != tt.first || got.Samples[tt.n-1] != tt.last || !got.Start.Equal(zero.Add(time.Duration(tt.first)*time.Millisecond))) {
			t.Errorf("%s: got %d…%d from %v on, want %d…%d", tt.name, got.Samples[0], got.Samples[tt.n-1], got.Start, tt.first, tt.last)
		}
	}
}

// TestMicIsBounded has more channels and samples than fit.
func TestMicIsBounded(t *testing.T) {
	m := &Mic{span: 2 * time.Hour}
	now := time.Now()
	m.Hear(&sensors.Clip{Start: now, End: now.Add(time.Millisecond), RateHz: 192000, Channels: 8, Samples: make([]float32, 8*192)})
	if got := 2 * len(m.ring); got > mostSound || got < mostSound/2 {
		t.Errorf("got a ring of %d bytes, want %d at most", got, mostSound)
	}
	m.Hear(ramp(now, 1, 100))
	if m.channels != 1 || m.cut(now, now.Add(time.Second)).Samples[0] != 1 {
		t.Error("sound of another format is joined with what was before")
	}
}

// TestWAV has a second opinion: go-audio/wav.
func TestWAV(t *testing.T) {
	s, err := NewDoor(Policy{}).Sound(Take{Sensor: "mic", RateHz: 44100, Channels: 2, Samples: []int16{1, -1, 32767, -32768, 5, 6}})
	if err != nil {
		t.Fatal(err)
	}
	d := wav.NewDecoder(bytes.NewReader(s.WAV()))
	pcm, err := d.FullPCMBuffer()
	if err != nil || d.BitDepth != 16 || pcm.Format.SampleRate != 44100 || pcm.Format.NumChannels != 2 {
		t.Fatalf("got %v, %d bits, %+v", err, d.BitDepth, pcm.Format)
	}
	for i, want := range []int{1, -1, 32767, -32768, 5, 6} {
		if pcm.Data[i] != want {
			t.Errorf("sample %d: got %d, want %d", i, pcm.Data[i], want)
		}
	}
	if _, err := NewDoor(Policy{}).Sound(Take{Sensor: "mic"}); err == nil {
		t.Error("got a file without sound")
	}
	if _, err := NewDoor(Policy{Never: []What{Sounds}}).Sound(Take{Sensor: "mic", RateHz: 1, Channels: 1, Samples: []int16{1}}); err == nil {
		t.Error("sound has left that never does")
	}
}
