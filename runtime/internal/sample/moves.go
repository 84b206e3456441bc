package sample

import (
	"slices"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// moves lists what moves elements about, makes, finds, counts or adds them up.
func moves() []Operator {
	return slices.Concat(reshapes(), joins(), pads(), picks(), makes(), reductions())
}

// reshapes: the same elements in another shape or order.
func reshapes() []Operator {
	block := &tflite.BlockSizeOptions{BlockSize: 2}
	return []Operator{
		one(tflite.OpReshape, sample{options: &tflite.ReshapeOptions{NewShape: []int{3, 8}}, in: takes(data(2, 12)), out: gives(data(3, 8))}),
		one(tflite.OpSqueeze, sample{options: &tflite.SqueezeOptions{}, in: takes(data(1, 12)), out: gives(data(12))}),
		one(tflite.OpExpandDims, sample{in: takes(data(2, 12), scalar(1)), out: gives(data(2, 1, 12))}),
		one(tflite.OpTranspose, sample{in: takes(data(2, 3, 4), ints(2, 0, 1)), out: gives(data(4, 2, 3))}),
		one(tflite.OpReverseV2, sample{in: takes(data(2, 12), ints(1)), out: gives(data(2, 12))}),
		one(tflite.OpReverseSequence, sample{options: &tflite.ReverseSequenceOptions{SeqDim: 1}, in: takes(data(2, 12), ints(3, 5)), out: gives(data(2, 12))}),
		one(tflite.OpSpaceToDepth, sample{options: block, in: takes(data(1, 4, 4, 2)), out: gives(data(1, 2, 2, 8))}),
		one(tflite.OpDepthToSpace, sample{options: block, in: takes(data(1, 2, 2, 8)), out: gives(data(1, 4, 4, 2))}),
		one(tflite.OpSpaceToBatchNd, sample{in: takes(data(1, 4, 4, 2), ints(2, 2), shaped([]int{2, 2}, 0, 0, 0, 0)), out: gives(data(4, 2, 2, 2))}),
		one(tflite.OpBatchToSpaceNd, sample{in: takes(data(4, 2, 2, 2), ints(2, 2), shaped([]int{2, 2}, 0, 0, 0, 0)), out: gives(data(1, 4, 4, 2))}),
	}
}

// joins: several tensors from one, or one from several.
func joins() []Operator {
	return []Operator{
		one(tflite.OpConcatenation, sample{options: &tflite.ConcatenationOptions{Axis: 1}, in: takes(data(2, 4), data(2, 5)), out: gives(data(2, 9))}),
		one(tflite.OpPack, sample{options: &tflite.PackOptions{ValuesCount: 2, Axis: 1}, in: takes(data(2, 4), data(2, 4)), out: gives(data(2, 2, 4))}),
		one(tflite.OpUnpack, sample{options: &tflite.UnpackOptions{Num: 2}, in: takes(data(2, 4)), out: gives(data(4), data(4))}),
		one(tflite.OpSplit, sample{options: &tflite.SplitOptions{NumSplits: 2}, in: takes(scalar(1), data(2, 4)), out: gives(data(2, 2), data(2, 2))}),
		one(tflite.OpSplitV, sample{options: &tflite.SplitOptions{NumSplits: 2}, in: takes(data(2, 4), ints(1, 3), scalar(1)), out: gives(data(2, 1), data(2, 3))}),
	}
}

// pads: elements put into more.
func pads() []Operator {
	edges := shaped([]int{2, 2}, 1, 0, 1, 2)
	return []Operator{
		one(tflite.OpPad, sample{in: takes(data(2, 4), edges), out: gives(data(3, 7))}),
		one(tflite.OpPadv2, sample{in: takes(data(2, 4), edges, data(1)), out: gives(data(3, 7))}),
		one(tflite.OpMirrorPad, sample{options: &tflite.MirrorPadOptions{}, in: takes(data(2, 4), edges), out: gives(data(3, 7))}),
		one(tflite.OpTile, sample{in: takes(data(2, 4), ints(2, 1)), out: gives(data(4, 4))}),
		one(tflite.OpBroadcastTo, sample{in: takes(data(1, 4), ints(3, 4)), out: gives(data(3, 4))}),
		one(tflite.OpDilate, sample{in: takes(data(2, 4), ints(2, 1), data()), out: gives(data(3, 4))}),
		one(tflite.OpMatrixDiag, sample{in: takes(data(2, 3)), out: gives(data(2, 3, 3))}),
		one(tflite.OpMatrixSetDiag, sample{in: takes(data(3, 3), data(3)), out: gives(data(3, 3))}),
	}
}

// picks: some of the elements, found by place or by value.
func picks() []Operator {
	return []Operator{
		one(tflite.OpSlice, sample{in: takes(data(2, 5), ints(0, 1), ints(2, 3)), out: gives(data(2, 3))}),
		one(tflite.OpStridedSlice, sample{options: &tflite.StridedSliceOptions{}, in: takes(data(2, 5), ints(0, 1), ints(2, 4), ints(1, 1)), out: gives(data(2, 3))}),
		one(tflite.OpDynamicUpdateSlice, sample{in: takes(data(2, 5), data(1, 2), ints(1, 2)), out: gives(data(2, 5))}),
		one(tflite.OpGather, sample{options: &tflite.GatherOptions{}, in: takes(data(4, 3), ints(2, 0)), out: gives(data(2, 3))}),
		one(tflite.OpGatherNd, sample{in: takes(data(4, 3), shaped([]int{2, 1}, 2, 0)), out: gives(data(2, 3))}),
		one(tflite.OpScatterNd, sample{in: takes(shaped([]int{2, 1}, 2, 0), data(2, 3), ints(4, 3)), out: gives(data(4, 3))}),
		one(tflite.OpSparseToDense, sample{options: &tflite.SparseToDenseOptions{}, in: takes(ints(1, 3), ints(6), data(2), data()), out: gives(data(6))}),
		one(tflite.OpEmbeddingLookup, sample{in: takes(ints(2, 0), data(4, 3).known()), out: gives(data(2, 3))},
			sample{in: takes(ints(2, 0), weights(0, 4, 3)), out: gives(data(2, 3)), only: func(k Kind) bool { return k.Data == tensor.Float32 }}),
		one(tflite.OpArgMax, sample{options: &tflite.ArgOptions{}, in: takes(data(2, 5), scalar(1)), out: gives(of(tensor.Int32, 2))}),
		one(tflite.OpArgMin, sample{options: &tflite.ArgOptions{}, in: takes(data(2, 5), scalar(1)), out: gives(of(tensor.Int32, 2))}),
		one(tflite.OpTopkV2, sample{in: takes(data(2, 5), scalar(2)), out: gives(data(2, 2), of(tensor.Int32, 2, 2))}),
		one(tflite.OpWhere, sample{in: takes(data(2, 5)), out: gives(of(tensor.Int64, 1, 2))}),
	}
}

// makes: elements that come from shapes and single values.
func makes() []Operator {
	number := of(tensor.Int32, 1)
	return []Operator{
		one(tflite.OpFill, sample{in: takes(ints(2, 3), data()), out: gives(data(2, 3))}),
		one(tflite.OpRange, sample{in: takes(data().known(), data().known(), data().known()), out: gives(data(1))}),
		one(tflite.OpOneHot, sample{options: &tflite.OneHotOptions{Axis: -1}, in: takes(ints(1, 2), scalar(4), data(), data()), out: gives(data(2, 4))}),
		one(tflite.OpShape, sample{options: &tflite.ShapeOptions{OutputType: tensor.Int32}, in: takes(data(2, 3)), out: gives(of(tensor.Int32, 2))}),
		one(tflite.OpRank, sample{in: takes(data(2, 3)), out: gives(number)}),
		one(tflite.OpRandomUniform, sample{options: &tflite.RandomOptions{Seed: 1}, in: takes(ints(2, 3)), out: gives(data(2, 3))}),
		one(tflite.OpRandomStandardNormal, sample{options: &tflite.RandomOptions{Seed: 1}, in: takes(ints(2, 3)), out: gives(data(2, 3))}),
		one(tflite.OpMultinomial, sample{options: &tflite.RandomOptions{Seed: 1}, in: takes(data(2, 5), scalar(3)), out: gives(of(tensor.Int32, 2, 3))}),
		one(tflite.OpBroadcastArgs, sample{in: takes(data(2).known(), data(2).known()), out: gives(data(2))}),
		one(tflite.OpDensify, sparse()),
	}
}

// sparse is a constant of which every third element is stored.
func sparse() sample {
	s := &tflite.Sparsity{Order: []int{0}, Dims: []tflite.SparseDim{{Compressed: true, Segments: []int{0, 3}, Indices: []int{0, 3, 6}}}}
	in := data(3).known().with(func(_ Kind, t *tflite.Tensor) { t.Shape, t.Sparse, t.Sparsity = tensor.Shape{9}, true, s })
	return sample{in: takes(in), out: gives(data(9))}
}

// reductions: sums, products, extremes and segments.
func reductions() []Operator {
	reduce := sample{options: &tflite.ReducerOptions{}, in: takes(data(2, 5), ints(1)), out: gives(data(2))}
	segments := sample{in: takes(data(4, 3), ints(1, 0, 1, 2), scalar(3)), out: gives(data(3, 3))}
	return slices.Concat(
		list(reduce, tflite.OpMean, tflite.OpSum, tflite.OpReduceProd, tflite.OpReduceMax, tflite.OpReduceMin, tflite.OpReduceAny, tflite.OpReduceAll),
		list(segments, tflite.OpUnsortedSegmentMax, tflite.OpUnsortedSegmentMin, tflite.OpUnsortedSegmentProd, tflite.OpUnsortedSegmentSum),
		[]Operator{
			one(tflite.OpSegmentSum, sample{in: takes(data(4, 3), ints(0, 0, 1, 2)), out: gives(data(3, 3))}),
			one(tflite.OpCumsum, sample{options: &tflite.CumsumOptions{}, in: takes(data(2, 5), scalar(1)), out: gives(data(2, 5))}),
			one(tflite.OpRfft2d, sample{in: takes(data(4, 8), ints(4, 8)), out: gives(of(tensor.Complex64, 4, 5))}),
		},
	)
}
