package prep

import (
	"slices"
	"testing"
	"time"

	"edged/models"
	"edged/runtime/tensor"
	"edged/sensors"
)

// ramp returns a mono clip whose samples count from first in thousandths, so that a sample tells its place.
func ramp(rateHz, first, n, lost int) *sensors.Clip {
	c := &sensors.Clip{RateHz: rateHz, Channels: 1, Lost: lost}
	for i := range n {
		c.Samples = append(c.Samples, float32(first+i)/1000)
	}
	c.Start = t0.Add(time.Duration(first) * time.Second / time.Duration(rateHz))
	c.End = t0.Add(time.Duration(first+n) * time.Second / time.Duration(rateHz))
	return c
}

func waveInfo(n int) tensor.Info {
	return tensor.Info{Name: "wave", DType: tensor.Float32, Shape: tensor.Shape{1, n}}
}

// windowStarts takes all windows that p has and returns the first sample of each, in thousandths.
func windowStarts(t *testing.T, p *Waveform, info tensor.Info, rateHz int) []int {
	t.Helper()
	var starts []int
	dst := newTensor(info)
	for {
		win, ok, err := p.Next(dst)
		if err != nil {
			t.Fatal(err)
		}
		if !ok {
			return starts
		}
		first := int(tensor.As[float32](dst.Data)[0]*1000 + 0.5)
		starts = append(starts, first)
		at := time.Duration(float64(first) / float64(rateHz) * 1e9)
		if d := win.Start.Sub(t0.Add(at)); d.Abs() > time.Microsecond {
			t.Errorf("window from sample %d starts at %v, want %v", first, win.Start.Sub(t0), at)
		}
		if n := time.Duration(info.Shape.Elems()) * time.Second / time.Duration(rateHz); win.End.Sub(win.Start)-n > 2 || win.End.Sub(win.Start)-n < -2 {
			t.Errorf("window takes %v, want %v", win.End.Sub(win.Start), n)
		}
	}
}

func TestWindows(t *testing.T) {
	const hz = 16000
	for _, c := range []struct {
		name  string
		n     int
		every time.Duration
		clips []*sensors.Clip
		want  []int
	}{
		{"exactly one", 100, 0, []*sensors.Clip{ramp(hz, 0, 100, -1)}, []int{0}},
		{"one too short", 100, 0, []*sensors.Clip{ramp(hz, 0, 99, -1)}, nil},
		{"a hop of half a second", 100, 0, []*sensors.Clip{ramp(hz, 0, 16100, -1)}, []int{0, 8000, 16000}},
		{"hops over what is not wanted", 10, time.Millisecond * 2, []*sensors.Clip{ramp(hz, 0, 20, -1), ramp(hz, 20, 20, 0), ramp(hz, 40, 40, 0)}, []int{0, 32, 64}},
		{"overlaps", 40, time.Millisecond, []*sensors.Clip{ramp(hz, 0, 50, -1), ramp(hz, 50, 30, 0)}, []int{0, 16, 32}},
		{"the first clip need not say that it is", 10, time.Millisecond, []*sensors.Clip{ramp(hz, 0, 10, 0)}, []int{0}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, err := NewWaveform(waveInfo(c.n), models.Input{}, Options{Every: c.every})
			if err != nil {
				t.Fatal(err)
			}
			var got []int
			for _, clip := range c.clips {
				if err := p.Add(clip); err != nil {
					t.Fatal(err)
				}
				got = append(got, windowStarts(t, p, waveInfo(c.n), hz)...)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got windows from %v, want %v", got, c.want)
			}
		})
	}
}

// TestWindowsLost has one window of 8 samples after two clips of 4.
func TestWindowsLost(t *testing.T) {
	for _, c := range []struct {
		name string
		lost int
		rate int
		want []float32 // nil: no window yet
	}{
		{"nothing lost", 0, 16000, []float32{1, 2, 3, 4, 5, 6, 7, 8}},
		{"a gap is silence", 2, 16000, []float32{1, 2, 3, 4, 0, 0, 5, 6}},
		{"a long gap is another recording", 16001, 16000, nil},
		{"another recording", -1, 16000, nil},
		{"another rate", 0, 48000, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, err := NewWaveform(waveInfo(8), models.Input{}, Options{})
			if err != nil {
				t.Fatal(err)
			}
			for _, clip := range []sensors.Clip{
				{RateHz: 16000, Channels: 1, Samples: []float32{1, 2, 3, 4}, End: t0},
				{RateHz: c.rate, Channels: 1, Samples: []float32{5, 6, 7, 8}, End: t0, Lost: c.lost},
			} {
				if err := p.Add(&clip); err != nil {
					t.Fatal(err)
				}
			}
			dst := newTensor(waveInfo(8))
			_, ok, err := p.Next(dst)
			if err != nil || ok != (c.want != nil) {
				t.Fatalf("got %v, %v", ok, err)
			}
			if got := tensor.As[float32](dst.Data); ok && !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

func TestSoundMixesDown(t *testing.T) {
	p, err := NewWaveform(waveInfo(2), models.Input{}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Add(&sensors.Clip{RateHz: 16000, Channels: 2, Samples: []float32{.5, .25, -.5, 1}, End: t0}); err != nil {
		t.Fatal(err)
	}
	dst := newTensor(waveInfo(2))
	if _, ok, err := p.Next(dst); !ok || err != nil {
		t.Fatal(ok, err)
	}
	if got, want := tensor.As[float32](dst.Data), []float32{.375, .25}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// TestSoundAtAnotherRate hears one second of a tone at 44.1 kHz: it makes a whole window of 16000 samples, right to its
// end.
func TestSoundAtAnotherRate(t *testing.T) {
	p, err := NewWaveform(waveInfo(16000), models.Input{}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	in := tone(440, 44100, 44100)
	for i, n := 0, 441; i < len(in); i += n {
		c := sensors.Clip{RateHz: 44100, Channels: 1, Samples: in[i : i+n], End: t0.Add(time.Duration(i+n) * time.Second / 44100)}
		if err := p.Add(&c); err != nil {
			t.Fatal(err)
		}
	}
	dst := newTensor(waveInfo(16000))
	win, ok, err := p.Next(dst)
	if !ok || err != nil {
		t.Fatal(ok, err)
	}
	if win.Start.Sub(t0).Abs() > time.Microsecond || win.End.Sub(t0.Add(time.Second)).Abs() > time.Microsecond {
		t.Errorf("got window %v…%v, want 0…1s", win.Start.Sub(t0), win.End.Sub(t0))
	}
	got := tensor.As[float32](dst.Data)[100:15900]
	for i, want := range tone(440, 16000, 16000)[100:15900] {
		got[i] -= want
	}
	if db := decibels(got); db > -60 {
		t.Errorf("got a difference of %.1f dB, want at most -60", db)
	}
}

func TestWaveformOfCorpus(t *testing.T) {
	for _, c := range []struct {
		name, wav string
		every     time.Duration
		nth       int
	}{
		{"real-two_heads", "two_heads.wav", 0, 0},
		{"real-speech", "speech.wav", time.Second, 1}, // samples 16000…31600
	} {
		t.Run(c.name, func(t *testing.T) {
			info := inputInfo(t, "yamnet_classifier")
			p, err := NewWaveform(info, models.Input{Kind: models.Waveform}, Options{Every: c.every})
			if err != nil {
				t.Fatal(err)
			}
			if err := p.Add(corpusWAV(t, c.wav)); err != nil {
				t.Fatal(err)
			}
			dst := newTensor(info)
			for range c.nth + 1 {
				if _, ok, err := p.Next(dst); !ok || err != nil {
					t.Fatal(ok, err)
				}
			}
			if want := corpusBytes(t, "golden/yamnet_classifier/"+c.name+".in0.bin"); !slices.Equal(dst.Data, want) {
				t.Error("the samples are not those of the corpus")
			}
		})
	}
}

func TestWaveformTypes(t *testing.T) {
	for _, c := range []struct {
		name string
		info tensor.Info
		in   models.Input
		want []float64
	}{
		{"int16 without a scale", tensor.Info{DType: tensor.Int16, Shape: tensor.Shape{3}}, models.Input{}, []float64{16384, -32768, 32767}},
		{"int8", tensor.Info{DType: tensor.Int8, Shape: tensor.Shape{1, 3, 1}, Quant: tensor.Quant{Scale: []float32{1.0 / 128}, ZeroPoint: []int64{0}}},
			models.Input{}, []float64{64, -128, 127}},
		{"mean and std", tensor.Info{DType: tensor.Float32, Shape: tensor.Shape{3}}, models.Input{Mean: []float64{1}, Std: []float64{2}}, []float64{-.25, -1, 0}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, err := NewWaveform(c.info, c.in, Options{})
			if err != nil {
				t.Fatal(err)
			}
			if err := p.Add(&sensors.Clip{RateHz: 16000, Channels: 1, Samples: []float32{.5, -1, 1}, End: t0}); err != nil {
				t.Fatal(err)
			}
			dst := newTensor(c.info)
			if _, ok, err := p.Next(dst); !ok || err != nil {
				t.Fatal(ok, err)
			}
			if got := numbers(c.info.DType, dst.Data); !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

func TestSoundRefuses(t *testing.T) {
	p, err := NewWaveform(waveInfo(8), models.Input{}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	wantError(t, p.Add(&sensors.Clip{Name: "x", Channels: 1}), `sound "x": rate is 0 Hz`)
	wantError(t, p.Add(&sensors.Clip{Name: "x", RateHz: 16000}), `sound "x": 0 samples in 0 channels`)
	wantError(t, p.Add(&sensors.Clip{Name: "x", RateHz: 16000, Channels: 2, Samples: make([]float32, 3)}), "3 samples in 2 channels")
	_, err = NewWaveform(waveInfo(8), models.Input{}, Options{Every: -time.Second})
	wantError(t, err, "sound every -1s")
	_, err = NewWaveform(waveInfo(8), models.Input{RateHz: 5}, Options{})
	wantError(t, err, "rate is 5 Hz")
	_, err = NewWaveform(tensor.Info{Name: "in", DType: tensor.Float32, Shape: tensor.Shape{2, 8}}, models.Input{}, Options{})
	wantError(t, err, "shape 2x8 is not a waveform's")
}
