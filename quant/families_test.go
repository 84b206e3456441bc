package quant

import (
	"math"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// family is a small float model as one of a family of nets has it.
type family struct {
	name   string
	draw   func(d *drawing) []int
	least  float64  // dB that its outputs, or logits, must agree by
	floats []string // operators that stay float
	apart  int      // how far TensorFlow Lite 2.9.0's results may be: kernels of TestOperatorsOnTFLite's list changed are in it
}

func families() []family {
	return []family{
		{"DS-CNN", drawDSCNN, 25, nil, 0},
		{"streaming SVDF", drawStreaming, 25, nil, 0},
		{"LSTM over text", drawTextLSTM, 20, nil, 0},
		{"GRU unrolled", drawGRU, 20, nil, 0},
		{"MobileNetV3", drawMobileNetV3, 20, nil, 0},
		{"EfficientNet-lite", drawEfficientNet, 25, nil, 0},
		{"SSD", drawSSD, 9, []string{"TFLite_Detection_PostProcess"}, 0}, // boxes that are nearly as good change places
		{"U-Net", drawUNet, 25, nil, 2},
		{"YOLO", drawYOLO, 20, nil, 3},
		{"transformer", drawTransformer, 20, nil, 1},
		{"convolution in time", drawConv1D, 25, nil, 0},
		{"masked attention", drawMasked(addedMask), 25, nil, 1},
		{"attention with infinite masks", drawMasked(selectedMask), 25, nil, 1},
		{"attention with computed masks", drawMasked(computedMask), 25, []string{"CAST", "MUL"}, 1},
		{"faint rows", drawFaint, 30, []string{"MUL", "SUM", "SQRT", "DIV"}, 0},
	}
}

var (
	plainSum = &tflite.ArithmeticOptions{}
	relu6Sum = &tflite.ArithmeticOptions{Activation: tflite.ActRelu6}
)

// convs adds a k×k convolution of a stride, padded.
func (d *drawing) convs(x, channels, k, stride int, a tflite.Activation) int {
	s := d.Tensors[x].Shape
	o := &tflite.Conv2DOptions{StrideH: stride, StrideW: stride, DilationH: 1, DilationW: 1, Activation: a, BiasType: tensor.Float32}
	shape := tensor.Shape{s[0], (s[1] + stride - 1) / stride, (s[2] + stride - 1) / stride, channels}
	return d.do(tflite.OpConv2d, o, shape, x, d.weights(channels, k, k, s[3]), d.weights(channels))
}

// sum adds two tensors, the second of which may be smaller.
func (d *drawing) sum(a, b int) int { return d.do(tflite.OpAdd, plainSum, d.Tensors[a].Shape, a, b) }

func (d *drawing) mul(a, b int) int { return d.do(tflite.OpMul, plainSum, d.Tensors[a].Shape, a, b) }

func (d *drawing) alike(code tflite.OpCode, options any, x ...int) int {
	return d.do(code, options, d.Tensors[x[0]].Shape, x...)
}

func (d *drawing) number(v float32) int {
	i := d.floats([]float32{v}, 1)
	d.Tensors[i].Shape = nil
	return i
}

func (d *drawing) reshape(x int, shape ...int) int {
	var dims []int32
	for _, v := range shape {
		dims = append(dims, int32(v))
	}
	return d.do(tflite.OpReshape, &tflite.ReshapeOptions{NewShape: shape}, shape, x, d.ints(dims...))
}

// rows adds a fully connected layer over the last dimension.
func (d *drawing) rows(x, channels int, a tflite.Activation) int {
	s := append(tensor.Shape{}, d.Tensors[x].Shape...)
	in := s[len(s)-1]
	s[len(s)-1] = channels
	o := &tflite.FullyConnectedOptions{KeepNumDims: true, Activation: a, BiasType: tensor.Float32}
	return d.do(tflite.OpFullyConnected, o, s, x, d.weights(channels, in), d.weights(channels))
}

func (d *drawing) softmax(x int) int {
	return d.alike(tflite.OpSoftmax, &tflite.SoftmaxOptions{Beta: 1}, x)
}

func drawDSCNN(d *drawing) []int {
	x := d.convs(d.in(1, 20, 10, 1), 8, 4, 2, tflite.ActRelu)
	for range 2 {
		x = d.convs(d.depthwise(x, tflite.ActRelu), 8, 1, 1, tflite.ActRelu)
	}
	p := &tflite.Pool2DOptions{StrideH: 10, StrideW: 5, FilterH: 10, FilterW: 5, Padding: tflite.PaddingValid}
	x = d.do(tflite.OpAveragePool2d, p, tensor.Shape{1, 1, 1, 8}, x)
	return []int{d.softmax(d.dense(d.reshape(x, 1, 8), 6, tflite.ActNone))}
}

func drawStreaming(d *drawing) []int {
	x := d.in(1, 20)
	for _, units := range []int{12, 8} {
		width := d.Tensors[x].Shape[1]
		in := []int{x, d.weights(2*units, width), d.weights(2*units, 6), d.weights(units), d.variable(1, 12*units)}
		x = d.do(tflite.OpSvdf, &tflite.SVDFOptions{Rank: 2, Activation: tflite.ActRelu}, tensor.Shape{1, units}, in...)
		x = d.dense(x, 8, tflite.ActNone)
	}
	return []int{d.softmax(x)}
}

func (d *drawing) embedded(steps, width int) int {
	ids := d.Input(tensor.Info{Name: d.name(), DType: tensor.Int32, Shape: tensor.Shape{1, steps}})
	return d.do(tflite.OpGather, &tflite.GatherOptions{}, tensor.Shape{1, steps, width}, d.weights(4, width), ids)
}

func drawTextLSTM(d *drawing) []int {
	in := []int{d.embedded(6, 8)}
	for range 4 {
		in = append(in, d.weights(10, 8))
	}
	for range 4 {
		in = append(in, d.weights(10, 10))
	}
	in = append(in, -1, -1, -1, d.weights(10), d.weights(10), d.weights(10), d.weights(10), -1, -1, d.variable(1, 10), d.variable(1, 10), -1, -1, -1, -1)
	x := d.do(tflite.OpUnidirectionalSequenceLstm, &tflite.SequenceLSTMOptions{Activation: tflite.ActTanh}, tensor.Shape{1, 6, 10}, in...)
	o := &tflite.StridedSliceOptions{BeginMask: 5, EndMask: 5, ShrinkAxisMask: 2}
	x = d.do(tflite.OpStridedSlice, o, tensor.Shape{1, 10}, x, d.ints(0, -1, 0), d.ints(0, 0, 0), d.ints(1, 1, 1))
	return []int{d.alike(tflite.OpLogistic, nil, d.dense(x, 1, tflite.ActNone))}
}

// drawGRU unrolls three steps of Cho et al.'s cell, whose weights the steps share.
func drawGRU(d *drawing) []int {
	const cells = 6
	x := d.embedded(3, cells)
	steps := d.Results(tflite.Op{Code: tflite.OpUnpack, Inputs: []int{x}, Options: &tflite.UnpackOptions{Num: 3, Axis: 1}},
		d.info(1, cells), d.info(1, cells), d.info(1, cells))
	wx, wh, bx, bh := d.weights(3*cells, cells), d.weights(3*cells, cells), d.weights(3*cells), d.weights(3*cells)
	layer := func(x, w, b int) int {
		return d.do(tflite.OpFullyConnected, &tflite.FullyConnectedOptions{BiasType: tensor.Float32}, tensor.Shape{1, 3 * cells}, x, w, b)
	}
	h := d.floats(make([]float32, cells), 1, cells)
	for _, step := range steps {
		a, b := d.thirds(layer(step, wx, bx)), d.thirds(layer(h, wh, bh))
		z := d.alike(tflite.OpLogistic, nil, d.sum(a[0], b[0]))
		r := d.alike(tflite.OpLogistic, nil, d.sum(a[1], b[1]))
		n := d.alike(tflite.OpTanh, nil, d.sum(a[2], d.mul(b[2], r)))
		rest := d.alike(tflite.OpSub, plainSum, z, d.number(1))
		d.Ops[len(d.Ops)-1].Inputs = []int{d.Ops[len(d.Ops)-1].Inputs[1], z}
		h = d.sum(d.mul(z, h), d.mul(rest, n))
	}
	return []int{d.softmax(d.dense(h, 4, tflite.ActNone))}
}

func (d *drawing) info(shape ...int) tensor.Info {
	return tensor.Info{Name: d.name(), DType: tensor.Float32, Shape: shape}
}

// thirds splits the last dimension into three.
func (d *drawing) thirds(x int) []int {
	n := d.Tensors[x].Shape[1] / 3
	axis := d.scalar(1)
	a, b, c := d.info(1, n), d.info(1, n), d.info(1, n)
	b.Name, c.Name = b.Name+"b", c.Name+"c"
	return d.Results(tflite.Op{Code: tflite.OpSplit, Inputs: []int{axis, x}, Options: &tflite.SplitOptions{NumSplits: 3}}, a, b, c)
}

// drawMobileNetV3 is a block with HARD_SWISH and squeeze-and-excite, whose sigmoid is made of RELU6.
func drawMobileNetV3(d *drawing) []int {
	x := d.alike(tflite.OpHardSwish, nil, d.convs(d.in(1, 12, 12, 3), 8, 3, 2, tflite.ActNone))
	y := d.alike(tflite.OpHardSwish, nil, d.depthwise(x, tflite.ActNone))
	s := d.do(tflite.OpMean, &tflite.ReducerOptions{KeepDims: true}, tensor.Shape{1, 1, 1, 8}, y, d.ints(1, 2))
	s = d.convs(d.convs(s, 4, 1, 1, tflite.ActRelu), 8, 1, 1, tflite.ActNone)
	s = d.mul(d.alike(tflite.OpAdd, relu6Sum, s, d.number(3)), d.number(1.0/6))
	y = d.sum(d.convs(d.mul(y, s), 8, 1, 1, tflite.ActNone), x)
	y = d.do(tflite.OpMean, &tflite.ReducerOptions{}, tensor.Shape{1, 8}, y, d.ints(1, 2))
	return []int{d.softmax(d.dense(y, 5, tflite.ActNone))}
}

func drawEfficientNet(d *drawing) []int {
	x := d.convs(d.in(1, 12, 12, 3), 8, 3, 2, tflite.ActRelu6)
	y := d.convs(d.depthwise(d.convs(x, 16, 1, 1, tflite.ActRelu6), tflite.ActRelu6), 8, 1, 1, tflite.ActNone)
	x = d.sum(y, x)
	x = d.do(tflite.OpMean, &tflite.ReducerOptions{}, tensor.Shape{1, 8}, x, d.ints(1, 2))
	return []int{d.softmax(d.dense(x, 5, tflite.ActNone))}
}

func drawSSD(d *drawing) []int {
	x := d.convs(d.in(1, 8, 8, 3), 8, 3, 2, tflite.ActRelu6)
	y := d.convs(x, 8, 3, 2, tflite.ActRelu6)
	join := func(width int) int {
		a := d.reshape(d.convs(x, width, 1, 1, tflite.ActNone), 1, 16, width)
		b := d.reshape(d.convs(y, width, 1, 1, tflite.ActNone), 1, 4, width)
		return d.do(tflite.OpConcatenation, &tflite.ConcatenationOptions{Axis: 1}, tensor.Shape{1, 20, width}, a, b)
	}
	boxes, scores := join(4), d.alike(tflite.OpLogistic, nil, join(3))
	var anchors []float32
	for i := range 20 {
		anchors = append(anchors, float32(i%4)/4+0.1, float32(i/5)/4+0.1, 0.3, 0.3)
	}
	number := func(v float64) tflite.FlexValue { return tflite.FlexValue{Kind: tflite.FlexFloat, Float: v} }
	count := func(v int64) tflite.FlexValue { return tflite.FlexValue{Kind: tflite.FlexInt, Int: v} }
	o := tflite.WriteFlex(tflite.FlexMap{"max_detections": count(5), "max_classes_per_detection": count(1), "num_classes": count(2),
		"nms_score_threshold": number(0.3), "nms_iou_threshold": number(0.6), "y_scale": number(10), "x_scale": number(10),
		"h_scale": number(5), "w_scale": number(5)})
	out := func(name string, shape ...int) tensor.Info {
		return tensor.Info{Name: name, DType: tensor.Float32, Shape: shape}
	}
	return d.Results(tflite.Op{Code: tflite.OpCustom, Custom: "TFLite_Detection_PostProcess", Version: 1, CustomOptions: o,
		Inputs: []int{boxes, scores, d.floats(anchors, 20, 4)}}, out("boxes", 1, 5, 4), out("classes", 1, 5), out("scores", 1, 5), out("count", 1))
}

func drawUNet(d *drawing) []int {
	a := d.convs(d.in(1, 8, 8, 3), 6, 3, 1, tflite.ActRelu)
	p := &tflite.Pool2DOptions{StrideH: 2, StrideW: 2, FilterH: 2, FilterW: 2}
	b := d.convs(d.do(tflite.OpMaxPool2d, p, tensor.Shape{1, 4, 4, 6}, a), 8, 3, 1, tflite.ActRelu)
	o := &tflite.TransposeConvOptions{StrideH: 2, StrideW: 2, BiasType: tensor.Float32}
	up := d.do(tflite.OpTransposeConv, o, tensor.Shape{1, 8, 8, 6}, d.ints(1, 8, 8, 6), d.weights(6, 2, 2, 8), b)
	wide := d.do(tflite.OpResizeBilinear, &tflite.ResizeOptions{HalfPixelCenters: true}, tensor.Shape{1, 8, 8, 8}, b, d.ints(8, 8))
	c := d.do(tflite.OpConcatenation, &tflite.ConcatenationOptions{Axis: 3}, tensor.Shape{1, 8, 8, 20}, a, up, wide)
	return []int{d.alike(tflite.OpLogistic, nil, d.convs(c, 1, 1, 1, tflite.ActNone))}
}

func drawYOLO(d *drawing) []int {
	x := d.alike(tflite.OpLeakyRelu, &tflite.LeakyReluOptions{Alpha: 0.1}, d.convs(d.in(1, 8, 8, 3), 8, 3, 2, tflite.ActNone))
	x = d.mul(x, d.alike(tflite.OpLogistic, nil, x)) // swish
	x = d.reshape(d.convs(x, 7, 1, 1, tflite.ActNone), 1, 16, 7)
	part := func(from, to int32) int {
		o := &tflite.StridedSliceOptions{BeginMask: 3, EndMask: 3}
		return d.do(tflite.OpStridedSlice, o, tensor.Shape{1, 16, int(to - from)}, x, d.ints(0, 0, from), d.ints(0, 0, to), d.ints(1, 1, 1))
	}
	var cells []float32
	for i := range 16 {
		cells = append(cells, float32(i%4), float32(i/4))
	}
	middle := d.sum(d.mul(d.alike(tflite.OpLogistic, nil, part(0, 2)), d.number(2)), d.floats(cells, 1, 16, 2))
	size := d.alike(tflite.OpLogistic, nil, part(2, 4))
	size = d.mul(d.mul(size, size), d.number(4))
	kind := d.alike(tflite.OpLogistic, nil, part(4, 7))
	return []int{d.do(tflite.OpConcatenation, &tflite.ConcatenationOptions{Axis: 2}, tensor.Shape{1, 16, 7}, middle, size, kind)}
}

// normalized is layer normalization as TensorFlow's converter writes it.
func (d *drawing) normalized(x int) int {
	s := d.Tensors[x].Shape
	narrow := tensor.Shape{s[0], s[1], 1}
	axis, mean := d.ints(2), &tflite.ReducerOptions{KeepDims: true}
	m := d.do(tflite.OpMean, mean, narrow, x, axis)
	v := d.do(tflite.OpMean, mean, narrow, d.alike(tflite.OpSquaredDifference, nil, x, m), axis)
	r := d.alike(tflite.OpRsqrt, nil, d.sum(v, d.number(1e-3)))
	scale := d.do(tflite.OpMul, plainSum, s, r, d.weights(s[2]))
	return d.sum(d.mul(x, scale), d.do(tflite.OpSub, plainSum, s, d.weights(s[2]), d.mul(scale, m)))
}

// drawTransformer is one layer of one head over four tokens, with a mask.
func drawTransformer(d *drawing) []int {
	const width, steps = 8, 4
	x := d.sum(d.embedded(steps, width), d.weights(1, steps, width))
	y := d.normalized(x)
	q, k, v := d.rows(y, width, tflite.ActNone), d.rows(y, width, tflite.ActNone), d.rows(y, width, tflite.ActNone)
	a := d.do(tflite.OpBatchMatmul, &tflite.BatchMatMulOptions{AdjY: true}, tensor.Shape{1, steps, steps}, q, k)
	a = d.softmax(d.sum(d.mul(a, d.number(0.35)), d.floats(causal(steps), 1, steps, steps)))
	a = d.do(tflite.OpBatchMatmul, &tflite.BatchMatMulOptions{}, tensor.Shape{1, steps, width}, a, v)
	x = d.sum(x, d.rows(a, width, tflite.ActNone))
	y = d.alike(tflite.OpGelu, &tflite.GeluOptions{}, d.rows(d.normalized(x), 2*width, tflite.ActNone))
	x = d.normalized(d.sum(x, d.rows(y, width, tflite.ActNone)))
	return []int{d.softmax(d.rows(x, 5, tflite.ActNone))}
}

// causal is a mask: a large negative number above the diagonal.
func causal(n int) (m []float32) {
	for i := range n {
		for k := range n {
			m = append(m, 0)
			if k > i {
				m[len(m)-1] = -1e9
			}
		}
	}
	return m
}

func drawConv1D(d *drawing) []int {
	x := d.in(1, 16, 4)
	for range 2 {
		width := d.Tensors[x].Shape[2]
		x = d.do(tflite.OpExpandDims, nil, tensor.Shape{1, 1, 16, width}, x, d.scalar(-3))
		o := &tflite.Conv2DOptions{StrideH: 1, StrideW: 1, DilationH: 1, DilationW: 1, Activation: tflite.ActRelu, BiasType: tensor.Float32}
		x = d.do(tflite.OpConv2d, o, tensor.Shape{1, 1, 16, 6}, x, d.weights(6, 1, 3, width), d.weights(6))
		x = d.do(tflite.OpSqueeze, &tflite.SqueezeOptions{Dims: []int{-3}}, tensor.Shape{1, 16, 6}, x)
	}
	x = d.do(tflite.OpReduceMax, &tflite.ReducerOptions{}, tensor.Shape{1, 6}, x, d.ints(1))
	return []int{d.softmax(d.dense(x, 4, tflite.ActNone))}
}

// drawFaint brings rows to length 1, some of which are a thousand times shorter than others.
func drawFaint(d *drawing) []int {
	x := d.mul(d.in(1, 4, 6), d.floats([]float32{1, 0.1, 0.01, 0.001}, 4, 1))
	s := d.do(tflite.OpSum, &tflite.ReducerOptions{KeepDims: true}, tensor.Shape{1, 4, 1}, d.mul(x, x), d.ints(2))
	x = d.alike(tflite.OpDiv, plainSum, x, d.alike(tflite.OpSqrt, nil, s))
	return []int{d.softmax(d.rows(x, 5, tflite.ActNone))}
}

// drawMasked is attention that sees little but its largest score; mask takes away some.
func drawMasked(mask func(d *drawing, scores int) int) func(d *drawing) []int {
	return func(d *drawing) []int {
		q, k, v := d.in(1, 4, 8), d.in(1, 4, 8), d.in(1, 4, 8)
		a := d.do(tflite.OpBatchMatmul, &tflite.BatchMatMulOptions{AdjY: true}, tensor.Shape{1, 4, 4}, q, k)
		return []int{d.do(tflite.OpBatchMatmul, &tflite.BatchMatMulOptions{}, tensor.Shape{1, 4, 8}, d.softmax(mask(d, a)), v)}
	}
}

func addedMask(d *drawing, scores int) int { return d.sum(scores, d.floats(causal(4), 1, 4, 4)) }

// hidden adds which scores are hidden: some of those above the diagonal.
func (d *drawing) hidden() int {
	square := tensor.Info{DType: tensor.Bool, Shape: tensor.Shape{1, 4, 4}}
	x := d.Input(tensor.Info{Name: d.name(), DType: tensor.Int32, Shape: square.Shape})
	x = d.Op(tflite.Op{Code: tflite.OpGreater, Inputs: []int{x, d.scalar(1)}}, square)
	var above []byte
	for _, v := range causal(4) {
		above = append(above, byte(min(1, -v)))
	}
	return d.Op(tflite.Op{Code: tflite.OpLogicalAnd, Inputs: []int{x, d.Constant(square, above)}}, square)
}

func selectedMask(d *drawing, scores int) int {
	return d.do(tflite.OpSelectV2, nil, tensor.Shape{1, 4, 4}, d.hidden(), d.number(float32(math.Inf(-1))), scores)
}

func computedMask(d *drawing, scores int) int {
	x := d.do(tflite.OpCast, &tflite.CastOptions{From: tensor.Bool, To: tensor.Float32}, tensor.Shape{1, 4, 4}, d.hidden())
	return d.sum(scores, d.mul(x, d.number(-10000)))
}
