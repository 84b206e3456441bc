package op

import (
	"slices"

	"edged/runtime/internal/kernel"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// prepareBucketize: BUCKETIZE gives for each element the number of the bucket between sorted boundaries that it lies in,
// int32.
func prepareBucketize(n *Node) (Step, error) {
	bounds := options[tflite.BucketizeOptions](n).Boundaries
	if err := n.operands(1, 1, 1); err != nil {
		return nil, err
	}
	in, out := n.In[0], n.Out[0]
	if out.DType != tensor.Int32 {
		return nil, unsupported("input %s with output %s", in.DType, out.DType)
	}
	for i := range len(bounds) - 1 {
		if bounds[i+1] < bounds[i] {
			return nil, malformed("boundary %d is %g, the one before it %g", i+1, bounds[i+1], bounds[i])
		}
	}
	out.Shape = slices.Clone(in.Shape)
	n.inPlace(0)
	switch in.DType {
	case tensor.Float32:
		return bucketizeStep[float32, float32](n, bounds), nil
	case tensor.Float64:
		return bucketizeStep[float64, float64](n, bounds), nil
	case tensor.Int32:
		return bucketizeStep[float32, int32](n, bounds), nil
	case tensor.Int64:
		return bucketizeStep[float32, int64](n, bounds), nil
	}
	return nil, unsupported("input %s", in.DType)
}

func bucketizeStep[B float32 | float64, T int32 | int64 | float32 | float64](n *Node, bounds []float32) Step {
	in, out := n.In[0], n.Out[0]
	return func() error {
		kernel.Bucketize[B](tensor.As[int32](out.Data), tensor.As[T](in.Data), bounds)
		return nil
	}
}
