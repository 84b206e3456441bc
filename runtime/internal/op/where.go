package op

import "edged/runtime/tensor"

// prepareWhere: WHERE gives the indices, int64 [count, rank], of the elements that are not zero, in row-major order.
func prepareWhere(n *Node) (Step, error) {
	if err := n.operands(1, 1, 1); err != nil {
		return nil, err
	}
	in, out := n.In[0], n.Out[0]
	if out.DType != tensor.Int64 {
		return nil, unsupported("output %s", out.DType)
	}
	size := in.DType.Bytes(1)
	if size == 0 || in.DType == tensor.Int4 {
		return nil, unsupported("condition %s", in.DType)
	}
	n.Dynamic = true
	return func() error {
		count := 0
		for i := range in.Shape.Elems() {
			if !zero(in.Data[i*size : (i+1)*size]) {
				count++
			}
		}
		if err := n.Grow(out, tensor.Shape{count, len(in.Shape)}); err != nil {
			return err
		}
		to := tensor.As[int64](out.Data)
		for i := range in.Shape.Elems() {
			if zero(in.Data[i*size : (i+1)*size]) {
				continue
			}
			at := i
			for d := len(in.Shape) - 1; d >= 0; d-- {
				to[d], at = int64(at%in.Shape[d]), at/in.Shape[d]
			}
			to = to[len(in.Shape):]
		}
		return nil
	}, nil
}

func zero(b []byte) bool {
	for _, v := range b {
		if v != 0 {
			return false
		}
	}
	return true
}
