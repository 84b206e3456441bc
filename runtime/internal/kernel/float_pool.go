package kernel

import "math"

// FloatPool is a pooling of float32; padding takes no part. Outputs are clamped to [Lo, Hi].
type FloatPool struct {
	Pool2D
	Low, High float32
}

// AverageFloat computes out[n,y,x,c] = mean of the inputs seen.
func (p *FloatPool) AverageFloat(out, in []float32) {
	p.sums(out, in, func(v float32) float32 { return v }, func(sum, count float32) float32 { return sum / count })
}

// L2Float computes out[n,y,x,c] = √(mean of the squares of the inputs seen).
func (p *FloatPool) L2Float(out, in []float32) {
	p.sums(out, in, func(v float32) float32 { return v * v }, func(sum, count float32) float32 {
		return float32(math.Sqrt(float64(sum / count)))
	})
}

// sums computes out = clamp(finish(Σ of f(in), count)).
func (p *FloatPool) sums(out, in []float32, f func(float32) float32, finish func(sum, count float32) float32) {
	p.each(func(at int, rows, cols [2]int, n, y0, x0 int) {
		dst := out[at : at+p.C]
		fill(dst, 0)
		for i := rows[0]; i < rows[1]; i++ {
			for j := cols[0]; j < cols[1]; j++ {
				for c, v := range in[((n*p.H+y0+i)*p.W+x0+j)*p.C:][:p.C] {
					dst[c] += f(v)
				}
			}
		}
		count := float32((rows[1] - rows[0]) * (cols[1] - cols[0]))
		for c, v := range dst {
			dst[c] = finish(v, count)
		}
		Clamp(dst, p.Low, p.High)
	})
}

// MaxFloat computes out[n,y,x,c] = the largest input seen.
func (p *FloatPool) MaxFloat(out, in []float32) {
	p.each(func(at int, rows, cols [2]int, n, y0, x0 int) {
		dst := out[at : at+p.C]
		fill(dst, float32(math.Inf(-1)))
		for i := rows[0]; i < rows[1]; i++ {
			for j := cols[0]; j < cols[1]; j++ {
				for c, v := range in[((n*p.H+y0+i)*p.W+x0+j)*p.C:][:p.C] {
					if v > dst[c] {
						dst[c] = v
					}
				}
			}
		}
		Clamp(dst, p.Low, p.High)
	})
}
