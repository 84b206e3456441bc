package kernel

import (
	"math"
	"slices"
	"testing"
)

// The rows are worked by hand from the two sources.
func TestQuantizeRows(t *testing.T) {
	inf := float32(math.Inf(1))
	for _, c := range []struct {
		name  string
		rule  QuantizeRow
		in    []float32
		want  []int8
		scale float32
		zero  int32
	}{
		{"XNNPACK, −1…1.55", QuantizeRowXNN, []float32{-1, 0, 1.55, 0.5}, []int8{-128, -28, 127, 22}, 0.01, -28},
		{"XNNPACK, positive only", QuantizeRowXNN, []float32{2.55, 1, 0}, []int8{127, -28, -128}, 0.01, -128},
		{"XNNPACK, negative only", QuantizeRowXNN, []float32{-2.55, -1}, []int8{-128, 27}, 0.01, 127},
		{"XNNPACK, zeros", QuantizeRowXNN, []float32{0, 0}, []int8{127, 127}, 1, 127},
		{"TFLite, −1…1.55", QuantizeRowTFLite, []float32{-1, 0, 1.55, 0.5}, []int8{-128, -28, 127, 22}, 0.01, -28},
		{"TFLite, zeros", QuantizeRowTFLite, []float32{0, 0}, []int8{0, 0}, 1, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			out := make([]int8, len(c.in))
			scale, zero := c.rule(out, c.in)
			if !slices.Equal(out, c.want) || zero != c.zero || math.Abs(float64(scale-c.scale)) > 1e-8 {
				t.Errorf("got %v, scale %g, zero %d; want %v, %g, %d", out, scale, zero, c.want, c.scale, c.zero)
			}
		})
	}
	for _, rule := range []QuantizeRow{QuantizeRowXNN, QuantizeRowTFLite} { // whatever comes out, nothing panics
		rule(make([]int8, 4), []float32{inf, -inf, float32(math.NaN()), 1})
	}
}
