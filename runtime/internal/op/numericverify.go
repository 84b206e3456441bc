package op

import (
	"fmt"
	"math"

	"edged/runtime/tensor"
)

// prepareNumericVerify: NumericVerify gives the differences of quantized numbers in operand 0 from the floats in operand 1.
// With the option log_if_failed one above the option tolerance, in steps of the scale, is an error, unless the tolerance
// is below 0.1.
func prepareNumericVerify(n *Node) (Step, error) {
	if err := n.operands(2, 2, 1); err != nil {
		return nil, err
	}
	in, reference, out := n.In[0], n.In[1], n.Out[0]
	o := readCustom(n)
	tolerance, fails := o.float("tolerance"), o.bool("log_if_failed")
	if o.err != nil {
		return nil, o.err
	}
	switch in.DType {
	case tensor.Uint8, tensor.Int8, tensor.Int16, tensor.Float16:
	default:
		return nil, unsupported("input %s", in.DType)
	}
	if reference.DType != tensor.Float32 {
		return nil, unsupported("reference %s", reference.DType)
	}
	if reference.Shape.Elems() != in.Shape.Elems() {
		return nil, malformed("input %s, reference %s", in.Shape, reference.Shape)
	}
	dequantize, err := prepareDequantize(&Node{Op: n.Op, In: n.In[:1], Out: n.Out, Pool: n.Pool, Model: n.Model})
	if err != nil {
		return nil, err
	}
	most := float32(math.Inf(1))
	if fails && tolerance >= 0.1 {
		most = tolerance * onlyScale(in)
	}
	return func() error {
		if err := dequantize(); err != nil {
			return err
		}
		to := tensor.As[float32](out.Data)
		for i, v := range tensor.As[float32](reference.Data) {
			if to[i] -= v; to[i] > most || -to[i] > most {
				return fmt.Errorf("element %d is %g, %g from its reference, and %g are allowed", i, v+to[i], to[i], most)
			}
		}
		return nil
	}, nil
}

// onlyScale returns a tensor's scale, 0 if it has none or several.
func onlyScale(t *tensor.Tensor) float32 {
	if len(t.Quant.Scale) != 1 {
		return 0
	}
	return t.Quant.Scale[0]
}
