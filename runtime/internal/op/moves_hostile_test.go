package op

import (
	"math/rand/v2"
	"slices"
	"testing"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// TestMovesAllocateNothing holds for steps whose operands that decide the shape are constant.
func TestMovesAllocateNothing(t *testing.T) {
	for _, c := range moves {
		n := &Node{Op: &tflite.Op{Code: c.code, Options: c.options}, In: c.in, Out: []*tensor.Tensor{of(tensor.Int32)}}
		step, err := Prepare(n)
		if err != nil {
			t.Fatal(err)
		}
		n.Out[0].Data = make([]byte, 4*n.Out[0].Shape.Elems())
		if got := testing.AllocsPerRun(3, func() {
			if err := step(); err != nil {
				t.Error(err)
			}
		}); got != 0 {
			t.Errorf("%s: %v allocations in a step", c.name, got)
		}
	}
}

// hostile makes options of the operators that have some, as a damaged file may have them.
var hostile = map[tflite.OpCode]func(r *rand.Rand) any{
	tflite.OpMirrorPad: func(r *rand.Rand) any { return &tflite.MirrorPadOptions{Symmetric: r.IntN(2) == 0} },
	tflite.OpPack:      func(r *rand.Rand) any { return &tflite.PackOptions{ValuesCount: any32(r), Axis: any32(r)} },
	tflite.OpGather:    func(r *rand.Rand) any { return &tflite.GatherOptions{Axis: any32(r), BatchDims: any32(r)} },
	tflite.OpSqueeze:   func(r *rand.Rand) any { return &tflite.SqueezeOptions{Dims: []int{any32(r)}} },
	tflite.OpOneHot:    func(r *rand.Rand) any { return &tflite.OneHotOptions{Axis: any32(r)} },
	tflite.OpCumsum:    func(r *rand.Rand) any { return &tflite.CumsumOptions{Reverse: r.IntN(2) == 0} },
	tflite.OpReverseSequence: func(r *rand.Rand) any {
		return &tflite.ReverseSequenceOptions{SeqDim: any32(r), BatchDim: any32(r)}
	},
	tflite.OpSpaceToDepth:  func(r *rand.Rand) any { return &tflite.BlockSizeOptions{BlockSize: any32(r)} },
	tflite.OpDepthToSpace:  func(r *rand.Rand) any { return &tflite.BlockSizeOptions{BlockSize: any32(r)} },
	tflite.OpConcatenation: func(r *rand.Rand) any { return &tflite.ConcatenationOptions{Axis: any32(r)} },
	tflite.OpBucketize: func(r *rand.Rand) any {
		return &tflite.BucketizeOptions{Boundaries: []float32{float32(any32(r)), float32(any32(r))}}
	},
	tflite.OpUnique: func(r *rand.Rand) any { return &tflite.UniqueOptions{IndexType: anyTensor(r).DType} },
	tflite.OpEmbeddingLookupSparse: func(r *rand.Rand) any {
		return &tflite.EmbeddingLookupSparseOptions{Combiner: uint8(any32(r))}
	},
	tflite.OpLshProjection: func(r *rand.Rand) any { return &tflite.LSHProjectionOptions{Type: uint8(any32(r))} },
	tflite.OpStridedSlice: func(r *rand.Rand) any {
		return &tflite.StridedSliceOptions{BeginMask: any32(r), EndMask: any32(r), EllipsisMask: any32(r), NewAxisMask: any32(r),
			ShrinkAxisMask: any32(r), Offset: r.IntN(2) == 0}
	},
}

// any32 returns an int32 that is small as a rule and extreme now and then.
func any32(r *rand.Rand) int {
	if r.IntN(12) == 0 {
		return []int{-1 << 31, 1<<31 - 1, 1 << 28, -1 << 28, 65536}[r.IntN(5)]
	}
	return r.IntN(6) - 2
}

// anyTensor returns a small tensor of random type and shape, a constant or not, or one whose shape alone is large.
func anyTensor(r *rand.Rand) *tensor.Tensor {
	types := []tensor.DType{tensor.Int32, tensor.Int32, tensor.Int64, tensor.Float32, tensor.Int8, tensor.Bool, tensor.Int16}
	t := of(types[r.IntN(len(types))])
	for range r.IntN(5) {
		t.Shape = append(t.Shape, r.IntN(4))
	}
	if r.IntN(10) == 0 {
		t.Shape = tensor.Shape{1 << 14, 1 << 14}
		return t
	}
	t.Data = make([]byte, t.DType.Bytes(t.Shape.Elems()))
	for i := range t.Data {
		t.Data[i] = byte(r.Uint32())
	}
	switch t.DType {
	case tensor.Int32:
		for i := range tensor.As[int32](t.Data) {
			tensor.As[int32](t.Data)[i] = int32(any32(r))
		}
	case tensor.Int64:
		for i := range tensor.As[int64](t.Data) {
			tensor.As[int64](t.Data)[i] = int64(any32(r)) << (r.IntN(8) / 7 * 20)
		}
	}
	return t
}

// TestHostileMoves prepares good operators with one or two things made random, and runs what is accepted and small.
func TestHostileMoves(t *testing.T) {
	r, ran := rand.New(rand.NewPCG(5, 6)), 0
	for i := range 1000 * len(moves) {
		c := moves[i%len(moves)]
		n := &Node{Op: &tflite.Op{Code: c.code, Options: c.options}, In: slices.Clone(c.in), Out: []*tensor.Tensor{of(tensor.Int32)}}
		for range 1 + r.IntN(2) {
			damage(r, n)
		}
		data := make([][]byte, len(n.In))
		for i, in := range n.In {
			if in != nil {
				n.In[i] = &tensor.Tensor{Info: in.Info, Data: in.Data}
				if data[i] = in.Data; r.IntN(8) == 0 {
					n.In[i].Data = nil // computed
				}
			}
		}
		if runHostile(n, data) {
			ran++
		}
	}
	if ran < 100*len(moves) {
		t.Errorf("only %d steps ran of %d operators", ran, 1000*len(moves))
	}
}

// damage makes one thing of an operator random.
func damage(r *rand.Rand, n *Node) {
	i := r.IntN(len(n.In))
	old := n.In[i]
	switch options := hostile[n.Op.Code]; r.IntN(5) {
	case 0:
		if n.In[i] = anyTensor(r); r.IntN(9) == 0 {
			n.In[i] = nil
		}
	case 1:
		n.Out[0].DType = anyTensor(r).DType
	case 2:
		if options != nil {
			n.Op.Options = options(r)
		}
	case 3: // another shape
		if old == nil || len(old.Shape) == 0 {
			return
		}
		n.In[i] = &tensor.Tensor{Info: old.Info}
		n.In[i].Shape = slices.Clone(old.Shape)
		n.In[i].Shape[r.IntN(len(old.Shape))] = r.IntN(5)
		n.In[i].Data = make([]byte, old.DType.Bytes(n.In[i].Shape.Elems()))
		copy(n.In[i].Data, old.Data)
	default: // another value
		if old == nil || old.DType != tensor.Int32 || len(old.Data) == 0 {
			return
		}
		n.In[i] = &tensor.Tensor{Info: old.Info, Data: slices.Clone(old.Data)}
		v := tensor.As[int32](n.In[i].Data)
		v[r.IntN(len(v))] = int32(any32(r))
	}
}

// runHostile reports whether the operator was accepted and has run, with or without an error.
func runHostile(n *Node, data [][]byte) bool {
	step, err := Prepare(n)
	if err != nil || step == nil {
		return false
	}
	for i, in := range n.In {
		if in == nil {
			continue
		}
		if in.Data = data[i]; in.Data == nil && in.Shape.Elems() > 0 {
			return false
		}
	}
	for _, out := range n.Out {
		if !n.Dynamic {
			if out.Shape.Elems() > 1<<16 {
				return false
			}
			out.Data = make([]byte, out.DType.Bytes(out.Shape.Elems()))
		}
	}
	_ = step()
	return true
}
