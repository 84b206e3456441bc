package main

import (
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

var normalizations = concat(
	each(tflite.OpSoftmax, softmax, quantizedAndFloat...),
	each(tflite.OpLogSoftmax, logSoftmax, tensor.Int8, tensor.Uint8, tensor.Float32),
	each(tflite.OpL2Normalization, l2norm, tensor.Int8, tensor.Uint8, tensor.Float32),
)

func softmax(code tflite.OpCode, t tensor.DType) func(*draw) {
	return func(d *draw) {
		beta := oneOf(&d.choices, 1, 0.5, 2, 0.1)
		x := d.input(d.quantized(t, append(d.shape(0, 3, 5), d.between(1, 30))))
		out := kind{dtype: t}
		switch t {
		case tensor.Int8:
			out.quant = perTensor(1.0/256, -128)
		case tensor.Uint8:
			out.quant = perTensor(1.0/256, 0)
		case tensor.Int16:
			out.quant = perTensor(1.0/32768, 0)
		}
		d.output(d.op(code, &tflite.SoftmaxOptions{Beta: float32(beta)}, out, x))
	}
}

func logSoftmax(code tflite.OpCode, t tensor.DType) func(*draw) {
	return func(d *draw) {
		x := d.input(d.quantized(t, append(d.shape(0, 3, 5), d.between(1, 30))))
		out := kind{dtype: t}
		switch t {
		case tensor.Int8:
			out.quant = perTensor(16.0/256, 127)
		case tensor.Uint8:
			out.quant = perTensor(16.0/256, 255)
		}
		d.output(d.op(code, nil, out, x))
	}
}

func l2norm(code tflite.OpCode, t tensor.DType) func(*draw) {
	return func(d *draw) {
		x := d.input(d.quantized(t, append(d.shape(0, 3, 5), d.between(1, 30))))
		out := kind{dtype: t}
		switch t {
		case tensor.Int8:
			out.quant = perTensor(1.0/128, 0)
		case tensor.Uint8:
			out.quant = perTensor(1.0/128, 128)
		}
		d.output(d.op(code, &tflite.L2NormOptions{}, out, x))
	}
}
