package main

import (
	"encoding/binary"
	"math/rand/v2"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// integers are operators on numbers without scales, and on bools.
var integers = concat(
	each(tflite.OpFloorDiv, divided, tensor.Int8, tensor.Int16, tensor.Int32, tensor.Float32),
	each(tflite.OpFloorMod, divided, tensor.Int8, tensor.Int16, tensor.Int32, tensor.Int64, tensor.Float32),
	each(tflite.OpDiv, dividedRaw, tensor.Int32),
	each(tflite.OpPow, power, tensor.Int32, tensor.Float32),
	each(tflite.OpAtan2, alike, tensor.Float32),
	each(tflite.OpBitwiseXor, raw, tensor.Int8, tensor.Uint8, tensor.Int16, tensor.Uint16, tensor.Int32, tensor.Uint32),
	each(tflite.OpRightShift, shiftedBy, tensor.Int8, tensor.Uint8, tensor.Int16, tensor.Uint16, tensor.Int32, tensor.Uint32),
	each(tflite.OpLogicalAnd, raw, tensor.Bool),
	each(tflite.OpLogicalOr, raw, tensor.Bool),
	each(tflite.OpLogicalNot, rawUnary, tensor.Bool),
	each(tflite.OpEqual, raw, tensor.Bool),
	each(tflite.OpNotEqual, raw, tensor.Bool),
	withoutScales(each(tflite.OpEqual, raw, tensor.Int16)),
	withoutScales(each(tflite.OpAdd, raw, tensor.Int16)),
	withoutScales(each(tflite.OpMul, raw, tensor.Int16)),
	each(tflite.OpMul, raw, tensor.Uint32),
	each(tflite.OpAddN, addN, tensor.Int32, tensor.Float32),
	withoutScales(each(tflite.OpReduceProd, productOfNumbers, tensor.Int8, tensor.Uint8, tensor.Int16, tensor.Int64)),
)

// withoutScales renames families of types that others draw with scales.
func withoutScales(list []family) []family {
	for i := range list {
		list[i].name += "-unscaled"
	}
	return list
}

// result is the output of a comparison or of an operator that keeps its type.
func result(code tflite.OpCode, t tensor.DType) kind {
	if code == tflite.OpEqual || code == tflite.OpNotEqual {
		t = tensor.Bool
	}
	return kind{dtype: t}
}

// optionsOf returns the options that the operator's kernel looks at whether it needs them or not.
func optionsOf(code tflite.OpCode) any {
	switch code {
	case tflite.OpAdd, tflite.OpSub, tflite.OpMul, tflite.OpDiv:
		return &tflite.ArithmeticOptions{}
	}
	return nil
}

// raw: two operands without scales, broadcast.
func raw(code tflite.OpCode, t tensor.DType) func(*draw) {
	return func(d *draw) {
		a, b := d.broadcastable(d.between(1, 5), 5)
		x, y := d.pair(kind{dtype: t, shape: a}, kind{dtype: t, shape: b})
		d.output(d.op(code, optionsOf(code), result(code, t), x, y))
	}
}

// alike: two operands of one shape.
func alike(code tflite.OpCode, t tensor.DType) func(*draw) {
	return func(d *draw) {
		k := kind{dtype: t, shape: d.shape(0, 5, 5)}
		x, y := d.pair(k, k)
		d.output(d.op(code, optionsOf(code), result(code, t), x, y))
	}
}

func rawUnary(code tflite.OpCode, t tensor.DType) func(*draw) {
	return func(d *draw) {
		x := d.input(kind{dtype: t, shape: d.shape(1, 5, 6)})
		d.output(d.op(code, nil, kind{dtype: t}, x))
	}
}

// divided: the divisor has no zeros.
func divided(code tflite.OpCode, t tensor.DType) func(*draw) {
	return func(d *draw) {
		a, b := d.broadcastable(d.between(1, 5), 5)
		x := d.input(kind{dtype: t, shape: a})
		y := d.inputOf(kind{dtype: t, shape: b}, nonZero(t, d.values(t, b.Elems())))
		d.output(d.op(code, optionsOf(code), kind{dtype: t}, x, y))
	}
}

func dividedRaw(code tflite.OpCode, t tensor.DType) func(*draw) { return divided(code, t) }

// nonZero puts 3, or true, in the place of every zero.
func nonZero(t tensor.DType, data []byte) []byte {
	three := make([]byte, t.Bytes(1))
	switch three[0] = 3; t {
	case tensor.Float32:
		binary.LittleEndian.PutUint32(three, 0x40400000)
	case tensor.Bool:
		three[0] = 1
	}
	for at := 0; at < len(data); at += len(three) {
		zero := true
		for _, b := range data[at : at+len(three)] {
			zero = zero && b == 0
		}
		if zero {
			copy(data[at:], three)
		}
	}
	return data
}

// power: bases and exponents whose powers are numbers.
func power(code tflite.OpCode, t tensor.DType) func(*draw) {
	return func(d *draw) {
		a, b := d.broadcastable(d.between(1, 5), 5)
		ka, kb := kind{dtype: t, shape: a}, kind{dtype: t, shape: b}
		r := rand.New(rand.NewPCG(uint64(d.below(1<<16)), 9))
		if t == tensor.Int32 {
			x := d.inputOf(ka, int32s(small(r, a.Elems(), -9, 9)...))
			y := d.inputOf(kb, int32s(small(r, b.Elems(), 0, 12)...))
			d.output(d.op(code, nil, kind{dtype: t}, x, y))
			return
		}
		bases := d.values(t, a.Elems())
		for i := 3; i < len(bases); i += 4 {
			bases[i] &= 0x7f
		}
		x := d.inputOf(ka, bases)
		y := d.input(kb)
		d.output(d.op(code, nil, kind{dtype: t}, x, y))
	}
}

func small(r *rand.Rand, n, lo, hi int) []int {
	v := make([]int, n)
	for i := range v {
		v[i] = lo + r.IntN(hi-lo+1)
	}
	return v
}

// shiftedBy: the second operand is a count of bits, some of them too many.
func shiftedBy(code tflite.OpCode, t tensor.DType) func(*draw) {
	return func(d *draw) {
		a, b := d.broadcastable(d.between(1, 5), 5)
		x := d.input(kind{dtype: t, shape: a})
		r := rand.New(rand.NewPCG(uint64(d.below(1<<16)), 9))
		lo := 0
		if t == tensor.Int8 || t == tensor.Int16 || t == tensor.Int32 {
			lo = -2
		}
		var counts []byte
		for _, v := range small(r, b.Elems(), lo, t.Bytes(1)*8+1) {
			counts = append(counts, int32s(v)[:t.Bytes(1)]...)
		}
		y := d.inputOf(kind{dtype: t, shape: b}, counts)
		d.output(d.op(code, nil, kind{dtype: t}, x, y))
	}
}

func addN(code tflite.OpCode, t tensor.DType) func(*draw) {
	return func(d *draw) {
		k := kind{dtype: t, shape: d.shape(1, 4, 6)}
		operands := []int{d.input(k)}
		for range d.between(1, 4) {
			operands = append(operands, d.operand(k))
		}
		d.output(d.op(code, nil, kind{dtype: t}, operands...))
	}
}

func productOfNumbers(code tflite.OpCode, t tensor.DType) func(*draw) {
	return func(d *draw) {
		k := kind{dtype: t, shape: d.shape(1, 5, 5)}
		x := d.input(k)
		axes := d.axes(len(k.shape))
		d.output(d.op(code, &tflite.ReducerOptions{KeepDims: d.chance(2)}, kind{dtype: t}, x, axes))
	}
}
