package main

import (
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// graphs are of two to five operators: XNNPACK fuses some with their neighbours, and keeps its own values within what it
// takes of a graph.
var graphs = []family{
	{name: "graph/int8", draw: network(int8PerTensor)},
	{name: "graph/int8-channel", draw: network(int8PerChannel)},
	{name: "graph/uint8", draw: network(uint8Weights)},
	{name: "graph/int16x8", draw: network(int16x8)},
	{name: "graph/float32", draw: network(floats)},
	{name: "graph/float16", draw: network(halves)},
	{name: "graph/mixed", draw: mixed(int8PerChannel)},
	{name: "graph/mixed-uint8", draw: mixed(uint8Weights)},

	// A float that is a little off before a layer that quantizes can become another integer there. A fused activation that cuts
	// the range makes a larger part of it of that.
	{name: "graph/hybrid", draw: network(hybridChannel.with(uncut)), apart: 2e-2},
}

// value is a tensor of a graph in the making; its shape is known.
type value struct {
	tensor int
	kind
}

// stage adds an operator after v, and perhaps others that it needs.
type stage func(d *draw, w weighting, v value) value

// images are the stages over [N,H,W,C].
var images = []stage{
	convStage, convStage, depthwiseStage, transposeStage, addStage, addStage, padStage, poolStage, unaryStage, rescaleStage,
	meanStage, denseStage, concatenationStage, resizeStage,
}

// rows are the stages over other shapes.
var rows = []stage{denseStage, denseStage, unaryStage, addStage, softmaxStage, rescaleStage}

func network(w weighting) func(*draw) {
	return func(d *draw) {
		k := d.quantized(w.in, tensor.Shape{d.between(1, 2), d.between(1, 9), d.between(1, 9), d.between(1, 9)})
		d.output(d.stages(w, value{d.input(k), k}).tensor)
	}
}

// stages adds some, and now and then makes an intermediate value an output.
func (d *draw) stages(w weighting, v value) value {
	for i := range d.between(1, 4) {
		if i > 0 && d.chance(10) {
			d.output(v.tensor)
		}
		if len(v.shape) == 4 {
			v = oneOf(&d.choices, images...)(d, w, v)
		} else {
			v = oneOf(&d.choices, rows...)(d, w, v)
		}
	}
	return v
}

// mixed is a network of integers between floats.
func mixed(w weighting) func(*draw) {
	return func(d *draw) {
		in := kind{dtype: tensor.Float32, shape: tensor.Shape{d.between(1, 2), d.between(1, 9), d.between(1, 9), d.between(1, 9)}}
		k := d.quantized(w.in, in.shape)
		v := value{d.op(tflite.OpQuantize, nil, k, d.input(in)), k}
		v = d.stages(w, v)
		d.output(d.op(tflite.OpDequantize, nil, kind{dtype: tensor.Float32, shape: v.shape}, v.tensor))
	}
}

// seen is the shape of what a window of h×w makes of v.
func (v value) seen(h, w, strideH, strideW int, p tflite.Padding, channels int) tensor.Shape {
	return tensor.Shape{v.shape[0], outSize(v.shape[1], h, strideH, 1, p), outSize(v.shape[2], w, strideW, 1, p), channels}
}

// out adds an operator.
func (d *draw) out(code tflite.OpCode, options any, k kind, inputs ...int) value {
	return value{d.op(code, options, k, inputs...), k}
}

func convStage(d *draw, w weighting, v value) value {
	o := tflite.Conv2DOptions{Padding: d.padding(), StrideW: d.between(1, 2), StrideH: d.between(1, 2), DilationW: 1, DilationH: 1,
		Activation: d.activationOf(w), BiasType: d.biasType(w)}
	kh, kw := min(d.between(1, 3), v.shape[1]), min(d.between(1, 3), v.shape[2])
	weights := tensor.Shape{d.between(1, 9), kh, kw, v.shape[3]}
	w.biased = true
	f, b, out := d.weights(w, v.kind, weights, 0, kh*kw*v.shape[3])
	out.shape = v.seen(kh, kw, o.StrideH, o.StrideW, o.Padding, weights[0])
	return d.out(tflite.OpConv2d, &o, out, v.tensor, f, b)
}

func depthwiseStage(d *draw, w weighting, v value) value {
	o := tflite.DepthwiseConv2DOptions{Padding: d.padding(), StrideW: d.between(1, 2), DilationW: 1, DilationH: 1,
		DepthMultiplier: d.between(1, 2), Activation: d.activationOf(w)}
	o.StrideH = o.StrideW
	kh, kw := min(d.between(1, 3), v.shape[1]), min(d.between(1, 3), v.shape[2])
	weights := tensor.Shape{1, kh, kw, v.shape[3] * o.DepthMultiplier}
	f, b, out := d.weights(w, v.kind, weights, 3, kh*kw)
	out.shape = v.seen(kh, kw, o.StrideH, o.StrideW, o.Padding, weights[3])
	return d.out(tflite.OpDepthwiseConv2d, &o, out, operandsOf(v.tensor, f, b)...)
}

func transposeStage(d *draw, w weighting, v value) value {
	o := tflite.TransposeConvOptions{StrideW: d.between(1, 2), StrideH: d.between(1, 2), BiasType: d.biasType(w)}
	kh, kw := d.between(1, 3), d.between(1, 3)
	weights := tensor.Shape{d.between(1, 6), kh, kw, v.shape[3]}
	f, b, out := d.weights(w, v.kind, weights, 0, kh*kw*v.shape[3])
	out.shape = tensor.Shape{v.shape[0], v.shape[1] * o.StrideH, v.shape[2] * o.StrideW, weights[0]}
	operands := []int{d.ints(out.shape...), f, v.tensor}
	if b >= 0 {
		operands = append(operands, b)
	}
	return d.out(tflite.OpTransposeConv, &o, out, operands...)
}

// denseStage flattens, as LiteRT's kernel does by itself.
func denseStage(d *draw, w weighting, v value) value {
	o := tflite.FullyConnectedOptions{Activation: d.activationOf(w), BiasType: d.biasType(w)}
	o.KeepNumDims = len(v.shape) == 2 && d.chance(2)
	n, k := d.between(1, 9), v.shape[1:].Elems()
	f, b, out := d.weights(w, v.kind, tensor.Shape{n, k}, 0, k)
	out.shape = tensor.Shape{v.shape[0], n}
	return d.out(tflite.OpFullyConnected, &o, out, v.tensor, f, b)
}

// near is the kind of v with another scale, if there is any, near the first.
func (d *draw) near(v value) kind {
	k := kind{dtype: v.dtype, shape: v.shape}
	if v.dtype != tensor.Float32 {
		k.quant = perTensor(v.quant.Scale[0]*float32(d.between(4, 24))/8, d.zero(v.dtype))
	}
	return k
}

// addStage adds or multiplies: v with itself, or with a constant for each channel.
func addStage(d *draw, w weighting, v value) value {
	code := oneOf(&d.choices, tflite.OpAdd, tflite.OpMul, tflite.OpSub)
	other := v.tensor
	if d.chance(2) {
		k := d.near(v)
		k.shape = tensor.Shape{v.shape[len(v.shape)-1]}
		other = d.constant(k)
	}
	return d.out(code, &tflite.ArithmeticOptions{Activation: d.activationOf(w)}, d.near(v), v.tensor, other)
}

func padStage(d *draw, _ weighting, v value) value {
	h, w := d.between(0, 2), d.between(0, 2)
	top, left := d.below(h+1), d.below(w+1)
	by := d.add(kind{dtype: tensor.Int32, shape: tensor.Shape{4, 2}}, int32s(0, 0, top, h-top, left, w-left, 0, 0))
	out := v.kind
	out.shape = tensor.Shape{v.shape[0], v.shape[1] + h, v.shape[2] + w, v.shape[3]}
	return d.out(tflite.OpPad, nil, out, v.tensor, by)
}

func poolStage(d *draw, w weighting, v value) value {
	o := tflite.Pool2DOptions{Padding: d.padding(), StrideW: d.between(1, 2), StrideH: d.between(1, 2),
		FilterW: min(d.between(1, 3), v.shape[2]), FilterH: min(d.between(1, 3), v.shape[1]), Activation: d.activationOf(w)}
	out := v.kind
	out.shape = v.seen(o.FilterH, o.FilterW, o.StrideH, o.StrideW, o.Padding, v.shape[3])
	return d.out(oneOf(&d.choices, tflite.OpMaxPool2d, tflite.OpAveragePool2d), &o, out, v.tensor)
}

func unaryStage(d *draw, w weighting, v value) value {
	code := tflite.OpRelu
	if w.odd != uncut {
		code = oneOf(&d.choices, tflite.OpRelu, tflite.OpRelu6, tflite.OpLogistic, tflite.OpTanh)
	}
	out := d.near(v)
	if v.dtype != tensor.Float32 && (code == tflite.OpLogistic || code == tflite.OpTanh) {
		out.quant = unitScale(v.dtype, code == tflite.OpTanh)
	}
	return d.out(code, nil, out, v.tensor)
}

// unitScale is the scale of what lies in 0 … 1 or, signed, in −1 … 1, by definition of the operators.
func unitScale(t tensor.DType, signed bool) tensor.Quant {
	lo, hi := limits(t)
	switch {
	case t == tensor.Int16:
		return perTensor(1.0/32768, 0)
	case signed:
		return perTensor(1.0/128, (lo+hi+1)/2)
	}
	return perTensor(1.0/256, lo)
}

// rescaleStage is a QUANTIZE to another scale, or of floats a LEAKY_RELU.
func rescaleStage(d *draw, _ weighting, v value) value {
	if v.dtype == tensor.Float32 {
		return d.out(tflite.OpLeakyRelu, &tflite.LeakyReluOptions{Alpha: 0.25}, v.kind, v.tensor)
	}
	return d.out(tflite.OpQuantize, nil, d.near(v), v.tensor)
}

func meanStage(d *draw, _ weighting, v value) value {
	keep := d.chance(2)
	out := d.near(v)
	if out.shape = (tensor.Shape{v.shape[0], v.shape[3]}); keep {
		out.shape = tensor.Shape{v.shape[0], 1, 1, v.shape[3]}
	}
	return d.out(tflite.OpMean, &tflite.ReducerOptions{KeepDims: keep}, out, v.tensor, d.ints(1, 2))
}

// concatenationStage joins v with itself, or with a constant.
func concatenationStage(d *draw, _ weighting, v value) value {
	other := v.tensor
	if d.chance(2) {
		other = d.constant(v.kind)
	}
	out := v.kind
	out.shape = tensor.Shape{v.shape[0], v.shape[1], v.shape[2], 2 * v.shape[3]}
	return d.out(tflite.OpConcatenation, &tflite.ConcatenationOptions{Axis: 3}, out, v.tensor, other)
}

func resizeStage(d *draw, _ weighting, v value) value {
	h, w := d.between(1, 9), d.between(1, 9)
	out := v.kind
	out.shape = tensor.Shape{v.shape[0], h, w, v.shape[3]}
	code := oneOf(&d.choices, tflite.OpResizeBilinear, tflite.OpResizeNearestNeighbor)
	return d.out(code, &tflite.ResizeOptions{HalfPixelCenters: d.chance(2)}, out, v.tensor, d.ints(h, w))
}

func softmaxStage(d *draw, _ weighting, v value) value {
	out := kind{dtype: v.dtype, shape: v.shape}
	if v.dtype != tensor.Float32 {
		out.quant = unitScale(v.dtype, false)
	}
	return d.out(tflite.OpSoftmax, &tflite.SoftmaxOptions{Beta: 1}, out, v.tensor)
}
