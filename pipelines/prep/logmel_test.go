package prep

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"edged/models"
	"edged/runtime/tensor"
	"edged/sensors"
)

// textbookLogMel is LogMel straight from the formulas, with a slow Fourier transform.
func textbookLogMel(samples []float32, rows, bands, rateHz int, m models.Mel) []float64 {
	size := 1
	for size < m.Frame {
		size *= 2
	}
	mel := func(hz float64) float64 { return 2595 * math.Log10(1+hz/700) }
	low, high := mel(m.LowHz), mel(m.HighHz)
	edge := func(i int) float64 { return low + (high-low)*float64(i)/float64(bands+1) }
	var out []float64
	for t := range rows {
		power := make([]float64, size/2+1)
		for k := range power {
			var re, im float64
			for i := range m.Frame {
				w := math.Pow(math.Sin(math.Pi*float64(i)/float64(m.Frame)), 2)
				v := float64(samples[t*m.Hop+i]) * w
				re += v * math.Cos(2*math.Pi*float64(i*k%size)/float64(size))
				im -= v * math.Sin(2*math.Pi*float64(i*k%size)/float64(size))
			}
			power[k] = re*re + im*im
		}
		for b := range bands {
			energy := 0.0
			for k := range power {
				at := mel(float64(k) * float64(rateHz) / float64(size))
				up, down := (at-edge(b))/(edge(b+1)-edge(b)), (edge(b+2)-at)/(edge(b+2)-edge(b+1))
				energy += max(0, min(up, down)) * power[k]
			}
			out = append(out, math.Log(energy+1e-6))
		}
	}
	return out
}

// noise is a tone that rises and falls in noise.
func noise(n int) []float32 {
	rng := rand.New(rand.NewPCG(3, 4))
	out := make([]float32, n)
	for i := range out {
		out[i] = float32(0.01*rng.NormFloat64() + 0.2*math.Sin(float64(i)/9)*math.Sin(float64(i)/4000))
	}
	return out
}

func earInfo(rows, bands int) tensor.Info {
	return tensor.Info{Name: "ear", DType: tensor.Float32, Shape: tensor.Shape{1, rows, bands, 1}}
}

// windowsOf feeds samples in clips of n, and returns all inputs and when they end.
func windowsOf(t *testing.T, l *LogMel, samples []float32, rateHz, n int) (all [][]float32, ends []time.Time) {
	t.Helper()
	return windowsBut(t, l, samples, rateHz, n, func() {})
}

// windowsBut does something before each input.
func windowsBut(t *testing.T, l *LogMel, samples []float32, rateHz, n int, before func()) (all [][]float32, ends []time.Time) {
	t.Helper()
	dst := newTensor(l.enc.info)
	for at := 0; at < len(samples); at += n {
		c := &sensors.Clip{RateHz: rateHz, Channels: 1, Samples: samples[at:min(at+n, len(samples))]}
		if at == 0 {
			c.Lost = -1
		}
		c.End = t0.Add(time.Duration(at+len(c.Samples)) * time.Second / time.Duration(rateHz))
		if err := l.Add(c); err != nil {
			t.Fatal(err)
		}
		for {
			before()
			w, ok, err := l.Next(dst)
			if err != nil {
				t.Fatal(err)
			}
			if !ok {
				break
			}
			all, ends = append(all, append([]float32(nil), tensor.As[float32](dst.Data)...)), append(ends, w.End)
		}
	}
	return all, ends
}

func TestLogMelIsTheTextbook(t *testing.T) {
	for _, c := range []struct {
		name        string
		rows, bands int
		rateHz      int
		card, want  models.Mel
		every       time.Duration
	}{
		{"what the card leaves unsaid", 12, 40, 16000, models.Mel{}, models.Mel{Frame: 512, Hop: 320, LowHz: 60, HighHz: 7600}, 60 * time.Millisecond},
		{"frames that are no power of two", 6, 24, 8000, models.Mel{Frame: 200, Hop: 80, LowHz: 20, HighHz: 4000},
			models.Mel{Frame: 200, Hop: 80, LowHz: 20, HighHz: 4000}, 20 * time.Millisecond},
		{"windows that share no frames", 6, 24, 8000, models.Mel{Frame: 200, Hop: 80, HighHz: 3000},
			models.Mel{Frame: 200, Hop: 80, LowHz: 60, HighHz: 3000}, 25 * time.Millisecond},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := models.Input{Kind: models.LogMel, RateHz: c.rateHz, Mel: c.card, Mean: []float64{-6}, Std: []float64{4}}
			l, err := NewLogMel(earInfo(c.rows, c.bands), in, Options{Every: c.every})
			if err != nil {
				t.Fatal(err)
			}
			length := (c.rows-1)*c.want.Hop + c.want.Frame
			step := int(c.every.Seconds() * float64(c.rateHz))
			samples := noise(length + 3*step)
			all, ends := windowsOf(t, l, samples, c.rateHz, 777)
			if len(all) != 4 {
				t.Fatalf("got %d windows, want 4", len(all))
			}
			for i, got := range all {
				want := textbookLogMel(samples[i*step:], c.rows, c.bands, c.rateHz, c.want)
				for j := range want {
					if w := (want[j] + 6) / 4; math.Abs(float64(got[j])-w) > 1e-5 {
						t.Fatalf("window %d, row %d, band %d: got %v, want %v", i, j/c.bands, j%c.bands, got[j], w)
					}
				}
				end := t0.Add(time.Duration(i*step+length) * time.Second / time.Duration(c.rateHz))
				if d := ends[i].Sub(end).Abs(); d > time.Microsecond {
					t.Errorf("window %d ends %v off", i, d)
				}
			}
		})
	}
}

// TestLogMelKeepsNothingUnfinished compares windows that reuse frames with windows that do not, of sound whose last
// samples change with each clip, for it is at another rate; and begins a new recording.
func TestLogMelKeepsNothingUnfinished(t *testing.T) {
	make := func() *LogMel {
		l, err := NewLogMel(earInfo(20, 40), models.Input{}, Options{Every: 40 * time.Millisecond})
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	samples := noise(44100)
	keeping, forgetful := make(), make()
	windowsOf(t, keeping, samples[:30000], 44100, 441)
	again, _ := windowsOf(t, keeping, samples, 44100, 441)
	want, _ := windowsBut(t, forgetful, samples, 44100, 441, func() { forgetful.solid = 0 })
	if len(again) < 10 || len(again) != len(want) {
		t.Fatalf("got %d and %d windows", len(again), len(want))
	}
	for i := range want {
		for j := range want[i] {
			if again[i][j] != want[i][j] {
				t.Fatalf("window %d, element %d: got %v, want %v", i, j, again[i][j], want[i][j])
			}
		}
	}
}

func TestLogMelRefuses(t *testing.T) {
	for _, c := range []struct {
		name  string
		shape tensor.Shape
		in    models.Input
		want  string
	}{
		{"flat", tensor.Shape{1, 3920}, models.Input{}, `input "ear": shape 1x3920 is not a spectrogram's`},
		{"too many bands", tensor.Shape{1, 98, 257}, models.Input{}, "B up to 256"},
		{"too long", tensor.Shape{1, 3000, 40}, models.Input{Mel: models.Mel{Hop: 16000}}, "longer than a minute"},
		{"a huge frame", tensor.Shape{1, 98, 40}, models.Input{Mel: models.Mel{Frame: 1 << 30}}, "mel frames of 1073741824 samples"},
		{"bands beyond the rate", tensor.Shape{1, 98, 40}, models.Input{RateHz: 8000}, "from 60 to 7600 Hz, of sound at 8000 Hz"},
		{"bands that fall", tensor.Shape{1, 98, 40}, models.Input{Mel: models.Mel{LowHz: 500, HighHz: 400}}, "from 500 to 400 Hz"},
	} {
		t.Run(c.name, func(t *testing.T) {
			info := earInfo(1, 1)
			info.Shape = c.shape
			_, err := NewLogMel(info, c.in, Options{})
			wantError(t, err, c.want)
		})
	}
}

// hearing returns a LogMel of the room's ear, and a function that feeds it half a second and takes the input.
func hearing(t testing.TB) func() {
	info := earInfo(98, 40)
	info.DType, info.Quant = tensor.Int8, tensor.Quant{Scale: []float32{0.02}, ZeroPoint: []int64{3}}
	l, err := NewLogMel(info, models.Input{Mean: []float64{-6}, Std: []float64{4}}, Options{Every: 500 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	c := &sensors.Clip{RateHz: 16000, Channels: 1, Samples: noise(8000), End: t0}
	dst := newTensor(info)
	for range 3 {
		if err := l.Add(c); err != nil {
			t.Fatal(err)
		}
	}
	return func() {
		if err := l.Add(c); err != nil {
			t.Fatal(err)
		}
		if _, ok, err := l.Next(dst); !ok || err != nil {
			t.Fatal(ok, err)
		}
	}
}

func TestLogMelAllocatesNothing(t *testing.T) {
	once := hearing(t)
	once()
	if n := testing.AllocsPerRun(5, once); n != 0 {
		t.Errorf("got %v allocations an input, want 0", n)
	}
}

func BenchmarkLogMel(b *testing.B) {
	once := hearing(b)
	b.ReportAllocs()
	for b.Loop() {
		once()
	}
}
