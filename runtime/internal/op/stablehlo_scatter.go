package op

import (
	"edged/runtime/internal/kernel"
	"edged/runtime/tensor"
)

// scatterer returns a scatter into tensors of the given type.
func scatterer(d tensor.DType, j kernel.Join, s *kernel.Scatter) (run func(out, updates []byte, at []int64), err error) {
	switch d {
	case tensor.Bool:
		run = scatterWith(s, kernel.JoinBool(j))
	case tensor.Float16:
		run = scatterWith(s, kernel.JoinHalf(j))
	case tensor.Float32:
		run = scatterWith(s, kernel.JoinOf[float32](j))
	case tensor.Float64:
		run = scatterWith(s, kernel.JoinOf[float64](j))
	case tensor.Int8:
		run = scatterWith(s, kernel.JoinOf[int8](j))
	case tensor.Uint8:
		run = scatterWith(s, kernel.JoinOf[uint8](j))
	case tensor.Int16:
		run = scatterWith(s, kernel.JoinOf[int16](j))
	case tensor.Uint16:
		run = scatterWith(s, kernel.JoinOf[uint16](j))
	case tensor.Int32:
		run = scatterWith(s, kernel.JoinOf[int32](j))
	case tensor.Uint32:
		run = scatterWith(s, kernel.JoinOf[uint32](j))
	case tensor.Int64:
		run = scatterWith(s, kernel.JoinOf[int64](j))
	case tensor.Uint64:
		run = scatterWith(s, kernel.JoinOf[uint64](j))
	}
	if run == nil {
		return nil, unsupported("input %s", d)
	}
	return run, nil
}

func scatterWith[T kernel.Number](s *kernel.Scatter, f func(a, b T) T) func(out, updates []byte, at []int64) {
	if f == nil {
		return nil
	}
	return func(out, updates []byte, at []int64) {
		kernel.ScatterJoin(s, tensor.As[T](out), tensor.As[T](updates), at, f)
	}
}
