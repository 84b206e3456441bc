package quant

import (
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// layer is an operator with weights. Each output channel has so many taps: weights that are multiplied with a patch of the
// input, whose values lie in the patch in the same order.
type layer struct {
	op        *tflite.Op
	rule      rule
	w, b      int // tensors; b is -1 for none
	channels  int
	taps      int
	depthwise bool // output channel c sees input channel c/multiplier alone
	window    window
}

// window is how patches lie in an input [N,H,W,C]; a fully connected layer has none.
type window struct {
	kh, kw, strideH, strideW, dilationH, dilationW int
	same                                           bool
}

// layer describes an operator with weights; nil for others.
func (n *net) layer(o *tflite.Op) *layer {
	r, ok := ruleOf(o)
	if !ok || r.weights == 0 || len(o.Inputs) <= max(r.weights, r.data) || !n.constant(o.Inputs[r.weights]) || !n.float(o.Inputs[r.weights]) {
		return nil
	}
	l := &layer{op: o, rule: r, w: o.Inputs[r.weights], b: -1}
	if r.bias < len(o.Inputs) {
		l.b = o.Inputs[r.bias]
	}
	shape := n.graph.Tensors[l.w].Shape
	switch x := o.Options.(type) {
	case *tflite.DepthwiseConv2DOptions:
		l.depthwise = true
		l.window = window{0, 0, x.StrideH, x.StrideW, x.DilationH, x.DilationW, x.Padding == tflite.PaddingSame}
	case *tflite.Conv2DOptions:
		l.window = window{0, 0, x.StrideH, x.StrideW, x.DilationH, x.DilationW, x.Padding == tflite.PaddingSame}
	}
	if len(shape) == 4 {
		l.window.kh, l.window.kw = shape[1], shape[2]
	}
	if l.channels = shape[0]; l.depthwise && len(shape) == 4 {
		l.channels = shape[3]
	}
	l.taps = shape.Elems() / max(1, l.channels)
	return l
}

// at returns where the weight of a channel's tap lies.
func (l *layer) at(channel, tap int) int {
	if l.depthwise {
		return tap*l.channels + channel
	}
	return channel*l.taps + tap
}

// scales returns how many scales a layer's weights have.
func (l *layer) scales() int {
	if l.rule.axis < 0 {
		return 1
	}
	return l.channels
}

// patches calls do with patches of an input, about most of them, evenly spread. A patch of a depthwise layer has all input
// channels of each tap, one after the other.
func (l *layer) patches(x []float32, shape tensor.Shape, most int, do func(patch []float32)) {
	if l.window.kh == 0 || len(shape) != 4 {
		rows := len(x) / max(1, l.taps)
		for i := 0; i < rows; i += max(1, rows/most) {
			do(x[i*l.taps : (i+1)*l.taps])
		}
		return
	}
	w, h, width, c := l.window, shape[1], shape[2], shape[3]
	outH, top := extent(h, w.kh, w.strideH, w.dilationH, w.same)
	outW, left := extent(width, w.kw, w.strideW, w.dilationW, w.same)
	patch := make([]float32, w.kh*w.kw*c)
	total := shape[0] * outH * outW
	for p := 0; p < total; p += max(1, total/most) {
		img, y, at := p/(outH*outW), p/outW%outH*w.strideH-top, p%outW*w.strideW-left
		for i := range w.kh {
			for j := range w.kw {
				row, col, to := y+i*w.dilationH, at+j*w.dilationW, patch[(i*w.kw+j)*c:][:c]
				if row < 0 || row >= h || col < 0 || col >= width {
					clear(to)
					continue
				}
				copy(to, x[((img*h+row)*width+col)*c:])
			}
		}
		do(patch)
	}
}

// extent returns how many patches there are along one dimension, and how far the first reaches over the edge.
func extent(in, kernel, stride, dilation int, same bool) (out, before int) {
	reach := (kernel-1)*dilation + 1
	if !same {
		return max(0, (in-reach)/stride+1), 0
	}
	out = (in + stride - 1) / stride
	return out, max(0, (out-1)*stride+reach-in) / 2
}
