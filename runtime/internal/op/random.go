package op

import (
	"math/rand/v2"

	"edged/runtime/internal/kernel"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// philox returns the stream that an operator's seeds ask for, which goes on from step to step until the session is reset.
// Two seeds of zero ask for a stream that is never the same. TFLite keeps seeds in an int, so of the file's 64 bits only 32
// count.
func (n *Node) philox() *kernel.Philox {
	o := options[tflite.RandomOptions](n)
	seed, seed2 := uint64(int32(o.Seed)), uint64(int32(o.Seed2))
	if seed == 0 && seed2 == 0 {
		seed, seed2 = rand.Uint64(), rand.Uint64()
	}
	p := kernel.NewPhilox(seed, seed2)
	n.Model.OnReset(func() { p = kernel.NewPhilox(seed, seed2) })
	n.Stateful = true
	return &p
}

// prepareRandom: RANDOM_UNIFORM and RANDOM_STANDARD_NORMAL: float32 of the shape in operand 0.
func prepareRandom(n *Node) (Step, error) {
	if err := n.operands(1, 1, 1); err != nil {
		return nil, err
	}
	shape, out := n.In[0], n.Out[0]
	if shape.DType != tensor.Int32 || out.DType != tensor.Float32 {
		return nil, unsupported("shape %s with output %s", shape.DType, out.DType)
	}
	if len(shape.Shape) != 1 {
		return nil, malformed("shape is %s, want one dimension", shape.Shape)
	}
	fill := kernel.RandomUniform
	if n.Op.Code == tflite.OpRandomStandardNormal {
		fill = kernel.RandomNormal
	}
	p := n.philox()
	step := func() error {
		fill(p, tensor.As[float32](out.Data))
		return nil
	}
	if constant(shape) {
		return step, n.randomShape()
	}
	n.Dynamic = true
	return func() error {
		if err := n.randomShape(); err != nil {
			return err
		}
		if err := n.Grow(out, out.Shape); err != nil {
			return err
		}
		return step()
	}, nil
}

// randomShape gives the output the shape in operand 0.
func (n *Node) randomShape() (err error) {
	dims, err := numbers("shape", n.In[0])
	if err != nil {
		return err
	}
	n.Out[0].Shape, err = sized(dimensions(dims)...)
	return err
}

// prepareMultinomial: MULTINOMIAL draws classes by the logits in operand 0 [N,classes], as many for each row as operand 1
// says; out [N,draws].
func prepareMultinomial(n *Node) (Step, error) {
	if err := n.operands(2, 2, 1); err != nil {
		return nil, err
	}
	logits, count, out := n.In[0], n.In[1], n.Out[0]
	if logits.DType != tensor.Float32 || count.DType != tensor.Int32 || out.DType != tensor.Int32 && out.DType != tensor.Int64 {
		return nil, unsupported("logits %s and count %s with output %s", logits.DType, count.DType, out.DType)
	}
	if len(logits.Shape) != 2 || logits.Shape[1] == 0 || count.Shape.Elems() != 1 {
		return nil, malformed("logits are %s and their count %s", logits.Shape, count.Shape)
	}
	if err := n.take(8 * int64(logits.Shape[1])); err != nil {
		return nil, err
	}
	p, m := n.philox(), kernel.NewMultinomial(logits.Shape[0], logits.Shape[1])
	step := func() error {
		m.Samples = out.Shape[1]
		if out.DType == tensor.Int32 {
			kernel.DrawMultinomial(m, p, tensor.As[int32](out.Data), tensor.As[float32](logits.Data))
		} else {
			kernel.DrawMultinomial(m, p, tensor.As[int64](out.Data), tensor.As[float32](logits.Data))
		}
		return nil
	}
	if constant(count) {
		return step, n.drawnShape()
	}
	n.Dynamic = true
	return func() error {
		if err := n.drawnShape(); err != nil {
			return err
		}
		if err := n.Grow(out, out.Shape); err != nil {
			return err
		}
		return step()
	}, nil
}

// drawnShape gives the output of MULTINOMIAL its shape.
func (n *Node) drawnShape() error {
	count, err := number("count", n.In[1])
	if err != nil {
		return err
	}
	n.Out[0].Shape, err = sized(int64(n.In[0].Shape[0]), int64(count))
	return err
}

// prepareBitGenerator: STABLEHLO_RNG_BIT_GENERATOR fills output 1, of the shape that the file gives it, with random bits
// that the state in operand 0 decides; output 0 is the state after that.
func prepareBitGenerator(n *Node) (Step, error) {
	if err := n.operands(1, 1, 2); err != nil {
		return nil, err
	}
	state, next, out := n.In[0], n.Out[0], n.Out[1]
	if state.DType != tensor.Uint64 || next.DType != tensor.Uint64 {
		return nil, unsupported("state %s with output %s", state.DType, next.DType)
	}
	switch out.DType {
	case tensor.Int32, tensor.Uint32, tensor.Int64, tensor.Uint64:
	default:
		return nil, unsupported("output %s", out.DType)
	}
	algorithm := options[tflite.RNGOptions](n).Algorithm
	if algorithm > tflite.RNGThreefry {
		return nil, unsupported("random number generator %d", algorithm)
	}
	threefry := algorithm == tflite.RNGThreefry
	if len(state.Shape) != 1 || state.Shape[0] != 2 && (threefry || state.Shape[0] != 3) {
		return nil, malformed("state is %s", state.Shape)
	}
	next.Shape = state.Shape
	return func() error {
		words := tensor.As[uint32](next.Data)
		copy(words, tensor.As[uint32](state.Data))
		counter := kernel.BitGenerator(threefry, tensor.As[uint32](out.Data), words)
		copy(words[2:], counter[:])
		return nil
	}, nil
}
