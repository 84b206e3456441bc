package tflite

import "edged/runtime/tensor"

// optionTable says how one table of the schema's options unions maps to a struct: one description serves the reader
// and the writer.
type optionTable struct {
	union  uint8                   // its number in BuiltinOptions
	second bool                    // the number is in BuiltinOptions2
	make   func() any              // a struct that holds the schema's defaults
	fields func(options any) []any // pointers to the struct's fields by their id in the schema; nil where we keep none
}

func options[T any](union uint8, defaults T, fields func(o *T) []any) optionTable {
	return optionTable{
		union:  union,
		make:   func() any { o := defaults; return &o },
		fields: func(o any) []any { return fields(o.(*T)) },
	}
}

// optionTables lists the operators that have options, with the schema's numbers and defaults (schema.fbs, union
// BuiltinOptions). Operators whose table is empty are left out.
var optionTables = map[OpCode]optionTable{
	OpConv2d: options(1, Conv2DOptions{DilationW: 1, DilationH: 1, BiasType: tensor.Float32}, func(o *Conv2DOptions) []any {
		return []any{&o.Padding, &o.StrideW, &o.StrideH, &o.Activation, &o.DilationW, &o.DilationH, &o.BiasType}
	}),
	OpDepthwiseConv2d: options(2, DepthwiseConv2DOptions{DilationW: 1, DilationH: 1}, func(o *DepthwiseConv2DOptions) []any {
		return []any{&o.Padding, &o.StrideW, &o.StrideH, &o.DepthMultiplier, &o.Activation, &o.DilationW, &o.DilationH}
	}),
	OpConcatEmbeddings: options(3, ConcatEmbeddingsOptions{}, func(o *ConcatEmbeddingsOptions) []any {
		return []any{&o.NumChannels, &o.ColumnsPerChannel, &o.EmbeddingDimPerChannel}
	}),
	OpLshProjection: options(4, LSHProjectionOptions{}, func(o *LSHProjectionOptions) []any { return []any{&o.Type} }),
	OpAveragePool2d: options(5, Pool2DOptions{}, poolFields),
	OpMaxPool2d:     options(5, Pool2DOptions{}, poolFields),
	OpL2Pool2d:      options(5, Pool2DOptions{}, poolFields),
	OpSvdf: options(6, SVDFOptions{}, func(o *SVDFOptions) []any {
		return []any{&o.Rank, &o.Activation, &o.AsymmetricQuantizeInputs}
	}),
	OpRnn: options(7, RNNOptions{}, func(o *RNNOptions) []any {
		return []any{&o.Activation, &o.AsymmetricQuantizeInputs}
	}),
	OpFullyConnected: options(8, FullyConnectedOptions{BiasType: tensor.Float32}, func(o *FullyConnectedOptions) []any {
		return []any{&o.Activation, &o.ShuffledWeights, &o.KeepNumDims, &o.AsymmetricQuantizeInputs, &o.BiasType}
	}),
	OpSoftmax: options(9, SoftmaxOptions{}, func(o *SoftmaxOptions) []any { return []any{&o.Beta} }),
	OpConcatenation: options(10, ConcatenationOptions{}, func(o *ConcatenationOptions) []any {
		return []any{&o.Axis, &o.Activation}
	}),
	OpAdd:             options(11, ArithmeticOptions{PotScaleInt16: true}, potFields),
	OpMul:             options(21, ArithmeticOptions{}, activationFields),
	OpSub:             options(28, ArithmeticOptions{PotScaleInt16: true}, potFields),
	OpDiv:             options(29, ArithmeticOptions{}, activationFields),
	OpL2Normalization: options(12, L2NormOptions{}, func(o *L2NormOptions) []any { return []any{&o.Activation} }),
	OpLocalResponseNormalization: options(13, LocalResponseNormalizationOptions{}, func(o *LocalResponseNormalizationOptions) []any {
		return []any{&o.Radius, &o.Bias, &o.Alpha, &o.Beta}
	}),
	OpLstm: options(14, LSTMOptions{}, func(o *LSTMOptions) []any {
		return []any{&o.Activation, &o.CellClip, &o.ProjClip, &o.Basic, &o.AsymmetricQuantizeInputs}
	}),
	OpResizeBilinear: options(15, ResizeOptions{}, func(o *ResizeOptions) []any {
		return []any{nil, nil, &o.AlignCorners, &o.HalfPixelCenters} // 0 and 1 were new_height and new_width
	}),
	OpCall:    options(16, CallOptions{}, func(o *CallOptions) []any { return []any{&o.Graph} }),
	OpReshape: options(17, ReshapeOptions{}, func(o *ReshapeOptions) []any { return []any{&o.NewShape} }),
	OpSkipGram: options(18, SkipGramOptions{}, func(o *SkipGramOptions) []any {
		return []any{&o.NgramSize, &o.MaxSkipSize, &o.IncludeAllNgrams}
	}),
	OpSpaceToDepth:          options(19, BlockSizeOptions{}, blockFields),
	OpDepthToSpace:          options(94, BlockSizeOptions{}, blockFields),
	OpEmbeddingLookupSparse: options(20, EmbeddingLookupSparseOptions{}, func(o *EmbeddingLookupSparseOptions) []any { return []any{&o.Combiner} }),
	OpGather:                options(23, GatherOptions{}, func(o *GatherOptions) []any { return []any{&o.Axis, &o.BatchDims} }),
	OpMean:                  options(27, ReducerOptions{}, reducerFields),
	OpSum:                   options(27, ReducerOptions{}, reducerFields),
	OpReduceProd:            options(27, ReducerOptions{}, reducerFields),
	OpReduceMax:             options(27, ReducerOptions{}, reducerFields),
	OpReduceMin:             options(27, ReducerOptions{}, reducerFields),
	OpReduceAny:             options(27, ReducerOptions{}, reducerFields),
	OpReduceAll:             options(27, ReducerOptions{}, reducerFields),
	OpSqueeze:               options(30, SqueezeOptions{}, func(o *SqueezeOptions) []any { return []any{&o.Dims} }),
	OpUnidirectionalSequenceRnn: options(31, SequenceRNNOptions{}, func(o *SequenceRNNOptions) []any {
		return []any{&o.TimeMajor, &o.Activation, &o.AsymmetricQuantizeInputs}
	}),
	OpStridedSlice: options(32, StridedSliceOptions{}, func(o *StridedSliceOptions) []any {
		return []any{&o.BeginMask, &o.EndMask, &o.EllipsisMask, &o.NewAxisMask, &o.ShrinkAxisMask, &o.Offset}
	}),
	OpSplit:  options(35, SplitOptions{}, splitFields),
	OpSplitV: options(79, SplitOptions{}, splitFields),
	OpCast: options(37, CastOptions{From: tensor.Float32, To: tensor.Float32}, func(o *CastOptions) []any {
		return []any{&o.From, &o.To}
	}),
	OpArgMax: options(40, ArgOptions{OutputType: tensor.Float32}, argFields),
	OpArgMin: options(57, ArgOptions{OutputType: tensor.Float32}, argFields),
	OpTransposeConv: options(49, TransposeConvOptions{BiasType: tensor.Float32}, func(o *TransposeConvOptions) []any {
		return []any{&o.Padding, &o.StrideW, &o.StrideH, &o.Activation, &o.BiasType}
	}),
	OpSparseToDense: options(50, SparseToDenseOptions{}, func(o *SparseToDenseOptions) []any { return []any{&o.ValidateIndices} }),
	OpShape:         options(55, ShapeOptions{OutputType: tensor.Float32}, func(o *ShapeOptions) []any { return []any{&o.OutputType} }),
	OpFakeQuant: options(58, FakeQuantOptions{}, func(o *FakeQuantOptions) []any {
		return []any{&o.Min, &o.Max, &o.NumBits, &o.NarrowRange}
	}),
	OpPack:   options(59, PackOptions{}, func(o *PackOptions) []any { return []any{&o.ValuesCount, &o.Axis} }),
	OpOneHot: options(61, OneHotOptions{}, func(o *OneHotOptions) []any { return []any{&o.Axis} }),
	OpUnpack: options(64, UnpackOptions{}, func(o *UnpackOptions) []any { return []any{&o.Num, &o.Axis} }),
	OpBidirectionalSequenceLstm: options(69, BidirectionalSequenceLSTMOptions{TimeMajor: true}, func(o *BidirectionalSequenceLSTMOptions) []any {
		return []any{&o.Activation, &o.CellClip, &o.ProjClip, &o.MergeOutputs, &o.TimeMajor, &o.AsymmetricQuantizeInputs}
	}),
	OpBidirectionalSequenceRnn: options(70, BidirectionalSequenceRNNOptions{}, func(o *BidirectionalSequenceRNNOptions) []any {
		return []any{&o.TimeMajor, &o.Activation, &o.MergeOutputs, &o.AsymmetricQuantizeInputs}
	}),
	OpUnidirectionalSequenceLstm: options(71, SequenceLSTMOptions{}, func(o *SequenceLSTMOptions) []any {
		return []any{&o.Activation, &o.CellClip, &o.ProjClip, &o.TimeMajor, &o.AsymmetricQuantizeInputs, &o.DiagonalRecurrent}
	}),
	OpResizeNearestNeighbor: options(74, ResizeOptions{}, func(o *ResizeOptions) []any {
		return []any{&o.AlignCorners, &o.HalfPixelCenters}
	}),
	OpLeakyRelu: options(75, LeakyReluOptions{}, func(o *LeakyReluOptions) []any { return []any{&o.Alpha} }),
	OpMirrorPad: options(77, MirrorPadOptions{}, func(o *MirrorPadOptions) []any { return []any{&o.Symmetric} }),
	OpUnique:    options(80, UniqueOptions{IndexType: tensor.Int32}, func(o *UniqueOptions) []any { return []any{&o.IndexType} }),
	OpReverseSequence: options(87, ReverseSequenceOptions{}, func(o *ReverseSequenceOptions) []any {
		return []any{&o.SeqDim, &o.BatchDim}
	}),
	OpIf:    options(92, IfOptions{}, func(o *IfOptions) []any { return []any{&o.Then, &o.Else} }),
	OpWhile: options(93, WhileOptions{}, func(o *WhileOptions) []any { return []any{&o.Cond, &o.Body} }),
	OpBatchMatmul: options(101, BatchMatMulOptions{}, func(o *BatchMatMulOptions) []any {
		return []any{&o.AdjX, &o.AdjY, &o.AsymmetricQuantizeInputs}
	}),
	OpCumsum:          options(102, CumsumOptions{}, func(o *CumsumOptions) []any { return []any{&o.Exclusive, &o.Reverse} }),
	OpCallOnce:        options(103, CallOnceOptions{}, func(o *CallOnceOptions) []any { return []any{&o.Init} }),
	OpConv3d:          options(106, Conv3DOptions{DilationD: 1, DilationW: 1, DilationH: 1}, conv3DFields),
	OpConv3dTranspose: options(106, Conv3DOptions{DilationD: 1, DilationW: 1, DilationH: 1}, conv3DFields),
	OpHashtable: options(107, HashtableOptions{KeyType: tensor.Float32, ValueType: tensor.Float32}, func(o *HashtableOptions) []any {
		return []any{&o.TableID, &o.KeyType, &o.ValueType}
	}),
	OpVarHandle:            options(111, VarHandleOptions{}, func(o *VarHandleOptions) []any { return []any{&o.Container, &o.SharedName} }),
	OpRandomUniform:        options(114, RandomOptions{}, randomFields),
	OpRandomStandardNormal: options(114, RandomOptions{}, randomFields),
	OpMultinomial:          options(114, RandomOptions{}, randomFields),
	OpBucketize:            options(115, BucketizeOptions{}, func(o *BucketizeOptions) []any { return []any{&o.Boundaries} }),
	OpGelu:                 options(116, GeluOptions{}, func(o *GeluOptions) []any { return []any{&o.Approximate} }),
	OpStablehloComposite: second(options(21, CompositeOptions{}, func(o *CompositeOptions) []any {
		return []any{&o.Name, &o.Graph, &o.Attributes, &o.Format, &o.Version}
	})),
	OpStablehloScatter: second(options(7, StablehloScatterOptions{}, func(o *StablehloScatterOptions) []any {
		return []any{&o.Sorted, &o.UpdateWindowDims, &o.InsertedWindowDims, &o.ScatterDimsToOperandDims, &o.IndexVectorDim,
			&o.Unique, &o.Update}
	})),
	OpStablehloPad: second(options(10, StablehloPadOptions{}, func(o *StablehloPadOptions) []any {
		return []any{&o.Low, &o.High, &o.Interior}
	})),
	OpStablehloReduceWindow: second(options(13, StablehloReduceWindowOptions{}, func(o *StablehloReduceWindowOptions) []any {
		return []any{&o.Window, &o.Strides, &o.BaseDilations, &o.WindowDilations, &o.Padding, &o.Body}
	})),
	OpStablehloGather: second(options(16, StablehloGatherOptions{}, func(o *StablehloGatherOptions) []any {
		return []any{&o.OffsetDims, &o.CollapsedSliceDims, &o.StartIndexMap, &o.IndexVectorDim, &o.SliceSizes, &o.Sorted}
	})),
	OpStablehloRngBitGenerator: second(options(19, RNGOptions{}, func(o *RNGOptions) []any { return []any{&o.Algorithm} })),
	OpReduceWindow:             second(options(20, ReduceWindowOptions{}, func(o *ReduceWindowOptions) []any { return []any{&o.Function} })),
	OpStablehloCase:            second(options(23, StablehloCaseOptions{}, func(o *StablehloCaseOptions) []any { return []any{&o.Branches} })),
}

func second(t optionTable) optionTable {
	t.second = true
	return t
}

func poolFields(o *Pool2DOptions) []any {
	return []any{&o.Padding, &o.StrideW, &o.StrideH, &o.FilterW, &o.FilterH, &o.Activation}
}

func conv3DFields(o *Conv3DOptions) []any {
	return []any{&o.Padding, &o.StrideD, &o.StrideW, &o.StrideH, &o.Activation, &o.DilationD, &o.DilationW, &o.DilationH}
}

func potFields(o *ArithmeticOptions) []any        { return []any{&o.Activation, &o.PotScaleInt16} }
func activationFields(o *ArithmeticOptions) []any { return []any{&o.Activation} }
func blockFields(o *BlockSizeOptions) []any       { return []any{&o.BlockSize} }
func reducerFields(o *ReducerOptions) []any       { return []any{&o.KeepDims} }
func splitFields(o *SplitOptions) []any           { return []any{&o.NumSplits} }
func argFields(o *ArgOptions) []any               { return []any{&o.OutputType} }
func randomFields(o *RandomOptions) []any         { return []any{&o.Seed, &o.Seed2} }
