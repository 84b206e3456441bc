package decode

import (
	"fmt"
	"math"
	"strconv"

	"edged/runtime/tensor"
)

// reals fills dst with the real numbers that t holds and returns it; it allocates only to grow dst.
func reals(dst []float32, t *tensor.Tensor) ([]float32, error) {
	dst = dst[:0]
	if t.DType == tensor.Float32 {
		return append(dst, tensor.As[float32](t.Data)...), nil
	}
	scale, zero, err := affine(&t.Info)
	if err != nil {
		return dst, err
	}
	switch t.DType {
	case tensor.Int8:
		return dequantize(dst, tensor.As[int8](t.Data), scale, zero), nil
	case tensor.Uint8:
		return dequantize(dst, t.Data, scale, zero), nil
	default:
		return dequantize(dst, tensor.As[int16](t.Data), scale, zero), nil
	}
}

// dequantize appends scale·(q − zero) for each q.
func dequantize[T int8 | uint8 | int16](dst []float32, src []T, scale float32, zero int64) []float32 {
	for _, q := range src {
		dst = append(dst, scale*float32(int64(q)-zero))
	}
	return dst
}

// affine returns the one scale and zero point of an integer output.
func affine(info *tensor.Info) (float32, int64, error) {
	switch info.DType {
	case tensor.Int8, tensor.Uint8, tensor.Int16:
	default:
		return 0, 0, fmt.Errorf("output %q: is %v; scores are float32, int8, uint8 or int16", info.Name, info.DType)
	}
	if len(info.Quant.Scale) != 1 || len(info.Quant.ZeroPoint) > 1 {
		return 0, 0, fmt.Errorf("output %q: is %v with %d scales; want one", info.Name, info.DType, len(info.Quant.Scale))
	}
	var zero int64
	if len(info.Quant.ZeroPoint) == 1 {
		zero = info.Quant.ZeroPoint[0]
	}
	return info.Quant.Scale[0], zero, nil
}

// readable checks that reals can read tensors like info.
func readable(info *tensor.Info) error {
	if info.DType == tensor.Float32 {
		return nil
	}
	_, _, err := affine(info)
	return err
}

// softmax turns logits into probabilities, in place.
func softmax(v []float32) {
	top := float32(math.Inf(-1))
	for _, x := range v {
		top = max(top, x)
	}
	sum := 0.0
	for i, x := range v {
		e := math.Exp(float64(x - top))
		v[i] = float32(e)
		sum += e
	}
	for i, e := range v {
		v[i] = float32(float64(e) / sum)
	}
}

// name returns the label of class i, or its number where there is none.
func name(labels []string, i int) string {
	if i >= 0 && i < len(labels) && labels[i] != "" {
		return labels[i]
	}
	return strconv.Itoa(i)
}
