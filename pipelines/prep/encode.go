package prep

import (
	"fmt"
	"math"

	"edged/models"
	"edged/runtime/tensor"
)

// encoder stores real numbers in tensors like one input.
type encoder struct {
	info        tensor.Info
	scale, zero float64
	lo, hi      float64 // of the integer type
	truncate    bool    // towards zero, after the zero point is added, instead of rounding
}

// newEncoder refuses inputs that edged cannot fill: see tensor.Info.Affine.
func newEncoder(info tensor.Info) (encoder, error) {
	e := encoder{info: info}
	switch info.DType {
	case tensor.Int8:
		e.lo, e.hi = math.MinInt8, math.MaxInt8
	case tensor.Uint8:
		e.lo, e.hi = 0, math.MaxUint8
	case tensor.Int16:
		e.lo, e.hi = math.MinInt16, math.MaxInt16
	}
	scale, zero, err := info.Affine()
	if err != nil {
		return e, fmt.Errorf("input %q: %w", info.Name, err)
	}
	e.scale, e.zero = float64(scale), float64(zero)
	return e, nil
}

// quantize returns v/scale + zero point, clamped; rounded half away from zero, as TFLite's QUANTIZE does, or truncated.
func (e *encoder) quantize(v float64) float64 {
	if e.truncate {
		return min(max(math.Trunc(v/e.scale+e.zero), e.lo), e.hi)
	}
	return min(max(math.Round(v/e.scale)+e.zero, e.lo), e.hi)
}

// fits reports how dst differs from the input that the encoder was made for.
func (e *encoder) fits(dst *tensor.Tensor) error { return fits(dst, &e.info) }

func fits(dst *tensor.Tensor, info *tensor.Info) error {
	if want := info.DType.Bytes(info.Shape.Elems()); dst.DType != info.DType || len(dst.Data) != want {
		return fmt.Errorf("input %q: tensor is %v of %d bytes, prepared for %v of %d",
			info.Name, dst.DType, len(dst.Data), info.DType, want)
	}
	return nil
}

// fill stores vals, one for each element of dst. Not-a-number becomes the zero point.
func fill[T float32 | float64](e *encoder, dst *tensor.Tensor, vals []T) {
	switch dst.DType {
	case tensor.Float32:
		out := tensor.As[float32](dst.Data)
		for i, v := range vals {
			out[i] = float32(v)
		}
	case tensor.Int8:
		fillInt(e, tensor.As[int8](dst.Data), vals)
	case tensor.Uint8:
		fillInt(e, dst.Data, vals)
	case tensor.Int16:
		fillInt(e, tensor.As[int16](dst.Data), vals)
	}
}

func fillInt[I int8 | uint8 | int16, T float32 | float64](e *encoder, out []I, vals []T) {
	for i, v := range vals {
		if v != v {
			v = 0
		}
		out[i] = I(e.quantize(float64(v)))
	}
}

// norm is a card's (v − mean)/std for each of n channels or fields.
type norm struct{ mean, std []float64 }

func newNorm(in models.Input, n int, what string) (norm, error) {
	mean, err := spread("mean", in.Mean, 0, n, what)
	if err != nil {
		return norm{}, err
	}
	std, err := spread("std", in.Std, 1, n, what)
	if err != nil {
		return norm{}, err
	}
	for i, s := range std {
		if s == 0 {
			return norm{}, fmt.Errorf("card: std of %s %d is 0", what, i)
		}
	}
	return norm{mean, std}, nil
}

// spread gives each of n channels its value: the only one, its own, or missing where the card has none.
func spread(name string, vals []float64, missing float64, n int, what string) ([]float64, error) {
	for _, v := range vals {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, fmt.Errorf("card: %s is %v", name, v)
		}
	}
	out := make([]float64, n)
	for i := range out {
		switch len(vals) {
		case 0:
			out[i] = missing
		case 1:
			out[i] = vals[0]
		case n:
			out[i] = vals[i]
		default:
			return nil, fmt.Errorf("card: %s has %d values; the model has %d %ss, so give 1 or %d",
				name, len(vals), n, what, n)
		}
	}
	return out, nil
}

func (n *norm) apply(v float64, i int) float64 { return (v - n.mean[i]) / n.std[i] }
