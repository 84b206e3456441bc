package main

import (
	"strings"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

var (
	allTypes     = []tensor.DType{tensor.Int8, tensor.Uint8, tensor.Int16, tensor.Int32, tensor.Int64, tensor.Float32}
	withoutInt16 = []tensor.DType{tensor.Int8, tensor.Uint8, tensor.Int32, tensor.Int64, tensor.Float32}
	withoutInt64 = []tensor.DType{tensor.Int8, tensor.Uint8, tensor.Int16, tensor.Int32, tensor.Float32}
	plainTypes   = []tensor.DType{tensor.Int32, tensor.Int64, tensor.Float32}
)

var binaries = concat(
	each(tflite.OpAdd, arithmetic, allTypes...),
	each(tflite.OpSub, arithmetic, allTypes...),
	each(tflite.OpMul, arithmetic, allTypes...),
	each(tflite.OpDiv, arithmetic, tensor.Uint8, tensor.Float32),
	each(tflite.OpMaximum, sameScale, allTypes...),
	each(tflite.OpMinimum, sameScale, allTypes...),
	each(tflite.OpSquaredDifference, arithmetic, tensor.Int8, tensor.Int32, tensor.Float32),
	each(tflite.OpEqual, compare, allTypes...),
	each(tflite.OpNotEqual, compare, allTypes...),
	each(tflite.OpLess, compare, allTypes...),
	each(tflite.OpLessEqual, compare, allTypes...),
	each(tflite.OpGreater, compare, allTypes...),
	each(tflite.OpGreaterEqual, compare, allTypes...),
	each(tflite.OpPrelu, prelu, tensor.Int8, tensor.Uint8, tensor.Float32),
	each(tflite.OpSelectV2, selectV2, allTypes...),
)

// each makes a family of an operator for every type.
func each(code tflite.OpCode, draw func(tflite.OpCode, tensor.DType) func(*draw), types ...tensor.DType) []family {
	var list []family
	for _, t := range types {
		name := strings.ReplaceAll(strings.ToLower(code.String()), "_", "-") + "/" + t.String()
		list = append(list, family{name: name, draw: draw(code, t)})
	}
	return list
}

func concat(lists ...[]family) (all []family) {
	for _, l := range lists {
		all = append(all, l...)
	}
	return all
}

// pair adds two operands that broadcast; at least one is an input.
func (d *draw) pair(a, b kind) (x, y int) {
	if d.chance(8) {
		return d.constant(a), d.input(b)
	}
	return d.input(a), d.operand(b)
}

func arithmetic(code tflite.OpCode, t tensor.DType) func(*draw) {
	return func(d *draw) {
		a, b := d.broadcastable(d.between(1, 6), 6)
		x, y := d.pair(d.quantized(t, a), d.quantized(t, b))
		out := d.quantized(t, nil)
		var o any
		switch code {
		case tflite.OpAdd, tflite.OpSub:
			o = &tflite.ArithmeticOptions{Activation: d.activation()}
		case tflite.OpMul, tflite.OpDiv:
			o = &tflite.ArithmeticOptions{Activation: d.activation()}
		}
		d.output(d.op(code, o, out, x, y))
	}
}

// sameScale: the operator takes operands and gives an output of one scale, as converters make them.
func sameScale(code tflite.OpCode, t tensor.DType) func(*draw) {
	return func(d *draw) {
		a, b := d.broadcastable(d.between(1, 6), 6)
		ka := d.quantized(t, a)
		x, y := d.pair(ka, kind{dtype: t, shape: b, quant: ka.quant})
		d.output(d.op(code, nil, kind{dtype: t, quant: ka.quant}, x, y))
	}
}

func compare(code tflite.OpCode, t tensor.DType) func(*draw) {
	return func(d *draw) {
		a, b := d.broadcastable(d.between(1, 4), 6)
		x, y := d.pair(d.quantized(t, a), d.quantized(t, b))
		d.output(d.op(code, nil, kind{dtype: tensor.Bool}, x, y))
	}
}

func prelu(code tflite.OpCode, t tensor.DType) func(*draw) {
	return func(d *draw) {
		in := tensor.Shape{d.between(1, 2), d.between(1, 6), d.between(1, 6), d.between(1, 20)}
		alpha := tensor.Shape{1, 1, in[3]}
		if d.chance(3) {
			alpha = tensor.Shape{in[1], in[2], in[3]}
		}
		x := d.input(d.quantized(t, in))
		a := d.constant(d.quantized(t, alpha))
		d.output(d.op(code, nil, d.quantized(t, nil), x, a))
	}
}

func selectV2(code tflite.OpCode, t tensor.DType) func(*draw) {
	return func(d *draw) {
		a, b := d.broadcastable(4, 5)
		k := d.quantized(t, a)
		c := d.input(kind{dtype: tensor.Bool, shape: b})
		x := d.input(k)
		y := d.operand(kind{dtype: t, shape: oneOf(&d.choices, a, b), quant: k.quant})
		d.output(d.op(code, nil, kind{dtype: t, quant: k.quant}, c, x, y))
	}
}
