package prep

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// tone returns n samples of a sine at rate rateHz.
func tone(hz float64, rateHz, n int) []float32 {
	out := make([]float32, n)
	for i := range out {
		out[i] = float32(math.Sin(2 * math.Pi * hz * float64(i) / float64(rateHz)))
	}
	return out
}

// decibels returns the power of v relative to a full-scale sine.
func decibels(v []float32) float64 {
	sum := 1e-30
	for _, x := range v {
		sum += float64(x) * float64(x)
	}
	return 10 * math.Log10(2*sum/float64(len(v)))
}

// TestResamplerTones puts sines through. Those below 9/10 of the lower Nyquist frequency come out as the same sine, at
// the same time; those above it, and the images of those below, are 60 dB down.
func TestResamplerTones(t *testing.T) {
	for _, c := range []struct {
		from, to int
		hz       float64
		pass     bool
	}{
		{48000, 16000, 50, true}, {48000, 16000, 1000, true}, {48000, 16000, 7200, true},
		{48000, 16000, 8000, false}, {48000, 16000, 9000, false}, {48000, 16000, 15000, false}, {48000, 16000, 23000, false},
		{44100, 16000, 1000, true}, {44100, 16000, 7200, true}, {44100, 16000, 8000, false}, {44100, 16000, 20000, false},
		{22050, 16000, 7200, true}, {22050, 16000, 8000, false}, {22050, 16000, 10000, false},
		{11025, 16000, 1000, true}, {11025, 16000, 4900, true},
		{8000, 16000, 100, true}, {8000, 16000, 3600, true},
		{16000, 48000, 7200, true}, {96000, 16000, 40000, false}, {16000, 15600, 3000, true},
	} {
		t.Run(fmt.Sprintf("%dto%d/%gHz", c.from, c.to, c.hz), func(t *testing.T) {
			r, err := newResampler(c.from, c.to)
			if err != nil {
				t.Fatal(err)
			}
			out, _ := r.push(nil, tone(c.hz, c.from, c.from/2))
			if len(out) != c.to/2 {
				t.Fatalf("got %d samples, want %d", len(out), c.to/2)
			}
			mid := out[len(out)/4 : len(out)*3/4] // the ends have silence in their filter
			if c.pass {
				for i, want := range tone(c.hz, c.to, c.to/2)[len(out)/4:][:len(mid)] {
					mid[i] -= want
				}
			}
			if got := decibels(mid); got > -60 {
				t.Errorf("got %.1f dB, want at most -60", got)
			}
		})
	}
}

func TestResamplerKeepsConstants(t *testing.T) {
	r, err := newResampler(44100, 16000)
	if err != nil {
		t.Fatal(err)
	}
	in := make([]float32, 44100)
	for i := range in {
		in[i] = 0.5
	}
	out, _ := r.push(nil, in)
	for i, v := range out[1000:15000] {
		if math.Abs(float64(v)-0.5) > 1e-5 {
			t.Fatalf("sample %d: got %v, want 0.5", 1000+i, v)
		}
	}
}

// TestResamplerInPieces cuts a stream anywhere: the final samples are those of the stream in one piece.
func TestResamplerInPieces(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	in := make([]float32, 20000)
	for i := range in {
		in[i] = rng.Float32()*2 - 1
	}
	for _, from := range []int{8000, 44100, 48000, 384000} {
		whole, err := newResampler(from, 16000)
		if err != nil {
			t.Fatal(err)
		}
		want, _ := whole.push(nil, in)
		pieces, err := newResampler(from, 16000)
		if err != nil {
			t.Fatal(err)
		}
		var got []float32
		final := 0
		for rest := in; len(rest) > 0; {
			n := min(rng.IntN(700), len(rest))
			var more int
			got, more = pieces.push(got[:final], rest[:n])
			final += more
			rest = rest[n:]
		}
		if len(got) != len(want) {
			t.Fatalf("from %d Hz: got %d samples, want %d", from, len(got), len(want))
		}
		for i := range want {
			if got[i] != want[i] {
				t.Fatalf("from %d Hz: sample %d: got %v, want %v", from, i, got[i], want[i])
			}
		}
	}
}

func TestResamplerRefuses(t *testing.T) {
	for _, c := range []struct {
		from, to int
		want     string
	}{
		{0, 16000, "sound at 0 Hz: outside 1000…768000 Hz"},
		{-44100, 16000, "sound at -44100 Hz"},
		{math.MaxInt32, 16000, "sound at 2147483647 Hz"},
		{767999, 16000, "choose a rate with a larger common divisor"},
	} {
		_, err := newResampler(c.from, c.to)
		wantError(t, err, c.want)
	}
}

// TestResamplerStopBand sweeps sines over all that the target rate cannot have and finds the one that comes through best.
func TestResamplerStopBand(t *testing.T) {
	for _, c := range []struct{ from, to int }{{48000, 16000}, {44100, 16000}, {32000, 16000}, {96000, 16000}, {22050, 16000}, {16000, 8000}, {192000, 44100}} {
		r, err := newResampler(c.from, c.to)
		if err != nil {
			t.Fatal(err)
		}
		const steps, n = 100, 4096
		worst, at := math.Inf(-1), 0.0
		for i := range steps {
			lo, hi := float64(c.to)/2, float64(c.from)/2
			hz := lo + (hi-lo)*float64(i)/steps
			r.reset()
			out, _ := r.push(nil, tone(hz, c.from, n+2*r.taps))
			skip := r.taps * c.to / c.from // the ends have silence in their filter
			if got := decibels(out[skip+1 : len(out)-skip-1]); got > worst {
				worst, at = got, hz
			}
		}
		t.Logf("%d to %d Hz: at most %.1f dB, at %.0f Hz", c.from, c.to, worst, at)
		if worst > -60 {
			t.Errorf("%d to %d Hz: got %.1f dB at %.0f Hz, want at most -60", c.from, c.to, worst, at)
		}
	}
}
