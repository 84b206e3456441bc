package op

import (
	"math/rand/v2"
	"slices"
	"testing"

	"edged/runtime/internal/ref"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// bodies is a model of which operators look at graphs only.
type bodies struct {
	Model
	graphs []tflite.Graph
}

func (b bodies) Body(i int) (*tflite.Graph, error) { return &b.graphs[i], nil }
func (b bodies) Take(int64) error                  { return nil }

// bodyOf is a model of one graph with the operators given.
func bodyOf(codes ...tflite.OpCode) bodies {
	var g tflite.Graph
	for _, c := range codes {
		g.Ops = append(g.Ops, tflite.Op{Code: c})
	}
	return bodies{graphs: []tflite.Graph{g}}
}

func plus(a, b int32) int32 { return a + b }

// sizes returns n numbers from least to most.
func sizes(r *rand.Rand, n, least, most int) []int {
	s := make([]int, n)
	for i := range s {
		s[i] = least + r.IntN(most-least+1)
	}
	return s
}

func longs(v []int) []int64 {
	l := make([]int64, len(v))
	for i, x := range v {
		l[i] = int64(x)
	}
	return l
}

// counted is a constant of the numbers 1, 2, ….
func counted(shape ...int) *tensor.Tensor {
	t := typed(tensor.Int32, true, shape...)
	for i := range tensor.As[int32](t.Data) {
		tensor.As[int32](t.Data)[i] = int32(i + 1)
	}
	return t
}

// same compares an output with what it should be.
func same(t *testing.T, n *Node, shape []int, want []int32) {
	t.Helper()
	run(t, n)
	if got := tensor.As[int32](n.Out[0].Data); !slices.Equal(n.Out[0].Shape, shape) || !slices.Equal(got, want) {
		t.Fatalf("%+v of %v: got %v %v, want %v %v", n.Op.Options, n.In[0].Shape, n.Out[0].Shape, got, shape, want)
	}
}

func TestStablehloPadByTheFormula(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 41))
	for range 300 {
		rank := 1 + r.IntN(4)
		in, low, high, gap := counted(sizes(r, rank, 1, 4)...), sizes(r, rank, -2, 3), sizes(r, rank, -2, 3), sizes(r, rank, 0, 2)
		n := nodeOf(tflite.OpStablehloPad, &tflite.StablehloPadOptions{Low: longs(low), High: longs(high), Interior: longs(gap)},
			typed(tensor.Int32, false), in, values(tensor.Shape{}, -7))
		shape := make([]int, rank)
		for d, s := range in.Shape {
			shape[d] = low[d] + s + (s-1)*gap[d] + high[d]
		}
		if slices.Min(shape) <= 0 {
			same(t, n, make([]int, rank), nil)
			continue
		}
		shape, want := ref.Interior(in.Shape, tensor.As[int32](in.Data), -7, low, high, gap)
		same(t, n, shape, want)
	}
}

func TestReduceWindowByTheFormula(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 41))
	for range 300 {
		rank := 1 + r.IntN(3)
		in, low, high, gap := counted(sizes(r, rank, 1, 5)...), sizes(r, rank, -1, 3), sizes(r, rank, 0, 3), sizes(r, rank, 0, 2)
		if r.IntN(3) == 0 {
			low, high, gap = make([]int, rank), make([]int, rank), make([]int, rank)
		}
		o := &tflite.StablehloReduceWindowOptions{}
		for d := range rank {
			o.Padding, o.BaseDilations = append(o.Padding, int64(low[d]), int64(high[d])), append(o.BaseDilations, int64(gap[d])+1)
		}
		size, stride, dilation := sizes(r, rank, 1, 3), sizes(r, rank, 1, 3), sizes(r, rank, 1, 3)
		o.Window, o.Strides, o.WindowDilations = longs(size), longs(stride), longs(dilation)
		n := nodeOf(tflite.OpStablehloReduceWindow, o, typed(tensor.Int32, false), in, values(tensor.Shape{}, 1000))
		n.Model = bodyOf(tflite.OpStablehloAdd)
		base := make([]int, rank)
		for d, s := range in.Shape {
			base[d] = low[d] + s + (s-1)*gap[d] + high[d]
		}
		if slices.Min(base) <= 0 {
			continue
		}
		base, wide := ref.Interior(in.Shape, tensor.As[int32](in.Data), 1000, low, high, gap)
		shape, want := ref.ReduceWindow(base, wide, 1000, plus, size, stride, dilation)
		same(t, n, shape, want)
	}
}

// sliced is an array with index vectors for it: slices have the dimensions of the array but those dropped.
type sliced struct {
	in      *tensor.Tensor
	dropped []int
	v       ref.Vectors
	to      []int
	batch   []int // the shape of the vectors' array without their dimension
	order   []int // of the result's dimensions, those that are the slice's
}

func newSliced(r *rand.Rand) sliced {
	rank := 1 + r.IntN(4)
	s := sliced{in: counted(sizes(r, rank, 1, 4)...), dropped: some(r, rank, r.IntN(rank+1)), batch: sizes(r, r.IntN(3), 1, 3)}
	s.to = r.Perm(rank)[:1+r.IntN(rank)]
	s.v.Dim = r.IntN(len(s.batch) + 1)
	s.v.Shape = slices.Insert(slices.Clone(s.batch), s.v.Dim, len(s.to))
	s.v.At = sizes(r, ref.Elems(s.v.Shape), -2, 6)
	s.order = some(r, len(s.batch)+rank-len(s.dropped), rank-len(s.dropped))
	return s
}

// some returns count of the numbers below n, rising.
func some(r *rand.Rand, n, count int) []int {
	s := r.Perm(n)[:count]
	slices.Sort(s)
	return s
}

// indices is the index vectors as a tensor.
func (s *sliced) indices(r *rand.Rand) *tensor.Tensor {
	if r.IntN(2) == 0 {
		return constantOf(tensor.Int64, longs(s.v.At), s.v.Shape...)
	}
	t := typed(tensor.Int32, true, s.v.Shape...)
	for i, v := range s.v.At {
		tensor.As[int32](t.Data)[i] = int32(v)
	}
	return t
}

// arranged is the shape of a result that has the slice's dimensions where order says and the batch's elsewhere.
func (s *sliced) arranged(slice []int) (shape []int) {
	kept, _ := ref.Split(slice, s.kept())
	batch := slices.Clone(s.batch)
	for d := range len(kept) + len(batch) {
		from := &batch
		if slices.Contains(s.order, d) {
			from = &kept
		}
		shape, *from = append(shape, (*from)[0]), (*from)[1:]
	}
	return shape
}

func (s *sliced) kept() []int { return others(s.dropped, len(s.in.Shape)) }

func TestStablehloGatherByTheFormula(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 41))
	for range 400 {
		s := newSliced(r)
		slice := make([]int, len(s.in.Shape))
		for d, n := range s.in.Shape {
			if slice[d] = 1 + r.IntN(n); slices.Contains(s.dropped, d) {
				slice[d] = 1
			}
		}
		n := nodeOf(tflite.OpStablehloGather, &tflite.StablehloGatherOptions{OffsetDims: longs(s.order), CollapsedSliceDims: longs(s.dropped),
			StartIndexMap: longs(s.to), IndexVectorDim: int64(s.v.Dim), SliceSizes: longs(slice)}, typed(tensor.Int32, false), s.in, s.indices(r))
		shape := s.arranged(slice)
		want := ref.Pick(shape, s.in.Shape, tensor.As[int32](s.in.Data), 0, func(at []int) []int {
			within, batch := ref.Split(at, s.order)
			from := s.v.Start(batch, s.to, len(slice))
			for d, k := range ref.Spread(within, s.dropped) {
				from[d] = min(max(from[d], 0), s.in.Shape[d]-slice[d]) + k
			}
			return from
		})
		same(t, n, shape, want)
	}
}

func TestStablehloScatterByTheFormula(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 41))
	later := func(_, b int32) int32 { return b }
	for i := range 400 {
		s := newSliced(r)
		updates := counted(s.arranged(sizes(r, len(s.in.Shape), 1, 3))...)
		n := nodeOf(tflite.OpStablehloScatter, &tflite.StablehloScatterOptions{UpdateWindowDims: longs(s.order), InsertedWindowDims: longs(s.dropped),
			ScatterDimsToOperandDims: longs(s.to), IndexVectorDim: int64(s.v.Dim)}, typed(tensor.Int32, false), s.in, s.indices(r), updates)
		join := later
		if n.Model = bodyOf(); i%2 == 0 {
			n.Model, join = bodyOf(tflite.OpStablehloAdd), plus
		}
		want := slices.Clone(tensor.As[int32](s.in.Data))
		ref.Scatter(s.in.Shape, want, &s.v, s.to, updates.Shape, tensor.As[int32](updates.Data), s.order, s.dropped, join)
		same(t, n, s.in.Shape, want)
	}
}
