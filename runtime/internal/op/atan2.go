package op

import (
	"math"

	"edged/runtime/internal/kernel"
	"edged/runtime/tensor"
)

// prepareAtan2: ATAN2 of two float32 tensors, broadcast: the angle of the point (second, first).
func prepareAtan2(n *Node) (Step, error) {
	w, err := binary(n)
	if err != nil {
		return nil, err
	}
	a, b, out := n.In[0], n.In[1], n.Out[0]
	if a.DType != tensor.Float32 {
		return nil, unsupported("operands %s", a.DType)
	}
	inf := float32(math.Inf(1))
	angle := func(y, x float32) float32 { return float32(math.Atan2(float64(y), float64(x))) }
	return func() error {
		kernel.Binary(w, angle, -inf, inf, tensor.As[float32](out.Data), tensor.As[float32](a.Data), tensor.As[float32](b.Data))
		return nil
	}, nil
}
