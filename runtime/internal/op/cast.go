package op

import (
	"math"

	"edged/runtime/internal/kernel"
	"edged/runtime/tensor"
)

// prepareCast: CAST between numbers and bools. Integers wrap around, floats lose their fraction, and anything but zero is
// true.
func prepareCast(n *Node) (Step, error) {
	if err := n.operands(1, 1, 1); err != nil {
		return nil, err
	}
	in, out := n.In[0], n.Out[0]
	out.Shape = in.Shape
	n.inPlace(0)
	step := castStep(n)
	if step == nil {
		return nil, unsupported("%s to %s", in.DType, out.DType)
	}
	return step, nil
}

// castStep returns the step by the input's type, or nil.
func castStep(n *Node) Step {
	if n.In[0].DType == tensor.Complex64 || n.Out[0].DType == tensor.Complex64 {
		return castComplex(n)
	}
	switch n.In[0].DType {
	case tensor.Int8:
		return castInteger[int8](n)
	case tensor.Uint8:
		return castInteger[uint8](n)
	case tensor.Int16:
		return castInteger[int16](n)
	case tensor.Uint16:
		return castInteger[uint16](n)
	case tensor.Int32:
		return castInteger[int32](n)
	case tensor.Uint32:
		return castInteger[uint32](n)
	case tensor.Int64:
		return castInteger[int64](n)
	case tensor.Uint64:
		return castInteger[uint64](n)
	case tensor.Float32:
		return castFloat32(n)
	case tensor.Float64:
		return castFloat[float64](n)
	case tensor.Float16:
		return castHalf(n)
	case tensor.Bool:
		return castBool(n)
	}
	return nil
}

// castInteger returns the step for integers of type A, or nil.
func castInteger[A kernel.Number](n *Node) Step {
	switch n.Out[0].DType {
	case tensor.Int8:
		return convert(n, kernel.Cast[int8, A])
	case tensor.Uint8:
		return convert(n, kernel.Cast[uint8, A])
	case tensor.Int16:
		return convert(n, kernel.Cast[int16, A])
	case tensor.Uint16:
		return convert(n, kernel.Cast[uint16, A])
	case tensor.Int32:
		return convert(n, kernel.Cast[int32, A])
	case tensor.Uint32:
		return convert(n, kernel.Cast[uint32, A])
	case tensor.Int64:
		return convert(n, kernel.Cast[int64, A])
	case tensor.Uint64:
		return convert(n, kernel.Cast[uint64, A])
	}
	return castAny[A](n)
}

// castFloat32 returns the step for float32, which has rules of its own for three types, or nil.
func castFloat32(n *Node) Step {
	switch n.Out[0].DType {
	case tensor.Int16:
		return convert(n, func(out []int16, in []float32) { kernel.Saturate(out, in, 0) })
	case tensor.Int32:
		return convert(n, func(out []int32, in []float32) { kernel.Saturate(out, in, math.MaxInt32) })
	case tensor.Uint8:
		return convert(n, func(out []uint8, in []float32) { kernel.Saturate(out, in, 0) })
	}
	return castFloat[float32](n)
}

// castFloat returns the step for floats of type A, or nil.
func castFloat[A float32 | float64](n *Node) Step {
	switch n.Out[0].DType {
	case tensor.Int8:
		return convert(n, kernel.Truncate[int8, A])
	case tensor.Uint8:
		return convert(n, kernel.Truncate[uint8, A])
	case tensor.Int16:
		return convert(n, kernel.Truncate[int16, A])
	case tensor.Uint16:
		return convert(n, kernel.Truncate[uint16, A])
	case tensor.Int32:
		return convert(n, kernel.Truncate[int32, A])
	case tensor.Uint32:
		return convert(n, kernel.Truncate[uint32, A])
	case tensor.Int64:
		return convert(n, kernel.Truncate[int64, A])
	case tensor.Uint64:
		return convert(n, kernel.Truncate[uint64, A])
	}
	return castAny[A](n)
}

// castAny returns the step to floats and bools, which any number takes, or nil.
func castAny[A kernel.Number](n *Node) Step {
	switch n.Out[0].DType {
	case tensor.Float32:
		return convert(n, kernel.Cast[float32, A])
	case tensor.Float64:
		return convert(n, kernel.Cast[float64, A])
	case tensor.Float16:
		return convert(n, kernel.Halves[A])
	case tensor.Bool:
		return convert(n, kernel.Truth[A])
	}
	return nil
}

// castHalf returns the step from float16, by way of float32, or nil.
func castHalf(n *Node) Step {
	return staged(n, 4, castFloat[float32], func(out, in []byte) {
		kernel.Floats(tensor.As[float32](out), tensor.As[uint16](in))
	})
}

// castBool returns the step from bools, by way of 0 and 1, or nil.
func castBool(n *Node) Step { return staged(n, 1, castInteger[uint8], kernel.Truth[uint8]) }

// staged returns the step of cast on what first makes of the input, elements of size bytes, piece by piece; or nil.
func staged(n *Node, size int, cast func(*Node) Step, first func(out, in []byte)) Step {
	const most = 256
	in, out, buffer := n.In[0], n.Out[0], make([]byte, most*size)
	piece, result := &tensor.Tensor{}, &tensor.Tensor{Info: out.Info}
	step := cast(&Node{In: []*tensor.Tensor{piece}, Out: []*tensor.Tensor{result}})
	if step == nil {
		return nil
	}
	from, to := in.DType.Bytes(1), out.DType.Bytes(1)
	return func() error {
		for at, end := 0, len(in.Data)/from; at < end; at += most {
			k := min(most, end-at)
			piece.Data, result.Data = buffer[:k*size], out.Data[at*to:(at+k)*to]
			first(piece.Data, in.Data[at*from:(at+k)*from])
			if err := step(); err != nil {
				return err
			}
		}
		return nil
	}
}

// convert runs f from input 0 to output 0.
func convert[A, B kernel.Number](n *Node, f func(out []B, in []A)) Step {
	in, out := n.In[0], n.Out[0]
	return func() error {
		f(tensor.As[B](out.Data), tensor.As[A](in.Data))
		return nil
	}
}
