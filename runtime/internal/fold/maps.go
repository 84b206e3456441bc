package fold

import (
	"slices"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// elementwise reports whether an operator may make each element of its result of its operands' elements of the same place and
// nothing else. Whether it does is tried: those that fail on some bytes stay what they are.
func elementwise(c tflite.OpCode) bool {
	switch c {
	case tflite.OpAbs, tflite.OpAdd, tflite.OpAtan2, tflite.OpCast, tflite.OpCeil, tflite.OpCos, tflite.OpDequantize, tflite.OpDiv,
		tflite.OpElu, tflite.OpEqual, tflite.OpExp, tflite.OpFakeQuant, tflite.OpFloor, tflite.OpFloorDiv, tflite.OpFloorMod, tflite.OpGelu,
		tflite.OpGreater, tflite.OpGreaterEqual, tflite.OpHardSwish, tflite.OpLeakyRelu, tflite.OpLess, tflite.OpLessEqual,
		tflite.OpLog, tflite.OpLogicalAnd, tflite.OpLogicalNot, tflite.OpLogicalOr, tflite.OpLogistic, tflite.OpMaximum,
		tflite.OpMinimum, tflite.OpMul, tflite.OpNeg, tflite.OpNotEqual, tflite.OpPow, tflite.OpPrelu, tflite.OpQuantize,
		tflite.OpRelu, tflite.OpRelu0To1, tflite.OpRelu6, tflite.OpReluN1To1, tflite.OpRound, tflite.OpRsqrt, tflite.OpSign,
		tflite.OpSin, tflite.OpSqrt, tflite.OpSquare, tflite.OpSquaredDifference, tflite.OpSub, tflite.OpTanh:
		return true
	}
	return false
}

// maps finds what is a function of each byte of one tensor, its base, and makes tables of it.
func (f *folder) maps() {
	base := make([]int, len(f.Graph.Tensors)) // by tensor: what it is a function of, perhaps itself; −1 for nothing
	for t := range base {
		base[t] = -1
		if d := f.tensor(t).DType; (d == tensor.Int8 || d == tensor.Uint8) && !f.fixed[t] && !f.tensor(t).Variable {
			base[t] = t
		}
	}
	mapped := f.mapped(base)
	for e := len(f.Graph.Ops) - 1; e >= 0; e-- { // a row's end comes before what it is made of
		if _, gone := f.Gone[e]; !gone && mapped[e] >= 0 {
			f.mapTo(e, mapped)
		}
	}
	f.index()
}

// longest is the row of operators that makes a table at most: a file may have any number.
const longest = 64

// mapped returns the base of each operator's result, or −1, and sets that of what one operator alone needs.
func (f *folder) mapped(base []int) []int {
	mapped, length := make([]int, len(f.Graph.Ops)), make([]int, len(f.Graph.Tensors))
	for i := range f.Graph.Ops {
		mapped[i] = -1
		o := f.op(i)
		if !elementwise(o.Code) || len(o.Outputs) != 1 {
			continue
		}
		b, n := f.baseOf(o, base), 1
		for _, t := range o.Inputs {
			if b >= 0 {
				n += length[t]
			}
		}
		if b < 0 || n > longest {
			continue
		}
		mapped[i] = b
		if out := o.Outputs[0]; f.only(out) >= 0 {
			base[out], length[out] = b, n
		}
	}
	return mapped
}

// baseOf returns the tensor whose bytes an operator's result depends on; −1 if there is none, or several.
func (f *folder) baseOf(o *tflite.Op, base []int) int {
	b := -1
	for _, t := range o.Inputs {
		switch {
		case t < 0:
			return -1
		case f.fixed[t]:
			if !beside(f.tensor(t)) {
				return -1
			}
		case base[t] < 0 || b >= 0 && b != base[t]:
			return -1
		default:
			b = base[t]
		}
	}
	return b
}

// beside reports whether a constant has one element, or one for each channel: all dimensions but the last are 1.
func beside(t *tflite.Tensor) bool {
	for d, n := range t.Shape {
		if n < 1 || n > maxChannels || n > 1 && d < len(t.Shape)-1 {
			return false
		}
	}
	return len(t.Data) == t.DType.Bytes(t.Shape.Elems())
}

// row collects the operators between base b and the result of operator e, in order.
func (f *folder) row(e, b int) []int {
	row, seen := []int{e}, map[int]bool{e: true}
	for i := 0; i < len(row); i++ {
		for _, t := range f.op(row[i]).Inputs {
			if t != b && !f.fixed[t] && !seen[f.from[t]] {
				seen[f.from[t]] = true
				row = append(row, f.from[t])
			}
		}
	}
	slices.Sort(row)
	return row
}

// mapTo makes a table of the row of operators that ends with e, or a clamp of what computes their base.
func (f *folder) mapTo(e int, mapped []int) {
	b := mapped[e]
	row := f.row(e, b)
	producer, alone := f.clamping(b, e, mapped), len(row) == 1 && len(f.op(e).Inputs) == 1
	if producer < 0 && alone { // it is a table already
		return
	}
	switch m, ok := f.tabulate(row, b); {
	case !ok:
	case producer >= 0 && f.clamp(producer, e, m):
		for _, i := range row {
			f.drop(i, producer)
		}
	case !alone:
		f.replace(row, b, m)
	}
}
