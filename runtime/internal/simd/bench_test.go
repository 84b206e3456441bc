package simd

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// benchmark is a loop of the path that runs, by what others call; EDGED_SIMD chooses the path.
type benchmark struct {
	name string
	n    int // elements of the output
	run  func() bool
}

const picture = 14 * 14 * 64 // elements

func benchmarks() []benchmark {
	return slices.Concat(elementBenchmarks(), pictureBenchmarks(), floatBenchmarks(), []benchmark{floatGemm(16, 64, 288), floatGemm(1, 64, 256)})
}

func elementBenchmarks() []benchmark {
	r := rand.New(rand.NewPCG(1, 1))
	a, b, out := values[int8](r, picture), values[int8](r, picture), make([]int8, picture)
	u, v, to := values[uint8](r, picture), values[uint8](r, picture), make([]uint8, picture)
	sums, table, floats, ready := make([]int32, picture), &[256]byte{}, normal(r, picture), make([]byte, picture*2)
	rule := &SumRule{MA: 1 << 18, MB: 1 << 17, Shift: 19, Lo: -128, Hi: 127}
	return []benchmark{
		{"Add/int8", picture, func() bool { return Add(rule, out, a, b) }},
		{"Add/uint8", picture, func() bool { return Add(rule, to, u, v) }},
		{"AddRow/int8", picture, func() bool { return AddRow(sums, a) }},
		{"AddRow/uint8", picture, func() bool { return AddRow(sums, u) }},
		{"Quantize", picture, func() bool { return Quantize(out, floats, 20, -128, 127, 3) }},
		{"Lookup", picture, func() bool { return Lookup(to, u, table) }},
		{"Prepare/int8 for products", picture, func() bool { Prepare[int8](ForGemm, ready, to); return Chosen() != Generic }},
		{"Prepare/uint8 for products", picture, func() bool { Prepare[uint8](ForGemm, ready, to); return Chosen() != Generic }},
		{"Prepare/int8 for taps", picture, func() bool { Prepare[int8](ForTaps, ready, to); return Chosen() != Generic }},
	}
}

// pictureBenchmarks make a row of 56 pixels of 64 channels, out of 14.
func pictureBenchmarks() []benchmark {
	const pixels, channels, from = 56, 64, 14 * 64
	r := rand.New(rand.NewPCG(2, 2))
	a, b, out := values[int8](r, from), values[int8](r, from), make([]int8, pixels*channels)
	u, v, to := values[uint8](r, from), values[uint8](r, from), make([]uint8, pixels*channels)
	narrow, wide, best := make([]int16, from+RowRoom), make([]int32, from+RowRoom), make([]int64, len(u)/32)
	taps, sixteenths, fixed := make([]Tap, pixels), make([]TapFixed, pixels), make([]TapFixed, pixels)
	for i := range taps {
		left := int32(i / 4 * channels)
		taps[i], sixteenths[i], fixed[i] = Tap{left, left, 0.3}, TapFixed{left, left, 5}, TapFixed{left, left, 600}
	}
	inSixteenths, inFixed := NewTapsFixed(sixteenths), NewTapsFixed(fixed)
	return []benchmark{
		{"Between", len(to), func() bool { return Between(to, u, v, taps, 0.4) }},
		{"MixRows/int8 16ths", from, func() bool { return MixRows(narrow, a, b, 5) }},
		{"MixRows/uint8 2048ths", from, func() bool { return MixRows(wide, u, v, 600) }},
		{"Spread/int8 16ths", len(out), func() bool { return Spread(out, narrow, &inSixteenths) }},
		{"Spread/uint8 2048ths", len(to), func() bool { return Spread(to, wide, &inFixed) }},
		{"ArgMax", len(u), func() bool { return ArgMax(best, u) }},
		{"Products", len(a), func() bool { return Products(&ProductRule{Scale: 0.01, Lo: -128, Hi: 127}, out[:from], a, b) > 0 }},
		{"Extremes", len(a), func() bool { return Extremes(true, out[:from], a, b) > 0 }},
		{"MaxPoolRow", 6 * channels, func() bool {
			if !HasMaxPool(channels) {
				return false
			}
			MaxPoolRow(&MaxPool{Rows: 1, Columns: 2, Channels: channels, Step: 2 * channels, Hi: 127}, out[:6*channels], a)
			return true
		}},
	}
}

func floatBenchmarks() []benchmark {
	const points = 256
	r := rand.New(rand.NewPCG(3, 3))
	a, b, out, z := normal(r, picture), normal(r, picture), make([]float32, picture), make([]complex64, picture)
	x, rows, order := make([]float64, points*fftPoint), normal(r, FFTLanes*2*points), make([]int32, points)
	roots, turns, spectra := make([]float64, 6*points/4), make([]float64, points+2), make([]complex64, FFTLanes*(points+1))
	one, taps := make([]Tap, 1), NewFloatTaps(1, 64)
	free := FloatBounds{Lo: float32(math.Inf(-1)), Hi: float32(math.Inf(1))}
	return []benchmark{
		{"FloatPairs/sum", picture, func() bool { return FloatPairs(FloatSum, out, a, b, free) > 0 }},
		{"FloatPairs/product held to 0 to 6", picture, func() bool { return FloatPairs(FloatProduct, out, a, b, FloatBounds{0, 6}) > 0 }},
		{"Logs", picture, func() bool { return Logs(out, a) > 0 }},
		{"FloatBetween", 64, func() bool { return FloatBetween(out[:64], a, b, one, 0.5) }},
		{"FloatTaps", 64, func() bool {
			if taps == nil {
				return false
			}
			taps.Clear()
			taps.Add(a, b)
			taps.Run(out[:64], b, 64)
			return true
		}},
		{"Magnitudes", picture, func() bool { return Magnitudes(out, z) > 0 }},
		{"FFTFirst", points * FFTLanes, func() bool { return FFTFirst(x, rows, order, 4) }},
		{"FFTFours", points * FFTLanes, func() bool { return FFTFours(x, roots) }},
		{"FFTSpectrum", points * FFTLanes, func() bool { return FFTSpectrum(spectra, x, turns) }},
	}
}

func normal(r *rand.Rand, n int) []float32 {
	v := make([]float32, n)
	for i := range v {
		v[i] = float32(r.NormFloat64())
	}
	return v
}

// floatGemm multiplies matrices.
func floatGemm(rows, n, k int) benchmark {
	g := NewFloatGemm(n, k, make([]float32, n*k))
	if g == nil {
		return benchmark{"FloatGemm", 0, func() bool { return false }}
	}
	m := FloatMatrix{Rows: rows, InStride: k, In: make([]float32, rows*k), Out: make([]float32, rows*n)}
	c := &FloatCall{}
	return benchmark{fmt.Sprintf("FloatGemm/m%dn%dk%d", rows, n, k), rows * n, func() bool { g.Run(c, m, nil); return true }}
}

func BenchmarkLoops(b *testing.B) {
	for _, l := range benchmarks() {
		if !l.run() {
			continue // the path has none
		}
		b.Run(l.name+"/"+Chosen(), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				l.run()
			}
			b.ReportMetric(b.Elapsed().Seconds()*1e9/float64(b.N)/float64(l.n), "ns/elem")
		})
	}
}

func TestLoopsAllocateNothing(t *testing.T) {
	for _, l := range benchmarks() {
		if n := testing.AllocsPerRun(3, func() { l.run() }); n > 0 {
			t.Errorf("%s on %s: %v allocations in a run", l.name, Chosen(), n)
		}
	}
}

// TestProductsAllocateNothing: on each path.
func TestProductsAllocateNothing(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for _, path := range able(t) {
		const rows, n, k = 49, 40, 96
		g := newGemm(Product[uint8]{N: n, K: k, Weights: values[uint8](r, n*k), WZero: 131, Base: make([]int32, n), Scale: []float32{1e-3}, Lo: -128, Hi: 127}, path.gemm)
		in := NewPlaces(1)
		in.Add(make([]byte, rows*k*path.unit(ForGemm)))
		m := Matrix{Lines: 1, Rows: rows, In: &in, Ready: true, Out: make([]byte, rows*n), InStride: k * path.unit(ForGemm), OutStride: n}
		c := &Call{}
		g.Reserve(c, 1, m.Rows, m.InStride, true)
		if n := testing.AllocsPerRun(3, func() { g.Run(c, m, 0, g.Panels()) }); n > 0 {
			t.Errorf("%s: %v allocations in a product", path.name, n)
		}
		d := newDepthwise(Taps[uint8]{C: 24, Taps: 9, Weights: values[uint8](r, 9*24), WZero: 131, Bias: make([]int32, 24), Scale: []float32{1e-3}, Lo: -128, Hi: 127}, path.depthwise)
		places := NewPlaces(d.Pieces())
		l := Band{Lines: 1, Pixels: 20, In: &places, Step: 24 * path.unit(ForTaps), Out: make([]byte, 20*24)}
		for range d.Pieces() {
			places.Add(make([]byte, 22*l.Step))
		}
		call := &DepthwiseCall{}
		d.Reserve(call)
		if n := testing.AllocsPerRun(3, func() { d.Run(call, l) }); n > 0 {
			t.Errorf("%s: %v allocations in a depthwise band", path.name, n)
		}
	}
}
