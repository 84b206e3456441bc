package quant

import (
	"context"
	"math"
	"slices"
	"testing"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// delicate draws a net that depends on one channel far more than on the others: a convolution, a depthwise one that takes
// differences, and a pointwise one that makes much of those of channel 0. Channel 1 is dead. Weights are what int8 can be, so
// that all noise is that of the values.
func delicate() *tflite.Model {
	d := newDrawing(11)
	x := d.in(1, 8, 8, 3)
	w := make([]float32, 4*3)
	for i := range w {
		w[i] = float32(d.r.IntN(255)-127) / 256
		if i%3 == 0 {
			w[i] = 127.0 / 256
		}
	}
	clear(w[3:6])
	pointwise := &tflite.Conv2DOptions{StrideH: 1, StrideW: 1, DilationH: 1, DilationW: 1, Activation: tflite.ActRelu6, BiasType: tensor.Float32}
	a := d.do(tflite.OpConv2d, pointwise, tensor.Shape{1, 8, 8, 4}, x, d.floats(w, 4, 1, 1, 3), d.floats([]float32{3, -1, 3, 2.5}, 4))
	taps := make([]float32, 2*2*4)
	for c := range 4 {
		taps[c], taps[4+c] = 1, -1
	}
	depthwise := &tflite.DepthwiseConv2DOptions{Padding: tflite.PaddingValid, StrideH: 1, StrideW: 1, DilationH: 1, DilationW: 1, DepthMultiplier: 1, Activation: tflite.ActRelu6}
	b := d.do(tflite.OpDepthwiseConv2d, depthwise, tensor.Shape{1, 7, 7, 4}, a, d.floats(taps, 1, 2, 2, 4), d.floats([]float32{3, 0.5, 3, 3}, 4))
	last := &tflite.Conv2DOptions{StrideH: 1, StrideW: 1, DilationH: 1, DilationW: 1, BiasType: tensor.Float32}
	out := []float32{8, 0.1, 0.1, 0.2, -9, 0.2, 0.2, 0.1, 7, -0.1, 0.3, 0.1}
	return d.model(d.do(tflite.OpConv2d, last, tensor.Shape{1, 7, 7, 3}, b, d.floats(out, 3, 1, 1, 4), d.floats([]float32{-24, 27, -21}, 3)))
}

// sharpen returns a net and what sharpened makes of it.
func sharpen(t *testing.T, m *tflite.Model, grow float64) (before, after *net) {
	t.Helper()
	n, err := newNet(m)
	if err != nil {
		t.Fatal(err)
	}
	q := &quantizer{net: n, samples: &normal{n: 8, scale: 1}, opts: Options{Grow: grow}}
	made, err := q.sharpened(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return n, made
}

// TestSharpenedComputesTheSame within half a step of the values between its layers, at most.
func TestSharpenedComputesTheSame(t *testing.T) {
	for _, grow := range []float64{0, 0.5} {
		before, after := sharpen(t, delicate(), grow)
		a, b := floats(t, before.model), floats(t, after.model)
		x := &accord{}
		x.add(a, b, 3)
		if x.sqnr() < 60 {
			t.Errorf("grow %v: %.1f dB", grow, x.sqnr())
		}
	}
}

func floats(t *testing.T, m *tflite.Model) (all []float32) {
	t.Helper()
	r, err := newRunner(m, noWatch)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if _, err := r.each(context.Background(), &normal{n: 4, scale: 1}, 0, func(int) error {
		all = append(all, tensor.As[float32](r.session.Output(0).Data)...)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return all
}

// TestSharpenedRoundsFiner: the place of a dead channel halves the step of the one that matters; more places, more.
func TestSharpenedRoundsFiner(t *testing.T) {
	last := 0.0
	for _, o := range []Options{{}, {Equalize: true}, {Equalize: true, Grow: 1}} {
		o.Observer, o.IO, o.KeepFloat = MinMax, tensor.Float32, []string{"0", "2"} // whose noise would hide what is looked at
		r, err := Quantize(context.Background(), delicate(), &normal{n: 8, scale: 1}, o)
		if err != nil {
			t.Fatal(err)
		}
		reread(t, r.Model)
		now := r.Report.Outputs[0].SQNR
		t.Logf("equalize %v, grow %v: %.1f dB", o.Equalize, o.Grow, now)
		if now < last+3 {
			t.Errorf("equalize %v, grow %v: %.1f dB, without %.1f dB", o.Equalize, o.Grow, now, last)
		}
		last = now
	}
}

func TestDeadChannels(t *testing.T) {
	n, err := newNet(delicate())
	if err != nil {
		t.Fatal(err)
	}
	s := &strain{link: n.links()[0]}
	s.inWidest = 3
	if dead := n.dead(s, nil); !slices.Equal(dead, []int{1}) {
		t.Errorf("dead %v, want [1]", dead)
	}
	if s.inWidest = math.Inf(1); len(n.dead(s, nil)) != 0 {
		t.Error("dead where the input may be anything")
	}
	if dead := n.dead(s, map[int]Range{0: {-1, 1}}); !slices.Equal(dead, []int{1}) {
		t.Errorf("dead %v of a known input, want [1]", dead)
	}
}

// TestGrowAddsNothing: channels that are added are zero until they are used.
func TestGrowAddsNothing(t *testing.T) {
	n, err := newNet(delicate())
	if err != nil {
		t.Fatal(err)
	}
	before := floats(t, n.model)
	links := n.links()
	n.own(links)
	var r row
	for _, k := range links {
		r = append(r, &strain{link: k, each: make([]float64, 4)})
	}
	n.grow(r, 3)
	if got := n.graph.Tensors[r[1].t].Shape; !slices.Equal(got, tensor.Shape{1, 7, 7, 7}) {
		t.Errorf("shape %s, want 1x7x7x7", got)
	}
	if after := floats(t, n.model); !slices.Equal(before, after) {
		t.Error("the net computes something else")
	}
}
