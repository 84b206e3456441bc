package op

import (
	"math"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// activationRange returns the quantized values between which a fused activation clamps the output. Source: TFLite,
// CalculateActivationRangeQuantized; XNNPACK's delegate comes to the same values.
func activationRange(act tflite.Activation, d tensor.DType, scale float32, zero int32) (lo, hi int32, err error) {
	l, h := limits(d)
	lo, hi = int32(l), int32(h)
	q := func(v float64) int32 {
		return int32(min(max(float64(zero)+math.Round(v/float64(scale)), float64(l)), float64(h)))
	}
	switch act {
	case tflite.ActNone:
	case tflite.ActRelu:
		lo = q(0)
	case tflite.ActRelu6:
		lo, hi = q(0), q(6)
	case tflite.ActReluN1To1:
		lo, hi = q(-1), q(1)
	default:
		return 0, 0, unsupported("fused activation %d", act)
	}
	return lo, hi, nil
}

// activationFloat returns the bounds of a fused activation on floats.
func activationFloat(act tflite.Activation) (lo, hi float32, err error) {
	inf := float32(math.Inf(1))
	switch act {
	case tflite.ActNone:
		return -inf, inf, nil
	case tflite.ActRelu:
		return 0, inf, nil
	case tflite.ActRelu6:
		return 0, 6, nil
	case tflite.ActReluN1To1:
		return -1, 1, nil
	}
	return 0, 0, unsupported("fused activation %d", act)
}
