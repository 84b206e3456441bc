package kernel

// Pool2D is a pooling over a Window; padding takes no part. Outputs are clamped to [Lo, Hi].
type Pool2D struct {
	Window
	Lo, Hi int32
	Pool   *Pool
}

// AveragePool2D computes out[n,y,x,c] = mean of the inputs seen, rounded to nearest with ties away from zero.
// Source: TFLite's builtin AVERAGE_POOL_2D, which XNNPACK leaves alone for quantized types. acc has C elements.
func AveragePool2D[T Quantized](p *Pool2D, out, in []T, acc []int32) {
	p.each(func(at int, rows, cols [2]int, n, y0, x0 int) {
		fill(acc, 0)
		for i := rows[0]; i < rows[1]; i++ {
			for j := cols[0]; j < cols[1]; j++ {
				addPixel(acc, in[((n*p.H+y0+i)*p.W+x0+j)*p.C:][:p.C])
			}
		}
		count := int32((rows[1] - rows[0]) * (cols[1] - cols[0]))
		for c, a := range acc {
			out[at+c] = T(min(max(roundedQuotient(a, count), p.Lo), p.Hi))
		}
	})
}

// addPixel computes sums[c] += in[c].
func addPixel[T Quantized](sums []int32, in []T) {
	switch in := any(in).(type) {
	case []int8:
		addRow(sums, in)
	case []uint8:
		addRow(sums, in)
	case []int16:
		for c, v := range in {
			sums[c] += int32(v)
		}
	}
}

// roundedQuotient returns a/n to nearest, ties away from zero; 0 for n = 0.
func roundedQuotient(a, n int32) int32 {
	switch {
	case n == 0:
		return 0
	case a > 0:
		return (a + n/2) / n
	default:
		return (a - n/2) / n
	}
}

// MaxPool2D computes out[n,y,x,c] = the largest input seen. acc has C elements.
func MaxPool2D[T Quantized](p *Pool2D, out, in []T, acc []int32) {
	p.each(func(at int, rows, cols [2]int, n, y0, x0 int) {
		fill(acc, p.Lo)
		for i := rows[0]; i < rows[1]; i++ {
			for j := cols[0]; j < cols[1]; j++ {
				for c, v := range in[((n*p.H+y0+i)*p.W+x0+j)*p.C:][:p.C] {
					acc[c] = max(acc[c], int32(v))
				}
			}
		}
		for c, a := range acc {
			out[at+c] = T(min(a, p.Hi))
		}
	})
}

// each calls do for every output pixel: its place in out, the taps that lie inside the input, and where they start.
func (p *Pool2D) each(do func(at int, rows, cols [2]int, n, y0, x0 int)) {
	at := 0
	for n := range p.N {
		for y := range p.Y {
			y0 := y*p.StrideH - p.PadTop
			var rows, cols [2]int
			rows[0], rows[1] = span(y0, p.KernelH, 1, p.H)
			for x := 0; x < p.X && !p.Pool.Stopped(); x++ {
				x0 := x*p.StrideW - p.PadLeft
				cols[0], cols[1] = span(x0, p.KernelW, 1, p.W)
				do(at, rows, cols, n, y0, x0)
				at += p.C
			}
		}
	}
}
