package main

import (
	"encoding/binary"
	"math"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// weighting is how a layer with weights is quantized.
type weighting struct {
	in, weights, bias, out tensor.DType
	perChannel             bool
	biased                 bool // never without a bias
	odd                    oddity
}

// oddity is what is unlike most models about a layer's weights.
type oddity int

const (
	nothing  oddity = iota
	half            // weights and bias are float16, and a DEQUANTIZE makes float32 of them
	folded          // a RESHAPE makes the weights of constants
	shifted         // int8 weights have a zero point
	unscaled        // the bias has no scales
	computed        // the weights are an input
	uncut           // no activation cuts the range on both sides
)

// with returns w with an oddity.
func (w weighting) with(odd oddity) weighting {
	w.odd = odd
	return w
}

// of returns w with weights of another type, and their bias.
func (w weighting) of(weights tensor.DType) weighting {
	w.weights = weights
	return w
}

var (
	int8PerTensor  = weighting{in: tensor.Int8, weights: tensor.Int8, bias: tensor.Int32, out: tensor.Int8}
	int8PerChannel = weighting{in: tensor.Int8, weights: tensor.Int8, bias: tensor.Int32, out: tensor.Int8, perChannel: true}
	uint8Weights   = weighting{in: tensor.Uint8, weights: tensor.Uint8, bias: tensor.Int32, out: tensor.Uint8}
	int16x8        = weighting{in: tensor.Int16, weights: tensor.Int8, bias: tensor.Int64, out: tensor.Int16, perChannel: true}
	int16x8Tensor  = weighting{in: tensor.Int16, weights: tensor.Int8, bias: tensor.Int64, out: tensor.Int16}
	int16x8Narrow  = weighting{in: tensor.Int16, weights: tensor.Int8, bias: tensor.Int32, out: tensor.Int16, perChannel: true}
	hybridTensor   = weighting{in: tensor.Float32, weights: tensor.Int8, bias: tensor.Float32, out: tensor.Float32}
	hybridChannel  = weighting{in: tensor.Float32, weights: tensor.Int8, bias: tensor.Float32, out: tensor.Float32, perChannel: true}
	floats         = weighting{in: tensor.Float32, weights: tensor.Float32, bias: tensor.Float32, out: tensor.Float32}
	halves         = weighting{in: tensor.Float32, weights: tensor.Float32, bias: tensor.Float32, out: tensor.Float32, odd: half}
)

var convolutions = []family{
	{name: "conv/int8", draw: conv(int8PerTensor)},
	{name: "conv/int8-channel", draw: conv(int8PerChannel)},
	{name: "conv/int8-folded", draw: conv(int8PerChannel.with(folded))},
	{name: "conv/int8-unscaled-bias", draw: conv(int8PerChannel.with(unscaled))},
	{name: "conv/int4", draw: conv(int8PerChannel.of(tensor.Int4))},
	{name: "conv/uint8", draw: conv(uint8Weights)},
	{name: "conv/uint8-folded", draw: conv(uint8Weights.with(folded))},
	{name: "conv/uint8-unscaled-bias", draw: conv(uint8Weights.with(unscaled))},
	{name: "conv/int16x8", draw: conv(int16x8)},
	{name: "conv/int16x8-tensor", draw: conv(int16x8Tensor)},
	{name: "conv/int16x8-int32", draw: conv(int16x8Narrow)},
	{name: "conv/int16x4", draw: conv(int16x8.of(tensor.Int4))},
	{name: "conv/hybrid", draw: conv(hybridTensor), apart: 1e-3},
	{name: "conv/hybrid-channel", draw: conv(hybridChannel), apart: 1e-3},
	{name: "conv/hybrid-folded", draw: conv(hybridChannel.with(folded)), apart: 1e-3},
	{name: "conv/hybrid-int4", draw: conv(hybridTensor.of(tensor.Int4)), apart: 1e-3},
	{name: "conv/hybrid-int4-channel", draw: conv(hybridChannel.of(tensor.Int4)), apart: 1e-3},
	{name: "conv/float32", draw: conv(floats)},
	{name: "conv/float32-computed", draw: conv(floats.with(computed))},
	{name: "conv/float16", draw: conv(halves)},
	{name: "depthwise/int8", draw: depthwise(int8PerTensor)},
	{name: "depthwise/int8-channel", draw: depthwise(int8PerChannel)},
	{name: "depthwise/int8-folded", draw: depthwise(int8PerChannel.with(folded))},
	{name: "depthwise/int8-unscaled-bias", draw: depthwise(int8PerChannel.with(unscaled))},
	{name: "depthwise/int4", draw: depthwise(int8PerChannel.of(tensor.Int4))},
	{name: "depthwise/uint8", draw: depthwise(uint8Weights)},
	{name: "depthwise/int16x8", draw: depthwise(int16x8)},
	{name: "depthwise/hybrid", draw: depthwise(hybridTensor), apart: 1e-3},
	{name: "depthwise/hybrid-channel", draw: depthwise(hybridChannel), apart: 1e-3},
	{name: "depthwise/float32", draw: depthwise(floats)},
	{name: "depthwise/float32-computed", draw: depthwise(floats.with(computed))},
	{name: "depthwise/float16", draw: depthwise(halves)},
	{name: "transpose-conv/int8", draw: transposeConv(int8PerTensor)},
	{name: "transpose-conv/int8-channel", draw: transposeConv(int8PerChannel)},
	{name: "transpose-conv/int8-folded", draw: transposeConv(int8PerChannel.with(folded))},
	{name: "transpose-conv/int8-unscaled-bias", draw: transposeConv(int8PerChannel.with(unscaled))},
	{name: "transpose-conv/uint8", draw: transposeConv(uint8Weights)},
	{name: "transpose-conv/int16x8", draw: transposeConv(int16x8)},
	{name: "transpose-conv/int16x8-int32", draw: transposeConv(int16x8Narrow)},
	{name: "transpose-conv/hybrid", draw: transposeConv(hybridTensor), apart: 1e-3},
	{name: "transpose-conv/hybrid-channel", draw: transposeConv(hybridChannel), apart: 1e-3},
	{name: "transpose-conv/hybrid-folded", draw: transposeConv(hybridChannel.with(folded)), apart: 1e-3},
	{name: "transpose-conv/float32", draw: transposeConv(floats)},
	{name: "transpose-conv/float32-computed", draw: transposeConv(floats.with(computed))},
	{name: "transpose-conv/float16", draw: transposeConv(halves)},
}

// layer draws input, weights and bias of a layer, and its output's kind. sum is how many products a sum has.
func (d *draw) layer(w weighting, in, weights tensor.Shape, axis, sum int) (input, filter, bias int, out kind) {
	x := kind{dtype: w.in, shape: in}
	if w.in != tensor.Float32 {
		x.quant = d.quant(w.in)
	}
	input = d.input(x)
	filter, bias, out = d.weights(w, x, weights, axis, sum)
	return input, filter, bias, out
}

// weights draws weights and bias of a layer over x, and its output's kind.
func (d *draw) weights(w weighting, x kind, weights tensor.Shape, axis, sum int) (filter, bias int, out kind) {
	channels := weights[axis]
	f := kind{dtype: w.weights, shape: weights}
	if w.weights != tensor.Float32 {
		if f.quant = perTensor(d.scale(), 0); w.perChannel {
			f.quant = d.perChannel(channels, axis)
		} else if w.weights == tensor.Uint8 || w.odd == shifted || w.odd == computed {
			f.quant.ZeroPoint[0] = d.zero(w.weights)
		}
	}
	filter = d.weight(w, f)
	bias = d.bias(w, x.quant, f.quant, channels, sum)
	out = kind{dtype: w.out}
	if w.out != tensor.Float32 {
		_, hi := limits(w.in)
		reach := float64(x.quant.Scale[0]) * float64(f.quant.Scale[0]) * math.Sqrt(float64(sum)) * float64(hi) / 2
		out.quant = perTensor(d.outputScale(reach), d.zero(w.out))
	}
	return filter, bias, out
}

// weight adds a constant, or the DEQUANTIZE of one.
func (d *draw) weight(w weighting, k kind) int {
	switch {
	case w.odd == folded:
		deep := k
		deep.shape = append(tensor.Shape{1}, k.shape...)
		if len(k.quant.Scale) > 1 {
			deep.quant.Axis++
		}
		return d.op(tflite.OpReshape, nil, k, d.constant(deep), d.ints(k.shape...))
	case w.odd == computed && len(k.shape) > 1:
		return d.input(k)
	case w.odd != half || d.chance(8):
		return d.constant(k)
	}
	data := d.values(tensor.Float32, k.shape.Elems())
	half := make([]byte, 0, len(data)/2)
	for i := 0; i < len(data); i += 4 {
		half = binary.LittleEndian.AppendUint16(half, halfBits(math.Float32frombits(binary.LittleEndian.Uint32(data[i:]))))
	}
	return d.op(tflite.OpDequantize, nil, kind{dtype: tensor.Float32}, d.add(kind{dtype: tensor.Float16, shape: k.shape}, half))
}

// halfBits returns v as float16, with what does not fit cut off; v below 2⁻¹⁴ becomes 0.
func halfBits(v float32) uint16 {
	b := math.Float32bits(v)
	exponent := int(b>>23&0xff) - 127 + 15
	if exponent <= 0 {
		return uint16(b >> 16 & 0x8000)
	}
	return uint16(b>>16&0x8000) | uint16(min(exponent, 30))<<10 | uint16(b>>13&0x3ff)
}

// bias draws a layer's bias, or none (-1).
func (d *draw) bias(w weighting, x, f tensor.Quant, channels, sum int) int {
	if !w.biased && w.odd != unscaled && d.chance(5) {
		return -1
	}
	k := kind{dtype: w.bias, shape: tensor.Shape{channels}}
	if w.bias == tensor.Float32 {
		return d.weight(w, k)
	}
	for _, s := range f.Scale {
		if w.odd == unscaled {
			break
		}
		k.quant.Scale = append(k.quant.Scale, x.Scale[0]*s)
		k.quant.ZeroPoint = append(k.quant.ZeroPoint, 0)
	}
	_, hi := limits(w.in)
	reach := int(float64(hi) * 60 * math.Sqrt(float64(sum)))
	v := make([]int, channels)
	for i := range v {
		v[i] = d.between(0, 2*reach) - reach
	}
	if w.bias == tensor.Int32 {
		return d.add(k, int32s(v...))
	}
	return d.add(k, int64s(v...))
}

// biasType draws what the options say of a bias: FLOAT32 is nothing, which kernels of int16 take for INT64.
func (d *draw) biasType(w weighting) tensor.DType {
	if w.in == tensor.Int16 && (w.bias == tensor.Int32 || d.chance(3)) {
		return w.bias
	}
	return tensor.Float32
}

// outputScale draws a scale for values that are spread by reach·(an input's full range): near the best one, or far off.
func (d *draw) outputScale(reach float64) float32 {
	switch d.below(8) {
	case 0:
		return float32(reach)
	case 1:
		return d.scale()
	case 2:
		return float32(math.Ldexp(reach, d.between(0, 20)-10))
	default:
		return float32(reach * (0.2 + float64(d.below(1<<16))/(1<<16)*2))
	}
}

// activation draws a fused activation that LiteRT's kernels know.
func (d *draw) activation() tflite.Activation {
	return oneOf(&d.choices, tflite.ActNone, tflite.ActRelu, tflite.ActRelu6, tflite.ActReluN1To1)
}

func (d *draw) activationOf(w weighting) tflite.Activation {
	if w.odd == uncut {
		return oneOf(&d.choices, tflite.ActNone, tflite.ActRelu)
	}
	return d.activation()
}

// padding draws a padding scheme.
func (d *draw) padding() tflite.Padding {
	return oneOf(&d.choices, tflite.PaddingSame, tflite.PaddingValid)
}

// image draws an input [N,H,W,C] on which a kernel of h×w fits.
func (d *draw) image(h, w, channels int) tensor.Shape {
	return tensor.Shape{d.between(1, 3), h + d.below(9), w + d.below(9), channels}
}

// conv draws CONV_2D; LiteRT has no kernel for one without a bias.
func conv(w weighting) func(*draw) {
	w.biased = true
	return func(d *draw) {
		o := tflite.Conv2DOptions{Padding: d.padding(), StrideW: d.between(1, 3), StrideH: d.between(1, 3),
			DilationW: 1, DilationH: 1, Activation: d.activation(), BiasType: d.biasType(w)}
		if d.chance(3) {
			o.DilationW, o.DilationH = d.between(1, 3), d.between(1, 3)
		}
		kh, kw, channels, groups := d.between(1, 4), d.between(1, 4), d.between(1, 20), 1
		if d.chance(4) {
			kh, kw, o.StrideW, o.StrideH = 1, 1, 1, 1 // XNNPACK makes a fully connected layer of it
		}
		if d.chance(8) {
			groups = d.between(1, 3)
		}
		in := d.image((kh-1)*o.DilationH+1, (kw-1)*o.DilationW+1, channels*groups)
		weights := tensor.Shape{d.between(1, 20) * groups, kh, kw, channels}
		x, f, b, out := d.layer(w, in, weights, 0, kh*kw*channels)
		out.shape = tensor.Shape{in[0], outSize(in[1], kh, o.StrideH, o.DilationH, o.Padding),
			outSize(in[2], kw, o.StrideW, o.DilationW, o.Padding), weights[0]}
		d.output(d.op(tflite.OpConv2d, &o, out, operandsOf(x, f, b)...))
	}
}

// outSize is how many outputs a window has along one dimension.
func outSize(in, kernel, stride, dilation int, p tflite.Padding) int {
	if p == tflite.PaddingSame {
		return (in + stride - 1) / stride
	}
	return (in-(kernel-1)*dilation-1)/stride + 1
}

// operandsOf leaves a missing bias out.
func operandsOf(x, f, bias int) []int {
	if bias < 0 {
		return []int{x, f}
	}
	return []int{x, f, bias}
}

func depthwise(w weighting) func(*draw) {
	return func(d *draw) {
		o := tflite.DepthwiseConv2DOptions{Padding: d.padding(), StrideW: d.between(1, 3), StrideH: 1,
			DilationW: 1, DilationH: 1, DepthMultiplier: 1, Activation: d.activation()}
		o.StrideH = o.StrideW // as LiteRT's kernels want
		if d.chance(3) {
			o.DilationW, o.DilationH = d.between(1, 3), d.between(1, 3)
		}
		if d.chance(3) {
			o.DepthMultiplier = d.between(1, 4)
		}
		kh, kw, channels := d.between(1, 5), d.between(1, 5), d.between(1, 20)
		in := d.image((kh-1)*o.DilationH+1, (kw-1)*o.DilationW+1, channels)
		weights := tensor.Shape{1, kh, kw, channels * o.DepthMultiplier}
		x, f, b, out := d.layer(w, in, weights, 3, kh*kw)
		out.shape = tensor.Shape{in[0], outSize(in[1], kh, o.StrideH, o.DilationH, o.Padding),
			outSize(in[2], kw, o.StrideW, o.DilationW, o.Padding), weights[3]}
		d.output(d.op(tflite.OpDepthwiseConv2d, &o, out, operandsOf(x, f, b)...))
	}
}

func transposeConv(w weighting) func(*draw) {
	return func(d *draw) {
		o := tflite.TransposeConvOptions{Padding: d.padding(), StrideW: d.between(1, 3), StrideH: d.between(1, 3), BiasType: d.biasType(w)}
		kh, kw := d.between(1, 4), d.between(1, 4)
		in := tensor.Shape{d.between(1, 2), d.between(1, 6), d.between(1, 6), d.between(1, 12)}
		weights := tensor.Shape{d.between(1, 12), kh, kw, in[3]}
		x, f, b, out := d.layer(w, in, weights, 0, kh*kw*in[3])
		h, wd := in[1]*o.StrideH-d.below(o.StrideH), in[2]*o.StrideW-d.below(o.StrideW) // what a convolution makes in of
		if o.Padding == tflite.PaddingValid {
			h, wd = (in[1]-1)*o.StrideH+kh+d.below(o.StrideH), (in[2]-1)*o.StrideW+kw+d.below(o.StrideW)
		}
		out.shape = tensor.Shape{in[0], h, wd, weights[0]}
		operands := []int{d.ints(out.shape...), f, x}
		if b >= 0 {
			operands = append(operands, b)
		}
		d.output(d.op(tflite.OpTransposeConv, &o, out, operands...))
	}
}
