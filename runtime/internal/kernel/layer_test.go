package kernel

import (
	"math"
	"math/rand/v2"
	"testing"

	"edged/runtime/internal/ref"
)

// layer is a random layer with weights, of one of the kinds.
type layer struct {
	kind string
	Window
	groups, o, k int // groups and output channels; weights of one output channel
}

const (
	plain     = "convolution"
	grouped   = "grouped convolution"
	depthwise = "depthwise convolution"
	dense     = "fully connected"
	turned    = "transposed convolution"
)

// newLayer makes a layer of one of the kinds. Sizes are small, odd and even; the fully connected one, which is shared out
// by blocks of 64 channels, is larger.
func newLayer(r *rand.Rand, kinds ...string) layer {
	l := layer{kind: kinds[r.IntN(len(kinds))], groups: 1}
	one := func(n int) int { return 1 + r.IntN(n) }
	w := &l.Window
	*w = Window{N: one(2), H: one(9), W: one(9), C: one(9), KernelH: one(4), KernelW: one(4),
		StrideH: one(3), StrideW: one(3), DilationH: one(3), DilationW: one(3)}
	l.o = one(9)
	switch l.kind {
	case grouped:
		l.groups = one(3)
		w.C, l.o = one(4)*l.groups, one(4)*l.groups
	case depthwise:
		l.o = w.C * one(3)
	case dense:
		*w = Window{N: one(3), H: 1, W: 1, C: one(70), Y: 1, X: 1, KernelH: 1, KernelW: 1, StrideH: 1, StrideW: 1, DilationH: 1, DilationW: 1}
		l.o = one(150)
	case turned:
		w.DilationH, w.DilationW = 1, 1
		w.Y, w.X = one(9), one(9)
		w.H, w.PadTop = OutSize(w.Y, w.KernelH, w.StrideH, 1, true)
		w.W, w.PadLeft = OutSize(w.X, w.KernelW, w.StrideW, 1, true)
	}
	if l.kind != turned {
		l.place(r)
	}
	l.k = w.KernelH * w.KernelW * w.C / l.groups
	if l.kind == depthwise {
		l.k = w.KernelH * w.KernelW
	}
	return l
}

// place works out the output's size and the padding; now and then those are neither rule's, but no window begins or ends
// outside of the input.
func (l *layer) place(r *rand.Rand) {
	w := &l.Window
	same := r.IntN(2) == 0 || w.H < (w.KernelH-1)*w.DilationH+1 || w.W < (w.KernelW-1)*w.DilationW+1
	w.Y, w.PadTop = OutSize(w.H, w.KernelH, w.StrideH, w.DilationH, same)
	w.X, w.PadLeft = OutSize(w.W, w.KernelW, w.StrideW, w.DilationW, same)
	if l.kind != dense && r.IntN(4) == 0 {
		w.PadTop, w.PadLeft = r.IntN(w.KernelH), r.IntN(w.KernelW)
		w.Y, w.X = 1+r.IntN((w.H-1+w.PadTop)/w.StrideH+1), 1+r.IntN((w.W-1+w.PadLeft)/w.StrideW+1)
	}
}

func (l *layer) inputs() int  { return l.N * l.H * l.W * l.C }
func (l *layer) outputs() int { return l.N * l.Y * l.X * l.o }

// sums are the layer's sums by the reference.
func refSums[T ref.Number](l *layer, in, weights, bias []T) []T {
	w := ref.Window(l.Window)
	switch l.kind {
	case depthwise:
		return ref.Depthwise(w, in, weights, bias)
	case turned:
		return ref.TransposeConv(w, in, weights, bias)
	case dense:
		return ref.FullyConnected(in, weights, bias)
	}
	return ref.Conv2D(w, l.groups, in, weights, bias)
}

// biases returns n int32, sometimes such that sums wrap around, or nil; wide is the same for the reference.
func biases(r *rand.Rand, n int) (bias []int32, wide []int64) {
	switch r.IntN(4) {
	case 0:
		return nil, make([]int64, n)
	case 1:
		bias = numbers[int32](r, n)
	default:
		for range n {
			bias = append(bias, int32(r.IntN(20000)-10000))
		}
	}
	return bias, as[int64](bias)
}

// scales returns one scale or n, for sums of up to k products of bytes: most outputs are within their range. Powers of two
// make ties.
func scales(r *rand.Rand, n, k int) []float32 {
	exact := r.IntN(3) == 0
	if r.IntN(3) == 0 {
		n = 1
	}
	s := make([]float32, n)
	for i := range s {
		if s[i] = min(ratio(r)/16/float32(k), 255.99); exact {
			s[i] = float32(math.Ldexp(1, -r.IntN(15)))
		}
	}
	return s
}

// bounds returns a range of outputs: all of T or, as for an activation, a part.
func bounds[T Whole](r *rand.Rand) (lo, hi int32) {
	least, most := limitsOf[T]()
	lo, hi = int32(least), int32(most)
	if r.IntN(3) == 0 {
		lo = zeroOf[T](r)
		hi = lo + r.Int32N(hi-lo+1)
	}
	return lo, hi
}

func TestLayersOfBytesAreTheFormula(t *testing.T) {
	pool := newEager(t, 3)
	defer pool.Close()
	trials(t, 300, func(t *testing.T, r *rand.Rand) {
		checkBytes[int8](t, r, 0, pool)
		checkBytes[uint8](t, r, zeroOf[uint8](r), pool)
	})
}

func checkBytes[T int8 | uint8](t *testing.T, r *rand.Rand, wZero int32, pool *Pool) {
	l := newLayer(r, plain, grouped, depthwise, dense)
	in, weights := numbers[T](r, l.inputs()), numbers[T](r, l.o*l.k)
	bias, wide := biases(r, l.o)
	scale, zero := scales(r, l.o, l.k), zeroOf[T](r)
	lo, hi := bounds[T](r)
	p := ConvParams[T]{Weights: weights, Bias: bias, InZero: zeroOf[T](r), WZero: wZero, Pool: pool, Req: NewRequant(scale, zero, lo, hi)}
	rule := newSumRule(r, scale, Twice, Once)
	if r.IntN(2) == 0 {
		p.Fixed = &rule.Fixed
		p.Fixed.Zero, p.Fixed.Lo, p.Fixed.Hi = zero, lo, hi
	}
	if r.IntN(3) == 0 {
		p.Pool = nil
	}
	out := make([]T, l.outputs())
	switch l.kind {
	case grouped:
		NewGroupedConv2D(l.Window, l.groups, l.o, p).Run(in, out)
	case depthwise:
		NewDepthwise(l.Window, l.o/l.C, p).Run(in, out)
	case dense:
		NewFullyConnected(l.N, l.k, l.o, p).Run(in, out)
	default:
		NewConv2D(l.Window, l.o, p).Run(in, out)
	}
	want := refSums(&l, shifted(in, p.InZero), shifted(weights, wZero), wide)
	for i, acc := range want {
		if want[i] = ref.Requant(acc, scale[i%l.o%len(scale)], int64(zero), int64(lo), int64(hi)); p.Fixed != nil {
			want[i] = rule.formula(acc, i%l.o)
		}
	}
	same(t, as[int64](out), want, l)
}

// sumRule is a random Fixed and its formula.
type sumRule struct {
	Fixed
	ref []ref.Multiplier
}

// newSumRule has one of the roundings.
func newSumRule(r *rand.Rand, scale []float32, roundings ...Rounding) *sumRule {
	f := &sumRule{Fixed: Fixed{Rounding: roundings[r.IntN(len(roundings))]}}
	for _, s := range scale {
		real := float64(s)
		f.Real, f.Scale, f.ref = append(f.Real, real), append(f.Scale, NewMultiplier(real)), append(f.ref, ref.NewMultiplier(real))
	}
	return f
}

// formula wraps around where LiteRT does.
func (f *sumRule) formula(acc int64, c int) int64 {
	var v int64
	switch m := f.ref[c%len(f.ref)]; f.Rounding {
	case Twice:
		v = m.Apply(int64(int32(acc)))
	case Once:
		v = m.Once(int64(int32(acc)))
	case Wide:
		v = m.Wide(acc)
	case Exact:
		whole, part := math.Modf(float64(acc) * f.Real[c%len(f.Real)])
		if part <= -0.5 || part >= 0.5 {
			whole += math.Copysign(1, part)
		}
		v = int64(ref.Clamp(whole, math.MinInt32, math.MaxInt32))
	}
	return ref.Clamp(int64(int32(v)+f.Zero), int64(f.Lo), int64(f.Hi))
}

func TestLayersOf16BitsAreTheFormula(t *testing.T) {
	pool := newEager(t, 2)
	defer pool.Close()
	trials(t, 200, func(t *testing.T, r *rand.Rand) {
		l := newLayer(r, plain, grouped, depthwise, dense, turned)
		in, weights, bias := numbers[int16](r, l.inputs()), numbers[int8](r, l.o*l.k), numbers[int32](r, l.o)
		scale := scales(r, l.o, l.k)
		for i := range scale {
			scale[i] /= 256
		}
		rule := newSumRule(r, scale, Twice, Once, Wide, Exact)
		rule.Lo, rule.Hi = bounds[int16](r)
		p := Params16{Weights: weights, Bias: as[int64](bias), Fixed: rule.Fixed, Pool: pool}
		if rule.Rounding >= Wide {
			for i := range p.Bias {
				p.Bias[i] *= int64(r.IntN(1 << 15)) // 46 bits
			}
		}
		out := make([]int16, l.outputs())
		switch l.kind {
		case depthwise:
			NewDepthwise16(l.Window, l.o/l.C, p).Run(in, out)
		case dense:
			FullyConnected16(&p, out, in, l.k)
		case turned:
			NewTransposeConv[int16, int8, int64](l.Window, l.o, weights, pool).Run(in, 0, p.Bias, func(pixel int, acc []int64) {
				FixedRow(&p.Fixed, out[pixel*l.o:][:l.o], acc, 0)
			})
		default:
			NewConv2D16(l.Window, l.groups, l.o, p).Run(in, out)
		}
		want := refSums(&l, as[int64](in), as[int64](weights), p.Bias)
		for i, acc := range want {
			want[i] = rule.formula(acc, i%l.o)
		}
		same(t, as[int64](out), want, l, rule.Rounding)
	})
}

// uint8 weights come as int16, their zero point taken off.
func TestTransposeConvOfBytesIsTheFormula(t *testing.T) {
	pool := newEager(t, 2)
	defer pool.Close()
	trials(t, 150, func(t *testing.T, r *rand.Rand) {
		l := newLayer(r, turned)
		in, weights, bias := numbers[uint8](r, l.inputs()), as[int16](shifted(numbers[uint8](r, l.o*l.k), zeroOf[uint8](r))), numbers[int32](r, l.o)
		inZero, rule := zeroOf[uint8](r), newSumRule(r, scales(r, l.o, l.k), Twice)
		rule.Zero = zeroOf[uint8](r)
		rule.Lo, rule.Hi = bounds[uint8](r)
		out := make([]uint8, l.outputs())
		NewTransposeConv[uint8, int16, int32](l.Window, l.o, weights, pool).Run(in, inZero, bias, func(pixel int, acc []int32) {
			FixedRow(&rule.Fixed, out[pixel*l.o:][:l.o], acc, 0)
		})
		want := refSums(&l, shifted(in, inZero), as[int64](weights), as[int64](bias))
		for i, acc := range want {
			want[i] = rule.formula(acc, i%l.o)
		}
		same(t, as[int64](out), want, l)
	})
}

func TestLayersOfFloatsAreTheFormula(t *testing.T) {
	pool := newEager(t, 2)
	defer pool.Close()
	trials(t, 300, func(t *testing.T, r *rand.Rand) {
		l := newLayer(r, plain, grouped, depthwise, dense, turned)
		in, weights, bias := reals(r, l.inputs()), reals(r, l.o*l.k), reals(r, l.o)
		spoil(r, in)
		out := make([]float32, l.outputs())
		switch l.kind {
		case depthwise:
			NewFloatDepthwise(l.Window, l.o/l.C, pool).Run(out, in, weights, bias)
		case dense:
			NewFloatFullyConnected(l.N, l.k, l.o, pool).Run(out, in, weights, bias)
		case turned:
			NewTransposeConv[float32, float32, float32](l.Window, l.o, weights, pool).Run(in, 0, bias, func(pixel int, acc []float32) {
				FloatRow(out[pixel*l.o:], acc, float32(math.Inf(-1)), float32(math.Inf(1)))
			})
		default:
			NewFloatConv2D(l.Window, l.groups, l.o, pool).Run(out, in, weights, bias)
		}
		want := refSums(&l, as[float64](in), as[float64](weights), as[float64](bias))
		size := refSums(&l, sizes(in), sizes(weights), sizes(bias))
		sums(t, out, want, size, l.k*l.KernelH*l.KernelW, l)
	})
}

// Each image of a batch, or each row, is quantized by itself; the results are exact.
func TestHybridLayersAreTheFormula(t *testing.T) {
	pool := newEager(t, 3)
	defer pool.Close()
	rules := []struct {
		kernel QuantizeRow
		ref    func([]float64) ref.Row
	}{{QuantizeRowXNN, ref.QuantizeRowXNN}, {QuantizeRowTFLite, ref.QuantizeRowTFLite}, {QuantizeRowSymmetric, ref.QuantizeRowSymmetric}}
	trials(t, 250, func(t *testing.T, r *rand.Rand) {
		l, rule := newLayer(r, plain, grouped, depthwise, dense, turned), rules[r.IntN(len(rules))]
		in, weights, bias := reals(r, l.inputs()), numbers[int8](r, l.o*l.k), reals(r, l.o)
		p := HybridParams{Weights: weights, Scale: scales(r, l.o, 1), Range: rule.kernel, Lo: -float32(r.IntN(9)), Hi: float32(1 + r.IntN(1<<20)), Pool: pool}
		out := make([]float32, l.outputs())
		switch l.kind {
		case depthwise:
			NewHybridDepthwise(l.Window, l.o/l.C, p).Run(out, in, bias)
		case dense:
			NewHybridFC(l.N, l.k, l.o, p).Run(out, in, bias)
		case turned:
			NewHybridTransposeConv(l.Window, l.o, p).Run(out, in, bias)
		default:
			NewHybridConv2D(l.Window, l.groups, l.o, p).Run(out, in, bias)
		}
		same(t, out, hybridFormula(&l, &p, rule.ref, as[float64](in), as[float64](bias)), l, p)
	})
}

func hybridFormula(l *layer, p *HybridParams, rule func([]float64) ref.Row, in, bias []float64) []float32 {
	var out []float32
	image := *l
	image.N = 1
	for n := range l.N {
		row := rule(in[n*len(in)/l.N : (n+1)*len(in)/l.N])
		for i, sum := range refSums(&image, row.Shifted(), as[int64](p.Weights), make([]int64, l.o)) {
			v := ref.Unscale(sum, row.Scale, float64(p.Scale[i%l.o%len(p.Scale)]), bias[i%l.o])
			out = append(out, float32(ref.Clamp(v, float64(p.Lo), float64(p.Hi))))
		}
	}
	return out
}

func TestOutSizeIsTheFormula(t *testing.T) {
	trials(t, 100, func(t *testing.T, r *rand.Rand) {
		in, kernel, stride, dilation, padded := r.IntN(20), 1+r.IntN(5), 1+r.IntN(4), 1+r.IntN(3), r.IntN(2) == 0
		out, pad := OutSize(in, kernel, stride, dilation, padded)
		if wantOut, wantPad := ref.OutSize(in, kernel, stride, dilation, padded); out != wantOut || pad != wantPad {
			t.Errorf("%d by %d, stride %d, dilation %d, padded %v: got %d and %d, want %d and %d",
				in, kernel, stride, dilation, padded, out, pad, wantOut, wantPad)
		}
	})
}
