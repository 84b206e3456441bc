package simd

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"unsafe"
)

// able returns the paths that this processor can run, and what it has in place of others. Who lacks one says so.
func able(t testing.TB) (all []path) {
	for _, p := range append(paths(), standIns()...) {
		if !p.ok {
			t.Logf("this processor cannot run %s", p.name)
			continue
		}
		all = append(all, p)
	}
	return all
}

// product is a Product with inputs that have no room behind them, and one result for each element of a row.
type product[T int8 | uint8] struct {
	Product[T]
	lines, rows, stride int
	in                  [][]byte // [lines][pieces]
}

// values are bytes: of any kind, or the extreme ones that make sums as large as can be.
func values[T int8 | uint8](r *rand.Rand, n int) []T {
	v := make([]T, n)
	extreme := r.IntN(4) == 0
	for i := range v {
		b := byte(r.Uint32())
		if extreme {
			b = [...]byte{0, 127, 128, 255}[r.IntN(4)]
		}
		v[i] = T(b)
	}
	return v
}

// clamped returns a zero point, and what outputs less it are held to, as by an activation.
func clamped[T int8 | uint8](r *rand.Rand) (lo, hi float32, zero int32) {
	var least int32
	if ^T(0) < 0 {
		least = -128
	}
	zero = least + r.Int32N(256)
	low := least + r.Int32N(2)*r.Int32N(200)
	high := low + r.Int32N(least+256-low)
	return float32(low - zero), float32(high - zero), zero
}

func draw[T int8 | uint8](t testing.TB, r *rand.Rand, raw bool) product[T] {
	p := product[T]{lines: 1 + r.IntN(4)*r.IntN(2), rows: 1 + r.IntN(30), Product: Product[T]{N: 1 + r.IntN(140), K: 1 + r.IntN(70), Pieces: 1}}
	if ^T(0) > 0 {
		p.WZero = int32(r.IntN(256))
	}
	p.Lo, p.Hi, p.Zero = clamped[T](r)
	if r.IntN(2) == 0 {
		p.Pieces = 1 + r.IntN(4)
		p.K = p.Pieces * (1 + r.IntN(20))
	}
	if r.IntN(40) == 0 { // many weights
		p.N, p.K, p.Pieces = 100+r.IntN(40), 4*(82+r.IntN(20)), 1+r.IntN(2)
		p.rows = []int{1, p.rows}[r.IntN(2)]
	}
	p.Weights = values[T](r, p.N*p.K)
	p.Base = make([]int32, p.N)
	for i := range p.Base {
		p.Base[i] = int32(r.Uint32()) >> r.IntN(31)
	}
	if !raw {
		p.Scale = make([]float32, []int{1, p.N}[r.IntN(2)])
		for i := range p.Scale {
			p.Scale[i] = float32(math.Exp2(4 - 24*r.Float64())) // some of them make more than an int holds
		}
	}
	p.stride = r.IntN(p.K + 9)
	size := (p.rows-1)*p.stride + (p.K/p.Pieces+3)/4*4
	for range p.lines * p.Pieces {
		in := guarded(t, size)
		copy(in, unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(values[T](r, size)))), size))
		p.in = append(p.in, in)
	}
	return p
}

// sum is the formula.
func (p *product[T]) sum(m, n int) int32 {
	sum := p.Base[n]
	length := p.K / p.Pieces
	in := p.in[m/p.rows*p.Pieces:]
	for k := range p.K {
		sum += int32(T(in[k/length][m%p.rows*p.stride+k%length])) * (int32(p.Weights[n*p.K+k]) - p.WZero)
	}
	return sum
}

// want is what stands in row m, column n.
func (p *product[T]) want(m, n int) byte {
	v := float32(p.sum(m, n)) * p.Scale[n%len(p.Scale)]
	return byte(int32(math.RoundToEven(float64(min(max(v, p.Lo), p.Hi)))) + p.Zero)
}

// canary is what stands where nothing is to be written.
const canary = 0xA5

func compare[T int8 | uint8](t *testing.T, r *rand.Rand, path *path, raw bool) {
	t.Helper()
	p := draw[T](t, r, raw)
	size := 1
	if raw {
		size = 4
	}
	g, c := newGemm(p.Product, path.gemm), &Call{}
	before := r.IntN(2) * p.Pieces // places that are not read
	in := NewPlaces(before + len(p.in))
	for range before {
		in.Add(make([]byte, 1<<20))
	}
	m := Matrix{Lines: p.lines, Rows: p.rows, First: before / p.Pieces, InStride: p.stride, OutStride: p.N*size + r.IntN(9)*size}
	if m.Ready = r.IntN(2) == 0; m.Ready {
		m.InStride *= path.unit(ForGemm)
	}
	for _, from := range p.in {
		if m.Ready {
			ready := make([]byte, len(from)*path.unit(ForGemm))
			prepare[T](path, ForGemm, ready, from)
			from = ready
		}
		last := guarded(t, (p.rows-1)*m.InStride+g.Reach(m.Ready)) // with nothing behind it
		copy(last, from)
		in.Add(last)
	}
	m.In = &in
	rows := p.lines * p.rows
	m.Out = guarded(t, (rows-1)*m.OutStride+p.N*size)
	for i := range m.Out {
		m.Out[i] = canary
	}
	g.Reserve(c, p.lines, p.rows, m.InStride, m.Ready)
	at := r.IntN(g.Panels() + 1)
	g.Run(c, m, 0, at)
	g.Run(c, m, at, g.Panels())
	for y := range rows {
		for n := range m.OutStride / size {
			i := y*m.OutStride + n*size
			switch {
			case n >= p.N && i < len(m.Out):
				if !slices.Equal(m.Out[i:i+size], slices.Repeat([]byte{canary}, size)) {
					t.Fatalf("%+v: row %d: wrote behind its end", p.Product.N, y)
				}
			case n >= p.N:
			case raw:
				if got, want := *(*int32)(unsafe.Pointer(&m.Out[i])), p.sum(y, n); got != want {
					t.Fatalf("%d×%d rows, N %d, K %d: sum (%d, %d): got %d, want %d", p.lines, p.rows, p.N, p.K, y, n, got, want)
				}
			default:
				if got, want := m.Out[i], p.want(y, n); got != want {
					t.Fatalf("%d×%d rows, N %d, K %d: (%d, %d): got %d, want %d", p.lines, p.rows, p.N, p.K, y, n, got, want)
				}
			}
		}
	}
}

// TestGemm compares each path with the formula on random products, whose inputs and outputs end where memory does.
func TestGemm(t *testing.T) {
	for _, path := range able(t) {
		t.Run(path.name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(1, 2))
			for range 400 {
				compare[int8](t, r, &path, false)
				compare[uint8](t, r, &path, false)
				compare[int8](t, r, &path, true)
				compare[uint8](t, r, &path, true)
			}
		})
	}
}

func TestForced(t *testing.T) {
	if got := choose(Generic).name; got != Generic {
		t.Errorf("got %q", got)
	}
	if got := choose("z80").name; got != Generic {
		t.Errorf("got %q for a processor that nobody has", got)
	}
	for _, name := range Paths() {
		if got := choose(name).name; got != name {
			t.Errorf("got %q, want %q", got, name)
		}
	}
}

func BenchmarkGemm(b *testing.B) {
	for _, path := range able(b) {
		for _, s := range []struct{ m, n, k int }{{784, 32, 96}, {784, 64, 576}, {196, 512, 512}, {49, 160, 960}, {12544, 16, 32}, {1, 1000, 1280}} {
			b.Run(fmt.Sprintf("m%dn%dk%d/%s", s.m, s.n, s.k, path.name), func(b *testing.B) {
				r := rand.New(rand.NewPCG(1, 1))
				g := newGemm(Product[int8]{N: s.n, K: s.k, Weights: values[int8](r, s.n*s.k), Base: make([]int32, s.n), Scale: []float32{1e-3}, Lo: -128, Hi: 127}, path.gemm)
				in := NewPlaces(1)
				in.Add(make([]byte, s.m*s.k*path.unit(ForGemm)))
				m := Matrix{Lines: 1, Rows: s.m, In: &in, Ready: true, Out: make([]byte, s.m*s.n), InStride: s.k * path.unit(ForGemm), OutStride: s.n}
				c := &Call{}
				g.Reserve(c, 1, m.Rows, m.InStride, true)
				b.ReportAllocs()
				for b.Loop() {
					g.Run(c, m, 0, g.Panels())
				}
				b.ReportMetric(float64(s.m*s.n*s.k)*float64(b.N)/b.Elapsed().Seconds()/1e9, "GMAC/s")
			})
		}
	}
}
