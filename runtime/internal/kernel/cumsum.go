package kernel

// Cumsum computes running sums along the middle dimension of in [outer,axis,inner], adding in order from the front, or
// from the back if reverse is set:
//
//	out[o,k,i] = Σ in[o,j,i] over j ≤ k, or over j < k if exclusive
//
// Source: TFLite, optimized_ops::CumSum. Integers wrap around.
func Cumsum[T ~int32 | ~int64 | ~float32](out, in []T, axis, inner int, exclusive, reverse bool) {
	size := axis * inner
	for size > 0 && len(in) >= size {
		for i := range inner {
			at, step := i, inner
			if reverse {
				at, step = size-inner+i, -inner
			}
			var sum T
			for range axis {
				v := in[at]
				if exclusive {
					out[at] = sum
					sum += v
				} else {
					sum += v
					out[at] = sum
				}
				at += step
			}
		}
		out, in = out[size:], in[size:]
	}
}

// Range computes out[i] = start + delta + … + delta, i times added and rounded each time, as TFLite's range.cc does.
func Range[T ~int32 | ~int64 | ~float32](out []T, start, delta T) {
	for i := range out {
		out[i] = start
		start += delta
	}
}
