package op

import (
	"math"

	"edged/runtime/internal/kernel"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// activationFunc returns a fused activation of a recurrent layer as a function.
func activationFunc(act tflite.Activation) (func(float32) float32, error) {
	switch act {
	case tflite.ActTanh:
		return kernel.Tanh, nil
	case tflite.ActSignBit:
		return func(x float32) float32 { return float32(math.Float32bits(x) >> 31) }, nil
	}
	lo, hi, err := activationFloat(act)
	return func(x float32) float32 { return min(max(x, lo), hi) }, err
}

// takeRecurrent counts bytes, and what a recurrent layer keeps of its weights: the sums of rows, and int4 weights unpacked.
func (n *Node) takeRecurrent(bytes int64) error {
	for _, w := range n.In {
		if w == nil || !narrow(w) || len(w.Shape) != 2 {
			continue
		}
		if bytes += 8 * int64(w.Shape[0]); w.DType == tensor.Int4 {
			bytes += int64(w.Shape.Elems())
		}
	}
	return n.take(bytes)
}

// matrix reads constant weights [rows,cols] of a float layer, float32, int8 or int4; the zero Matrix if t is nil. Old
// converters say uint8 of what are int8 without a zero point, and TFLite's kernels read them so.
// asymmetric says how a hybrid layer quantizes what it multiplies.
func matrix(what string, t *tensor.Tensor, rows, cols int, asymmetric bool) (m kernel.Matrix, err error) {
	if t == nil {
		return m, nil
	}
	if err := shaped(what, t, rows, cols); err != nil {
		return m, err
	}
	if t.DType == tensor.Float32 {
		return kernel.Matrix{F: tensor.As[float32](t.Data)}, nil
	}
	if !narrow(t) && t.DType != tensor.Uint8 {
		return m, unsupported("%s %s", what, t.DType)
	}
	a, err := affine(what, t)
	if err != nil {
		return m, err
	}
	if a.Zero != 0 && t.DType != tensor.Uint8 {
		return m, unsupported("%s with zero point %d", what, a.Zero)
	}
	rule := kernel.QuantizeRowSymmetric
	if asymmetric {
		rule = kernel.QuantizeRowTFLite
	}
	return kernel.NewMatrix8(tensor.As[int8](wide(t)), cols, a.Scale, rule), nil
}

// shaped checks that a constant has the given dimensions, none of them zero.
func shaped(what string, t *tensor.Tensor, dims ...int) error {
	if !constant(t) {
		return unsupported("%s %q is computed, not constant", what, t.Name)
	}
	ok := len(t.Shape) == len(dims)
	for i := 0; ok && i < len(dims); i++ {
		ok = t.Shape[i] == dims[i] && dims[i] > 0
	}
	if !ok {
		return malformed("%s %q is %s, want %s", what, t.Name, t.Shape, tensor.Shape(dims))
	}
	return nil
}

// vector reads a constant of n elements; nil if t is.
func vector[T float32 | int16 | int32](what string, t *tensor.Tensor, d tensor.DType, n int) ([]T, error) {
	if t == nil {
		return nil, nil
	}
	if err := shaped(what, t, n); err != nil {
		return nil, err
	}
	if t.DType != d {
		return nil, unsupported("%s %s, want %s", what, t.DType, d)
	}
	return tensor.As[T](t.Data), nil
}

// state checks a layer's variable tensor.
func state(what string, t *tensor.Tensor, d tensor.DType, elems int64) error {
	if t != nil && t.Data != nil {
		return malformed("%s %q is a constant, want a variable", what, t.Name)
	}
	if t == nil {
		return malformed("%s is left out", what)
	}
	if t.DType != d {
		return unsupported("%s %s, want %s", what, t.DType, d)
	}
	if elems64(t.Shape) != elems {
		return malformed("%s %q is %s, want %d elements", what, t.Name, t.Shape, elems)
	}
	return nil
}
