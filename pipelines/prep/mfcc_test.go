package prep

import (
	"bytes"
	"testing"
	"time"

	"edged/models"
	"edged/runtime/tensor"
	"edged/sensors"
)

func kwsInfo() tensor.Info {
	return tensor.Info{Name: "input_1", DType: tensor.Int8, Shape: tensor.Shape{1, 49, 10, 1},
		Quant: tensor.Quant{Scale: []float32{0.5847029089927673}, ZeroPoint: []int64{83}}}
}

func mfccOf(t testing.TB, c *sensors.Clip) []byte {
	t.Helper()
	p, err := NewMFCC(kwsInfo(), models.Input{}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Add(c); err != nil {
		t.Fatal(err)
	}
	dst := newTensor(kwsInfo())
	win, ok, err := p.Next(dst)
	if !ok || err != nil {
		t.Fatalf("Next: got %v, %v, want an input", ok, err)
	}
	if win.Start != c.Start || win.End != c.End {
		t.Errorf("got window %v, want %v…%v", win, c.Start, c.End)
	}
	if _, again, _ := p.Next(dst); again {
		t.Error("got a second input from one second of sound")
	}
	return dst.Data
}

// TestMFCCIsTheReference uses that no_1000ms.wav is also number 195 of MLPerf Tiny's published keyword inputs, a "no"
// of the Speech Commands set, as its reference front end prepared it.
func TestMFCCIsTheReference(t *testing.T) {
	const row = 49 * 10
	want := corpusBytes(t, "datasets/unclear-licence/kws01/features.bin")[195*row:][:row]
	got := mfccOf(t, corpusWAV(t, "no_1000ms.wav"))
	if !bytes.Equal(got, want) {
		differing := 0
		for i := range got {
			if got[i] != want[i] {
				differing++
			}
		}
		t.Errorf("%d of %d coefficients differ", differing, row)
	}
}

// TestMFCCIgnoresLoudness scales a recording by a power of two: each window is scaled to its peak.
func TestMFCCIgnoresLoudness(t *testing.T) {
	c := corpusWAV(t, "yes_1000ms.wav")
	want := mfccOf(t, c)
	for i := range c.Samples {
		c.Samples[i] /= 8
	}
	if got := mfccOf(t, c); !bytes.Equal(got, want) {
		t.Error("the coefficients change with the loudness")
	}
}

// TestMFCCOfSilence has an exact answer: all bands are ln 1e-6, so the first coefficient is √80·ln 1e-6 = -123.57,
// which is -211.3 quanta: 83 − 211.3 truncated is -128. The others are 0, which is the zero point; sums of cosines
// leave them a hair above or below, and truncation may show it.
func TestMFCCOfSilence(t *testing.T) {
	c := &sensors.Clip{RateHz: 16000, Channels: 1, Lost: -1, Samples: make([]float32, 16000), Start: t0, End: t0.Add(time.Second)}
	for i, v := range tensor.As[int8](mfccOf(t, c)) {
		if i%10 == 0 && v != -128 || i%10 != 0 && v != 83 && v != 82 {
			t.Errorf("coefficient %d of row %d: got %d", i%10, i/10, v)
		}
	}
}

func TestMFCCRefuses(t *testing.T) {
	for _, c := range []struct {
		name  string
		shape tensor.Shape
		in    models.Input
		want  string
	}{
		{"flat", tensor.Shape{1, 490}, models.Input{}, "shape 1x490"},
		{"too many coefficients", tensor.Shape{1, 49, 41}, models.Input{}, "K up to 40"},
		{"a huge input", tensor.Shape{1, 1 << 24, 10}, models.Input{}, "is not that of coefficients"},
		{"another rate", kwsInfo().Shape, models.Input{RateHz: 8000}, "mfcc at 8000 Hz; it is defined for 16000 Hz"},
		{"mean", kwsInfo().Shape, models.Input{Mean: []float64{1}}, "takes no mean"},
	} {
		t.Run(c.name, func(t *testing.T) {
			info := kwsInfo()
			info.Shape = c.shape
			_, err := NewMFCC(info, c.in, Options{})
			wantError(t, err, c.want)
		})
	}
}

// steady returns a preparer and a function that feeds it half a second of stereo at 48 kHz and takes the input.
func steady(t testing.TB) func() {
	p, err := NewMFCC(kwsInfo(), models.Input{}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	c := &sensors.Clip{RateHz: 48000, Channels: 2, Samples: make([]float32, 48000), End: t0}
	for i := range c.Samples {
		c.Samples[i] = float32(i%100) / 100
	}
	dst := newTensor(kwsInfo())
	if err := p.Add(c); err != nil {
		t.Fatal(err)
	}
	return func() {
		if err := p.Add(c); err != nil {
			t.Fatal(err)
		}
		if _, ok, err := p.Next(dst); !ok || err != nil {
			t.Fatal(ok, err)
		}
	}
}

func TestMFCCAllocatesNothing(t *testing.T) {
	once := steady(t)
	once()
	once()
	if n := testing.AllocsPerRun(5, once); n != 0 {
		t.Errorf("got %v allocations an input, want 0", n)
	}
}

func BenchmarkMFCC(b *testing.B) {
	b.Run("16kHz", func(b *testing.B) {
		p, err := NewMFCC(kwsInfo(), models.Input{}, Options{})
		if err != nil {
			b.Fatal(err)
		}
		c := &sensors.Clip{RateHz: 16000, Channels: 1, Lost: -1, Samples: tone(440, 16000, 16000), End: t0}
		dst := newTensor(kwsInfo())
		b.ReportAllocs()
		for b.Loop() {
			if err := p.Add(c); err != nil {
				b.Fatal(err)
			}
			if _, ok, err := p.Next(dst); !ok || err != nil {
				b.Fatal(ok, err)
			}
		}
	})
	b.Run("48kHzStereo", func(b *testing.B) {
		once := steady(b)
		b.ReportAllocs()
		for b.Loop() {
			once()
		}
	})
}
