package main

import (
	"slices"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

var quantizedAndFloat = []tensor.DType{tensor.Int8, tensor.Uint8, tensor.Int16, tensor.Float32}

var unaries = concat(
	each(tflite.OpRelu, unary, quantizedAndFloat...),
	each(tflite.OpRelu6, unary, quantizedAndFloat...),
	each(tflite.OpReluN1To1, unary, tensor.Int8, tensor.Uint8, tensor.Float32),
	each(tflite.OpRelu0To1, unary, tensor.Int8, tensor.Uint8, tensor.Float32),
	each(tflite.OpLogistic, fixedScale(1.0/256, 1.0/32768), quantizedAndFloat...),
	each(tflite.OpTanh, fixedScale(1.0/128, 1.0/32768), quantizedAndFloat...),
	each(tflite.OpHardSwish, unary, tensor.Int8, tensor.Uint8, tensor.Float32),
	each(tflite.OpElu, unary, tensor.Int8, tensor.Float32),
	each(tflite.OpGelu, gelu, tensor.Int8, tensor.Uint8, tensor.Float32),
	each(tflite.OpLeakyRelu, leaky, quantizedAndFloat...),
	each(tflite.OpAbs, unary, tensor.Int8, tensor.Int16, tensor.Int32, tensor.Float32),
	each(tflite.OpNeg, unary, plainTypes...),
	each(tflite.OpRsqrt, positive, tensor.Int8, tensor.Int16, tensor.Float32),
	each(tflite.OpSqrt, positive, tensor.Float32),
	each(tflite.OpLog, positive, tensor.Int8, tensor.Int16, tensor.Float32),
	each(tflite.OpExp, unary, tensor.Int8, tensor.Int16, tensor.Float32),
	each(tflite.OpSin, unary, tensor.Float32),
	each(tflite.OpCos, unary, tensor.Float32),
	each(tflite.OpSquare, unary, tensor.Float32),
	each(tflite.OpFloor, unary, tensor.Float32),
	each(tflite.OpCeil, unary, tensor.Float32),
	each(tflite.OpRound, unary, tensor.Float32),
	each(tflite.OpSign, unary, tensor.Int32, tensor.Float32),
	each(tflite.OpZerosLike, unary, plainTypes...),
)

func unary(code tflite.OpCode, t tensor.DType) func(*draw) {
	return func(d *draw) {
		x := d.input(d.quantized(t, d.shape(1, 5, 7)))
		d.output(d.op(code, nil, d.quantized(t, nil), x))
	}
}

// fixedScale: LOGISTIC and TANH have the output's scale by definition, bytes and int16.
func fixedScale(bytes, words float32) func(tflite.OpCode, tensor.DType) func(*draw) {
	return func(code tflite.OpCode, t tensor.DType) func(*draw) {
		return func(d *draw) {
			x := d.input(d.quantized(t, d.shape(1, 4, 7)))
			out := kind{dtype: t}
			switch {
			case t == tensor.Int16:
				out.quant = perTensor(words, 0)
			case t == tensor.Int8 && code == tflite.OpLogistic:
				out.quant = perTensor(bytes, -128)
			case t == tensor.Uint8 && code == tflite.OpTanh:
				out.quant = perTensor(bytes, 128)
			case t != tensor.Float32:
				out.quant = perTensor(bytes, 0)
			}
			d.output(d.op(code, nil, out, x))
		}
	}
}

func gelu(code tflite.OpCode, t tensor.DType) func(*draw) {
	return func(d *draw) {
		x := d.input(d.quantized(t, d.shape(1, 4, 7)))
		d.output(d.op(code, &tflite.GeluOptions{Approximate: d.chance(2)}, d.quantized(t, nil), x))
	}
}

func leaky(code tflite.OpCode, t tensor.DType) func(*draw) {
	return func(d *draw) {
		x := d.input(d.quantized(t, d.shape(1, 4, 7)))
		alpha := float32(d.between(0, 300)-100) / 100
		d.output(d.op(code, &tflite.LeakyReluOptions{Alpha: alpha}, d.quantized(t, nil), x))
	}
}

// positive: operators of which LiteRT refuses or leaves open what they make of negative values.
func positive(code tflite.OpCode, t tensor.DType) func(*draw) {
	return func(d *draw) {
		k := d.quantized(t, d.shape(1, 4, 7))
		data := d.values(t, k.shape.Elems())
		switch t {
		case tensor.Int8:
			k.quant.ZeroPoint[0] = -128
		case tensor.Int16:
			for i, v := range tensor.As[int16](slices.Clone(data)) {
				v &= 0x7fff
				data[2*i], data[2*i+1] = byte(v), byte(v>>8)
			}
		case tensor.Float32:
			for i := 3; i < len(data); i += 4 {
				data[i] &= 0x7f
			}
		}
		x := d.inputOf(k, data)
		d.output(d.op(code, nil, d.quantized(t, nil), x))
	}
}
