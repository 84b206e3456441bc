package quant

import (
	"fmt"
	"math"

	"edged/runtime/tensor"
)

// Range is from the least to the largest value that a tensor's integers must reach.
type Range struct {
	Lo float64 `json:"lo"`
	Hi float64 `json:"hi"`
}

// join returns the range that holds both.
func (r Range) join(o Range) Range { return Range{min(r.Lo, o.Lo), max(r.Hi, o.Hi)} }

// limits returns the least and the largest integer of a type.
func limits(d tensor.DType) (lo, hi float64) {
	switch d {
	case tensor.Uint8:
		return 0, 255
	case tensor.Int16:
		return -32768, 32767
	case tensor.Int32:
		return math.MinInt32, math.MaxInt32
	}
	return -128, 127
}

// deadScale is that of a tensor which never is anything but zero.
const deadScale = 1.0 / 128

// affine returns the scale and zero point that spread an activation's range, zero included, over a type's integers. int16 is
// symmetric: its zero point is 0, by the specification.
func (r Range) affine(d tensor.DType) tensor.Quant {
	r = r.join(Range{})
	if d == tensor.Int16 {
		return perTensor(math.Max(-r.Lo, r.Hi)/32767, 0)
	}
	lo, hi := limits(d)
	q := perTensor((r.Hi-r.Lo)/(hi-lo), 0)
	q.ZeroPoint[0] = int64(min(hi, max(lo, math.RoundToEven(lo-r.Lo/float64(q.Scale[0])))))
	return q
}

// perTensor returns a quantization of one scale; one too small for a float32 becomes that of a dead tensor.
func perTensor(scale float64, zero int64) tensor.Quant {
	if !(scale > math.SmallestNonzeroFloat32*(1<<24)) {
		scale, zero = deadScale, 0
	}
	return tensor.Quant{Scale: []float32{float32(scale)}, ZeroPoint: []int64{zero}}
}

// spanOf returns the range of values that a quantization reaches.
func spanOf(q tensor.Quant, d tensor.DType) Range {
	lo, hi := limits(d)
	s, z := float64(q.Scale[0]), float64(q.ZeroPoint[0])
	return Range{s * (lo - z), s * (hi - z)}
}

// equal reports whether two per-tensor quantizations are the same.
func equal(a, b tensor.Quant) bool {
	return a.Quantized() == b.Quantized() && (!a.Quantized() || a.Scale[0] == b.Scale[0] && a.ZeroPoint[0] == b.ZeroPoint[0])
}

// quantum returns the integer nearest to v, ties to even as TensorFlow Lite's QUANTIZE has it in XNNPACK.
func quantum(v float64, q *tensor.Quant, lo, hi float64) float64 {
	return min(hi, max(lo, math.RoundToEven(v/float64(q.Scale[0]))+float64(q.ZeroPoint[0])))
}

// store quantizes values into a tensor of one scale.
func store(dst *tensor.Tensor, values []float32) error {
	lo, hi := limits(dst.DType)
	q := &dst.Quant
	if len(q.Scale) != 1 {
		return fmt.Errorf("%q has %d scales, want 1", dst.Name, len(q.Scale))
	}
	switch dst.DType {
	case tensor.Int8:
		fill(tensor.As[int8](dst.Data), values, q, lo, hi)
	case tensor.Uint8:
		fill(tensor.As[uint8](dst.Data), values, q, lo, hi)
	case tensor.Int16:
		fill(tensor.As[int16](dst.Data), values, q, lo, hi)
	default:
		return fmt.Errorf("%q is %s, want int8, uint8 or int16", dst.Name, dst.DType)
	}
	return nil
}

func fill[T int8 | uint8 | int16](dst []T, values []float32, q *tensor.Quant, lo, hi float64) {
	for i, v := range values[:len(dst)] {
		dst[i] = T(quantum(float64(v), q, lo, hi))
	}
}

// quantized returns the bytes of a constant in another type.
func quantized(values []float32, d tensor.DType, q tensor.Quant) []byte {
	t := tensor.Tensor{Info: tensor.Info{DType: d, Quant: q}, Data: make([]byte, d.Bytes(len(values)))}
	if err := store(&t, values); err != nil {
		panic("quant: " + err.Error()) // the types are ours
	}
	return t.Data
}
