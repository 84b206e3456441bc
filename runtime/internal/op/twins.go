package op

import (
	"slices"

	"edged/runtime/internal/kernel"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// Operators on float16 and int4 run on twins of their operands and outputs, of float32 and int8.

// twinned returns the type whose tensors have twins in this operator, and the twins' type; Invalid if it has none.
//
// Of float16 these are the operators that LiteRT computes in float32, rounding the result; of int4 those that it unpacks for.
func twinned(n *Node) (narrow, wide tensor.DType) {
	switch n.Op.Code {
	case tflite.OpAbs, tflite.OpAdd, tflite.OpAtan2, tflite.OpEqual, tflite.OpFloor, tflite.OpGelu, tflite.OpGreater,
		tflite.OpGreaterEqual, tflite.OpLess, tflite.OpLessEqual, tflite.OpLogistic, tflite.OpMaximum, tflite.OpMinimum, tflite.OpMul,
		tflite.OpNeg, tflite.OpNotEqual, tflite.OpQuantize, tflite.OpRelu, tflite.OpRelu6, tflite.OpReluN1To1, tflite.OpRound,
		tflite.OpRsqrt, tflite.OpSoftmax, tflite.OpSub, tflite.OpTanh:
		narrow, wide = tensor.Float16, tensor.Float32
	case tflite.OpDequantize:
		if len(n.In) > 0 && n.In[0] != nil && n.In[0].DType != tensor.Float16 {
			narrow, wide = tensor.Float16, tensor.Float32
		}
	case tflite.OpCast, tflite.OpConcatenation, tflite.OpDynamicUpdateSlice, tflite.OpEmbeddingLookup, tflite.OpGather,
		tflite.OpSlice, tflite.OpTranspose:
		narrow, wide = tensor.Int4, tensor.Int8
	}
	has := func(t *tensor.Tensor) bool { return t != nil && t.DType == narrow }
	if slices.ContainsFunc(n.In, has) || slices.ContainsFunc(n.Out, has) {
		return narrow, wide
	}
	return tensor.Invalid, tensor.Invalid
}

// twins are tensors of one type with their likes of another.
type twins struct {
	narrow, wide tensor.DType
	operands     bool // not outputs: constants need no Step
	tensors      []*tensor.Tensor
	likes        []*tensor.Tensor
}

// of returns t's like, or t where it is of another type. A constant's like is a constant.
func (w *twins) of(n *Node, t *tensor.Tensor) (*tensor.Tensor, error) {
	if t == nil || t.DType != w.narrow {
		return t, nil
	}
	if i := slices.Index(w.tensors, t); i >= 0 {
		return w.likes[i], nil
	}
	like := &tensor.Tensor{Info: t.Info}
	if like.DType = w.wide; w.operands && t.Data != nil {
		if err := w.room(n, like); err != nil {
			return nil, err
		}
		w.widen(like, t)
		return like, nil
	}
	w.tensors, w.likes = append(w.tensors, t), append(w.likes, like)
	return like, nil
}

// all replaces tensors by their likes.
func (w *twins) all(n *Node, list []*tensor.Tensor) (likes []*tensor.Tensor, err error) {
	likes = slices.Clone(list)
	for i, t := range list {
		if likes[i], err = w.of(n, t); err != nil {
			return nil, err
		}
	}
	return likes, nil
}

// room gives a like its memory.
func (w *twins) room(n *Node, like *tensor.Tensor) error {
	if _, err := sized(dimensions(like.Shape)...); err != nil {
		return err
	}
	if err := n.take(int64(like.DType.Bytes(1)) * elems64(like.Shape)); err != nil {
		return err
	}
	like.Data = make([]byte, like.DType.Bytes(like.Shape.Elems()))
	return nil
}

// rooms gives the likes of computed tensors their memory.
func (w *twins) rooms(n *Node) error {
	for _, t := range w.likes {
		if err := w.room(n, t); err != nil {
			return err
		}
	}
	return nil
}

func (w *twins) widen(like, t *tensor.Tensor) {
	if w.narrow == tensor.Float16 {
		kernel.Floats(tensor.As[float32](like.Data), tensor.As[uint16](t.Data))
	} else {
		kernel.UnpackInt4(tensor.As[int8](like.Data), t.Data)
	}
}

func (w *twins) shrink(t, like *tensor.Tensor) {
	if w.narrow == tensor.Float16 {
		kernel.Halves(tensor.As[uint16](t.Data), tensor.As[float32](like.Data))
	} else {
		kernel.PackInt4(t.Data, tensor.As[int8](like.Data))
	}
}

// prepareTwins prepares the operator for the likes of its operands and outputs.
func prepareTwins(n *Node, narrow, wide tensor.DType) (Step, error) {
	in, out := twins{narrow: narrow, wide: wide, operands: true}, twins{narrow: narrow, wide: wide}
	m, err := *n, error(nil)
	if m.In, err = in.all(n, n.In); err != nil {
		return nil, err
	}
	if m.Out, err = out.all(n, n.Out); err != nil {
		return nil, err
	}
	m.held = n.held
	step, err := Prepare(&m)
	n.MACs, n.Work, n.held = m.MACs, m.Work, m.held
	if err != nil {
		return nil, err
	}
	if m.Dynamic {
		return nil, unsupported("%s with computed operands", narrow)
	}
	for _, t := range out.likes {
		if t.DType != wide { // the operator gives its output the operands' type
			return nil, unsupported("operands of other types with output %s", narrow)
		}
	}
	for i, t := range m.Out {
		n.Out[i].Shape = t.Shape
	}
	if err := in.rooms(n); err != nil {
		return nil, err
	}
	return func() error {
		for i, t := range in.tensors {
			in.widen(in.likes[i], t)
		}
		if err := step(); err != nil {
			return err
		}
		for i, t := range out.tensors {
			out.shrink(t, out.likes[i])
		}
		return nil
	}, out.rooms(n)
}
