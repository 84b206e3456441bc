package kernel

import "math"

// HardSwishFixed returns x·clamp(x+3, 0, 6)/6 of a byte in 16-bit fixed point. ok is false where the output's scale is
// so fine that TFLite refuses. Source: TFLite, activations.cc (HardSwishPrepare) and reference_ops::HardSwish.
func HardSwishFixed(in, out Affine, lo, hi int32) (f func(int32) int32, ok bool) {
	fine := float32(1.0/128) * in.Scale // the input shifted left by 7
	mo := NewMultiplier(float64(fine / out.Scale))
	mr := NewMultiplier(float64(fine / float32(3.0/32768))) // to where 3 is 32768
	if mo.Shift > 0 {
		return nil, false
	}
	qo, qr := high16(mo.Q), high16(mr.Q)
	return func(q int32) int32 {
		x := int32(int16((q - in.Zero) << 7))
		onOutput := doublingHighMul16(x, qo)
		gate := x // becomes (x+3)/6, clamped, in Q0.15
		if mr.Shift > 0 {
			gate = saturate16(int64(gate) << min(mr.Shift-1, 31))
		}
		gate = doublingHighMul16(gate, qr)
		if mr.Shift > 0 {
			gate = saturate16(int64(gate) << 1)
		}
		if mr.Shift < 0 {
			gate = roundingShiftRight16(gate, -mr.Shift)
		}
		gate = int32(int16((gate + 1<<15) >> 1))
		product := gate * onOutput / (1 << 15) // cut towards zero, to cancel the roundings above
		return min(max(roundingShiftRight16(product, -mo.Shift)+out.Zero, lo), hi)
	}, true
}

// high16 returns q·2⁻¹⁶, rounded, as TFLite's DownScaleInt32ToInt16Multiplier does.
func high16(q int32) int32 {
	const most = math.MaxInt32 - 1<<15
	if q > most {
		return math.MaxInt16
	}
	return (q + 1<<15) >> 16
}

func saturate16(x int64) int32 { return int32(min(max(x, math.MinInt16), math.MaxInt16)) }

// doublingHighMul16 is doublingHighMul of int16 values.
func doublingHighMul16(a, b int32) int32 {
	if a == math.MinInt16 && b == math.MinInt16 {
		return math.MaxInt16
	}
	ab, nudge := a*b, int32(1)<<14
	if ab < 0 {
		nudge = 1 - nudge
	}
	return (ab + nudge) / (1 << 15)
}
