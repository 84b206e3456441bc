package prep

import (
	"fmt"
	"math"
)

// The resampler's low-pass filter: flat up to 9/10 of the lower Nyquist frequency, at least 60 dB down from that
// frequency on. It is designed for 70 dB, since Kaiser's formulas are estimates.
const (
	passband   = 0.9
	stopbandDB = 70
)

const (
	minRateHz = 1000
	maxRateHz = 768000
	maxCoefs  = 1 << 21 // 8 MiB: rates with a small common divisor want one set of coefficients for each phase
)

// resampler changes the rate of a mono stream by up/down: a windowed-sinc low-pass, in as many phases as output samples
// fall between two inputs. Output sample k is at the time of input sample k·down/up; the filter's delay is taken out.
type resampler struct {
	up, down int64
	taps     int       // of one phase; even
	coefs    []float32 // [up, taps]

	in    []float32
	first int64 // the number of in[0]; those before it are never needed again
	next  int64 // the first output not yet final
}

// newResampler designs the filter. It is an error if a rate is outside 1…768 kHz or the rates have nearly nothing in
// common.
func newResampler(fromHz, toHz int) (*resampler, error) {
	for _, hz := range []int{fromHz, toHz} {
		if hz < minRateHz || hz > maxRateHz {
			return nil, fmt.Errorf("sound at %d Hz: outside %d…%d Hz", hz, minRateHz, maxRateHz)
		}
	}
	g := gcd(fromHz, toHz)
	up, down := toHz/g, fromHz/g
	nyquist := 0.5 * min(1, float64(toHz)/float64(fromHz)) // in cycles per input sample
	width := 2 * math.Pi * nyquist * (1 - passband)
	taps := 2 * (int(math.Ceil((stopbandDB-8)/(2.285*width)))/2 + 1)
	if up*taps > maxCoefs {
		return nil, fmt.Errorf("sound at %d Hz: converting to %d Hz takes %d filters of %d coefficients; "+
			"choose a rate with a larger common divisor", fromHz, toHz, up, taps)
	}
	r := &resampler{up: int64(up), down: int64(down), taps: taps, coefs: make([]float32, up*taps)}
	r.design(nyquist * (1 + passband) / 2)
	return r, nil
}

// design fills coefs: a sinc of the cutoff, in cycles per input sample, under a Kaiser window. Each phase sums to 1.
func (r *resampler) design(cutoff float64) {
	beta := 0.1102 * (stopbandDB - 8.7) // Kaiser 1974, for more than 50 dB
	half := float64(r.taps) / 2
	exact := make([]float64, r.taps)
	for phase := range int(r.up) {
		sum := 0.0
		for j := range exact {
			t := float64(j-r.taps/2+1) - float64(phase)/float64(r.up)
			x := t / half
			exact[j] = sinc(2*cutoff*t) * bessel0(beta*math.Sqrt(max(1-x*x, 0)))
			sum += exact[j]
		}
		for j, w := range exact {
			r.coefs[phase*r.taps+j] = float32(w / sum)
		}
	}
}

// push takes more input and appends to out first the samples that are now final, then those that the input reaches
// but whose filter still misses input, as if silence followed. It returns how many of them are final; the next push
// gives the others again.
func (r *resampler) push(out, in []float32) ([]float32, int) {
	keep := max(r.next*r.down/r.up-int64(r.taps/2)+1-r.first, 0)
	if keep > 0 {
		n := copy(r.in, r.in[min(keep, int64(len(r.in))):])
		r.in = r.in[:n]
		r.first += keep
	}
	r.in = append(r.in, in...)
	end := r.first + int64(len(r.in)) // inputs so far
	final := 0
	for k := r.next; k*r.down < end*r.up; k++ {
		i := k * r.down / r.up
		phase := int(k * r.down % r.up)
		from := i - int64(r.taps/2) + 1
		if from+int64(r.taps) <= end {
			final++
		}
		out = append(out, r.filter(from, phase))
	}
	r.next += int64(final)
	return out, final
}

// filter returns the sum of one phase's coefficients times the inputs from number from on; there is silence where there
// is no input.
func (r *resampler) filter(from int64, phase int) float32 {
	coefs := r.coefs[phase*r.taps:][:r.taps]
	at := int(from - r.first)
	if at < 0 {
		coefs, at = coefs[min(-at, len(coefs)):], 0
	}
	in := r.in[min(at, len(r.in)):]
	if len(in) > len(coefs) {
		in = in[:len(coefs)]
	}
	var sum float32
	for j, v := range in {
		sum += v * coefs[j]
	}
	return sum
}

// reset forgets the stream.
func (r *resampler) reset() { r.in, r.first, r.next = r.in[:0], 0, 0 }

func sinc(x float64) float64 {
	if x == 0 {
		return 1
	}
	return math.Sin(math.Pi*x) / (math.Pi * x)
}

// bessel0 is the modified Bessel function of the first kind, order 0, by its series.
func bessel0(x float64) float64 {
	sum, term := 1.0, 1.0
	for k := 1.0; term > sum*1e-17; k++ {
		term *= (x / (2 * k)) * (x / (2 * k))
		sum += term
	}
	return sum
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
