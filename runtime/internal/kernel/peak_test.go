package kernel

import (
	"math"
	"testing"
)

func TestPeakIsMeasured(t *testing.T) {
	got := MeasurePeak(nil, 1)
	for name, rate := range map[string]float64{"dense": got.Dense, "depthwise": got.Depthwise, "float": got.Float} {
		if !(rate > 1e3) || math.IsInf(rate, 0) {
			t.Errorf("%s: got %g multiply-accumulates a second", name, rate)
		}
	}
}
