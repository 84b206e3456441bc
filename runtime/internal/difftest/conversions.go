package main

import (
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

var conversions = []family{
	{name: "quantize/float32-int8", draw: convert(tflite.OpQuantize, tensor.Float32, tensor.Int8)},
	{name: "quantize/float32-uint8", draw: convert(tflite.OpQuantize, tensor.Float32, tensor.Uint8)},
	{name: "quantize/float32-int16", draw: convert(tflite.OpQuantize, tensor.Float32, tensor.Int16)},
	{name: "quantize/int8-int8", draw: convert(tflite.OpQuantize, tensor.Int8, tensor.Int8)},
	{name: "quantize/int8-uint8", draw: convert(tflite.OpQuantize, tensor.Int8, tensor.Uint8)},
	{name: "quantize/int8-int16", draw: convert(tflite.OpQuantize, tensor.Int8, tensor.Int16)},
	{name: "quantize/uint8-int8", draw: convert(tflite.OpQuantize, tensor.Uint8, tensor.Int8)},
	{name: "quantize/uint8-uint8", draw: convert(tflite.OpQuantize, tensor.Uint8, tensor.Uint8)},
	{name: "quantize/int16-int8", draw: convert(tflite.OpQuantize, tensor.Int16, tensor.Int8)},
	{name: "quantize/int16-int16", draw: convert(tflite.OpQuantize, tensor.Int16, tensor.Int16)},
	{name: "quantize/int16-int32", draw: convert(tflite.OpQuantize, tensor.Int16, tensor.Int32)},
	{name: "quantize/int32-int8", draw: convert(tflite.OpQuantize, tensor.Int32, tensor.Int8)},
	{name: "quantize/int32-int16", draw: convert(tflite.OpQuantize, tensor.Int32, tensor.Int16)},
	{name: "dequantize/int8", draw: convert(tflite.OpDequantize, tensor.Int8, tensor.Float32)},
	{name: "dequantize/uint8", draw: convert(tflite.OpDequantize, tensor.Uint8, tensor.Float32)},
	{name: "dequantize/int16", draw: convert(tflite.OpDequantize, tensor.Int16, tensor.Float32)},
	{name: "cast", draw: cast},
}

func convert(code tflite.OpCode, from, to tensor.DType) func(*draw) {
	return func(d *draw) {
		in, out := d.quantized(from, d.shape(1, 4, 8)), d.quantized(to, nil)
		if from == tensor.Int32 {
			in.quant = d.quant(from)
		}
		if to == tensor.Int32 {
			out.quant = d.quant(to)
		}
		x := d.input(in)
		d.output(d.op(code, nil, out, x))
	}
}

func cast(d *draw) {
	types := []tensor.DType{tensor.Float32, tensor.Int8, tensor.Uint8, tensor.Int16, tensor.Int32, tensor.Int64, tensor.Bool}
	from, to := oneOf(&d.choices, types...), oneOf(&d.choices, types...)
	x := d.input(kind{dtype: from, shape: d.shape(1, 4, 6)})
	d.output(d.op(tflite.OpCast, &tflite.CastOptions{From: from, To: to}, kind{dtype: to}, x))
}
