package kernel

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

func BenchmarkConv2D(b *testing.B) {
	for _, s := range []struct{ size, kernel, in, out int }{{28, 1, 96, 32}, {28, 3, 32, 32}} {
		b.Run(fmt.Sprintf("%dx%d/k%d/c%d/o%d/generic", s.size, s.size, s.kernel, s.in, s.out), func(b *testing.B) {
			w := Window{N: 1, H: s.size, W: s.size, C: s.in, KernelH: s.kernel, KernelW: s.kernel, StrideH: 1, StrideW: 1, DilationH: 1, DilationW: 1}
			w.Y, w.PadTop = OutSize(w.H, s.kernel, 1, 1, true)
			w.X, w.PadLeft = OutSize(w.W, s.kernel, 1, 1, true)
			r := rand.New(rand.NewPCG(1, 1))
			weights := numbers[int8](r, s.out*s.kernel*s.kernel*s.in)
			c := NewConv2D(w, s.out, ConvParams[int8]{Weights: weights, InZero: 3, Req: NewRequant([]float32{1e-3}, 5, -128, 127)})
			in, out := numbers[int8](r, s.size*s.size*s.in), make([]int8, s.size*s.size*s.out)
			for b.Loop() {
				c.Run(in, out)
			}
			macs := float64(len(out)) * float64(len(weights)/s.out)
			b.ReportMetric(macs*float64(b.N)/b.Elapsed().Seconds()/1e9, "GMAC/s")
		})
	}
}
