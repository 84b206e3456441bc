package ref

import "math"

// The quantized functions of one operand give what is not yet limited to what the output holds.

// rescale brings q − a.Zero to out's scale by a float32 ratio of the scales.
func rescale(a, out Affine) Multiplier {
	return NewMultiplier(f32(float64(a.Scale) / float64(out.Scale)))
}

// ReluFixed rescales; the limits are the rest of it.
// Source: tflite/kernels/activations.cc, ReluPrepare; tflite/kernels/internal/reference/reference_ops.h, ReluX.
func ReluFixed(in, out Affine) func(int64) int64 {
	m := rescale(in, out)
	return func(q int64) int64 { return Wrap(m.Apply(q-in.Zero)+out.Zero, 32) }
}

// LeakyReluXNN has two multipliers of 8 fractional bits and rounds once, ties up.
// Source: XNNPACK src/microparams-init.c, xnn_init_qs8_lrelu_scalar_params; src/qs8-vlrelu.
func LeakyReluXNN(in, out Affine, alpha float32) func(int64) int64 {
	positive := f32(float64(in.Scale) / float64(out.Scale))
	negative := f32(positive * float64(alpha))
	return func(q int64) int64 {
		m := positive
		if q < in.Zero {
			m = negative
		}
		return Up((q-in.Zero)*int64(math.RoundToEven(256*m)), 256) + out.Zero
	}
}

// LeakyReluFixed has a multiplier for each side.
// Source: tflite/kernels/activations.cc, LeakyReluPrepare; tflite/kernels/internal/reference/leaky_relu.h.
func LeakyReluFixed(in, out Affine, alpha float32) func(int64) int64 {
	positive, negative := rescale(in, out), NewMultiplier(f32(f32(float64(in.Scale)*float64(alpha))/float64(out.Scale)))
	return func(q int64) int64 {
		if q >= in.Zero {
			return Wrap(positive.Apply(q-in.Zero)+out.Zero, 32)
		}
		return Wrap(negative.Apply(q-in.Zero)+out.Zero, 32)
	}
}

// PreluFixed is LeakyReluFixed whose slope is the other operand.
// Source: tflite/kernels/activations.cc, PreluPrepare; tflite/kernels/internal/reference/prelu.h.
func PreluFixed(in, alpha, out Affine) Op {
	positive, negative := rescale(in, out), NewMultiplier(f32(f32(float64(in.Scale)*float64(alpha.Scale))/float64(out.Scale)))
	return func(q, a int64) int64 {
		if q >= in.Zero {
			return Wrap(positive.Apply(q-in.Zero)+out.Zero, 32)
		}
		return Wrap(negative.Apply((q-in.Zero)*(a-alpha.Zero))+out.Zero, 32)
	}
}

// AbsFixed is |x|, rescaled unless the scales are the same.
// Source: tflite/kernels/elementwise.cc, AbsEvalQuantized.
func AbsFixed(in, out Affine) func(int64) int64 {
	m := rescale(in, out)
	return func(q int64) int64 {
		x := max(q-in.Zero, in.Zero-q)
		if in.Scale != out.Scale {
			x = m.Apply(x)
		}
		return Wrap(x+out.Zero, 32)
	}
}

// SqrtFixed is √x in float32, cut towards zero; x ≥ 0. Source: tflite/kernels/elementwise.cc, SqrtEvalQuantized.
func SqrtFixed(in, out Affine) func(int64) int64 {
	return func(q int64) int64 {
		return int64(f32(f32(math.Sqrt(in.Real(q)))/float64(out.Scale))) + out.Zero
	}
}

// RsqrtFixed is 1/√x of int8, x ≥ 0: the integer's inverse root with 20 more bits, times 1/(√scale·output scale). 0 gives
// the greatest value. Source: tflite/kernels/elementwise.cc, RsqrtEvalQuantizedInt8.
func RsqrtFixed(in, out Affine) func(int64) int64 {
	m := NewMultiplier(1 / f32(f32(math.Sqrt(float64(in.Scale)))*float64(out.Scale)))
	return func(q int64) int64 {
		if q <= in.Zero {
			return math.MaxInt8
		}
		root := InvSqrt(q - in.Zero)
		root.Shift += 20
		last := Multiplier{m.Q, m.Shift - 20}
		return Wrap(last.Apply(root.Apply(1))+out.Zero, 32)
	}
}

// HardSwishFixed is x·(x+3)/6, the factor held to 0 … 1, in 16 bits: x with 7 more bits is brought once to the output's scale,
// less a shift, and once to where 3 is 2¹⁵, saturating. Their product is cut towards zero, "to cancel the biases".
// Source: tflite/kernels/activations.cc, HardSwishPrepare; tflite/kernels/internal/reference/hard_swish.h.
func HardSwishFixed(in, out Affine) func(int64) int64 {
	fine := f32(float64(in.Scale) / 128)
	toOut, toGate := NewMultiplier(f32(fine/float64(out.Scale))), NewMultiplier(f32(fine/f32(3./32768)))
	high := func(m Multiplier) int64 { return min(Up(m.Q, 1<<16), 1<<15-1) } // DownScaleInt32ToInt16Multiplier
	times := func(a, b int64) int64 { return Saturate(Up(a*b, 1<<15), 16) }
	return func(q int64) int64 {
		x := Wrap((q-in.Zero)<<7, 16)
		gate := x // (x+3)/6 in the end
		if toGate.Shift > 0 {
			gate = Saturate(gate<<min(toGate.Shift-1, 31), 16)
		}
		gate = times(gate, high(toGate))
		if toGate.Shift > 0 {
			gate = Saturate(gate<<1, 16)
		} else {
			gate = DividePOT16(gate, -toGate.Shift)
		}
		gate, _ = Floor(gate+1<<15, 2)
		product := Wrap(gate*times(x, high(toOut))/(1<<15), 16)
		return DividePOT16(product, -toOut.Shift) + out.Zero
	}
}
