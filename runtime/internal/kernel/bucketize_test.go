package kernel

import (
	"math"
	"slices"
	"testing"
)

func TestBucketize(t *testing.T) {
	bounds := []float32{-1, 0, 0, 2.5}
	floats := []float32{-2, -1, -0.5, 0, 2, 2.5, 9, float32(math.NaN()), float32(math.Inf(-1))}
	out := make([]int32, len(floats))
	if Bucketize[float32](out, floats, bounds); !slices.Equal(out, []int32{0, 1, 1, 3, 3, 4, 4, 4, 0}) {
		t.Errorf("floats: got %v", out)
	}
	out = out[:4]
	if Bucketize[float32](out, []int64{-1 << 62, -1, 2, 3}, bounds); !slices.Equal(out, []int32{0, 1, 3, 4}) {
		t.Errorf("integers: got %v", out)
	}
	// 2²⁴+1 is no float32; a float64 keeps it apart.
	out = out[:1]
	if Bucketize[float32](out, []int32{1<<24 + 1}, []float32{1<<24 + 2}); out[0] != 0 {
		t.Errorf("int32: got %v", out)
	}
	if Bucketize[float64](out, []float64{math.Nextafter(2.5, 0)}, bounds); out[0] != 3 {
		t.Errorf("float64: got %v", out)
	}
}
