package op

import (
	"bytes"
	"fmt"
	"slices"

	"edged/runtime/internal/kernel"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// A string tensor's Data is tensor.Strings' packed form. How long it is only shows when the strings are there, so an
// output of strings has no place in the arena: the Step gives it memory, by pack.

// stringsOf returns a tensor's strings, as many as its shape says.
func stringsOf(t *tensor.Tensor) (tensor.Strings, error) {
	s, err := tensor.ParseStrings(t.Data)
	if err != nil {
		return s, fmt.Errorf("tensor %q: %w", t.Name, err)
	}
	if s.Len() != t.Shape.Elems() {
		return s, fmt.Errorf("tensor %q has %d strings, its shape is %s", t.Name, s.Len(), t.Shape)
	}
	return s, nil
}

// pack makes an output of a shape out of strings, the one at place i being at(i).
func (n *Node) pack(out *tensor.Tensor, shape tensor.Shape, at func(i int) []byte) error {
	count, sum := shape.Elems(), int64(0)
	for i := range count {
		sum += int64(len(at(i)))
	}
	size, ok := tensor.PackedSize(count, sum)
	if !ok || size > maxBytes {
		return fmt.Errorf("output %q of %d strings would be %d bytes", out.Name, count, size)
	}
	if err := n.room(out, int(size)); err != nil {
		return fmt.Errorf("output %q of %d strings: %w", out.Name, count, err)
	}
	out.Data = tensor.AppendStrings(out.Data[:0], count, at)
	if !slices.Equal(out.Shape, shape) {
		out.Shape = slices.Clone(shape)
	}
	return nil
}

// movedStrings returns which operand's elements an operator moves without a look at them, if it is one that moves strings
// in TFLite and they are strings, otherwise −1.
func movedStrings(n *Node) int {
	operand := -1
	switch n.Op.Code {
	case tflite.OpExpandDims, tflite.OpGather, tflite.OpGatherNd, tflite.OpReshape, tflite.OpSlice, tflite.OpSqueeze,
		tflite.OpStridedSlice, tflite.OpTile:
		operand = 0
	case tflite.OpFill:
		operand = 1
	}
	if operand < 0 || len(n.Out) != 1 || n.Out[0].DType != tensor.String {
		return -1
	}
	if in := n.optional(operand); in == nil || in.DType != tensor.String {
		return -1
	}
	return operand
}

// prepareStrings prepares an operator that moves strings: it moves their numbers, as int32, and then the strings by those.
func prepareStrings(n *Node, operand int) (Step, error) {
	in, out := n.In[operand], n.Out[0]
	numbers, err := n.numbered(in)
	if err != nil {
		return nil, err
	}
	places := &tensor.Tensor{Info: out.Info}
	places.DType = tensor.Int32
	inner := &Node{Op: n.Op, In: slices.Clone(n.In), Out: []*tensor.Tensor{places}, Pool: n.Pool, Model: n.Model}
	inner.In[operand] = numbers
	step, err := Prepare(inner)
	if err != nil {
		return nil, err
	}
	out.Shape, n.Dynamic = places.Shape, inner.Dynamic
	if !n.Dynamic {
		size := 4 * places.Shape.Elems()
		if err := n.take(int64(size)); err != nil {
			return nil, err
		}
		places.Data = make([]byte, size)
	}
	var from tensor.Strings
	at := func(i int) []byte { return from.At(int(tensor.As[int32](places.Data)[i])) }
	return func() (err error) {
		if err := step(); err != nil {
			return err
		}
		if from, err = stringsOf(in); err != nil {
			return err
		}
		return n.pack(out, places.Shape, at)
	}, nil
}

// numbered returns an int32 tensor of t's shape that counts its elements.
func (n *Node) numbered(t *tensor.Tensor) (*tensor.Tensor, error) {
	count := t.Shape.Elems()
	if err := n.take(4 * int64(count)); err != nil {
		return nil, err
	}
	numbers := &tensor.Tensor{Info: t.Info, Data: make([]byte, 4*count)}
	numbers.DType = tensor.Int32
	for i := range count {
		tensor.As[int32](numbers.Data)[i] = int32(i)
	}
	return numbers, nil
}

// compareStrings: EQUAL and NOT_EQUAL of strings, byte by byte.
func compareStrings(n *Node, w *kernel.Broadcast) (Step, error) {
	if !equality(n.Op.Code) {
		return nil, unsupported("operands %s", n.In[0].DType)
	}
	a, err := n.numbered(n.In[0])
	if err != nil {
		return nil, err
	}
	b, err := n.numbered(n.In[1])
	if err != nil {
		return nil, err
	}
	var left, right tensor.Strings
	equal := n.Op.Code == tflite.OpEqual
	f := func(a, b int32) bool { return bytes.Equal(left.At(int(a)), right.At(int(b))) == equal }
	inA, inB, out := n.In[0], n.In[1], n.Out[0]
	return func() (err error) {
		if left, err = stringsOf(inA); err != nil {
			return err
		}
		if right, err = stringsOf(inB); err != nil {
			return err
		}
		kernel.Compare(w, f, out.Data, tensor.As[int32](a.Data), tensor.As[int32](b.Data))
		return nil
	}, nil
}
