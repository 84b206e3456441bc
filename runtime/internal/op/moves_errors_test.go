package op

import (
	"errors"
	"strings"
	"testing"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

func TestMovesRefuseWhatIsWrong(t *testing.T) {
	const huge = 1<<31 - 1
	index := func(v ...int32) []*tensor.Tensor { return []*tensor.Tensor{count(2, 3), i32(v...)} }
	for _, c := range []struct {
		name    string
		code    tflite.OpCode
		options any
		in      []*tensor.Tensor
		want    string
	}{
		{"paddings of another rank", tflite.OpPad, nil, []*tensor.Tensor{count(2), values(tensor.Shape{2, 2}, 1, 1, 1, 1)}, "paddings are 2x2, input is 2"},
		{"negative padding", tflite.OpPad, nil, []*tensor.Tensor{count(2), values(tensor.Shape{1, 2}, -1, 0)}, "paddings -1 and 0"},
		{"padding beyond memory", tflite.OpPad, nil, []*tensor.Tensor{count(2), values(tensor.Shape{1, 2}, huge, huge)}, "output dimension 0 would be 4294967296"},
		{"padding value of another type", tflite.OpPadv2, nil, []*tensor.Tensor{count(2), values(tensor.Shape{1, 2}, 1, 0), t8(true, 1)}, "padding value is int8"},
		{"mirror larger than the input", tflite.OpMirrorPad, nil, []*tensor.Tensor{count(2), values(tensor.Shape{1, 2}, 2, 0)}, "paddings 2 and 0 of dimension 0, which has 2"},
		{"mirror of nothing", tflite.OpMirrorPad, nil, []*tensor.Tensor{count(0), values(tensor.Shape{1, 2}, 1, 0)}, "which has 0"},
		{"uneven split", tflite.OpSplit, &tflite.SplitOptions{NumSplits: 1}, []*tensor.Tensor{i32(3), count(2, 3)}, "axis 3 of 2 dimensions"},
		{"split into nothing", tflite.OpSplit, &tflite.SplitOptions{}, []*tensor.Tensor{i32(0), count(2, 3)}, "0 parts of dimension 0"},
		{"split sizes", tflite.OpSplitV, nil, []*tensor.Tensor{count(4), i32(-2), i32(0)}, "part 0 has size -2"},
		{"split sum", tflite.OpSplitV, nil, []*tensor.Tensor{count(4), i32(3), i32(0)}, "parts [3] of dimension 0 of 4"},
		{"unpack count", tflite.OpUnpack, &tflite.UnpackOptions{Num: 1}, []*tensor.Tensor{count(2)}, "1 parts of dimension 0 of 2"},
		{"unpack a scalar", tflite.OpUnpack, &tflite.UnpackOptions{Num: 1}, []*tensor.Tensor{count()}, "axis 0 of 0 dimensions"},
		{"pack shapes", tflite.OpPack, &tflite.PackOptions{ValuesCount: 2}, []*tensor.Tensor{count(2), count(3)}, "operand 1 is 3, the first 2"},
		{"pack count", tflite.OpPack, &tflite.PackOptions{ValuesCount: 3}, []*tensor.Tensor{count(2), count(2)}, "3 values for 2 operands"},
		{"permutation twice", tflite.OpTranspose, nil, index(0, 0), "permutation [0 0]"},
		{"permutation outside", tflite.OpTranspose, nil, index(0, -3), "permutation [0 -3]"},
		{"permutation short", tflite.OpTranspose, nil, index(0), "permutation [0]"},
		{"slice outside", tflite.OpSlice, nil, []*tensor.Tensor{count(3), i32(2), i32(2)}, "begin 2 along dimension 0, want 0 to 1"},
		{"slice before", tflite.OpSlice, nil, []*tensor.Tensor{count(3), i32(-1), i32(2)}, "begin -1"},
		{"slice size", tflite.OpSlice, nil, []*tensor.Tensor{count(3), i32(0), i32(4)}, "a box 4 in an array 3"},
		{"slice minus two", tflite.OpSlice, nil, []*tensor.Tensor{count(3), i32(0), i32(-2)}, "would be -2"},
		{"tile beyond memory", tflite.OpTile, nil, index(1<<20, 1<<20), "over the limit"},
		{"tile backwards", tflite.OpTile, nil, index(1, -1), "multiple -1"},
		{"tile short", tflite.OpTile, nil, index(1), "1 multiples"},
		{"broadcast shrinks", tflite.OpBroadcastTo, nil, index(3), "does not broadcast to 3"},
		{"broadcast misfits", tflite.OpBroadcastTo, nil, index(2, 4), "does not broadcast to 2x4"},
		{"broadcast negative", tflite.OpBroadcastTo, nil, index(2, -3), "would be -3"},
		{"blocks do not fit", tflite.OpSpaceToDepth, &tflite.BlockSizeOptions{BlockSize: 2}, []*tensor.Tensor{count(1, 2, 3, 1)}, "block size 2"},
		{"blocks of none", tflite.OpDepthToSpace, &tflite.BlockSizeOptions{}, []*tensor.Tensor{count(1, 2, 3, 1)}, "block size 0"},
		{"huge blocks of nothing", tflite.OpSpaceToDepth, &tflite.BlockSizeOptions{BlockSize: huge}, []*tensor.Tensor{count(1, 0, 0, 4)}, "block size 2147483647"},
		{"depth too small", tflite.OpDepthToSpace, &tflite.BlockSizeOptions{BlockSize: 2}, []*tensor.Tensor{count(1, 2, 3, 2)}, "block size 2"},
		{"batch blocks", tflite.OpSpaceToBatchNd, nil, []*tensor.Tensor{count(1, 3, 1), i32(2), values(tensor.Shape{1, 2})}, "do not make blocks of 2"},
		{"huge batch blocks", tflite.OpSpaceToBatchNd, nil, []*tensor.Tensor{count(1, 0, 0, 1), i32(1<<20, 1<<20), values(tensor.Shape{2, 2})}, "block shape"},
		{"batch does not divide", tflite.OpBatchToSpaceNd, nil, []*tensor.Tensor{count(3, 3, 1), i32(2), values(tensor.Shape{1, 2})}, "batch 3"},
		{"crops too large", tflite.OpBatchToSpaceNd, nil, []*tensor.Tensor{count(2, 1, 1), i32(2), values(tensor.Shape{1, 2}, 2, 1)}, "would be -1"},
		{"zero block", tflite.OpBatchToSpaceNd, nil, []*tensor.Tensor{count(2, 1, 1), i32(0), values(tensor.Shape{1, 2})}, "block shape [0]"},
		{"dilation of none", tflite.OpDilate, nil, []*tensor.Tensor{count(2), i32(0), values(nil, 1)}, "dilation 0 is 0"},
		{"dilation beyond memory", tflite.OpDilate, nil, []*tensor.Tensor{count(1<<10, 2), i32(huge, 1), values(nil, 1)}, "would be 2196875770882"},
		{"dilations short", tflite.OpDilate, nil, []*tensor.Tensor{count(2, 2), i32(1), values(nil, 1)}, "dilations 1 and value scalar"},
		{"segments jump", tflite.OpSegmentSum, nil, []*tensor.Tensor{count(3), i32(0, 0, 2)}, "id 2 is 2, want 1"},
		{"segments start late", tflite.OpSegmentSum, nil, []*tensor.Tensor{count(1), i32(1)}, "id 0 is 1, want 0"},
		{"segments of other rows", tflite.OpSegmentSum, nil, []*tensor.Tensor{count(3), i32(0)}, "ids 1 of rows of 3"},
		{"segments of no prefix", tflite.OpUnsortedSegmentSum, nil, []*tensor.Tensor{count(2, 3), i32(0, 0, 0), i32(1)}, "ids 3 of elements of 2x3"},
		{"segments below none", tflite.OpUnsortedSegmentMax, nil, []*tensor.Tensor{count(2), i32(0, 0), i32(-1)}, "would be -1"},
		{"boundaries out of order", tflite.OpBucketize, &tflite.BucketizeOptions{Boundaries: []float32{1, 0}}, []*tensor.Tensor{count(2)}, "boundary 1 is 0"},
		{"reverse twice", tflite.OpReverseV2, nil, index(1, -1), "axis -1 stands twice"},
		{"reverse outside", tflite.OpReverseV2, nil, index(2), "axis 2"},
		{"sequences by themselves", tflite.OpReverseSequence, &tflite.ReverseSequenceOptions{}, index(1, 1), "along dimension 0"},
		{"too few lengths", tflite.OpReverseSequence, &tflite.ReverseSequenceOptions{SeqDim: 1}, index(1), "lengths are 1, batches 2"},
		{"gather axis", tflite.OpGather, &tflite.GatherOptions{Axis: 2}, index(0), "axis 2"},
		{"gather batches", tflite.OpGather, &tflite.GatherOptions{Axis: 1, BatchDims: 1}, index(0), "differ in batch dimension 0"},
		{"gather more batches", tflite.OpGather, &tflite.GatherOptions{BatchDims: 1}, index(0, 0), "1 batch dimensions"},
		{"tuples too long", tflite.OpGatherNd, nil, index(0, 0, 0), "indices 3 for an input 2x3"},
		{"updates misfit", tflite.OpScatterNd, nil, []*tensor.Tensor{values(tensor.Shape{1, 1}), i32(1, 2), i32(4)}, "updates 2 at 1x1 into 4"},
		{"scatter beyond memory", tflite.OpScatterNd, nil, []*tensor.Tensor{values(tensor.Shape{1, 1}), i32(1), i32(huge)}, "over the limit"},
		{"sparse misfit", tflite.OpSparseToDense, nil, []*tensor.Tensor{i32(0), i32(2, 2), i32(1), i32(0)}, "values 1 and 1 at 1 into 2x2"},
		{"select misfit", tflite.OpSelect, nil, []*tensor.Tensor{bools(tensor.Shape{3}, 0, 0, 0), count(2), count(2)}, "condition 3 of operands 2"},
		{"select apart", tflite.OpSelectV2, nil, []*tensor.Tensor{bools(tensor.Shape{3}, 0, 0, 0), count(2), count(2)}, "do not broadcast"},
		{"update too large", tflite.OpDynamicUpdateSlice, nil, []*tensor.Tensor{count(2), count(3), i32(0)}, "a box 3 in an array 2"},
		{"diagonal of a scalar", tflite.OpMatrixDiag, nil, []*tensor.Tensor{count()}, "scalar"},
		{"short diagonal", tflite.OpMatrixSetDiag, nil, index(1), "diagonals 1 of matrices 2x3"},
		{"fill beyond memory", tflite.OpFill, nil, []*tensor.Tensor{i32(huge, huge, huge), count()}, "over the limit"},
		{"fill with two", tflite.OpFill, nil, []*tensor.Tensor{i32(2), count(2)}, "value is 2"},
		{"range the wrong way", tflite.OpRange, nil, []*tensor.Tensor{i32(0), i32(3), i32(-1)}, "range from 0 to 3 by -1"},
		{"range standing", tflite.OpRange, nil, []*tensor.Tensor{i32(0), i32(3), i32(0)}, "range from 0 to 3 by 0"},
		{"range beyond memory", tflite.OpRange, nil, []*tensor.Tensor{i32(-1 << 31), i32(huge), i32(1)}, "over 268435456"},
		{"one hot depth", tflite.OpOneHot, &tflite.OneHotOptions{}, []*tensor.Tensor{i32(1), i32(-1), i32(1), i32(0)}, "would be -1"},
		{"one hot axis", tflite.OpOneHot, &tflite.OneHotOptions{Axis: 2}, []*tensor.Tensor{i32(1), i32(1), i32(1), i32(0)}, "axis 2"},
		{"sum of a scalar", tflite.OpCumsum, nil, []*tensor.Tensor{count(), i32(0)}, "axis 0 of 0"},
		{"squeeze two", tflite.OpSqueeze, &tflite.SqueezeOptions{Dims: []int{0}}, []*tensor.Tensor{count(2)}, "dimension 0 of 2 is not 1"},
		{"expand far", tflite.OpExpandDims, nil, index(3), "axis 3 of 3"},
		{"most of a scalar", tflite.OpArgMax, nil, []*tensor.Tensor{count(), i32(0)}, "axis 0 of 0"},
		{"most of nothing", tflite.OpArgMax, nil, []*tensor.Tensor{count(2, 0), i32(1)}, "has no element"},
		{"concatenation beyond 32 bits", tflite.OpConcatenation, nil, []*tensor.Tensor{of(tensor.Int32, huge), of(tensor.Int32, huge)}, "would be 4294967294"},
		{"no sparse constant", tflite.OpDensify, nil, []*tensor.Tensor{count(2)}, "no sparse constant"},
		{"axes left out", tflite.OpReverseV2, nil, []*tensor.Tensor{count(2), nil}, "input 1 is left out"},
		{"number beyond int32", tflite.OpTile, nil, []*tensor.Tensor{count(2), constantOf(tensor.Int64, []int64{1 << 40}, 1)}, "multiples 0 is 1099511627776"},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := &Node{Op: &tflite.Op{Code: c.code, Options: c.options}, In: c.in, Out: []*tensor.Tensor{of(tensor.Int32)}}
			_, err := Prepare(n)
			var format *tflite.FormatError
			if !errors.As(err, &format) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want a format error with %q", err, c.want)
			}
		})
	}
}

func TestMovesNameWhatTheyLack(t *testing.T) {
	for _, c := range []struct {
		name string
		code tflite.OpCode
		in   []*tensor.Tensor
		d    tensor.DType
		want string
	}{
		{"strings", tflite.OpTranspose, []*tensor.Tensor{of(tensor.String, 2), i32(0)}, tensor.String, "input string"},
		{"strings to numbers", tflite.OpTile, []*tensor.Tensor{of(tensor.String, 2), i32(2)}, tensor.Int32, "input string"},
		{"int4", tflite.OpTile, []*tensor.Tensor{of(tensor.Int4, 2), i32(1)}, tensor.Int4, "input int4"},
		{"another output", tflite.OpTile, []*tensor.Tensor{count(2), i32(2)}, tensor.Int8, "output int8"},
		{"float axes", tflite.OpReverseV2, []*tensor.Tensor{count(2), typed(tensor.Float32, true, 1)}, tensor.Int32, "axes float32"},
		{"float indices", tflite.OpGather, []*tensor.Tensor{count(2), typed(tensor.Float32, true, 1)}, tensor.Int32, "indices float32"},
		{"complex sums", tflite.OpCumsum, []*tensor.Tensor{of(tensor.Complex64, 2), i32(0)}, tensor.Complex64, "input complex64"},
		{"numbers as condition", tflite.OpSelect, []*tensor.Tensor{count(2), count(2), count(2)}, tensor.Int32, "condition int32"},
		{"comparison to numbers", tflite.OpEqual, []*tensor.Tensor{count(2), count(2)}, tensor.Int32, "output int32"},
		{"order of bools", tflite.OpLess, []*tensor.Tensor{of(tensor.Bool, 2), of(tensor.Bool, 2)}, tensor.Bool, "operands bool"},
		{"and of numbers", tflite.OpLogicalAnd, []*tensor.Tensor{count(2), count(2)}, tensor.Bool, "operands int32"},
		{"seven dimensions", tflite.OpEqual, []*tensor.Tensor{of(tensor.Int32, 1, 1, 1, 1, 1, 1, 1), count(2)}, tensor.Bool, "6 dimensions"},
		{"cast of strings", tflite.OpCast, []*tensor.Tensor{of(tensor.String, 2)}, tensor.Int32, "string to int32"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Prepare(&Node{Op: &tflite.Op{Code: c.code}, In: c.in, Out: []*tensor.Tensor{of(c.d)}})
			var lacking *tflite.UnsupportedError
			if !errors.As(err, &lacking) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want an unsupported error with %q", err, c.want)
			}
		})
	}
}

// TestStepsRefuseIndices gives operators indices that are known only when they run.
func TestStepsRefuseIndices(t *testing.T) {
	tuple := func(v int32) *tensor.Tensor { return values(tensor.Shape{1, 1}, v) }
	for _, c := range []struct {
		name    string
		code    tflite.OpCode
		options any
		in      []*tensor.Tensor
		want    string
	}{
		{"gather", tflite.OpGather, nil, []*tensor.Tensor{count(2), i32(2)}, "index 2 is out of range"},
		{"gather backwards", tflite.OpGather, nil, []*tensor.Tensor{count(2), i32(-1)}, "index -1 is out of range"},
		{"gather from nothing", tflite.OpGather, nil, []*tensor.Tensor{count(0), i32(0)}, "index 0 is out of range"},
		{"tuples", tflite.OpGatherNd, nil, []*tensor.Tensor{count(2), tuple(2)}, "index 2 is out of range"},
		{"rows", tflite.OpEmbeddingLookup, nil, []*tensor.Tensor{i32(5), count(2, 2)}, "index 5 is out of range"},
		{"scatter", tflite.OpScatterNd, nil, []*tensor.Tensor{tuple(4), i32(1), i32(4)}, "index 4 is out of range"},
		{"sparse", tflite.OpSparseToDense, nil, []*tensor.Tensor{i32(-1), i32(2), i32(1), i32(0)}, "index -1 is out of range"},
		{"lengths", tflite.OpReverseSequence, &tflite.ReverseSequenceOptions{SeqDim: 1}, []*tensor.Tensor{count(1, 2), i32(3)}, "index 3 is out of range"},
		{"divisor", tflite.OpFloorDiv, nil, []*tensor.Tensor{count(2), i32(0)}, "division by zero"},
		{"shapes", tflite.OpBroadcastArgs, nil, []*tensor.Tensor{i32(2), i32(3)}, "do not broadcast"},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := &Node{Op: &tflite.Op{Code: c.code, Options: c.options}, In: c.in, Out: []*tensor.Tensor{of(tensor.Int32)}}
			step, err := Prepare(n)
			if err != nil {
				t.Fatal(err)
			}
			n.Out[0].Data = make([]byte, 4*n.Out[0].Shape.Elems())
			if err := step(); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}
