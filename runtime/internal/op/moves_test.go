package op

import (
	"slices"
	"testing"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// values returns a constant of int32 with a shape.
func values(shape tensor.Shape, v ...int32) *tensor.Tensor {
	return constantOf(tensor.Int32, v, shape...)
}

// count returns the int32 constant 0, 1, 2, … of a shape.
func count(shape ...int) *tensor.Tensor {
	t := values(shape)
	for i := range tensor.As[int32](t.Data) {
		tensor.As[int32](t.Data)[i] = int32(i)
	}
	return t
}

func bools(shape tensor.Shape, v ...byte) *tensor.Tensor {
	return &tensor.Tensor{Info: tensor.Info{DType: tensor.Bool, Shape: shape}, Data: v}
}

// moves are operators on int32 that move their operand's elements, with NumPy's or TensorFlow's answers worked by hand.
var moves = []struct {
	name    string
	code    tflite.OpCode
	options any
	in      []*tensor.Tensor
	shape   tensor.Shape
	want    []int32
}{
	{"pad", tflite.OpPad, nil, []*tensor.Tensor{count(2, 2), values(tensor.Shape{2, 2}, 0, 1, 2, 0)}, tensor.Shape{3, 4},
		[]int32{0, 0, 0, 1, 0, 0, 2, 3, 0, 0, 0, 0}},
	{"pad with a value", tflite.OpPadv2, nil, []*tensor.Tensor{count(2), values(tensor.Shape{1, 2}, 1, 2), i32(7)}, tensor.Shape{5},
		[]int32{7, 0, 1, 7, 7}},
	{"mirror without the edge", tflite.OpMirrorPad, &tflite.MirrorPadOptions{}, []*tensor.Tensor{count(3), values(tensor.Shape{1, 2}, 2, 1)},
		tensor.Shape{6}, []int32{2, 1, 0, 1, 2, 1}},
	{"mirror with the edge", tflite.OpMirrorPad, &tflite.MirrorPadOptions{Symmetric: true},
		[]*tensor.Tensor{count(2, 2), values(tensor.Shape{2, 2}, 1, 0, 0, 2)}, tensor.Shape{3, 4}, []int32{0, 1, 1, 0, 0, 1, 1, 0, 2, 3, 3, 2}},
	{"transpose", tflite.OpTranspose, nil, []*tensor.Tensor{count(2, 3), i32(-1, 0)}, tensor.Shape{3, 2}, []int32{0, 3, 1, 4, 2, 5}},
	{"pack in front", tflite.OpPack, &tflite.PackOptions{ValuesCount: 2}, []*tensor.Tensor{count(2), count(2)}, tensor.Shape{2, 2}, []int32{0, 1, 0, 1}},
	{"pack behind", tflite.OpPack, &tflite.PackOptions{ValuesCount: 2, Axis: -1}, []*tensor.Tensor{count(2), count(2)}, tensor.Shape{2, 2},
		[]int32{0, 0, 1, 1}},
	{"slice", tflite.OpSlice, nil, []*tensor.Tensor{count(3, 4), i32(1, 2), i32(-1, 1)}, tensor.Shape{2, 1}, []int32{6, 10}},
	{"tile", tflite.OpTile, nil, []*tensor.Tensor{count(1, 2), i32(2, 2)}, tensor.Shape{2, 4}, []int32{0, 1, 0, 1, 0, 1, 0, 1}},
	{"broadcast", tflite.OpBroadcastTo, nil, []*tensor.Tensor{count(2, 1), i32(2, 2, 3)}, tensor.Shape{2, 2, 3},
		[]int32{0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 1, 1}},
	{"space to depth", tflite.OpSpaceToDepth, &tflite.BlockSizeOptions{BlockSize: 2}, []*tensor.Tensor{count(1, 2, 4, 1)}, tensor.Shape{1, 1, 2, 4},
		[]int32{0, 1, 4, 5, 2, 3, 6, 7}},
	{"depth to space", tflite.OpDepthToSpace, &tflite.BlockSizeOptions{BlockSize: 2}, []*tensor.Tensor{count(1, 1, 2, 4)}, tensor.Shape{1, 2, 4, 1},
		[]int32{0, 1, 4, 5, 2, 3, 6, 7}},
	{"space to batch", tflite.OpSpaceToBatchNd, nil, []*tensor.Tensor{count(1, 3, 1), i32(2), values(tensor.Shape{1, 2}, 0, 1)}, tensor.Shape{2, 2, 1},
		[]int32{0, 2, 1, 0}},
	{"batch to space", tflite.OpBatchToSpaceNd, nil, []*tensor.Tensor{count(2, 2, 1), i32(2), values(tensor.Shape{1, 2}, 0, 1)}, tensor.Shape{1, 3, 1},
		[]int32{0, 2, 1}},
	{"reverse", tflite.OpReverseV2, nil, []*tensor.Tensor{count(2, 3), i32(-1)}, tensor.Shape{2, 3}, []int32{2, 1, 0, 5, 4, 3}},
	{"reverse all", tflite.OpReverseV2, nil, []*tensor.Tensor{count(2, 3), i32(1, 0)}, tensor.Shape{2, 3}, []int32{5, 4, 3, 2, 1, 0}},
	{"reverse sequences", tflite.OpReverseSequence, &tflite.ReverseSequenceOptions{SeqDim: 1}, []*tensor.Tensor{count(2, 3), i32(2, 3)}, tensor.Shape{2, 3},
		[]int32{1, 0, 2, 5, 4, 3}},
	{"reverse leading sequences", tflite.OpReverseSequence, &tflite.ReverseSequenceOptions{BatchDim: 1}, []*tensor.Tensor{count(3, 2), i32(2, 0)},
		tensor.Shape{3, 2}, []int32{2, 1, 0, 3, 4, 5}},
	{"gather columns", tflite.OpGather, &tflite.GatherOptions{Axis: -1}, []*tensor.Tensor{count(2, 3), i32(2, 0)}, tensor.Shape{2, 2}, []int32{2, 0, 5, 3}},
	{"gather by batch", tflite.OpGather, &tflite.GatherOptions{Axis: 1, BatchDims: 1}, []*tensor.Tensor{count(2, 3), values(tensor.Shape{2, 1}, 2, 0)},
		tensor.Shape{2, 1}, []int32{2, 3}},
	{"gather by tuples", tflite.OpGatherNd, nil, []*tensor.Tensor{count(2, 3), values(tensor.Shape{2, 2}, 1, 2, 0, 1)}, tensor.Shape{2}, []int32{5, 1}},
	{"gather rows by tuples", tflite.OpGatherNd, nil, []*tensor.Tensor{count(2, 3), values(tensor.Shape{1, 1}, 1)}, tensor.Shape{1, 3}, []int32{3, 4, 5}},
	{"look up rows", tflite.OpEmbeddingLookup, nil, []*tensor.Tensor{i32(1, 1), count(2, 2)}, tensor.Shape{2, 2}, []int32{2, 3, 2, 3}},
	{"scatter adds", tflite.OpScatterNd, nil, []*tensor.Tensor{values(tensor.Shape{3, 1}, 2, 0, 2), i32(5, 6, 7), i32(4)}, tensor.Shape{4},
		[]int32{6, 0, 12, 0}},
	{"sparse to dense", tflite.OpSparseToDense, nil, []*tensor.Tensor{values(tensor.Shape{2, 2}, 0, 1, 1, 0), i32(2, 2), i32(5, 6), i32(-1)}, tensor.Shape{2, 2},
		[]int32{-1, 5, 6, -1}},
	{"one value, everywhere", tflite.OpSparseToDense, nil, []*tensor.Tensor{i32(0, 2), i32(3), values(tensor.Shape{}, 5), i32(0)}, tensor.Shape{3},
		[]int32{5, 0, 5}},
	{"select", tflite.OpSelectV2, nil, []*tensor.Tensor{bools(tensor.Shape{2, 1}, 1, 0), count(2), values(tensor.Shape{}, 9)}, tensor.Shape{2, 2},
		[]int32{0, 1, 9, 9}},
	{"select rows", tflite.OpSelect, nil, []*tensor.Tensor{bools(tensor.Shape{2}, 0, 2), count(2, 2), values(tensor.Shape{2, 2}, 9, 8, 7, 6)}, tensor.Shape{2, 2},
		[]int32{9, 8, 2, 3}},
	{"update a slice", tflite.OpDynamicUpdateSlice, nil, []*tensor.Tensor{count(2, 3), values(tensor.Shape{1, 2}, 8, 9), i32(-5, 7)}, tensor.Shape{2, 3},
		[]int32{0, 8, 9, 3, 4, 5}},
	{"diagonal matrix", tflite.OpMatrixDiag, nil, []*tensor.Tensor{i32(4, 5)}, tensor.Shape{2, 2}, []int32{4, 0, 0, 5}},
	{"set a diagonal", tflite.OpMatrixSetDiag, nil, []*tensor.Tensor{count(2, 3), i32(8, 9)}, tensor.Shape{2, 3}, []int32{8, 1, 2, 3, 9, 5}},
	{"fill", tflite.OpFill, nil, []*tensor.Tensor{i32(2, 1), values(tensor.Shape{}, 3)}, tensor.Shape{2, 1}, []int32{3, 3}},
	{"zeros", tflite.OpZerosLike, nil, []*tensor.Tensor{count(2)}, tensor.Shape{2}, []int32{0, 0}},
	{"range down", tflite.OpRange, nil, []*tensor.Tensor{i32(5), i32(-1), i32(-2)}, tensor.Shape{3}, []int32{5, 3, 1}},
	{"range over all of int32", tflite.OpRange, nil, []*tensor.Tensor{i32(-1 << 31), i32(1<<31 - 1), i32(1 << 30)}, tensor.Shape{4},
		[]int32{-1 << 31, -1 << 30, 0, 1 << 30}},
	{"one hot", tflite.OpOneHot, &tflite.OneHotOptions{}, []*tensor.Tensor{i32(1, -1), i32(2), i32(7), i32(3)}, tensor.Shape{2, 2}, []int32{3, 3, 7, 3}},
	{"running sum", tflite.OpCumsum, &tflite.CumsumOptions{}, []*tensor.Tensor{count(2, 3), i32(1)}, tensor.Shape{2, 3}, []int32{0, 1, 3, 3, 7, 12}},
	{"running sum of those after", tflite.OpCumsum, &tflite.CumsumOptions{Exclusive: true, Reverse: true}, []*tensor.Tensor{count(2, 2), i32(0)},
		tensor.Shape{2, 2}, []int32{2, 3, 0, 0}},
	{"squeeze", tflite.OpSqueeze, &tflite.SqueezeOptions{Dims: []int{-1}}, []*tensor.Tensor{count(1, 2, 1)}, tensor.Shape{1, 2}, []int32{0, 1}},
	{"squeeze all", tflite.OpSqueeze, nil, []*tensor.Tensor{count(1, 2, 1)}, tensor.Shape{2}, []int32{0, 1}},
	{"expand", tflite.OpExpandDims, nil, []*tensor.Tensor{count(2), i32(-1)}, tensor.Shape{2, 1}, []int32{0, 1}},
	{"reshape to a scalar by the options", tflite.OpReshape, &tflite.ReshapeOptions{NewShape: []int{0}}, []*tensor.Tensor{count(1)}, tensor.Shape{}, []int32{0}},
	{"concatenate scalars", tflite.OpConcatenation, nil, []*tensor.Tensor{values(nil, 4), values(nil, 5)}, tensor.Shape{2}, []int32{4, 5}},
	{"broadcast shapes", tflite.OpBroadcastArgs, nil, []*tensor.Tensor{i32(3, 1), i32(2, 1, 5)}, tensor.Shape{3}, []int32{2, 3, 5}},
	{"floor division", tflite.OpFloorDiv, nil, []*tensor.Tensor{i32(7, -7, 7, -8, -1<<31), i32(2, 2, -2, 2, -1)}, tensor.Shape{5},
		[]int32{3, -4, -4, -4, 1<<31 - 1}},
	{"floor remainder", tflite.OpFloorMod, nil, []*tensor.Tensor{i32(7, -7, 7, -8), i32(3, 3, -3, 2)}, tensor.Shape{4}, []int32{1, 2, -2, 0}},
	{"exclusive or", tflite.OpBitwiseXor, nil, []*tensor.Tensor{i32(6, -1), i32(3)}, tensor.Shape{2}, []int32{5, -4}},
	{"right shift", tflite.OpRightShift, nil, []*tensor.Tensor{i32(-8, 8, -8), i32(1, -1, 99)}, tensor.Shape{3}, []int32{-4, 8, -1}},
	{"dilate", tflite.OpDilate, nil, []*tensor.Tensor{count(2, 2), i32(2, 3), values(nil, -1)}, tensor.Shape{3, 4},
		[]int32{0, -1, -1, 1, -1, -1, -1, -1, 2, -1, -1, 3}},
	{"sum segments", tflite.OpSegmentSum, nil, []*tensor.Tensor{count(3, 2), i32(0, 0, 1)}, tensor.Shape{2, 2}, []int32{2, 4, 4, 5}},
	{"sum unsorted segments", tflite.OpUnsortedSegmentSum, nil, []*tensor.Tensor{count(3, 2), i32(2, -1, 2), values(nil, 3)}, tensor.Shape{3, 2},
		[]int32{0, 0, 0, 0, 4, 6}},
	{"multiply unsorted segments", tflite.OpUnsortedSegmentProd, nil, []*tensor.Tensor{count(2, 2), values(tensor.Shape{2, 2}, 0, 1, 1, 1), i32(3)},
		tensor.Shape{3}, []int32{0, 6, 1}},
	{"largest of unsorted segments", tflite.OpUnsortedSegmentMax, nil, []*tensor.Tensor{count(3), i32(1, 1, 1), values(nil, 2)}, tensor.Shape{2},
		[]int32{-1 << 31, 2}},
	{"smallest of unsorted segments", tflite.OpUnsortedSegmentMin, nil, []*tensor.Tensor{count(3), i32(1, 1, -1), values(nil, 2)}, tensor.Shape{2},
		[]int32{1<<31 - 1, 0}},
	{"buckets", tflite.OpBucketize, &tflite.BucketizeOptions{Boundaries: []float32{0, 2.5}}, []*tensor.Tensor{count(4)}, tensor.Shape{4},
		[]int32{1, 1, 1, 2}},
}

func TestMoves(t *testing.T) {
	for _, c := range moves {
		t.Run(c.name, func(t *testing.T) {
			out := of(tensor.Int32)
			run(t, &Node{Op: &tflite.Op{Code: c.code, Options: c.options}, In: c.in, Out: []*tensor.Tensor{out}})
			if !slices.Equal(out.Shape, c.shape) {
				t.Errorf("got shape %s, want %s", out.Shape, c.shape)
			}
			if got := tensor.As[int32](out.Data); !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

// TestLateMoves runs the same with operands that are computed: what decides the shape is known only when they run.
func TestLateMoves(t *testing.T) {
	for _, c := range moves {
		t.Run(c.name, func(t *testing.T) {
			n := &Node{Op: &tflite.Op{Code: c.code, Options: c.options}, Out: []*tensor.Tensor{of(tensor.Int32)}}
			for _, in := range c.in {
				n.In = append(n.In, &tensor.Tensor{Info: in.Info})
			}
			step, err := Prepare(n)
			if err != nil {
				t.Fatal(err)
			}
			out := n.Out[0]
			if !n.Dynamic {
				out.Data = make([]byte, out.DType.Bytes(out.Shape.Elems()))
			}
			for range 2 {
				for i, in := range c.in {
					n.In[i].Data = in.Data
				}
				if err := step(); err != nil {
					t.Fatal(err)
				}
				if got := tensor.As[int32](out.Data); !slices.Equal(got, c.want) || !slices.Equal(out.Shape, c.shape) {
					t.Errorf("got %s %v, want %s %v", out.Shape, got, c.shape, c.want)
				}
			}
		})
	}
}

func TestQuantizedPaddingIsTheZeroPoint(t *testing.T) {
	for _, d := range []tensor.DType{tensor.Int8, tensor.Uint8, tensor.Int16} {
		in, out := scaled(typed(d, true, 1), 0.5, 3), scaled(of(d), 0.5, 3)
		run(t, &Node{Op: &tflite.Op{Code: tflite.OpPad}, In: []*tensor.Tensor{in, values(tensor.Shape{1, 2}, 1, 0)}, Out: []*tensor.Tensor{out}})
		want := []byte{3, 0}
		if d == tensor.Int16 {
			want = []byte{3, 0, 0, 0}
		}
		if !slices.Equal(out.Data, want) {
			t.Errorf("%s: got % x, want % x", d, out.Data, want)
		}
	}
}

func TestSplits(t *testing.T) {
	for _, c := range []struct {
		name    string
		code    tflite.OpCode
		options any
		in      []*tensor.Tensor
		shapes  []tensor.Shape
		want    [][]int32
	}{
		{"split", tflite.OpSplit, &tflite.SplitOptions{NumSplits: 2}, []*tensor.Tensor{i32(1), count(2, 4)},
			[]tensor.Shape{{2, 2}, {2, 2}}, [][]int32{{0, 1, 4, 5}, {2, 3, 6, 7}}},
		{"split by sizes", tflite.OpSplitV, nil, []*tensor.Tensor{count(4), i32(1, -1, 0), i32(-1)},
			[]tensor.Shape{{1}, {3}, {0}}, [][]int32{{0}, {1, 2, 3}, nil}},
		{"unpack", tflite.OpUnpack, &tflite.UnpackOptions{Num: 2, Axis: -1}, []*tensor.Tensor{count(2, 2)},
			[]tensor.Shape{{2}, {2}}, [][]int32{{0, 2}, {1, 3}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			n := &Node{Op: &tflite.Op{Code: c.code, Options: c.options}, In: c.in}
			for range c.want {
				n.Out = append(n.Out, of(tensor.Int32))
			}
			run(t, n)
			for i, out := range n.Out {
				if got := tensor.As[int32](out.Data); !slices.Equal(got, c.want[i]) || !slices.Equal(out.Shape, c.shapes[i]) {
					t.Errorf("output %d: got %s %v, want %s %v", i, out.Shape, got, c.shapes[i], c.want[i])
				}
			}
		})
	}
}

func TestShapeAndRankAreConstants(t *testing.T) {
	in := of(tensor.Int8, 2, 0, 3)
	for _, c := range []struct {
		code tflite.OpCode
		d    tensor.DType
		want tensor.Shape
		data []byte
	}{
		{tflite.OpShape, tensor.Int32, tensor.Shape{3}, []byte{2, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0}},
		{tflite.OpShape, tensor.Int64, tensor.Shape{3}, []byte{2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0}},
		{tflite.OpRank, tensor.Int32, tensor.Shape{}, []byte{3, 0, 0, 0}},
	} {
		out := of(c.d)
		step, err := Prepare(&Node{Op: &tflite.Op{Code: c.code}, In: []*tensor.Tensor{in}, Out: []*tensor.Tensor{out}})
		if step != nil || err != nil || !slices.Equal(out.Shape, c.want) || !slices.Equal(out.Data, c.data) {
			t.Errorf("%s: got a step %v, error %v, %s % x, want %s % x", c.code, step != nil, err, out.Shape, out.Data, c.want, c.data)
		}
	}
}
