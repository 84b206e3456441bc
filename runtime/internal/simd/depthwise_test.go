package simd

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"unsafe"
)

// compareDepthwise compares a random row with the formula. What it reads and writes ends where memory does.
func compareDepthwise[T int8 | uint8](t *testing.T, r *rand.Rand, path *path) {
	t.Helper()
	p := Taps[T]{C: 1 + r.IntN(150), Taps: 1 + r.IntN(13), InZero: int32(T(r.Uint32()))}
	if ^T(0) > 0 {
		p.WZero = []int32{0, 255, r.Int32N(256)}[r.IntN(3)]
	}
	p.Lo, p.Hi, p.Zero = clamped[T](r)
	if r.IntN(3) == 0 {
		p.C = 1 << r.IntN(6)
	}
	beside := r.IntN(3) == 0 // 3×3 taps of a picture
	if beside {
		p.Taps = 9
	}
	p.Weights, p.Bias, p.Scale = values[T](r, p.C*p.Taps), make([]int32, p.C), make([]float32, []int{1, p.C}[r.IntN(2)])
	for i := range p.Bias {
		p.Bias[i] = int32(r.Uint32()) >> r.IntN(31)
	}
	for i := range p.Scale {
		p.Scale[i] = float32(math.Exp2(8 - 23*r.Float64()))
	}
	l := Band{Lines: 1 + r.IntN(3), Pixels: 1 + r.IntN(20), Step: []int{p.C, r.IntN(2 * p.C)}[r.IntN(2)]}
	if beside {
		l.Step = p.C * (1 + r.IntN(3))
	}
	d, call := newDepthwise(p, path.depthwise), &DepthwiseCall{}
	step, inputs, in := l.Step, make([][]T, l.Lines*p.Taps), NewPlaces(l.Lines*d.Pieces())
	l.Step, l.In = l.Step*path.unit(ForTaps), &in
	var last []byte
	for i := range inputs {
		if j := i % 3; beside && j > 0 {
			inputs[i] = inputs[i-j][j*p.C:]
			in.Add(last[j*p.C*path.unit(ForTaps):])
		} else {
			inputs[i] = values[T](r, (l.Pixels-1)*step+3*p.C)
			if !beside {
				inputs[i] = inputs[i][2*p.C:]
			}
			last = guarded(t, len(inputs[i])*path.unit(ForTaps))
			prepare[T](path, ForTaps, last, unsafe.Slice((*byte)(unsafe.Pointer(&inputs[i][0])), len(inputs[i])))
			in.Add(last)
		}
		if (i+1)%p.Taps == 0 {
			for range d.Pieces() - p.Taps {
				in.Add(make([]byte, len(last)))
			}
		}
	}
	l.Out = guarded(t, l.Lines*l.Pixels*p.C)
	d.Reserve(call)
	d.Run(call, l)
	for at, got := range l.Out {
		x, c := at/p.C, at%p.C
		sum := p.Bias[c]
		for i, in := range inputs[x/l.Pixels*p.Taps:][:p.Taps] {
			sum += (int32(in[x%l.Pixels*step+c]) - p.InZero) * (int32(p.Weights[i*p.C+c]) - p.WZero)
		}
		v := float32(sum) * p.Scale[c%len(p.Scale)]
		if want := byte(int32(math.RoundToEven(float64(min(max(v, p.Lo), p.Hi)))) + p.Zero); got != want {
			t.Fatalf("%d taps, line of %d, pixel %d, channel %d of %d: got %d, want %d", p.Taps, l.Pixels, x, c, p.C, got, want)
		}
	}
}

func TestDepthwise(t *testing.T) {
	for _, path := range able(t) {
		t.Run(path.name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(3, 4))
			for range 500 {
				compareDepthwise[int8](t, r, &path)
				compareDepthwise[uint8](t, r, &path)
			}
		})
	}
}

func comparePrepare[T int8 | uint8](t *testing.T, path *path, i Inputs, n int) {
	t.Helper()
	unit := path.unit(i)
	to, from := guarded(t, n*unit), guarded(t, n)
	for i := range from {
		from[i] = byte(3 * i)
	}
	prepare[T](path, i, to, from)
	for j := range from {
		got, want := int16(to[j*unit]), int16(from[j])
		if unit == 2 {
			got, want = wide(to)[j], int16(T(from[j]))
		} else if flips[T](path, i) {
			want ^= 0x80
		}
		if got != want {
			t.Fatalf("%d bytes: got %d at %d, want %d", n, got, j, want)
		}
	}
}

func TestPrepare(t *testing.T) {
	for _, path := range able(t) {
		t.Run(path.name, func(t *testing.T) {
			for n := 1; n < 200; n++ {
				for _, i := range []Inputs{ForGemm, ForTaps} {
					comparePrepare[int8](t, &path, i, n)
					comparePrepare[uint8](t, &path, i, n)
				}
			}
		})
	}
}

func BenchmarkDepthwise(b *testing.B) {
	for _, path := range able(b) {
		for _, s := range []struct{ pixels, c, taps int }{{112, 32, 9}, {56, 144, 9}, {14, 576, 9}, {14, 576, 25}} {
			b.Run(fmt.Sprintf("x%dc%dt%d/%s", s.pixels, s.c, s.taps, path.name), func(b *testing.B) {
				r := rand.New(rand.NewPCG(1, 1))
				d := newDepthwise(Taps[int8]{C: s.c, Taps: s.taps, Weights: values[int8](r, s.c*s.taps), Bias: make([]int32, s.c), Scale: []float32{1e-3}, Lo: -128, Hi: 127}, path.depthwise)
				in := NewPlaces(d.Pieces())
				l := Band{Lines: 1, Pixels: s.pixels, In: &in, Step: s.c * path.unit(ForTaps), Out: make([]byte, s.pixels*s.c)}
				width := int(math.Sqrt(float64(s.taps)))
				for range width {
					row := make([]byte, (s.pixels+width)*l.Step)
					for i := range width {
						in.Add(row[i*l.Step:])
					}
				}
				for range d.Pieces() - s.taps {
					in.Add(make([]byte, s.pixels*l.Step))
				}
				c := &DepthwiseCall{}
				d.Reserve(c)
				b.ReportAllocs()
				for b.Loop() {
					d.Run(c, l)
				}
				b.ReportMetric(float64(s.pixels*s.c*s.taps)*float64(b.N)/b.Elapsed().Seconds()/1e9, "GMAC/s")
			})
		}
	}
}
