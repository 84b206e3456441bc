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
