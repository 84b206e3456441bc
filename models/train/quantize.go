package main

import (
	"math"
	"unsafe"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// span is the range of the values of one tensor, 0 included.
type span struct{ lo, hi float64 }

func (s *span) take(v []float64) {
	for _, x := range v {
		s.lo, s.hi = min(s.lo, x), max(s.hi, x)
	}
}

// quant spreads the span over −128 … 127, with 0 exactly at the zero point.
func (s span) quant() tensor.Quant {
	scale := float32((s.hi - s.lo) / 255)
	zero := math.Round(-128 - s.lo/float64(scale))
	return tensor.Quant{Scale: []float32{scale}, ZeroPoint: []int64{int64(min(max(zero, -128), 127))}}
}

// calibrate returns the spans of the input and of each layer's result.
func (n net) calibrate(samples []sample) []span {
	spans := make([]span, 1+len(n))
	for _, s := range samples {
		x := s.x
		spans[0].take(x)
		for i, l := range n {
			x = l.forward(x)
			spans[1+i].take(x)
		}
	}
	return spans
}

// graph builds an int8 model.
type graph struct{ *tflite.Builder }

// op adds an operator whose one output is a new tensor of the shape and quantization.
func (g *graph) op(o tflite.Op, name string, shape tensor.Shape, q tensor.Quant) int {
	return g.Op(o, tensor.Info{Name: name, DType: tensor.Int8, Shape: shape, Quant: q})
}

// quantized turns a trained network into an int8 model by TFLite's quantization specification: activations with a
// scale and a zero point each, weights symmetric with a scale for each channel of a convolution and one for a fully
// connected layer, biases in int32 at input scale times weight scale.
func (t *task) quantized(n net, samples []sample) *tflite.Model {
	spans := n.calibrate(samples)
	in := t.input
	in.DType = tensor.Int8
	if !in.Quant.Quantized() {
		in.Quant = spans[0].quant()
	}
	g := &graph{tflite.NewBuilder("main")}
	at := g.Input(in)
	for i, l := range n {
		switch l := l.(type) {
		case *conv:
			at = g.conv(l, at, spans[1+i].quant())
		case *mean:
			at = g.mean(l, at)
		}
	}
	logits := g.Tensors[at].Shape
	g.Output(g.op(tflite.Op{Code: tflite.OpSoftmax, Inputs: []int{at}, Options: &tflite.SoftmaxOptions{Beta: 1}},
		"scores", logits, tensor.Quant{Scale: []float32{1.0 / 256}, ZeroPoint: []int64{-128}}))
	return g.Model(t.card.Name + ", " + source)
}

// mean adds AVERAGE_POOL_2D over the whole picture; it keeps its input's quantization.
func (g *graph) mean(m *mean, in int) int {
	o := &tflite.Pool2DOptions{Padding: tflite.PaddingValid, StrideH: 1, StrideW: 1, FilterH: m.in.h, FilterW: m.in.w}
	return g.op(tflite.Op{Code: tflite.OpAveragePool2d, Inputs: []int{in}, Options: o},
		"mean", tensor.Shape{1, 1, 1, m.in.c}, g.Tensors[in].Quant)
}

// conv adds a CONV_2D or a FULLY_CONNECTED with its constants.
func (g *graph) conv(c *conv, in int, q tensor.Quant) int {
	k := len(c.w.v) / c.out.c
	act := tflite.ActNone
	if c.relu {
		act = tflite.ActRelu
	}
	if c.isDense() {
		w, b := g.constants(c, tensor.Shape{c.out.c, k}, len(c.w.v), in)
		return g.op(tflite.Op{Code: tflite.OpFullyConnected, Inputs: []int{in, w, b},
			Options: &tflite.FullyConnectedOptions{Activation: act, BiasType: tensor.Float32}}, "dense", tensor.Shape{1, c.out.c}, q)
	}
	w, b := g.constants(c, tensor.Shape{c.out.c, c.kh, c.kw, c.in.c}, k, in)
	o := &tflite.Conv2DOptions{Padding: tflite.PaddingValid, StrideH: c.stride, StrideW: c.stride, DilationH: 1, DilationW: 1,
		Activation: act, BiasType: tensor.Float32}
	return g.op(tflite.Op{Code: tflite.OpConv2d, Inputs: []int{in, w, b}, Options: o},
		"conv", tensor.Shape{1, c.out.h, c.out.w, c.out.c}, q)
}

// constants quantizes a layer's weights, one scale for every run of them, and its bias.
func (g *graph) constants(c *conv, shape tensor.Shape, run, in int) (w, b int) {
	inScale := g.Tensors[in].Quant.Scale[0]
	var wq, bq tensor.Quant
	data, bias := make([]int8, len(c.w.v)), make([]int32, c.out.c)
	for from := 0; from < len(data); from += run {
		scale := weightScale(c.w.v[from : from+run])
		wq.Scale, bq.Scale = append(wq.Scale, scale), append(bq.Scale, inScale*scale)
		for i, v := range c.w.v[from : from+run] {
			data[from+i] = int8(min(max(math.Round(v/float64(scale)), -127), 127))
		}
	}
	wq.ZeroPoint, bq.ZeroPoint = make([]int64, len(wq.Scale)), make([]int64, len(bq.Scale))
	for o, v := range c.b.v {
		bias[o] = int32(math.Round(v / float64(bq.Scale[o%len(bq.Scale)])))
	}
	w = g.Constant(tensor.Info{Name: "weights", DType: tensor.Int8, Shape: shape, Quant: wq}, raw(data))
	b = g.Constant(tensor.Info{Name: "bias", DType: tensor.Int32, Shape: tensor.Shape{c.out.c}, Quant: bq}, raw(bias))
	return w, b
}

// weightScale spreads ±the largest magnitude over −127 … 127.
func weightScale(w []float64) float32 {
	top := 1e-9 // all zeros need a scale too
	for _, v := range w {
		top = max(top, math.Abs(v))
	}
	return float32(top / 127)
}

// raw views numbers as the bytes of a tensor; the inverse of tensor.As.
func raw[T int8 | int32](v []T) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(v))), len(v)*int(unsafe.Sizeof(v[0])))
}
