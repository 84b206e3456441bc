package kernel

import (
	"math"
	"testing"
)

// TestSaturatedShift: gemmlowp's left shift stops at the ends of int32, where Apply's wraps around.
func TestSaturatedShift(t *testing.T) {
	m := Multiplier{Q: 1 << 30, Shift: 20} // 2¹⁹
	for _, c := range []struct {
		name    string
		x, want int32
	}{
		{"within", 3, 3 << 19},
		{"above", 1 << 20, 1 << 30},
		{"below", -1 << 20, -1 << 30},
		{"far below", math.MinInt32, -1 << 30},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := m.ApplySaturated(c.x); got != c.want {
				t.Errorf("got %d, want %d", got, c.want)
			}
		})
	}
}
