package kernel

import "testing"

// TestShiftsOfInt16Wrap: where the mask of the bits cut away no longer fits int16, what is not negative rounds up to 1.
func TestShiftsOfInt16Wrap(t *testing.T) {
	for _, c := range []struct {
		x    int32
		n    int
		want int32
	}{{0, 15, 0}, {1 << 14, 15, 1}, {-1 << 14, 15, -1}, {1<<14 - 1, 15, 0}, {0, 16, 1}, {-1, 16, -1}, {32767, 31, 1}} {
		if got := roundingShiftRight16(c.x, c.n); got != c.want {
			t.Errorf("%d shifted by %d: got %d, want %d", c.x, c.n, got, c.want)
		}
	}
}

// TestShiftsCountModulo32: counts that gemmlowp does not provide for are taken modulo 32, and round up from 0 on.
func TestShiftsCountModulo32(t *testing.T) {
	for _, c := range []struct {
		x    int32
		n    int
		want int32
	}{{5, 1, 3}, {-5, 1, -3}, {0, 31, 0}, {0, 32, 1}, {7, 32, 8}, {-7, 32, -7}, {-7, 33, -4}, {7, -1, 1}, {-7, -1, -1}, {1 << 30, -2, 2}} {
		if got := anyShiftRight(c.x, c.n); got != c.want {
			t.Errorf("%d shifted by %d: got %d, want %d", c.x, c.n, got, c.want)
		}
	}
}
