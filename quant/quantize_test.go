package quant

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// network is a small net with most that constrains scales: a residual ADD, a CONCATENATION, pooling, SOFTMAX.
func network(seed uint64) (*drawing, int) {
	d := newDrawing(seed)
	x := d.in(1, 8, 8, 3)
	a := d.conv(x, 6, tflite.ActRelu)
	b := d.depthwise(a, tflite.ActRelu6)
	c := d.do(tflite.OpAdd, &tflite.ArithmeticOptions{}, tensor.Shape{1, 8, 8, 6}, a, b)
	e := d.do(tflite.OpConcatenation, &tflite.ConcatenationOptions{Axis: 3}, tensor.Shape{1, 8, 8, 9}, c, x)
	p := d.do(tflite.OpAveragePool2d, &tflite.Pool2DOptions{StrideH: 8, StrideW: 8, FilterH: 8, FilterW: 8}, tensor.Shape{1, 1, 1, 9}, e)
	f := d.do(tflite.OpReshape, &tflite.ReshapeOptions{NewShape: []int{1, 9}}, tensor.Shape{1, 9}, p, d.ints(1, 9))
	g := d.dense(f, 5, tflite.ActNone)
	return d, d.do(tflite.OpSoftmax, &tflite.SoftmaxOptions{Beta: 1}, tensor.Shape{1, 5}, g)
}

func drawn(seed uint64) *tflite.Model {
	d, out := network(seed)
	return d.model(out)
}

func quantize(t testing.TB, m *tflite.Model, o Options) *Result {
	t.Helper()
	r, err := Quantize(context.Background(), m, &normal{n: 8, scale: 1}, o)
	if err != nil {
		t.Fatal(err)
	}
	reread(t, r.Model)
	return r
}

// TestRoundingIsHalfAStep: whatever the range, a value within it comes back at most half a step off.
func TestRoundingIsHalfAStep(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for range 2000 {
		a, b := r.NormFloat64()*math.Exp2(float64(r.IntN(40)-20)), r.NormFloat64()*math.Exp2(float64(r.IntN(40)-20))
		span := Range{min(a, b), max(a, b)}.join(Range{})
		for _, d := range []tensor.DType{tensor.Int8, tensor.Int16} {
			q := span.affine(d)
			lo, hi := limits(d)
			if z := float64(q.ZeroPoint[0]); z < lo || z > hi || d == tensor.Int16 && z != 0 {
				t.Fatalf("%v: zero point %g", span, z)
			}
			for range 20 {
				v := span.Lo + r.Float64()*(span.Hi-span.Lo)
				back := float64(q.Scale[0]) * (quantum(v, &q, lo, hi) - float64(q.ZeroPoint[0]))
				if e := math.Abs(back - v); e > float64(q.Scale[0])*0.5001 {
					t.Fatalf("%s %v: %g comes back as %g, %g steps off", d, span, v, back, e/float64(q.Scale[0]))
				}
			}
		}
	}
}

// TestGraphsKeepTheSpecification checks scales, zero points and types on random graphs.
func TestGraphsKeepTheSpecification(t *testing.T) {
	for seed := range uint64(25) {
		d := newDrawing(seed)
		live := []int{d.in(1, 6, 6, 4), d.in(1, 6, 6, 4)}
		pick := func() int { return live[d.r.IntN(len(live))] }
		shape := tensor.Shape{1, 6, 6, 4}
		for range 4 + d.r.IntN(10) {
			x := pick()
			switch d.r.IntN(11) {
			case 0:
				x = d.conv(x, 4, []tflite.Activation{tflite.ActNone, tflite.ActRelu, tflite.ActRelu6}[d.r.IntN(3)])
			case 1:
				x = d.depthwise(x, tflite.ActRelu)
			case 2:
				x = d.do(tflite.OpAdd, &tflite.ArithmeticOptions{}, shape, x, pick())
			case 3:
				x = d.do(tflite.OpMaximum, nil, shape, x, pick())
			case 4:
				x = d.do(tflite.OpConcatenation, &tflite.ConcatenationOptions{Axis: 1}, tensor.Shape{1, 12, 6, 4}, x, pick())
				x = d.do(tflite.OpMaxPool2d, &tflite.Pool2DOptions{StrideH: 2, StrideW: 1, FilterH: 2, FilterW: 1, Padding: tflite.PaddingValid}, shape, x)
			case 5:
				x = d.do(tflite.OpLogistic, nil, shape, x)
			case 6:
				x = d.do(tflite.OpTanh, nil, shape, x)
			case 7:
				x = d.do(tflite.OpMul, &tflite.ArithmeticOptions{}, shape, x, pick())
			case 8:
				x = d.do(tflite.OpSoftmax, &tflite.SoftmaxOptions{Beta: 1}, shape, x)
			case 9: // which has no integer kernel
				x = d.do(tflite.OpCos, nil, shape, x)
			case 10:
				x = d.do(tflite.OpMinimum, nil, shape, x, d.weights(4))
			}
			live = append(live, x)
		}
		m := d.model(live[len(live)-1], live[len(live)-2])
		for _, o := range []Options{{Observer: MinMax}, {Observer: MSE, IO: tensor.Uint8}, {Observer: Entropy, IO: tensor.Float32}, {Observer: Percentile, Scheme: Int16x8}} {
			checkSpecification(t, fmt.Sprintf("seed %d %+v", seed, o.Observer), quantize(t, m, o).Model)
		}
	}
}

// checkSpecification checks what holds of each operator and constant of a model.
func checkSpecification(t *testing.T, name string, m *tflite.Model) {
	t.Helper()
	g := &m.Graphs[0]
	for i := range g.Ops {
		o := &g.Ops[i]
		out := &g.Tensors[o.Outputs[0]]
		narrow := out.DType == tensor.Int8 || out.DType == tensor.Int16
		if want, ok := fixed(o, out.DType); ok && narrow && !equal(out.Quant, want) {
			t.Errorf("%s: %s has %v, want %v", name, o.Name(), out.Quant, want)
		}
		rule, _ := ruleOf(o)
		for k, in := range o.Inputs {
			if in < 0 || !narrow {
				continue
			}
			x := &g.Tensors[in]
			switch {
			case rule.same && x.Quant.Quantized() && !equal(x.Quant, out.Quant):
				t.Errorf("%s: %s operand %d has %v, the result %v", name, o.Name(), k, x.Quant, out.Quant)
			case rule.weights > 0 && k == rule.weights:
				if slices.ContainsFunc(x.Quant.ZeroPoint, func(z int64) bool { return z != 0 }) || slices.Contains(tensor.As[int8](x.Data), -128) {
					t.Errorf("%s: %s has weights that are not symmetric", name, o.Name())
				}
			case rule.weights > 0 && k == rule.bias:
				checkBias(t, name, g, o, x)
			case x.DType == tensor.Float32 && o.Code != tflite.OpQuantize:
				t.Errorf("%s: %s has a float operand and an integer result", name, o.Name())
			}
		}
	}
}

func checkBias(t *testing.T, name string, g *tflite.Graph, o *tflite.Op, bias *tflite.Tensor) {
	t.Helper()
	in, w := g.Tensors[o.Inputs[0]].Quant, g.Tensors[o.Inputs[1]].Quant
	for c, s := range bias.Quant.Scale {
		if want := in.Scale[0] * w.Scale[c]; s != want || bias.Quant.ZeroPoint[c] != 0 {
			t.Errorf("%s: %s bias %d has scale %g, want %g", name, o.Name(), c, s, want)
		}
	}
}

// TestSameInSameOut: two runs give the same bytes.
func TestSameInSameOut(t *testing.T) {
	o := Options{Equalize: true, CorrectBias: true, Round: true, KeepWorst: 1}
	var files [][]byte
	for range 2 {
		file, err := tflite.Write(quantize(t, drawn(1), o).Model)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	if !slices.Equal(files[0], files[1]) {
		t.Error("two runs give different models")
	}
}

// TestTypesOfInputsAndOutputs: the model's ends have the types that were asked for, and the same names and signature.
func TestTypesOfInputsAndOutputs(t *testing.T) {
	for _, c := range []struct {
		scheme Scheme
		io     tensor.DType
		want   tensor.DType
	}{{Int8, tensor.Invalid, tensor.Int8}, {Int8, tensor.Uint8, tensor.Uint8}, {Int8, tensor.Float32, tensor.Float32},
		{Int16x8, tensor.Invalid, tensor.Int16}, {Int16x8, tensor.Float32, tensor.Float32}} {
		m := drawn(2)
		g := &m.Graphs[0]
		made := quantize(t, m, Options{Scheme: c.scheme, IO: c.io, Observer: MinMax}).Model
		in, out := made.Graphs[0].Tensors[made.Graphs[0].Inputs[0]], made.Graphs[0].Tensors[made.Graphs[0].Outputs[0]]
		if in.DType != c.want || out.DType != c.want {
			t.Errorf("%v: input %s, output %s, want %s", c.scheme, in.DType, out.DType, c.want)
		}
		if in.Name != g.Tensors[g.Inputs[0]].Name || !strings.HasPrefix(out.Name, g.Tensors[g.Outputs[0]].Name) {
			t.Errorf("input %q, output %q", in.Name, out.Name)
		}
		if s := made.Signatures[0]; s.Inputs[0].Tensor != made.Graphs[0].Inputs[0] || s.Outputs[0].Tensor != made.Graphs[0].Outputs[0] {
			t.Errorf("signature %+v", s)
		}
	}
}

// TestOddModels: channels and tensors that are degenerate give a right result, numbers that are none an error with the
// tensor's name.
func TestOddModels(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(d *drawing, w, b []float32) // the first layer's
		want   string
	}{
		{"as it is", func(*drawing, []float32, []float32) {}, ""},
		{"a channel of zeros", func(_ *drawing, w, b []float32) { clear(w[:27]); b[0] = 0 }, ""},
		{"a channel of zeros with a bias", func(_ *drawing, w, b []float32) { clear(w[:27]); b[0] = 2 }, ""},
		{"a constant channel", func(_ *drawing, w, _ []float32) {
			for i := range w[:27] {
				w[i] = 0.5
			}
		}, ""},
		{"a dead channel", func(_ *drawing, _, b []float32) { b[0] = -1000 }, ""},
		{"a dead layer", func(_ *drawing, w, b []float32) { clear(w); clear(b) }, ""},
		{"a saturated channel", func(_ *drawing, w, b []float32) { b[0] = 60 }, ""},
		{"a channel that drowns all others", func(_ *drawing, w, b []float32) { b[0] = 1e6; w[3] = 1e5 }, ""},
		{"weights next to nothing", func(_ *drawing, w, b []float32) {
			for i := range w[:27] {
				w[i] *= 1e-30
			}
		}, ""},
		{"a weight that is no number", func(_ *drawing, w, _ []float32) { w[5] = float32(math.NaN()) }, `tensor 1 "t1": element 5 is NaN`},
		{"an infinite bias", func(_ *drawing, _, b []float32) { b[1] = float32(math.Inf(1)) }, `tensor 2 "t2": element 1 is +Inf`},
		{"values that overflow", func(_ *drawing, w, b []float32) {
			for i := range w {
				w[i] = 3e38
			}
		}, `tensor 3 "t3": element`},
	} {
		t.Run(c.name, func(t *testing.T) {
			d, out := network(3)
			c.change(d, tensor.As[float32](d.Tensors[1].Data), tensor.As[float32](d.Tensors[2].Data))
			for _, o := range []Options{{}, {Scheme: Int16x8}, {Equalize: true, CorrectBias: true, Round: true}} {
				m := &tflite.Model{Version: 3, Graphs: []tflite.Graph{d.Graph}}
				m.Graphs[0].Outputs = []int{out}
				r, err := Quantize(context.Background(), m, &normal{n: 8, scale: 1}, o)
				if c.want != "" {
					if err == nil || !strings.Contains(err.Error(), c.want) {
						t.Fatalf("got %v, want %s", err, c.want)
					}
					continue
				}
				if err != nil {
					t.Fatal(err)
				}
				reread(t, r.Model)
				checkSpecification(t, c.name, r.Model)
				if got := r.Report.Outputs[0]; got.SQNR < 20 && c.name != "a channel that drowns all others" {
					t.Errorf("%+v: output %+v", o, got)
				}
			}
		})
	}
}

func TestOddSamples(t *testing.T) {
	m := drawn(4)
	if _, err := Quantize(context.Background(), m, &normal{}, Options{}); err == nil || !strings.Contains(err.Error(), "no calibration samples") {
		t.Errorf("no samples: %v", err)
	}
	r, err := Quantize(context.Background(), m, &normal{n: 1, scale: 1}, Options{})
	if err != nil || r.Report.Samples != 1 || r.Report.Outputs[0].SQNR < 20 {
		t.Errorf("one sample: %v, %+v", err, r)
	}
	if _, err := Quantize(context.Background(), m, &normal{n: 2, scale: float32(math.Inf(1))}, Options{}); err == nil || !strings.Contains(err.Error(), `"t0"`) && !strings.Contains(err.Error(), `"t3"`) {
		t.Errorf("infinite samples: %v", err)
	}
	if r, err := Quantize(context.Background(), m, &normal{n: 2}, Options{}); err != nil {
		t.Errorf("samples of zeros: %v, %+v", err, r)
	}
}

// TestWhatCannotBeIntegersStaysFloat: an operator without a kernel is named, with its conversions around it.
func TestWhatCannotBeIntegersStaysFloat(t *testing.T) {
	d := newDrawing(5)
	a := d.conv(d.in(1, 4, 4, 3), 4, tflite.ActRelu)
	b := d.do(tflite.OpCos, nil, tensor.Shape{1, 4, 4, 4}, a)
	c := d.conv(b, 2, tflite.ActNone)
	r := quantize(t, d.model(c), Options{})
	var names []string
	for _, o := range r.Model.Graphs[0].Ops {
		names = append(names, o.Name())
	}
	if got, want := strings.Join(names, " "), "CONV_2D DEQUANTIZE COS QUANTIZE CONV_2D"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got := r.Report.Ops[1].Float; got != "no integer kernel" {
		t.Errorf("reason %q", got)
	}
	r = quantize(t, d.model(), Options{KeepFloat: []string{"0"}})
	if got := r.Report.Ops[0].Float; got != "kept float as asked" {
		t.Errorf("reason %q", got)
	}
	if _, err := Quantize(context.Background(), drawn(1), &normal{n: 1, scale: 1}, Options{KeepFloat: []string{"nothing"}}); err == nil {
		t.Error("no error for an operator that is not there")
	}
}

// TestOtherSchemes: weights of int8 or float16 change the outputs little.
func TestOtherSchemes(t *testing.T) {
	d := newDrawing(6)
	a := d.dense(d.dense(d.in(1, 60), 40, tflite.ActRelu), 30, tflite.ActNone)
	m := d.model(a)
	for _, c := range []struct {
		scheme Scheme
		least  float64 // dB
	}{{Weights, 35}, {Float16, 60}} {
		r := quantize(t, m, Options{Scheme: c.scheme})
		if got := r.Report.Outputs[0].SQNR; got < c.least {
			t.Errorf("%s: %.1f dB", c.scheme, got)
		}
		before, _ := tflite.Write(m)
		after, _ := tflite.Write(r.Model)
		if len(after) > len(before)*2/3 {
			t.Errorf("%s: %d bytes of %d", c.scheme, len(after), len(before))
		}
	}
}

// TestHalfQuantizedModels: an operator with an operand of integers stays as it is.
func TestHalfQuantizedModels(t *testing.T) {
	d := newDrawing(10)
	x := d.in(1, 4)
	d.Tensors[x].Shape = tensor.Shape{1, 4}
	y := d.Input(tensor.Info{Name: "y", DType: tensor.Int8, Shape: tensor.Shape{1, 4}, Quant: perTensor(0.1, 0)})
	z := d.dense(x, 4, tflite.ActNone)
	m := d.model(z, y)
	r := quantize(t, m, Options{})
	if got := r.Model.Graphs[0].Tensors[r.Model.Graphs[0].Outputs[1]]; got.DType != tensor.Int8 || got.Quant.Scale[0] != 0.1 {
		t.Errorf("the int8 input became %+v", got.Info)
	}
	o := &tflite.Op{Code: tflite.OpAdd, Inputs: []int{x, y}, Outputs: []int{z}, Options: &tflite.ArithmeticOptions{}}
	n, err := newNet(m)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := n.whyFloat(o, Int8), `"y" is quantized already`; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
