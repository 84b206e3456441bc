package kernel

import "math"

// Hadamard rotates vectors of n floats in place by the Walsh-Hadamard matrix, n being a power of two:
//
//	y[k] = n^(−½) Σ (−1)^(number of ones in k AND j)·x[j]
//
// Source: TFLite, hadamard_rotation.cc; the order of the sums is that of its butterflies. The pool's context ends it.
func Hadamard(x []float32, n int, pool *Pool) {
	norm := float32(1 / math.Sqrt(float64(n)))
	for ; len(x) >= n && !pool.Stopped(); x = x[n:] {
		for half := 1; half < n; half *= 2 {
			for at := 0; at < n; at += 2 * half {
				a, b := x[at:at+half], x[at+half:at+2*half]
				for i, v := range a {
					a[i], b[i] = v+b[i], v-b[i]
				}
			}
		}
		for i := range x[:n] {
			x[i] *= norm
		}
	}
}
