package op

import (
	"math"

	"edged/runtime/internal/kernel"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// activationRange returns the quantized values between which a fused activation clamps the output. Source: TFLite,
// CalculateActivationRangeQuantized.
func activationRange(act tflite.Activation, d tensor.DType, scale float32, zero int32) (lo, hi int32, err error) {
	l, h := limits(d)
	lo, hi = int32(l), int32(h)
	q := func(v float32) int32 {
		return int32(min(max(float64(zero)+math.Round(float64(v/scale)), float64(l)), float64(h)))
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

// activationXNN is activationRange as XNNPACK rounds it, in float32 with ties to even after the zero point is added: the
// two differ where 6/scale ends in one half. Source: XNNPACK, xnn_qs8_quantize.
func activationXNN(act tflite.Activation, d tensor.DType, scale float32, zero int32) (lo, hi int32, err error) {
	least, most := limits(d)
	l, h, err := activationFloat(act)
	q := func(v float32) int32 {
		v = float32(v/scale) + float32(zero)
		return int32(math.RoundToEven(float64(min(max(v, float32(least)), float32(most)))))
	}
	return q(l), q(h), err
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

// activationPlain returns the bounds of a fused activation on values of type T without a scale.
func activationPlain[T kernel.Plain](d tensor.DType, act tflite.Activation) (lo, hi T, err error) {
	if d == tensor.Float32 {
		l, h, err := activationFloat(act)
		return T(l), T(h), err
	}
	least, most := int64(math.MinInt64), int64(math.MaxInt64)
	switch d {
	case tensor.Int64:
	case tensor.Uint32:
		least, most = 0, math.MaxUint32
	default:
		least, most = limits(d)
	}
	switch act {
	case tflite.ActNone:
	case tflite.ActRelu:
		least = 0
	case tflite.ActRelu6:
		least, most = 0, 6
	case tflite.ActReluN1To1:
		least, most = max(-1, least), 1
	default:
		return 0, 0, unsupported("fused activation %d", act)
	}
	return T(least), T(most), nil
}
