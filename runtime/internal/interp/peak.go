package interp

import (
	"time"

	"edged/runtime/internal/kernel"
	"edged/runtime/internal/simd"
)

// MeasurePeak measures what this engine does at best here, on so many threads: each kind of layer for so long.
func MeasurePeak(threads int, each time.Duration) (kernel.Peak, error) {
	if err := simd.Check(); err != nil {
		return kernel.Peak{}, err
	}
	p := kernel.NewPool(max(1, threads), nil)
	defer p.Close()
	return kernel.MeasurePeak(p, each), nil
}
