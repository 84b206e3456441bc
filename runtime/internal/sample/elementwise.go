package sample

import (
	"slices"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// Elementwise operators work on 105 elements: over a vector register, and no multiple of one.
var elementwiseShape = []int{1, 3, 5, 7}

func each() operand { return data(elementwiseShape...) }

// elementwise lists the operators whose results depend on the operands' elements of the same place.
func elementwise() []Operator {
	unary := sample{in: takes(each()), out: gives(each())}
	pair := sample{in: takes(each(), each()), out: gives(each())}
	binary := []sample{pair, {in: takes(each(), data(7)), out: gives(each())}, {in: takes(data(7), each()), out: gives(each())}}
	truth := of(tensor.Bool, elementwiseShape...)
	compare := sample{in: takes(each(), each()), out: gives(truth)}
	q15 := func(o operand) operand { return o.scaled(tensor.Int16, 1.0/32768, 0) }
	logistic := sample{in: takes(each()), out: gives(q15(each()))}
	leaky, gelu := unary, unary
	leaky.options, gelu.options = &tflite.LeakyReluOptions{Alpha: 0.1}, &tflite.GeluOptions{}
	return slices.Concat(
		list(unary, tflite.OpAbs, tflite.OpCeil, tflite.OpCos, tflite.OpElu, tflite.OpExp, tflite.OpFloor, tflite.OpHardSwish, tflite.OpLog,
			tflite.OpLogicalNot, tflite.OpNeg, tflite.OpRelu, tflite.OpRelu0To1, tflite.OpRelu6, tflite.OpReluN1To1, tflite.OpRound,
			tflite.OpRsqrt, tflite.OpSign, tflite.OpSin, tflite.OpSqrt, tflite.OpSquare, tflite.OpZerosLike),
		list(leaky, tflite.OpLeakyRelu),
		list(gelu, tflite.OpGelu),
		list(logistic, tflite.OpLogistic, tflite.OpTanh),
		list(pair, tflite.OpAddN),
		several(binary, tflite.OpAdd, tflite.OpAtan2, tflite.OpBitwiseXor, tflite.OpDiv, tflite.OpFloorDiv, tflite.OpFloorMod,
			tflite.OpLogicalAnd, tflite.OpLogicalOr, tflite.OpMaximum, tflite.OpMinimum, tflite.OpMul, tflite.OpPow, tflite.OpRightShift,
			tflite.OpSquaredDifference, tflite.OpSub),
		list(compare, tflite.OpEqual, tflite.OpGreater, tflite.OpGreaterEqual, tflite.OpLess, tflite.OpLessEqual, tflite.OpNotEqual),
		[]Operator{
			one(tflite.OpPrelu, sample{in: takes(each(), each()), out: gives(each())}, sample{in: takes(each(), weights(0, 1, 1, 7)), out: gives(each()),
				only: func(k Kind) bool { return !k.Layers || k.Weights == tensor.Float16 }}),
			one(tflite.OpSelect, sample{in: takes(truth, each(), each()), out: gives(each())}),
			one(tflite.OpSelectV2, sample{in: takes(truth, each(), each()), out: gives(each())}),
			one(tflite.OpBucketize, sample{options: &tflite.BucketizeOptions{Boundaries: []float32{0, 0.5, 3}}, in: takes(each()),
				out: gives(of(tensor.Int32, elementwiseShape...))}),
			one(tflite.OpFakeQuant, sample{options: &tflite.FakeQuantOptions{Min: -1, Max: 1, NumBits: 8}, in: takes(each()), out: gives(each())}),
			one(tflite.OpQuantize, quantizes()...),
			one(tflite.OpDequantize, sample{in: takes(each().scaled(tensor.Int32, 0.01, 0)), out: gives(of(tensor.Float32, elementwiseShape...))},
				sample{in: takes(weights(1, 3, 4)), out: gives(of(tensor.Float32, 3, 4)), only: func(k Kind) bool { return k.PerChannel }}),
			one(tflite.OpCast, casts()...),
			one(tflite.OpBitcast, sample{in: takes(data(2, 4)), out: gives(of(tensor.Uint8, 2, 4))}),
			one(tflite.OpComplexAbs, parts()), one(tflite.OpReal, parts()), one(tflite.OpImag, parts()),
		},
	)
}

// quantizes: a QUANTIZE's kind is that of its output.
func quantizes() []sample {
	var all []sample
	for _, from := range []tensor.DType{tensor.Float32, tensor.Int8, tensor.Uint8, tensor.Int16, tensor.Int32} {
		all = append(all, sample{in: takes(of(from, elementwiseShape...).scaled(tensor.Int32, 0.01, 0)),
			out: gives(each().scaled(tensor.Int32, 0.01, 0))})
	}
	return all
}

// casts: a CAST's kind is that of its input.
func casts() []sample {
	var all []sample
	for _, k := range Kinds() {
		all = append(all, sample{in: takes(each()), out: gives(of(k.Data, elementwiseShape...))})
	}
	return all
}

// parts gives a number of each complex one.
func parts() sample {
	return sample{in: takes(each()), out: gives(of(tensor.Float32, elementwiseShape...))}
}
