package quant

import (
	"math"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// oddities are float models of an unusual form.
func oddities() []family {
	return []family{
		{"an output that others use", drawUsedOutput, 25, nil, 0},
		{"the same output twice", func(d *drawing) []int { x := drawDSCNN(d)[0]; return []int{x, x} }, 25, nil, 0},
		{"an input that is an output", func(d *drawing) []int { x := drawDSCNN(d)[0]; return []int{d.Inputs[0], x} }, 25, nil, 0},
		{"an input that nothing uses", func(d *drawing) []int { d.in(1, 3); return drawDSCNN(d) }, 25, nil, 0},
		{"a constant that is an output", func(d *drawing) []int { return append(drawDSCNN(d), d.weights(2, 3)) }, 25, nil, 0},
		{"weights that layers share", drawShared, 25, nil, 0},
		{"a bias that layers share", drawSharedBias, 25, nil, 0},
		{"constants among activations", drawConstants, 25, nil, 0},
		{"one tensor as both operands", drawTwice, 25, nil, 0},
		{"several inputs and outputs", drawSeveral, 25, nil, 0},
		{"fused activations", drawFused, 25, nil, 0},
		{"a LOGISTIC joined with others", drawJoined, 25, nil, 1},
		{"weights that are computed", drawComputedWeights, 25, []string{"FULLY_CONNECTED", "CONV_2D"}, 0},
		{"BATCH_MATMUL by a constant", drawConstantMatmul, 25, nil, 0},
		{"pictures of uint8", drawBytes, 25, []string{"CAST"}, 0},
		{"a fully connected layer of three dimensions", func(d *drawing) []int { return []int{d.rows(d.in(1, 5, 8), 6, tflite.ActRelu)} }, 25, nil, 0},
		{"a depthwise layer that multiplies", drawMultiplied, 25, nil, 0},
		{"a convolution in groups", drawGrouped, 20, []string{"CONV_2D"}, -1},
		{"recurrence in a WHILE", drawWhile, 20, []string{"WHILE"}, 0},
		{"a sequence in a WHILE", drawSequence, 20, []string{"WHILE", "GATHER", "DYNAMIC_UPDATE_SLICE", "PACK"}, 0},
		{"an IF", drawIf, 20, []string{"IF", "REDUCE_MAX", "GREATER"}, 0},
		{"a pad of the least number", drawLeastPad, 25, nil, 0},
		{"operands of very different ranges", drawRanges, 25, nil, 0},
		{"large numbers compared", drawLarge, 25, []string{"GREATER"}, 0},
		{"differences of large numbers", drawDifferences, 0, []string{"SQUARED_DIFFERENCE"}, 0},
		{"a batch that may change", func(d *drawing) []int {
			out := drawDSCNN(d)
			for i := range d.Tensors {
				if x := &d.Tensors[i]; x.Data == nil {
					x.ShapeSignature = append(tensor.Shape{-1}, x.Shape[1:]...)
				}
			}
			return out
		}, 25, nil, 0},
		{"another signature's graph", func(d *drawing) []int {
			other := d.called("other")
			d.call(other, other.dense(other.in(1, 8), 4, tflite.ActNone))
			return drawDSCNN(d)
		}, 25, []string{"FULLY_CONNECTED"}, 0},
		{"resource variables", drawResource, 20, []string{"READ_VARIABLE", "ASSIGN_VARIABLE"}, 0},
	}
}

func drawLeastPad(d *drawing) []int {
	x := d.convs(d.in(1, 6, 6, 3), 4, 3, 1, tflite.ActNone)
	pad := d.ints(0, 0, 1, 1, 1, 1, 0, 0)
	d.Tensors[pad].Shape = tensor.Shape{4, 2}
	x = d.do(tflite.OpPadv2, nil, tensor.Shape{1, 8, 8, 4}, x, pad, d.number(-math.MaxFloat32))
	p := &tflite.Pool2DOptions{StrideH: 2, StrideW: 2, FilterH: 2, FilterW: 2, Padding: tflite.PaddingValid}
	return []int{d.do(tflite.OpMaxPool2d, p, tensor.Shape{1, 4, 4, 4}, x)}
}

func drawRanges(d *drawing) []int {
	x := d.convs(d.in(1, 6, 6, 3), 4, 3, 1, tflite.ActNone)
	y := d.mul(x, d.floats([]float32{500, 300, 700, 400}, 4))
	return []int{x, d.alike(tflite.OpMaximum, nil, x, y)}
}

func drawLarge(d *drawing) []int {
	x := d.mul(d.in(1, 6), d.number(1000))
	y := d.Op(tflite.Op{Code: tflite.OpGreater, Inputs: []int{x, d.number(0)}}, tensor.Info{Name: d.name(), DType: tensor.Bool, Shape: tensor.Shape{1, 6}})
	return []int{d.alike(tflite.OpRelu, nil, x), d.do(tflite.OpSelectV2, nil, tensor.Shape{1, 6}, y, x, d.number(7))}
}

// drawDifferences are of numbers around 1000, which are 1 apart: integers of eight bits know little of them.
func drawDifferences(d *drawing) []int {
	x := d.in(1, 6)
	a, b := d.sum(d.mul(x, d.number(0)), d.number(1000)), d.sum(x, d.number(1000))
	return []int{d.alike(tflite.OpSquaredDifference, nil, a, b)}
}

func drawUsedOutput(d *drawing) []int {
	x := d.convs(d.in(1, 6, 6, 3), 4, 3, 1, tflite.ActRelu)
	y := d.convs(x, 4, 3, 1, tflite.ActNone)
	return []int{x, y, d.reshape(y, 1, 144)}
}

func drawShared(d *drawing) []int {
	w, b := d.weights(6, 6), d.weights(6)
	x := d.in(1, 6)
	for range 3 {
		x = d.do(tflite.OpFullyConnected, &tflite.FullyConnectedOptions{BiasType: tensor.Float32}, tensor.Shape{1, 6}, x, w, b)
	}
	return []int{x}
}

func drawSharedBias(d *drawing) []int {
	b := d.weights(6)
	x := d.dense(d.in(1, 6), 6, tflite.ActRelu)
	d.Ops[len(d.Ops)-1].Inputs[2] = b
	y := d.dense(x, 6, tflite.ActNone)
	d.Ops[len(d.Ops)-1].Inputs[2] = b
	return []int{d.sum(y, b)}
}

func drawConstants(d *drawing) []int {
	c := d.sum(d.weights(1, 4, 4, 3), d.weights(3))
	x := d.do(tflite.OpConcatenation, &tflite.ConcatenationOptions{Axis: 3}, tensor.Shape{1, 4, 4, 6}, d.in(1, 4, 4, 3), c)
	x = d.do(tflite.OpPack, &tflite.PackOptions{ValuesCount: 2}, tensor.Shape{2, 1, 4, 4, 6}, x, d.weights(1, 4, 4, 6))
	return []int{d.do(tflite.OpMaximum, nil, tensor.Shape{2, 1, 4, 4, 6}, x, d.number(-0.5))}
}

func drawTwice(d *drawing) []int {
	x := d.convs(d.in(1, 6, 6, 3), 4, 3, 1, tflite.ActRelu)
	x = d.do(tflite.OpConcatenation, &tflite.ConcatenationOptions{Axis: 3}, tensor.Shape{1, 6, 6, 8}, x, x)
	return []int{d.mul(x, x), d.sum(x, x)}
}

func drawSeveral(d *drawing) []int {
	a, b := d.convs(d.in(1, 6, 6, 3), 4, 3, 1, tflite.ActRelu), d.dense(d.in(1, 9), 4, tflite.ActNone)
	x := d.mul(a, b)
	return []int{d.dense(d.reshape(x, 1, 144), 3, tflite.ActNone), b, x}
}

func drawFused(d *drawing) []int {
	x := d.convs(d.in(1, 6, 6, 3), 4, 3, 1, tflite.ActReluN1To1)
	x = d.convs(x, 4, 3, 1, tflite.ActTanh)
	x = d.do(tflite.OpAdd, &tflite.ArithmeticOptions{Activation: tflite.ActTanh}, tensor.Shape{1, 6, 6, 4}, x, d.weights(4))
	return []int{d.convs(x, 4, 3, 1, tflite.ActNone)}
}

func drawJoined(d *drawing) []int {
	x := d.in(1, 6, 6, 3)
	a, b := d.alike(tflite.OpLogistic, nil, d.convs(x, 4, 3, 1, tflite.ActNone)), d.convs(x, 4, 3, 1, tflite.ActNone)
	return []int{d.do(tflite.OpConcatenation, &tflite.ConcatenationOptions{Axis: 3}, tensor.Shape{1, 6, 6, 8}, a, b)}
}

func drawComputedWeights(d *drawing) []int {
	x, w := d.in(1, 6), d.dense(d.in(1, 6), 18, tflite.ActNone)
	return []int{d.do(tflite.OpFullyConnected, &tflite.FullyConnectedOptions{BiasType: tensor.Float32}, tensor.Shape{1, 3}, x, d.reshape(w, 3, 6), -1)}
}

func drawConstantMatmul(d *drawing) []int {
	return []int{d.do(tflite.OpBatchMatmul, &tflite.BatchMatMulOptions{}, tensor.Shape{1, 4, 5}, d.in(1, 4, 6), d.weights(1, 6, 5))}
}

func drawBytes(d *drawing) []int {
	x := d.Input(tensor.Info{Name: d.name(), DType: tensor.Uint8, Shape: tensor.Shape{1, 6, 6, 3}})
	x = d.do(tflite.OpCast, &tflite.CastOptions{From: tensor.Uint8, To: tensor.Float32}, tensor.Shape{1, 6, 6, 3}, x)
	return []int{d.convs(d.sum(d.mul(x, d.number(1.0/127)), d.number(-1)), 4, 3, 1, tflite.ActRelu)}
}

func drawMultiplied(d *drawing) []int {
	x := d.in(1, 6, 6, 3)
	o := &tflite.DepthwiseConv2DOptions{StrideH: 1, StrideW: 1, DilationH: 2, DilationW: 2, DepthMultiplier: 2}
	return []int{d.do(tflite.OpDepthwiseConv2d, o, tensor.Shape{1, 6, 6, 6}, x, d.weights(1, 3, 3, 6), d.weights(6))}
}

func drawGrouped(d *drawing) []int {
	x := d.convs(d.in(1, 6, 6, 4), 4, 3, 1, tflite.ActRelu)
	o := &tflite.Conv2DOptions{StrideH: 1, StrideW: 1, DilationH: 1, DilationW: 1, BiasType: tensor.Float32}
	return []int{d.do(tflite.OpConv2d, o, tensor.Shape{1, 6, 6, 8}, x, d.weights(8, 3, 3, 2), d.weights(8))}
}

// called is a graph that others call, begun.
func (d *drawing) called(name string) *drawing {
	return &drawing{Builder: tflite.NewBuilder(name), r: d.r}
}

// call ends a graph that others call, and returns its number.
func (d *drawing) call(c *drawing, outputs ...int) int {
	c.Output(outputs...)
	d.more = append(d.more, c.Graph)
	return len(d.more)
}

// drawWhile runs a simple recurrent cell five times.
func drawWhile(d *drawing) []int {
	count := func(d *drawing) int { return d.Input(tensor.Info{Name: d.name(), DType: tensor.Int32}) }
	cond := d.called("cond")
	i := count(cond)
	cond.in(1, 8)
	cond.in(1, 8)
	less := cond.Op(tflite.Op{Code: tflite.OpLess, Inputs: []int{i, cond.scalar(5)}}, tensor.Info{Name: "less", DType: tensor.Bool})
	body := d.called("body")
	k, h, x := count(body), body.in(1, 8), body.in(1, 8)
	next := body.Op(tflite.Op{Code: tflite.OpAdd, Options: plainSum, Inputs: []int{k, body.scalar(1)}}, tensor.Info{Name: "next", DType: tensor.Int32})
	g := body.alike(tflite.OpTanh, nil, body.sum(body.dense(h, 8, tflite.ActNone), body.dense(x, 8, tflite.ActNone)))
	o := &tflite.WhileOptions{Cond: d.call(cond, less), Body: d.call(body, next, g, x)}
	y := d.dense(d.in(1, 6), 8, tflite.ActNone)
	out := d.Results(tflite.Op{Code: tflite.OpWhile, Options: o, Inputs: []int{d.scalar(0), d.floats(make([]float32, 8), 1, 8), y}},
		tensor.Info{Name: "times", DType: tensor.Int32}, tensor.Info{Name: "state", DType: tensor.Float32, Shape: tensor.Shape{1, 8}},
		tensor.Info{Name: "same", DType: tensor.Float32, Shape: tensor.Shape{1, 8}})
	return []int{d.softmax(d.dense(out[1], 4, tflite.ActNone))}
}

// drawSequence runs a simple recurrent cell over a sequence of 12, and keeps all its states.
func drawSequence(d *drawing) []int {
	const steps = 12
	step := tensor.Info{Name: "step", DType: tensor.Int32}
	cond := d.called("cond")
	i := cond.Input(step)
	cond.in(steps, 8)
	cond.in(1, 8)
	cond.in(steps, 8)
	less := cond.Op(tflite.Op{Code: tflite.OpLess, Inputs: []int{i, cond.scalar(steps)}}, tensor.Info{Name: "less", DType: tensor.Bool})
	b := d.called("body")
	k, x, h, all := b.Input(step), b.in(steps, 8), b.in(1, 8), b.in(steps, 8)
	next := b.Op(tflite.Op{Code: tflite.OpAdd, Options: plainSum, Inputs: []int{k, b.scalar(1)}}, tensor.Info{Name: "next", DType: tensor.Int32})
	now := b.reshape(b.do(tflite.OpGather, &tflite.GatherOptions{}, tensor.Shape{8}, x, k), 1, 8)
	g := b.alike(tflite.OpTanh, nil, b.sum(b.dense(h, 8, tflite.ActNone), b.dense(now, 8, tflite.ActNone)))
	at := b.Op(tflite.Op{Code: tflite.OpPack, Options: &tflite.PackOptions{ValuesCount: 2}, Inputs: []int{k, b.scalar(0)}}, tensor.Info{Name: "at", DType: tensor.Int32, Shape: tensor.Shape{2}})
	kept := b.alike(tflite.OpDynamicUpdateSlice, nil, all, g, at)
	o := &tflite.WhileOptions{Cond: d.call(cond, less), Body: d.call(b, next, x, g, kept)}
	in := []int{d.scalar(0), d.in(steps, 8), d.floats(make([]float32, 8), 1, 8), d.floats(make([]float32, 8*steps), steps, 8)}
	out := d.Results(tflite.Op{Code: tflite.OpWhile, Options: o, Inputs: in}, tensor.Info{Name: "last", DType: tensor.Int32},
		tensor.Info{Name: "x", DType: tensor.Float32, Shape: tensor.Shape{steps, 8}}, tensor.Info{Name: "h", DType: tensor.Float32, Shape: tensor.Shape{1, 8}},
		tensor.Info{Name: "all", DType: tensor.Float32, Shape: tensor.Shape{steps, 8}})
	return []int{d.softmax(d.rows(out[3], 4, tflite.ActNone))}
}

// drawIf takes one of two layers.
func drawIf(d *drawing) []int {
	branch := func(name string) int {
		b := d.called(name)
		return d.call(b, b.dense(b.in(1, 8), 8, tflite.ActRelu))
	}
	o := &tflite.IfOptions{Then: branch("then"), Else: branch("else")}
	x := d.dense(d.in(1, 6), 8, tflite.ActNone)
	most := d.do(tflite.OpReduceMax, &tflite.ReducerOptions{}, tensor.Shape{}, x, d.ints(0, 1))
	yes := d.Op(tflite.Op{Code: tflite.OpGreater, Inputs: []int{most, d.number(1)}}, tensor.Info{Name: "yes", DType: tensor.Bool})
	y := d.do(tflite.OpIf, o, tensor.Shape{1, 8}, yes, x)
	return []int{d.softmax(d.dense(y, 4, tflite.ActNone))}
}

// drawResource is a convolution over the last three moments, the first two of which a resource variable keeps.
func drawResource(d *drawing) []int {
	handle := func(d *drawing) int {
		return d.Op(tflite.Op{Code: tflite.OpVarHandle, Options: &tflite.VarHandleOptions{SharedName: "past"}}, tensor.Info{Name: d.name(), DType: tensor.Resource, Shape: tensor.Shape{1}})
	}
	begin := d.called("begin")
	begin.Append(tflite.Op{Code: tflite.OpAssignVariable, Inputs: []int{handle(begin), begin.floats(make([]float32, 12), 1, 2, 1, 6)}})
	d.Append(tflite.Op{Code: tflite.OpCallOnce, Options: &tflite.CallOnceOptions{Init: d.call(begin)}})
	x := d.in(1, 1, 1, 6)
	past := handle(d)
	before := d.do(tflite.OpReadVariable, nil, tensor.Shape{1, 2, 1, 6}, past)
	all := d.do(tflite.OpConcatenation, &tflite.ConcatenationOptions{Axis: 1}, tensor.Shape{1, 3, 1, 6}, before, x)
	o := &tflite.StridedSliceOptions{BeginMask: 13, EndMask: 15}
	newest := d.do(tflite.OpStridedSlice, o, tensor.Shape{1, 2, 1, 6}, all, d.ints(0, 1, 0, 0), d.ints(0, 0, 0, 0), d.ints(1, 1, 1, 1))
	d.Append(tflite.Op{Code: tflite.OpAssignVariable, Inputs: []int{past, newest}})
	c := &tflite.Conv2DOptions{StrideH: 1, StrideW: 1, DilationH: 1, DilationW: 1, Padding: tflite.PaddingValid, Activation: tflite.ActRelu, BiasType: tensor.Float32}
	y := d.do(tflite.OpConv2d, c, tensor.Shape{1, 1, 1, 8}, all, d.weights(8, 3, 1, 6), d.weights(8))
	return []int{d.softmax(d.dense(d.reshape(y, 1, 8), 4, tflite.ActNone))}
}
