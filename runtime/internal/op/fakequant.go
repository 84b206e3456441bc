package op

import (
	"slices"

	"edged/runtime/internal/kernel"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// prepareFakeQuant: FAKE_QUANT rounds float32 to the values that num_bits between min and max have. A narrow range is
// refused, as in TFLite.
func prepareFakeQuant(n *Node) (Step, error) {
	o := options[tflite.FakeQuantOptions](n)
	if err := n.operands(1, 1, 1); err != nil {
		return nil, err
	}
	in, out := n.In[0], n.Out[0]
	if in.DType != tensor.Float32 || out.DType != tensor.Float32 {
		return nil, unsupported("input %s with output %s", in.DType, out.DType)
	}
	if o.NarrowRange {
		return nil, unsupported("narrow range")
	}
	if o.NumBits < 1 || o.NumBits > 16 {
		return nil, malformed("%d bits, want 1 to 16", o.NumBits)
	}
	out.Shape = slices.Clone(in.Shape)
	n.inPlace(0)
	q := kernel.NewFakeQuant(o.Min, o.Max, o.NumBits)
	return func() error {
		q.Run(tensor.As[float32](out.Data), tensor.As[float32](in.Data))
		return nil
	}, nil
}
