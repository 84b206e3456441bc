package runtime

import (
	"time"

	"edged/runtime/internal/interp"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// Peak is how many multiply-accumulates a second the builtin engine does at best on this machine: in layers that stay in its
// caches and fill its vectors.
type Peak struct {
	Dense     float64 // 1x1 convolution of int8, 256 channels to 256
	Depthwise float64 // 3x3 of int8, 128 channels
	Float     float64 // 1x1 convolution of float32, 256 channels to 256
}

// MeasurePeak measures the Peak of so many threads, for so long each of the three. It fails where Open would because of
// EDGED_SIMD.
func MeasurePeak(threads int, each time.Duration) (Peak, error) {
	p, err := interp.MeasurePeak(threads, each)
	return Peak(p), err
}

// Of returns what an operator of o's kind could do at best.
func (p Peak) Of(o *OpStats) float64 {
	switch {
	case o.DType == tensor.Float32:
		return p.Float
	case o.Op == tflite.OpDepthwiseConv2d.String():
		return p.Depthwise
	}
	return p.Dense
}
