package tensor

import (
	"math"
	"slices"
	"testing"
)

func TestAppendReals(t *testing.T) {
	half := Quant{Scale: []float32{0.5}, ZeroPoint: []int64{-1}}
	for _, c := range []struct {
		name string
		info Info
		data []byte
		want []float32
	}{
		{"int8", Info{DType: Int8, Quant: half}, []byte{0x80, 0xff, 0x7f}, []float32{-63.5, 0, 64}},
		{"uint8", Info{DType: Uint8, Quant: half}, []byte{0, 255}, []float32{0.5, 128}},
		{"int16", Info{DType: Int16, Quant: half}, []byte{0, 0x80, 1, 0}, []float32{-16383.5, 1}},
		{"no zero point is 0", Info{DType: Int8, Quant: Quant{Scale: []float32{2}}}, []byte{3}, []float32{6}},
		{"float32 is as it is", Info{DType: Float32, Quant: half}, []byte{0, 0, 0x80, 0x3f}, []float32{1}},
	} {
		got, err := AppendReals([]float32{9}, &Tensor{Info: c.info, Data: c.data})
		if want := append([]float32{9}, c.want...); err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: got %v, %v, want %v", c.name, got, err, want)
		}
	}
}

func TestAffineErrors(t *testing.T) {
	inf := float32(math.Inf(1))
	for _, c := range []struct {
		name string
		info Info
		want string
	}{
		{"another type", Info{DType: Int32}, "is int32, want float32, int8, uint8 or int16"},
		{"no scale", Info{DType: Int8}, "is int8 with 0 scales, want one"},
		{"a scale for each channel", Info{DType: Int8, Quant: Quant{Scale: []float32{1, 2}}}, "is int8 with 2 scales, want one"},
		{"a scale of 0", Info{DType: Uint8, Quant: Quant{Scale: []float32{0}}}, "is uint8 with the scale 0, want one above 0"},
		{"a scale without end", Info{DType: Int16, Quant: Quant{Scale: []float32{inf}}}, "is int16 with the scale +Inf, want one above 0"},
	} {
		if _, _, err := c.info.Affine(); err == nil || err.Error() != c.want {
			t.Errorf("%s: got %v, want %s", c.name, err, c.want)
		}
	}
}

// TestSetReals sets numbers in all types; what does not fit is rounded or clamped.
func TestSetReals(t *testing.T) {
	half := Quant{Scale: []float32{0.5}, ZeroPoint: []int64{3}}
	for _, c := range []struct {
		name string
		info Info
		in   []float32
		want []float32
	}{
		{"float32", Info{DType: Float32}, []float32{1.25, -7e30}, []float32{1.25, -7e30}},
		{"int8", Info{DType: Int8, Quant: half}, []float32{1, 0.25, 0.75, 1e9, -1e9}, []float32{1, 0, 1, 62, -65.5}},
		{"uint8", Info{DType: Uint8, Quant: half}, []float32{1, -1, -1e9, 1e9}, []float32{1, -1, -1.5, 126}},
		{"int16", Info{DType: Int16, Quant: half}, []float32{1000, 1e9}, []float32{1000, 16382}},
	} {
		x := &Tensor{Info: c.info, Data: make([]byte, c.info.DType.Bytes(len(c.in)))}
		if err := SetReals(x, c.in); err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if got, err := AppendReals(nil, x); err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%s: got %v, %v, want %v", c.name, got, err, c.want)
		}
	}
	x := &Tensor{Info: Info{DType: Int8, Quant: half}, Data: make([]byte, 2)}
	for _, c := range []struct {
		in   []float32
		want string
	}{
		{[]float32{1}, "has 2 bytes of int8, want 1 elements"},
		{[]float32{1, float32(math.NaN())}, "has an element 1 that is not a number"},
	} {
		if err := SetReals(x, c.in); err == nil || err.Error() != c.want {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
}
