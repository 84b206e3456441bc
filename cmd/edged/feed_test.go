package main

import (
	"bytes"
	"testing"

	"edged/runtime/tensor"
)

func TestRandomFeed(t *testing.T) {
	const n = 4096
	for _, c := range []struct {
		name   string
		dtype  tensor.DType
		lo, hi float64 // of what must come
	}{
		{"int8 takes all values", tensor.Int8, -128, 127},
		{"uint8 takes all values", tensor.Uint8, 0, 255},
		{"int32 is an index", tensor.Int32, 0, 99},
		{"uint64 is an index", tensor.Uint64, 0, 99},
		{"a bool is 0 or 1", tensor.Bool, 0, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			draw := func(seed uint64) []byte {
				dst := tensor.Tensor{Info: tensor.Info{DType: c.dtype, Shape: tensor.Shape{n}}, Data: make([]byte, c.dtype.Bytes(n))}
				if more, err := randomFeed(seed)(&dst); err != nil || !more {
					t.Fatalf("got %v, %v", more, err)
				}
				return dst.Data
			}
			if !bytes.Equal(draw(1), draw(1)) || bytes.Equal(draw(1), draw(2)) {
				t.Error("the seed does not decide")
			}
			values, err := numbers(c.dtype.String(), draw(1))
			if err != nil {
				t.Fatal(err)
			}
			lo, hi := values[0], values[0]
			for _, v := range values {
				lo, hi = min(lo, v), max(hi, v)
			}
			if lo != c.lo || hi != c.hi {
				t.Errorf("got %v to %v, want %v to %v", lo, hi, c.lo, c.hi)
			}
		})
	}
	text := tensor.Tensor{Info: tensor.Info{DType: tensor.String}}
	if _, err := randomFeed(1)(&text); err == nil {
		t.Error("got random text")
	}
}
