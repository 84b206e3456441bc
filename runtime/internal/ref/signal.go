package ref

import (
	"math"
	"math/big"
)

// RFFT returns bins 0 to n/2 of the Fourier transform of x, padded with zeros to n: X[k] = Σ x[i]·e^(−2πi·k/n).
func RFFT(x []float64, n int) []complex128 {
	out := make([]complex128, n/2+1)
	for k := range out {
		for i, v := range x {
			sin, cos := math.Sincos(-2 * math.Pi * float64(i*k%n) / float64(n))
			out[k] += complex(v*cos, v*sin)
		}
	}
	return out
}

// Band is one band of a filter bank: Weights and Unweights belong to the bins from First on.
type Band struct {
	First              int
	Weights, Unweights []int16
}

// FilterBank returns out[c], the sum of band c's unweighted and band c+1's weighted bins.
func FilterBank(in []uint32, bands []Band) []uint64 {
	sum := func(first int, weights []int16) (s int64) {
		for j, w := range weights {
			s += int64(w) * int64(in[first+j])
		}
		return s
	}
	out := make([]uint64, len(bands)-1)
	for c := range out {
		fall, rise := bands[c], bands[c+1]
		out[c] = uint64(sum(fall.First, fall.Unweights) + sum(rise.First, rise.Weights))
	}
	return out
}

// Sqrt returns √x rounded to nearest.
func Sqrt(x uint64) uint64 {
	v := new(big.Int).SetUint64(x)
	root := new(big.Int).Sqrt(v)
	rest := new(big.Int).Sub(v, new(big.Int).Mul(root, root))
	if rest.Cmp(root) > 0 { // (r+½)² = r² + r + ¼
		return root.Uint64() + 1
	}
	return root.Uint64()
}

// Transform is KissFFT's real transform in fixed point of 16 or 32 bits, of n points: n/2 complex numbers of neighbours are
// transformed, and the halves of the result taken apart. It returns re, im, … of bins 0 to n/2, and divides by n.
// Source: KissFFT v130, kiss_fftr.c.
func Transform(x []int64, n, bits int) []int64 {
	k, half := kiss{bits}, n/2
	points := make([]point, half)
	for i, v := range x {
		if i%2 == 0 {
			points[i/2].re = v
		} else {
			points[i/2].im = v
		}
	}
	f, out := k.transform(points), make([]int64, n+2)
	dc := k.divided(f[0], 2)
	out[0], out[n] = Wrap(dc.re+dc.im, bits), Wrap(dc.re-dc.im, bits)
	halved := func(v int64) int64 {
		q, _ := Floor(Wrap(v, 32), 2)
		return Wrap(q, bits)
	}
	for i := 1; i <= half/2; i++ {
		a, b := k.divided(f[i], 2), k.divided(point{f[half-i].re, -f[half-i].im}, 2)
		even, odd := k.plus(a, b, 1), k.times(k.plus(a, b, -1), k.unit(-math.Pi*(float64(i)/float64(half)+.5)))
		out[2*i], out[2*i+1] = halved(even.re+odd.re), halved(even.im+odd.im)
		out[2*(half-i)], out[2*(half-i)+1] = halved(even.re-odd.re), halved(odd.im-even.im)
	}
	return out
}

// kiss is KissFFT's arithmetic: fractions of 2^(bits−1), products to nearest with ties up, sums that wrap around.
// Source: KissFFT v130, _kiss_fft_guts.h.
type kiss struct{ bits int }

type point struct{ re, im int64 }

func (k kiss) round(v int64) int64 { return Wrap(Up(v, 1<<(k.bits-1)), k.bits) }

// divided is c/n: a product with ⌊most/n⌋.
func (k kiss) divided(c point, n int64) point {
	factor := (1<<(k.bits-1) - 1) / n
	return point{k.round(c.re * factor), k.round(c.im * factor)}
}

func (k kiss) times(a, b point) point {
	return point{k.round(a.re*b.re - a.im*b.im), k.round(a.re*b.im + a.im*b.re)}
}

// plus is a + sign·b.
func (k kiss) plus(a, b point, sign int64) point {
	return point{Wrap(a.re+sign*b.re, k.bits), Wrap(a.im+sign*b.im, k.bits)}
}

// unit is e^(i·phase), 1 being the largest number.
func (k kiss) unit(phase float64) point {
	most := float64(int64(1)<<(k.bits-1) - 1)
	return point{int64(math.Floor(.5 + float64(most*math.Cos(phase)))), int64(math.Floor(.5 + float64(most*math.Sin(phase))))}
}

// transform is the discrete Fourier transform over n, by recursion: every fourth point by itself, or every second where n
// is no multiple of four, then their sums, turned by their place. Source: KissFFT v130, kiss_fft.c, kf_work.
func (k kiss) transform(x []point) []point {
	n, radix := len(x), 4
	if n == 1 {
		return x
	}
	if n%4 != 0 {
		radix = 2
	}
	m := n / radix
	var parts [][]point
	for q := range radix {
		var every []point
		for i := q; i < n; i += radix {
			every = append(every, x[i])
		}
		parts = append(parts, k.transform(every))
	}
	out := make([]point, n)
	for i := range m {
		var z [4]point
		for q := range radix {
			if z[q] = k.divided(parts[q][i], int64(radix)); q > 0 {
				z[q] = k.times(z[q], k.unit(-2*math.Pi*float64(q*i)/float64(n)))
			}
		}
		if radix == 2 {
			out[i], out[i+m] = k.plus(z[0], z[1], 1), k.plus(z[0], z[1], -1)
			continue
		}
		even, odd := k.plus(z[0], z[2], 1), k.plus(z[1], z[3], 1)
		less, turn := k.plus(z[0], z[2], -1), k.plus(z[1], z[3], -1)
		turn = point{turn.im, -turn.re} // −i·(b − d)
		out[i], out[i+2*m] = k.plus(even, odd, 1), k.plus(even, odd, -1)
		out[i+m], out[i+3*m] = k.plus(less, turn, 1), k.plus(less, turn, -1)
	}
	return out
}

// Subtraction is one channel of spectral subtraction: the noise follows the signal, and what is left is never less than
// remaining of it. Shares have bits fractional bits, the noise smooth more. All is cut to uint32.
// Source: TFLite Micro, signal/src/filter_bank_spectral_subtraction.cc.
func Subtraction(x, noise, rate, keep, remaining uint32, smooth, bits uint, clamping bool) (left, after uint32) {
	big64 := func(v uint32) *big.Int { return new(big.Int).SetUint64(uint64(v)) }
	scaled := uint32(uint64(x) << smooth)
	sum := new(big.Int).Mul(big64(scaled), big64(rate))
	sum.Add(sum, new(big.Int).Mul(big64(noise), big64(keep)))
	after = uint32(sum.Uint64() >> bits) // the low 64 bits
	below := min(after, scaled)
	if clamping {
		after = below
	}
	floor := new(big.Int).Mul(big64(x), big64(remaining))
	return max((scaled-below)>>smooth, uint32(floor.Rsh(floor, bits).Uint64())), after
}

// Gain reads a gain at a noise level: the first three levels have their own, and each octave above a parabola of three
// numbers a0 + a1·t + a2·t², t from 0 to 1 in 10 bits. Source: TFLite Micro, signal/src/pcan_argc_fixed.cc.
func Gain(noise uint32, gains []int16) int64 {
	if noise <= 2 {
		return int64(gains[noise])
	}
	octave := 0 // the power of two at or below
	for noise>>(octave+1) > 0 {
		octave++
	}
	part, _ := Floor(int64(noise)<<10, 1<<octave)
	t := part - 1<<10
	a := gains[4*octave-2:]
	slope, _ := Floor(int64(a[2])*t, 32)
	y := Wrap((slope+int64(a[1])*32)*t, 32)
	return Wrap(Up(y, 1<<15)+int64(a[0]), 16)
}

// Shrunk is a signal-to-noise ratio of 12 fractional bits with a soft floor, in 6: snr²/4 below 2, else snr − 1.
// Source: TFLite Micro, signal/src/pcan_argc_fixed.cc, PcanShrink.
func Shrunk(snr uint32) uint32 {
	if snr < 2<<12 {
		return snr * snr >> 20
	}
	return snr>>6 - 1<<6
}
