package tensor

import (
	"fmt"
	"math"
)

// Affine returns what makes real numbers of a tensor's elements q, scale·(q − zero): 1 and 0 for float32, and the only
// scale and zero point of int8, uint8 and int16. Other types, several scales and a scale not above 0 are errors.
func (i *Info) Affine() (scale float32, zero int64, err error) {
	switch i.DType {
	case Float32:
		return 1, 0, nil
	case Int8, Uint8, Int16:
	default:
		return 0, 0, fmt.Errorf("is %s, want float32, int8, uint8 or int16", i.DType)
	}
	q := &i.Quant
	if len(q.Scale) != 1 || len(q.ZeroPoint) > 1 {
		return 0, 0, fmt.Errorf("is %s with %d scales, want one", i.DType, len(q.Scale))
	}
	scale = q.Scale[0]
	if !(scale > 0) || math.IsInf(float64(scale), 1) {
		return 0, 0, fmt.Errorf("is %s with the scale %v, want one above 0", i.DType, scale)
	}
	if len(q.ZeroPoint) == 1 {
		zero = q.ZeroPoint[0]
	}
	return scale, zero, nil
}

// AppendReals appends the real numbers that t's elements stand for, as Affine has it.
func AppendReals(dst []float32, t *Tensor) ([]float32, error) {
	scale, zero, err := t.Affine()
	if err != nil {
		return dst, err
	}
	switch t.DType {
	case Float32:
		return append(dst, As[float32](t.Data)...), nil
	case Int8:
		return appendReals(dst, As[int8](t.Data), scale, zero), nil
	case Uint8:
		return appendReals(dst, t.Data, scale, zero), nil
	default:
		return appendReals(dst, As[int16](t.Data), scale, zero), nil
	}
}

func appendReals[Q int8 | uint8 | int16](dst []float32, src []Q, scale float32, zero int64) []float32 {
	for _, q := range src {
		dst = append(dst, scale*float32(int64(q)-zero))
	}
	return dst
}

// SetReals sets t's elements to what stands for the real numbers of in, as Affine has it, rounded half to even and clamped
// to t's type: what a tensor of t's own scale stood for comes back exactly. There must be as many as t has elements; it is
// an error if one is not a number.
func SetReals(t *Tensor, in []float32) error {
	scale, zero, err := t.Affine()
	if err != nil {
		return err
	}
	if len(t.Data) != t.DType.Bytes(len(in)) {
		return fmt.Errorf("has %d bytes of %s, want %d elements", len(t.Data), t.DType, len(in))
	}
	a := affine{float64(scale), float64(zero)}
	switch t.DType {
	case Float32:
		copy(As[float32](t.Data), in)
		return nil
	case Int8:
		return setReals(As[int8](t.Data), in, a, math.MinInt8, math.MaxInt8)
	case Uint8:
		return setReals(t.Data, in, a, 0, math.MaxUint8)
	default:
		return setReals(As[int16](t.Data), in, a, math.MinInt16, math.MaxInt16)
	}
}

type affine struct{ scale, zero float64 }

func setReals[Q int8 | uint8 | int16](out []Q, in []float32, a affine, lo, hi float64) error {
	for i, x := range in {
		if x != x {
			return fmt.Errorf("has an element %d that is not a number", i)
		}
		out[i] = Q(min(max(math.RoundToEven(float64(x)/a.scale)+a.zero, lo), hi))
	}
	return nil
}
