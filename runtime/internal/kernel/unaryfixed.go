package kernel

import "math"

// NewByteTable returns f, from quantized value to quantized value, as a table. signed is true for int8.
func NewByteTable(signed bool, f func(q int32) int32) *Table {
	t := &Table{}
	for i := range 256 {
		q := int32(i)
		if signed {
			q = int32(int8(i))
		}
		t[i] = uint8(f(q))
	}
	return t
}

// ReluFixed returns the quantized value f of TFLite's RELU family: rescaled and clamped to [lo, hi].
// Source: TFLite, activations.cc (ReluPrepare) and reference_ops::ReluX.
func ReluFixed(in, out Affine, lo, hi int32) func(int32) int32 {
	m := NewMultiplier(float64(in.Scale / out.Scale))
	return func(q int32) int32 { return min(max(m.Apply(q-in.Zero)+out.Zero, lo), hi) }
}

// LeakyReluXNN returns LEAKY_RELU by XNNPACK's rule: 8-bit fractions of two multipliers, ties up. ok is false where the
// scales are such that XNNPACK refuses. Source: XNNPACK, xnn_init_qs8_lrelu_scalar_params and qs8-vlrelu; the delegate's
// VisitUnaryNode has the bounds.
func LeakyReluXNN(in, out Affine, alpha float32, lo, hi int32) (f func(int32) int32, ok bool) {
	positive := in.Scale / out.Scale
	negative := float32(positive * alpha)
	const tiny = 0x1p-126 // the least normal float32
	size := float32(math.Abs(float64(alpha)))
	if !(size >= tiny && size <= math.MaxFloat32) || !(positive >= 1.0/256 && positive <= 128) ||
		!(negative >= -127.99609375 && negative <= 128 && math.Abs(float64(negative)) >= 1.0/256) {
		return nil, false
	}
	mp, mn := int32(math.RoundToEven(float64(256*positive))), int32(math.RoundToEven(float64(256*negative)))
	return func(q int32) int32 {
		m, x := mp, q-in.Zero
		if x < 0 {
			m = mn
		}
		return min(max((out.Zero<<8+128+x*m)>>8, lo), hi)
	}, true
}

// LeakyReluFixed returns LEAKY_RELU by TFLite's fixed-point rule.
// Source: TFLite, activations.cc (LeakyReluPrepare) and reference_ops::QuantizeLeakyRelu.
func LeakyReluFixed(in, out Affine, alpha float32, lo, hi int32) func(int32) int32 {
	identity := NewMultiplier(float64(in.Scale / out.Scale))
	slope := NewMultiplier(float64(float32(in.Scale*alpha) / out.Scale)) // of either sign, which matters to ties
	return func(q int32) int32 {
		x := q - in.Zero
		if x >= 0 {
			x = identity.Apply(x)
		} else {
			x = slope.Apply(x)
		}
		return min(max(x+out.Zero, lo), hi)
	}
}

// PreluFixed returns PRELU of input a and slope b by TFLite's fixed-point rule.
// Source: TFLite, activations.cc (PreluPrepare) and reference_ops::Prelu.
func PreluFixed(in, alpha, out Affine, lo, hi int32) Int32Op {
	identity := NewMultiplier(float64(in.Scale / out.Scale))
	slope := NewMultiplier(float64(float32(in.Scale*alpha.Scale) / out.Scale))
	return func(a, b int32) int32 {
		x := a - in.Zero
		if x >= 0 {
			x = identity.Apply(x)
		} else {
			x = slope.Apply(x * (b - alpha.Zero))
		}
		return min(max(x+out.Zero, lo), hi)
	}
}

// AbsFixed returns |x| rescaled. Source: TFLite, elementwise.cc (AbsEvalQuantized).
func AbsFixed(in, out Affine, lo, hi int32) func(int32) int32 {
	m := NewMultiplier(float64(in.Scale / out.Scale))
	return func(q int32) int32 {
		x := q - in.Zero
		if x < 0 {
			x = -x
		}
		if in.Scale != out.Scale {
			x = m.Apply(x)
		}
		return min(max(x+out.Zero, lo), hi)
	}
}

// SqrtFixed returns √x, cut towards zero; x must not be negative. Source: TFLite, elementwise.cc (SqrtEvalQuantized).
func SqrtFixed(in, out Affine, lo, hi int32) func(int32) int32 {
	return func(q int32) int32 {
		x := Sqrt(in.Scale*float32(q-in.Zero)) / out.Scale
		return min(max(int32(min(x, 1<<24))+out.Zero, lo), hi)
	}
}

// RsqrtFixed returns 1/√x of int8; x must not be negative, and 0 gives the largest value.
// Source: TFLite, elementwise.cc (RsqrtEvalQuantizedInt8).
func RsqrtFixed(in, out Affine, lo, hi int32) func(int32) int32 {
	const shift = 20 // keeps the intermediate value an integer
	m := NewMultiplier(1 / float64(Sqrt(in.Scale)*out.Scale))
	return func(q int32) int32 {
		x := q - in.Zero
		if x <= 0 {
			return hi
		}
		inverse := invSqrt(x)
		inverse.Shift += shift
		last := Multiplier{Q: m.Q, Shift: m.Shift - shift}
		if last.Shift < -31 {
			return min(max(out.Zero, lo), hi)
		}
		return min(max(last.Apply(inverse.Apply(1))+out.Zero, lo), hi)
	}
}

// invSqrt returns 1/√x as a Multiplier, by five Newton steps in Q3.28; 0 counts as 1.
// Source: TFLite, common.h (GetInvSqrtQuantizedMultiplierExp).
func invSqrt(x int32) Multiplier {
	if x <= 1 {
		return Multiplier{Q: math.MaxInt32}
	}
	shift := 11
	for ; x >= 1<<29; shift++ {
		x /= 4
	}
	for ; x < 1<<27; shift-- {
		x <<= 2
	}
	const one, threeHalves = 1 << 28, 1<<28 + 1<<27
	const halfSqrt2 = 1518500250 // √½ in Q0.31
	in := x >> 1
	half, y := roundingShiftRight(in, 1), int32(one)
	for range 5 {
		cube := shiftSaturating(doublingHighMul(doublingHighMul(y, y), y), 6)
		y = shiftSaturating(doublingHighMul(threeHalves, y)-doublingHighMul(half, cube), 3)
	}
	y = doublingHighMul(y, halfSqrt2)
	if shift < 0 {
		y, shift = y<<-shift, 0
	}
	return Multiplier{Q: y, Shift: -shift}
}
