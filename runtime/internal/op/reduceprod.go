package op

import (
	"edged/runtime/internal/kernel"
	"edged/runtime/tensor"
)

// prepareReduceProd: REDUCE_PROD of float32, integers (which wrap around) and quantized int8 and int16 over some axes.
func prepareReduceProd(n *Node) (Step, error) {
	if s := late(n, prepareReduceProd, 1); s != nil {
		return s, nil
	}
	f, err := reduction(n)
	if err != nil {
		return nil, err
	}
	if n.In[0].Quant.Quantized() {
		return quantizedProd(n, f)
	}
	switch d := n.In[0].DType; d {
	case tensor.Float32:
		return fold(n, f, tensor.As[float32], 1, kernel.Product), nil
	case tensor.Int8:
		return fold(n, f, tensor.As[int8], 1, kernel.Product), nil
	case tensor.Uint8:
		return fold(n, f, tensor.As[uint8], 1, kernel.Product), nil
	case tensor.Int16:
		return fold(n, f, tensor.As[int16], 1, kernel.Product), nil
	case tensor.Int32:
		return fold(n, f, tensor.As[int32], 1, kernel.Product), nil
	case tensor.Int64:
		return fold(n, f, tensor.As[int64], 1, kernel.Product), nil
	default:
		return nil, unsupported("input %s", d)
	}
}

func quantizedProd(n *Node, f *kernel.Fold) (Step, error) {
	in, err := affine("input", n.In[0])
	if err != nil {
		return nil, err
	}
	out, err := affine("output", n.Out[0])
	if err != nil {
		return nil, err
	}
	if f.Count == 0 || f.Out == 0 || !taken(n) {
		return nil, unsupported("product of an empty tensor %s, or over no axis", n.In[0].Shape)
	}
	from, to := n.In[0], n.Out[0]
	p := kernel.NewProdFixed(f, in, out)
	switch from.DType {
	case tensor.Int8:
		return func() error {
			kernel.RunProdFixed(p, tensor.As[int8](to.Data), tensor.As[int8](from.Data))
			return nil
		}, nil
	case tensor.Int16:
		return func() error {
			kernel.RunProdFixed(p, tensor.As[int16](to.Data), tensor.As[int16](from.Data))
			return nil
		}, nil
	}
	return nil, unsupported("quantized input %s", from.DType)
}
