package kernel

import (
	"testing"

	"edged/runtime/internal/simd"
)

// TestRingsAreSmall: where lines find their inputs must not take more than the picture does, however high the kernel is.
func TestRingsAreSmall(t *testing.T) {
	for _, w := range []Window{
		{N: 1, H: 6000, W: 1, C: 1, Y: 3001, X: 1, KernelH: 3000, KernelW: 1, StrideH: 1, StrideW: 1, DilationH: 1, DilationW: 1},
		{N: 1, H: 300, W: 300, C: 1, Y: 201, X: 201, KernelH: 100, KernelW: 100, StrideH: 1, StrideW: 1, DilationH: 1, DilationW: 1},
		{N: 1, H: 112, W: 112, C: 96, Y: 56, X: 56, KernelH: 3, KernelW: 3, StrideH: 2, StrideW: 2, DilationH: 1, DilationW: 1},
		{N: 1, H: 25, W: 5, C: 64, Y: 25, X: 5, KernelH: 3, KernelW: 3, StrideH: 1, StrideW: 1, DilationH: 1, DilationW: 1, PadTop: 1, PadLeft: 1},
	} {
		if !fits(&w, simd.ForTaps, 1) {
			continue
		}
		r := newRing[uint8](&w, simd.ForTaps, 0, ringLines(&w, simd.ForTaps), slots{taps: true})
		if got, most := ringBytes([]*ring[uint8]{r}), 5*w.H*w.W*w.C+256<<10; got > most {
			t.Errorf("%d×%d over %d×%d: %d bytes, want %d at most", w.KernelH, w.KernelW, w.H, w.W, got, most)
		}
	}
	small := Window{N: 1, H: 25, W: 5, C: 64, Y: 25, X: 5, KernelH: 3, KernelW: 3, StrideH: 1, StrideW: 1, DilationH: 1, DilationW: 1, PadTop: 1, PadLeft: 1}
	if !fits(&small, simd.ForTaps, 2) || ringLines(&small, simd.ForTaps) != 25 {
		t.Errorf("a picture that fits the first cache: %d lines at a time, want 25", ringLines(&small, simd.ForTaps))
	}
}
