package quant

import (
	"bytes"
	"context"
	"slices"
	"testing"

	"edged/runtime"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// single is a float model of one operator.
type single struct {
	name string
	draw func(d *drawing) []int
}

// one is a model of an operator with one float result.
func one(code tflite.OpCode, options any, shape tensor.Shape, in func(d *drawing) []int) single {
	return single{code.String(), func(d *drawing) []int { return []int{d.do(code, options, shape, in(d)...)} }}
}

func unary(code tflite.OpCode, options any) single {
	return one(code, options, tensor.Shape{1, 4, 4, 3}, func(d *drawing) []int { return []int{d.in(1, 4, 4, 3)} })
}

func binary2(code tflite.OpCode, options any) single {
	return one(code, options, tensor.Shape{1, 4, 4, 3}, func(d *drawing) []int { return []int{d.in(1, 4, 4, 3), d.in(1, 4, 4, 3)} })
}

func withInts(code tflite.OpCode, options any, shape tensor.Shape, values ...int32) single {
	return one(code, options, shape, func(d *drawing) []int { return []int{d.in(1, 4, 4, 4), d.ints(values...)} })
}

// typed is a model of an operator whose result has another type.
func typed(code tflite.OpCode, options any, out tensor.DType, shape tensor.Shape, in func(d *drawing) []int) single {
	return single{code.String(), func(d *drawing) []int {
		return []int{d.Op(tflite.Op{Code: code, Options: options, Inputs: in(d)}, tensor.Info{Name: d.name(), DType: out, Shape: shape})}
	}}
}

func singles() []single {
	pool := &tflite.Pool2DOptions{StrideH: 2, StrideW: 2, FilterH: 2, FilterW: 2}
	arithmetic := &tflite.ArithmeticOptions{}
	relu := &tflite.ArithmeticOptions{Activation: tflite.ActRelu}
	same := tensor.Shape{1, 4, 4, 3}
	two := func(d *drawing) []int { return []int{d.in(1, 4, 4, 3), d.in(1, 4, 4, 3)} }
	all := []single{
		{"CONV_2D", func(d *drawing) []int { return []int{d.conv(d.in(1, 6, 6, 3), 8, tflite.ActRelu6)} }},
		{"CONV_2D without activation", func(d *drawing) []int { return []int{d.conv(d.in(1, 6, 6, 3), 8, tflite.ActNone)} }},
		{"CONV_2D RELU_N1_TO_1", func(d *drawing) []int { return []int{d.conv(d.in(1, 6, 6, 3), 8, tflite.ActReluN1To1)} }},
		{"DEPTHWISE_CONV_2D", func(d *drawing) []int { return []int{d.depthwise(d.in(1, 6, 6, 8), tflite.ActRelu)} }},
		{"FULLY_CONNECTED", func(d *drawing) []int { return []int{d.dense(d.in(1, 40), 10, tflite.ActNone)} }},
		{"FULLY_CONNECTED without bias", func(d *drawing) []int {
			return []int{d.do(tflite.OpFullyConnected, &tflite.FullyConnectedOptions{BiasType: tensor.Float32}, tensor.Shape{1, 10}, d.in(1, 40), d.weights(10, 40), -1)}
		}},
		one(tflite.OpTransposeConv, &tflite.TransposeConvOptions{StrideH: 2, StrideW: 2, BiasType: tensor.Float32}, tensor.Shape{1, 8, 8, 5},
			func(d *drawing) []int { return []int{d.ints(1, 8, 8, 5), d.weights(5, 3, 3, 4), d.in(1, 4, 4, 4)} }),
		{"TRANSPOSE_CONV with bias", func(d *drawing) []int {
			o := &tflite.TransposeConvOptions{StrideH: 2, StrideW: 2, BiasType: tensor.Float32}
			return []int{d.do(tflite.OpTransposeConv, o, tensor.Shape{1, 8, 8, 5}, d.ints(1, 8, 8, 5), d.weights(5, 3, 3, 4), d.in(1, 4, 4, 4), d.weights(5))}
		}},
		one(tflite.OpAveragePool2d, pool, tensor.Shape{1, 2, 2, 3}, func(d *drawing) []int { return []int{d.in(1, 4, 4, 3)} }),
		one(tflite.OpMaxPool2d, pool, tensor.Shape{1, 2, 2, 3}, func(d *drawing) []int { return []int{d.in(1, 4, 4, 3)} }),
		unary(tflite.OpLogistic, nil), unary(tflite.OpTanh, nil), unary(tflite.OpSoftmax, &tflite.SoftmaxOptions{Beta: 1}),
		unary(tflite.OpL2Normalization, &tflite.L2NormOptions{}), unary(tflite.OpLogSoftmax, nil),
		unary(tflite.OpRelu, nil), unary(tflite.OpRelu6, nil), unary(tflite.OpReluN1To1, nil), unary(tflite.OpAbs, nil),
		unary(tflite.OpHardSwish, nil), unary(tflite.OpElu, nil), unary(tflite.OpLeakyRelu, &tflite.LeakyReluOptions{Alpha: 0.1}),
		one(tflite.OpPrelu, nil, same, func(d *drawing) []int { return []int{d.in(1, 4, 4, 3), d.weights(1, 1, 3)} }),
		binary2(tflite.OpAdd, arithmetic), binary2(tflite.OpMul, arithmetic), binary2(tflite.OpSub, relu),
		binary2(tflite.OpMaximum, nil), binary2(tflite.OpMinimum, nil), binary2(tflite.OpSquaredDifference, nil),
		{"ADD of a constant", func(d *drawing) []int { return []int{d.do(tflite.OpAdd, relu, same, d.in(1, 4, 4, 3), d.weights(3))} }},
		{"MUL of a constant", func(d *drawing) []int { return []int{d.do(tflite.OpMul, relu, same, d.in(1, 4, 4, 3), d.weights(3))} }},
		one(tflite.OpConcatenation, &tflite.ConcatenationOptions{Axis: 3}, tensor.Shape{1, 4, 4, 6}, two),
		one(tflite.OpPack, &tflite.PackOptions{ValuesCount: 2}, tensor.Shape{2, 1, 4, 4, 3}, two),
		withInts(tflite.OpReshape, &tflite.ReshapeOptions{NewShape: []int{1, 64}}, tensor.Shape{1, 64}, 1, 64),
		withInts(tflite.OpTranspose, nil, tensor.Shape{1, 4, 4, 4}, 0, 3, 1, 2),
		withInts(tflite.OpMean, &tflite.ReducerOptions{KeepDims: true}, tensor.Shape{1, 1, 1, 4}, 1, 2),
		{"MEAN of channels", func(d *drawing) []int {
			return []int{d.do(tflite.OpMean, &tflite.ReducerOptions{KeepDims: true}, tensor.Shape{1, 4, 4, 1}, d.in(1, 4, 4, 4), d.ints(3))}
		}},
		{"BATCH_MATMUL transposed", func(d *drawing) []int {
			return []int{d.do(tflite.OpBatchMatmul, &tflite.BatchMatMulOptions{AdjY: true}, tensor.Shape{1, 3, 5}, d.in(1, 3, 4), d.in(1, 5, 4))}
		}},
		{"SQUARED_DIFFERENCE broadcast", func(d *drawing) []int {
			return []int{d.do(tflite.OpSquaredDifference, nil, same, d.in(1, 4, 4, 3), d.in(1, 4, 4, 1))}
		}},
		{"SUB broadcast", func(d *drawing) []int {
			return []int{d.do(tflite.OpSub, arithmetic, same, d.weights(3), d.in(1, 4, 4, 3))}
		}},
		withInts(tflite.OpSum, &tflite.ReducerOptions{KeepDims: true}, tensor.Shape{1, 1, 1, 4}, 1, 2),
		withInts(tflite.OpReduceProd, &tflite.ReducerOptions{}, tensor.Shape{1, 4, 4}, 1),
		withInts(tflite.OpBroadcastTo, nil, tensor.Shape{3, 4, 4, 4}, 3, 4, 4, 4),
		{"RSQRT", func(d *drawing) []int {
			x := d.do(tflite.OpAbs, nil, same, d.in(1, 4, 4, 3))
			x = d.do(tflite.OpAdd, arithmetic, same, x, d.floats([]float32{1}, 1))
			return []int{d.do(tflite.OpRsqrt, nil, same, x)}
		}},
		unary(tflite.OpGelu, &tflite.GeluOptions{}),
		one(tflite.OpDynamicUpdateSlice, nil, tensor.Shape{1, 4, 4, 3}, func(d *drawing) []int {
			return []int{d.in(1, 4, 4, 3), d.in(1, 1, 4, 3), d.ints(0, 2, 0, 0)}
		}),
		withInts(tflite.OpReduceMax, &tflite.ReducerOptions{}, tensor.Shape{1, 4}, 1, 2),
		withInts(tflite.OpReduceMin, &tflite.ReducerOptions{}, tensor.Shape{1, 4}, 1, 2),
		withInts(tflite.OpResizeBilinear, &tflite.ResizeOptions{HalfPixelCenters: true}, tensor.Shape{1, 7, 9, 4}, 7, 9),
		withInts(tflite.OpResizeNearestNeighbor, &tflite.ResizeOptions{}, tensor.Shape{1, 8, 8, 4}, 8, 8),
		withInts(tflite.OpTile, nil, tensor.Shape{1, 8, 4, 4}, 1, 2, 1, 1),
		withInts(tflite.OpReverseV2, nil, tensor.Shape{1, 4, 4, 4}, 1),
		withInts(tflite.OpExpandDims, nil, tensor.Shape{1, 1, 4, 4, 4}, 1),
		withInts(tflite.OpGather, &tflite.GatherOptions{Axis: 1}, tensor.Shape{1, 2, 4, 4}, 3, 1),
		{"EMBEDDING_LOOKUP", func(d *drawing) []int {
			i := d.Input(tensor.Info{Name: d.name(), DType: tensor.Int32, Shape: tensor.Shape{3}})
			return []int{d.do(tflite.OpEmbeddingLookup, nil, tensor.Shape{3, 4}, i, d.weights(9, 4))}
		}},
		{"GATHER of a constant", func(d *drawing) []int {
			i := d.Input(tensor.Info{Name: d.name(), DType: tensor.Int32, Shape: tensor.Shape{3}})
			return []int{d.do(tflite.OpGather, &tflite.GatherOptions{}, tensor.Shape{3, 4}, d.weights(9, 4), i)}
		}},
		one(tflite.OpSqueeze, &tflite.SqueezeOptions{Dims: []int{0}}, tensor.Shape{4, 4, 3}, func(d *drawing) []int { return []int{d.in(1, 4, 4, 3)} }),
		one(tflite.OpPad, nil, tensor.Shape{1, 6, 6, 4}, padded), one(tflite.OpMirrorPad, &tflite.MirrorPadOptions{}, tensor.Shape{1, 6, 6, 4}, padded),
		{"PADV2", func(d *drawing) []int {
			v := d.floats([]float32{-7}, 1)
			d.Tensors[v].Shape = nil
			return []int{d.do(tflite.OpPadv2, nil, tensor.Shape{1, 6, 6, 4}, append(padded(d), v)...)}
		}},
		one(tflite.OpSlice, nil, tensor.Shape{1, 2, 2, 4}, func(d *drawing) []int { return []int{d.in(1, 4, 4, 4), d.ints(0, 1, 1, 0), d.ints(1, 2, 2, 4)} }),
		one(tflite.OpStridedSlice, &tflite.StridedSliceOptions{}, tensor.Shape{1, 2, 2, 4}, func(d *drawing) []int {
			return []int{d.in(1, 4, 4, 4), d.ints(0, 0, 0, 0), d.ints(1, 4, 4, 4), d.ints(1, 2, 2, 1)}
		}),
		one(tflite.OpSpaceToDepth, &tflite.BlockSizeOptions{BlockSize: 2}, tensor.Shape{1, 2, 2, 16}, func(d *drawing) []int { return []int{d.in(1, 4, 4, 4)} }),
		one(tflite.OpDepthToSpace, &tflite.BlockSizeOptions{BlockSize: 2}, tensor.Shape{1, 8, 8, 1}, func(d *drawing) []int { return []int{d.in(1, 4, 4, 4)} }),
		one(tflite.OpSpaceToBatchNd, nil, tensor.Shape{4, 2, 2, 4}, func(d *drawing) []int {
			i := d.ints(0, 0, 0, 0)
			d.Tensors[i].Shape = tensor.Shape{2, 2}
			return []int{d.in(1, 4, 4, 4), d.ints(2, 2), i}
		}),
		one(tflite.OpBatchMatmul, &tflite.BatchMatMulOptions{}, tensor.Shape{1, 3, 5}, func(d *drawing) []int { return []int{d.in(1, 3, 4), d.in(1, 4, 5)} }),
		typed(tflite.OpArgMax, &tflite.ArgOptions{OutputType: tensor.Int32}, tensor.Int32, tensor.Shape{1, 4, 4}, func(d *drawing) []int { return []int{d.in(1, 4, 4, 3), d.scalar(3)} }),
		typed(tflite.OpGreater, nil, tensor.Bool, same, two), typed(tflite.OpLessEqual, nil, tensor.Bool, same, two),
		typed(tflite.OpEqual, nil, tensor.Bool, same, two),
		{"SPLIT", func(d *drawing) []int {
			axis, x := d.scalar(3), d.in(1, 4, 4, 4)
			half := tensor.Info{Name: "first", DType: tensor.Float32, Shape: tensor.Shape{1, 4, 4, 2}}
			rest := half
			rest.Name = "rest"
			return d.Results(tflite.Op{Code: tflite.OpSplit, Inputs: []int{axis, x}, Options: &tflite.SplitOptions{NumSplits: 2}}, half, rest)
		}},
		{"UNPACK", func(d *drawing) []int {
			x := d.in(2, 4, 4)
			part := tensor.Info{Name: "first", DType: tensor.Float32, Shape: tensor.Shape{4, 4}}
			rest := part
			rest.Name = "rest"
			return d.Results(tflite.Op{Code: tflite.OpUnpack, Inputs: []int{x}, Options: &tflite.UnpackOptions{Num: 2}}, part, rest)
		}},
		{"SELECT_V2", func(d *drawing) []int {
			a, b := d.in(1, 4, 4, 3), d.in(1, 4, 4, 3)
			c := d.Op(tflite.Op{Code: tflite.OpGreater, Inputs: []int{a, b}}, tensor.Info{Name: d.name(), DType: tensor.Bool, Shape: same})
			return []int{d.do(tflite.OpSelectV2, nil, same, c, a, b)}
		}},
		{"TOPK_V2", func(d *drawing) []int {
			x := d.in(1, 20)
			return d.Results(tflite.Op{Code: tflite.OpTopkV2, Inputs: []int{x, d.scalar(3)}},
				tensor.Info{Name: "values", DType: tensor.Float32, Shape: tensor.Shape{1, 3}}, tensor.Info{Name: "places", DType: tensor.Int32, Shape: tensor.Shape{1, 3}})
		}},
	}
	return append(all, recurrent()...)
}

func padded(d *drawing) []int {
	i := d.ints(0, 0, 1, 1, 1, 1, 0, 0)
	d.Tensors[i].Shape = tensor.Shape{4, 2}
	return []int{d.in(1, 4, 4, 4), i}
}

// draw makes the model.
func (s *single) model(seed uint64) *tflite.Model {
	d := newDrawing(seed)
	return d.model(s.draw(d)...)
}

// TestEveryOperator quantizes each operator by itself, in int8 and int16: it must become one of integers, near the float one.
func TestEveryOperator(t *testing.T) {
	for _, scheme := range []Scheme{Int8, Int16x8} {
		for _, s := range singles() {
			t.Run(scheme.String()+"/"+s.name, func(t *testing.T) {
				m := s.model(3)
				r, err := Quantize(context.Background(), m, &normal{n: 8, scale: 2}, Options{Scheme: scheme, Observer: MinMax})
				if err != nil {
					t.Fatal(err)
				}
				last := r.Report.Ops[len(r.Report.Ops)-1]
				if rule, _ := ruleOf(&m.Graphs[0].Ops[len(m.Graphs[0].Ops)-1]); last.Float != "" && (scheme == Int8 || rule.wide && !rule.lstm) {
					t.Fatalf("stays float: %s", last.Float)
				}
				reread(t, r.Model)
				for _, o := range r.Report.Outputs {
					if m.Graphs[0].Tensors[m.Graphs[0].Outputs[0]].DType == tensor.Float32 && o.SQNR < 25 {
						t.Errorf("%.1f dB", o.SQNR)
					}
				}
			})
		}
	}
}

// changed are the kernels that TensorFlow Lite has changed since 2.9.0, by a unit of the last place, and XNNPACK's that 2.9.0
// does not have: there our engine follows LiteRT as it is today, which scripts/difftest --quantized compares, and whose answers
// are in runtime/testdata/differences/quantized-*. Floats, which remain, are not compared.
var changed = []string{
	"int8/TRANSPOSE_CONV", "int8/TRANSPOSE_CONV with bias", "int8/LEAKY_RELU", "int16x8/FULLY_CONNECTED",
	"int16x8/TRANSPOSE_CONV", "int16x8/MEAN", "int8/BATCH_MATMUL transposed",
}

// TestOperatorsOnTFLite: TensorFlow Lite accepts each, without and with XNNPACK, and with it gives our engine's integers.
func TestOperatorsOnTFLite(t *testing.T) {
	engines := foreign(t)
	for _, scheme := range []Scheme{Int8, Int16x8} {
		for _, s := range singles() {
			t.Run(scheme.String()+"/"+s.name, func(t *testing.T) {
				r, err := Quantize(context.Background(), s.model(3), &normal{n: 4, scale: 2}, Options{Scheme: scheme, Observer: MinMax})
				if err != nil {
					t.Fatal(err)
				}
				integers := !slices.ContainsFunc(r.Report.Ops, func(o OpReport) bool { return o.Float != "" })
				m := reread(t, r.Model)
				ours, err := outputs(t, m, runtime.Options{Engine: "builtin"}, &normal{n: 4, scale: 2}, 4)
				if err != nil {
					t.Fatal(err)
				}
				for _, e := range engines {
					theirs, err := outputs(t, m, runtime.Options{Engine: "tflite", TFLite: e}, &normal{n: 4, scale: 2}, 4)
					switch most := apart(ours, theirs, scheme); {
					case err != nil:
						t.Errorf("%q: %v", e.Delegate.Name, err)
					case slices.Contains(changed, scheme.String()+"/"+s.name):
						if most > 1 {
							t.Errorf("%q: %d apart", e.Delegate.Name, most)
						}
					case e.Delegate.Name == "xnnpack" && integers && !bytes.Equal(ours, theirs):
						t.Errorf("xnnpack: %d apart", most)
					}
				}
			})
		}
	}
}

// apart returns the largest difference between integers.
func apart(a, b []byte, s Scheme) int {
	most := 0
	for i := range min(len(a), len(b)) {
		d := int(int8(a[i])) - int(int8(b[i]))
		if s == Int16x8 {
			if i%2 == 1 {
				continue
			}
			d = int(int16(uint16(a[i])|uint16(a[i+1])<<8)) - int(int16(uint16(b[i])|uint16(b[i+1])<<8))
		}
		most = max(most, d, -d)
	}
	return most
}
