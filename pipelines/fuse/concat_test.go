package fuse

import (
	"bytes"
	"encoding/binary"
	"math"
	"slices"
	"testing"

	"edged/runtime/tensor"
)

// of makes a tensor of data, a slice of fixed-size numbers.
func of(d tensor.DType, scale float32, zero int64, data any) *tensor.Tensor {
	var b bytes.Buffer
	if err := binary.Write(&b, binary.LittleEndian, data); err != nil {
		panic(err)
	}
	t := &tensor.Tensor{Info: tensor.Info{Name: "t", DType: d}, Data: b.Bytes()}
	t.Shape = tensor.Shape{1, b.Len() / d.Bytes(1)}
	if scale != 0 {
		t.Quant = tensor.Quant{Scale: []float32{scale}, ZeroPoint: []int64{zero}}
	}
	return t
}

func TestConcatToFloat(t *testing.T) {
	parts := []*tensor.Tensor{
		of(tensor.Int8, 0.5, -1, []int8{-128, 0, 127}),
		nil,
		of(tensor.Uint8, 0.25, 128, []uint8{0, 255}),
		of(tensor.Int16, 2, 0, []int16{-32768}),
		of(tensor.Float32, 0, 0, []float32{7.5}),
	}
	c, err := NewConcat([]int{3, 2, 2, 1, 1}, 19)
	if err != nil {
		t.Fatal(err)
	}
	dst := of(tensor.Float32, 0, 0, make([]float32, 19))
	if err := c.Fuse(dst, parts, []float32{0, 1, 0.25, 0.5, 0.75}); err != nil {
		t.Fatal(err)
	}
	want := []float32{-63.5, 0.5, 64, 0, 0, -32, 31.75, -65536, 7.5, 1, 0, 1, 1, 1, 0, 1, 0.25, 0.5, 0.75}
	if got := tensor.As[float32](dst.Data); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestConcatRequantizes(t *testing.T) {
	c, _ := NewConcat([]int{6, 1}, 7)
	parts := []*tensor.Tensor{of(tensor.Float32, 0, 0, []float32{0.25, 0.75, -0.25, 1e30, -1e30, 3}), nil}
	dst := of(tensor.Int8, 0.5, 10, make([]int8, 7))
	if err := c.Fuse(dst, parts, nil); err != nil {
		t.Fatal(err)
	}
	want := []int8{10, 12, 10, 127, -128, 16, 10} // halves go to even; a nil part is the zero point
	if got := tensor.As[int8](dst.Data); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestConcatOfTheSameScaleIsExact(t *testing.T) {
	all := make([]int8, 256)
	for i := range all {
		all[i] = int8(i - 128)
	}
	for _, scale := range []float32{0.0078125, 0.1, 1.0 / 3, 3e-38, 1e30} {
		c, _ := NewConcat([]int{256}, 256)
		dst := of(tensor.Int8, scale, -3, make([]int8, 256))
		if err := c.Fuse(dst, []*tensor.Tensor{of(tensor.Int8, scale, -3, all)}, nil); err != nil {
			t.Fatal(err)
		}
		if got := tensor.As[int8](dst.Data); !slices.Equal(got, all) {
			t.Errorf("scale %v: got %v", scale, got)
		}
	}
}

func TestConcatErrors(t *testing.T) {
	f := of(tensor.Float32, 0, 0, []float32{1, 2})
	nan := of(tensor.Float32, 0, 0, []float32{1, float32(math.NaN())})
	cut := of(tensor.Float32, 0, 0, []float32{1, 2})
	cut.Data = cut.Data[:7]
	tests := []struct {
		name      string
		dst, part *tensor.Tensor
		want      string
	}{
		{"part of another size", f, of(tensor.Float32, 0, 0, []float32{1}), `fuse: part 0: tensor "t" is float32 1x1 in 4 bytes, want 2 elements`},
		{"part with too few bytes", f, cut, `fuse: part 0: tensor "t" is float32 1x2 in 7 bytes, want 2 elements`},
		{"part without a scale", f, of(tensor.Int8, 0, 0, []int8{1, 2}), `fuse: part 0: tensor "t" is int8 with 0 scales, want one`},
		{"part of another type", f, of(tensor.Int32, 1, 0, []int32{1, 2}), `fuse: part 0: tensor "t" is int32, want float32, int8, uint8 or int16`},
		{"dst with a scale below 0", of(tensor.Int8, -1, 0, []int8{1, 2}), f, `fuse: dst: tensor "t" is int8 with the scale -1, want one above 0`},
		{"not a number", of(tensor.Int8, 1, 0, []int8{1, 2}), nan, `fuse: dst: tensor "t" has an element 1 that is not a number`},
	}
	for _, tt := range tests {
		c, _ := NewConcat([]int{2}, 2)
		if err := c.Fuse(tt.dst, []*tensor.Tensor{tt.part}, nil); err == nil || err.Error() != tt.want {
			t.Errorf("%s: got %v, want %s", tt.name, err, tt.want)
		}
	}
	c, _ := NewConcat([]int{2}, 2)
	if err := c.Fuse(f, nil, nil); err == nil || err.Error() != "fuse: got 0 parts, want 1" {
		t.Errorf("no parts: got %v", err)
	}
	a, _ := NewConcat([]int{2}, 4)
	if err := a.Fuse(f, []*tensor.Tensor{nil}, nil); err == nil || err.Error() != "fuse: got 0 ages of 1 parts" {
		t.Errorf("no ages: got %v", err)
	}
	if _, err := NewConcat([]int{3, 0}, 5); err == nil {
		t.Error("an empty part: got no error")
	}
	want := "fuse: parts of [96 64] elements are 160, 162 with their mask, 164 with their ages too; the input has 163"
	if _, err := NewConcat([]int{96, 64}, 163); err == nil || err.Error() != want {
		t.Errorf("an input of another size: got %v", err)
	}
}

func TestConcatAllocatesNothing(t *testing.T) {
	c, _ := NewConcat([]int{2, 2}, 6)
	dst := of(tensor.Int8, 0.1, 0, make([]int8, 6))
	parts := []*tensor.Tensor{of(tensor.Int8, 0.5, 0, []int8{1, 2}), nil}
	if n := testing.AllocsPerRun(10, func() { _ = c.Fuse(dst, parts, nil) }); n != 0 {
		t.Errorf("got %v allocations, want 0", n)
	}
}
