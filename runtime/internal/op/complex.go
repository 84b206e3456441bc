package op

import (
	"edged/runtime/internal/kernel"
	"edged/runtime/tensor"
)

// castComplex is CAST from or to complex64, by way of float32: of a complex number only the real part counts. It returns nil
// where there is no such cast.
func castComplex(n *Node) Step {
	in, out := n.In[0], n.Out[0]
	if in.DType == out.DType {
		return func() error {
			copy(out.Data, in.Data)
			return nil
		}
	}
	if in.DType == tensor.Complex64 {
		return staged(n, 4, castFloat[float32], func(out, in []byte) {
			kernel.RealParts(tensor.As[float32](out), tensor.As[complex64](in))
		})
	}
	return toComplex(n)
}

// toComplex casts to float32 piece by piece, and each piece to complex64.
func toComplex(n *Node) Step {
	const most = 256
	in, out := n.In[0], n.Out[0]
	piece := &tensor.Tensor{Info: in.Info}
	reals := &tensor.Tensor{Info: tensor.Info{DType: tensor.Float32}}
	step := castStep(&Node{In: []*tensor.Tensor{piece}, Out: []*tensor.Tensor{reals}})
	if step == nil {
		return nil
	}
	size, buffer := in.DType.Bytes(1), make([]byte, 4*most)
	return func() error {
		for at, end := 0, len(out.Data)/8; at < end; at += most {
			k := min(most, end-at)
			piece.Data, reals.Data = in.Data[at*size:(at+k)*size], buffer[:4*k]
			if err := step(); err != nil {
				return err
			}
			kernel.Complexes(tensor.As[complex64](out.Data[8*at:8*(at+k)]), tensor.As[float32](reals.Data))
		}
		return nil
	}
}
