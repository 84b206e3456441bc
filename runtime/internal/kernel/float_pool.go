package kernel

import "math"

// NewAveragePoolFloat returns out[n,y,x,c] = mean of the inputs seen, held to lo … hi.
func NewAveragePoolFloat(w Window, lo, hi float32, pool *Pool) *Pooling[float32] {
	same := func(v float32) float32 { return v }
	return poolSums(w, lo, hi, pool, same, func(sum, count float32) float32 { return sum / count })
}

// NewL2PoolFloat returns out[n,y,x,c] = √(mean of the squares of the inputs seen), held to lo … hi.
func NewL2PoolFloat(w Window, lo, hi float32, pool *Pool) *Pooling[float32] {
	square := func(v float32) float32 { return v * v }
	return poolSums(w, lo, hi, pool, square, func(sum, count float32) float32 { return float32(math.Sqrt(float64(sum / count))) })
}

// poolSums returns out = clamp(finish(Σ of f(in), count)).
func poolSums(w Window, lo, hi float32, pool *Pool, f func(float32) float32, finish func(sum, count float32) float32) *Pooling[float32] {
	return newPooling(w, pool, plainRate, func(dst []float32, s *seen[float32], _ int) {
		fill(dst, 0)
		for i := range s.rows {
			for j := range s.cols {
				for c, v := range s.pixel(i, j) {
					dst[c] += f(v)
				}
			}
		}
		count := float32(s.rows * s.cols)
		for c, v := range dst {
			dst[c] = finish(v, count)
		}
		Clamp(dst, lo, hi)
	})
}

// NewMaxPoolFloat returns out[n,y,x,c] = the largest input seen, held to lo … hi.
func NewMaxPoolFloat(w Window, lo, hi float32, pool *Pool) *Pooling[float32] {
	return newPooling(w, pool, plainRate, func(dst []float32, s *seen[float32], _ int) {
		fill(dst, float32(math.Inf(-1)))
		for i := range s.rows {
			for j := range s.cols {
				for c, v := range s.pixel(i, j) {
					if v > dst[c] {
						dst[c] = v
					}
				}
			}
		}
		Clamp(dst, lo, hi)
	})
}
