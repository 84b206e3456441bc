package op

import (
	"slices"
	"strings"
	"testing"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

type slicing struct {
	name               string
	begin, end, stride []int32
	options            tflite.StridedSliceOptions
	shape              tensor.Shape
	want               []int32
}

// slicings of the array 0 … 11 of 2x3x2, with NumPy's answers except where TFLite's differ.
var slicings = []slicing{
	{"x[..., 1]", []int32{0, 1}, []int32{0, 2}, []int32{1, 1}, tflite.StridedSliceOptions{EllipsisMask: 1, ShrinkAxisMask: 2},
		tensor.Shape{2, 3}, []int32{1, 3, 5, 7, 9, 11}},
	{"x[1, ..., ::-1]", []int32{1, 0, 0}, []int32{2, 0, 0}, []int32{1, 1, -1},
		tflite.StridedSliceOptions{EllipsisMask: 2, ShrinkAxisMask: 1, BeginMask: 4, EndMask: 4}, tensor.Shape{3, 2}, []int32{7, 6, 9, 8, 11, 10}},
	{"x[0, newaxis, 1:]", []int32{0, 0, 1}, []int32{1, 0, 0}, []int32{1, 1, 1},
		tflite.StridedSliceOptions{ShrinkAxisMask: 1, NewAxisMask: 2, EndMask: 4}, tensor.Shape{1, 2, 2}, []int32{2, 3, 4, 5}},
	{"x[..., newaxis] of one row", []int32{1, 0, 0, 0}, []int32{2, 0, 0, 0}, []int32{1, 1, 1, 1},
		tflite.StridedSliceOptions{ShrinkAxisMask: 1, EllipsisMask: 2, NewAxisMask: 8, EndMask: 4}, tensor.Shape{3, 2, 1}, []int32{6, 7, 8, 9, 10, 11}},
	{"x[1:2] by an offset", []int32{1}, []int32{1}, []int32{1}, tflite.StridedSliceOptions{Offset: true}, tensor.Shape{1, 3, 2}, []int32{6, 7, 8, 9, 10, 11}},
	{"x[:, 0:3:2] by an offset", []int32{0, 0}, []int32{2, 3}, []int32{1, 2}, tflite.StridedSliceOptions{Offset: true}, tensor.Shape{2, 2, 2},
		[]int32{0, 1, 4, 5, 6, 7, 10, 11}},
	{"an index far below is 0 in TFLite", []int32{-9}, []int32{0}, []int32{1}, tflite.StridedSliceOptions{ShrinkAxisMask: 1}, tensor.Shape{3, 2},
		[]int32{0, 1, 2, 3, 4, 5}},
}

func (s *slicing) node() *Node {
	return &Node{Op: &tflite.Op{Code: tflite.OpStridedSlice, Options: &s.options}, Out: []*tensor.Tensor{of(tensor.Int32)},
		In: []*tensor.Tensor{count(2, 3, 2), i32(s.begin...), i32(s.end...), i32(s.stride...)}}
}

func (s *slicing) check(t *testing.T, out *tensor.Tensor) {
	t.Helper()
	if got := tensor.As[int32](out.Data); !slices.Equal(got, s.want) || !slices.Equal(out.Shape, s.shape) {
		t.Errorf("got %s %v, want %s %v", out.Shape, got, s.shape, s.want)
	}
}

func TestStridedSliceMasks(t *testing.T) {
	for _, c := range slicings {
		t.Run(c.name, func(t *testing.T) {
			n := c.node()
			run(t, n)
			c.check(t, n.Out[0])
		})
	}
}

// TestStridedSliceFromAComputedBegin has a fixed shape with an offset, and one known only when it runs without.
func TestStridedSliceFromAComputedBegin(t *testing.T) {
	for _, c := range slicings {
		t.Run(c.name, func(t *testing.T) {
			n := c.node()
			begin := n.In[1].Data
			n.In[1].Data = nil
			step, err := Prepare(n)
			if err != nil {
				t.Fatal(err)
			}
			if n.Dynamic == c.options.Offset {
				t.Fatalf("got a dynamic operator %v, want %v", n.Dynamic, !n.Dynamic)
			}
			n.In[1].Data = begin
			if out := n.Out[0]; !n.Dynamic {
				out.Data = make([]byte, 4*out.Shape.Elems())
			}
			if err := step(); err != nil {
				t.Fatal(err)
			}
			c.check(t, n.Out[0])
			if !c.options.Offset {
				return
			}
			tensor.As[int32](begin)[0] = 2
			if err := step(); err == nil || !strings.Contains(err.Error(), "begin 2 along dimension 0 of 2") {
				t.Errorf("got %v, want an error for a begin outside", err)
			}
		})
	}
}

func TestStridedSliceRefusals(t *testing.T) {
	for _, c := range []struct {
		slicing
		want string
	}{
		{slicing{"more than there is", []int32{0, 0, 0, 0}, []int32{1, 1, 1, 1}, []int32{1, 1, 1, 1}, tflite.StridedSliceOptions{}, nil, nil}, "begin has 4 elements"},
		{slicing{"beyond the end by an offset", []int32{1}, []int32{2}, []int32{1}, tflite.StridedSliceOptions{Offset: true}, nil, nil}, "2 elements from 1"},
		{slicing{"lists of two lengths", []int32{1}, []int32{2, 3}, []int32{1}, tflite.StridedSliceOptions{}, nil, nil}, "end has 2 elements"},
		{slicing{"one element taken backwards", []int32{1}, []int32{2}, []int32{-1}, tflite.StridedSliceOptions{ShrinkAxisMask: 1}, nil, nil}, "stride -1"},
		{slicing{"stride of -2³¹", []int32{1}, []int32{2}, []int32{-1 << 31}, tflite.StridedSliceOptions{}, nil, nil}, "stride -2147483648"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := Prepare(c.node()); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}
