package main

import (
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

var pools = []family{
	{name: "average-pool/int8", draw: pool(tflite.OpAveragePool2d, tensor.Int8)},
	{name: "average-pool/uint8", draw: pool(tflite.OpAveragePool2d, tensor.Uint8)},
	{name: "average-pool/int16", draw: pool(tflite.OpAveragePool2d, tensor.Int16)},
	{name: "average-pool/float32", draw: pool(tflite.OpAveragePool2d, tensor.Float32)},
	{name: "max-pool/int8", draw: pool(tflite.OpMaxPool2d, tensor.Int8)},
	{name: "max-pool/uint8", draw: pool(tflite.OpMaxPool2d, tensor.Uint8)},
	{name: "max-pool/int16", draw: pool(tflite.OpMaxPool2d, tensor.Int16)},
	{name: "max-pool/float32", draw: pool(tflite.OpMaxPool2d, tensor.Float32)},
	{name: "l2-pool/float32", draw: pool(tflite.OpL2Pool2d, tensor.Float32)},
	{name: "resize-bilinear/int8", draw: resize(tflite.OpResizeBilinear, tensor.Int8)},
	{name: "resize-bilinear/uint8", draw: resize(tflite.OpResizeBilinear, tensor.Uint8)},
	{name: "resize-bilinear/int16", draw: resize(tflite.OpResizeBilinear, tensor.Int16)},
	{name: "resize-bilinear/float32", draw: resize(tflite.OpResizeBilinear, tensor.Float32)},
	{name: "resize-nearest/int8", draw: resize(tflite.OpResizeNearestNeighbor, tensor.Int8)},
	{name: "resize-nearest/uint8", draw: resize(tflite.OpResizeNearestNeighbor, tensor.Uint8)},
	{name: "resize-nearest/int16", draw: resize(tflite.OpResizeNearestNeighbor, tensor.Int16)},
	{name: "resize-nearest/float32", draw: resize(tflite.OpResizeNearestNeighbor, tensor.Float32)},
}

// quantized returns a kind with scales drawn if the type is quantized.
func (d *draw) quantized(t tensor.DType, shape tensor.Shape) kind {
	k := kind{dtype: t, shape: shape}
	if t == tensor.Int8 || t == tensor.Uint8 || t == tensor.Int16 {
		k.quant = d.quant(t)
	}
	return k
}

func pool(code tflite.OpCode, t tensor.DType) func(*draw) {
	return func(d *draw) {
		o := tflite.Pool2DOptions{Padding: d.padding(), StrideW: d.between(1, 3), StrideH: d.between(1, 3),
			FilterW: d.between(1, 6), FilterH: d.between(1, 6), Activation: d.activation()}
		k := d.quantized(t, d.image(o.FilterH, o.FilterW, d.between(1, 40)))
		x := d.input(k)
		d.output(d.op(code, &o, kind{dtype: t, quant: k.quant}, x))
	}
}

func resize(code tflite.OpCode, t tensor.DType) func(*draw) {
	return func(d *draw) {
		o := tflite.ResizeOptions{}
		switch d.below(3) {
		case 1:
			o.AlignCorners = true
		case 2:
			o.HalfPixelCenters = true
		}
		k := d.quantized(t, d.image(1, 1, d.between(1, 20)))
		x := d.input(k)
		size := d.ints(d.between(1, 16), d.between(1, 16))
		d.output(d.op(code, &o, kind{dtype: t, quant: k.quant}, x, size))
	}
}
