package kernel

// Bucketize computes out[i], the number of bounds that are not above in[i]. bounds are sorted.
//
// A value and a bound meet in B: float64 for float64, otherwise float32, to which C++ turns integers as well. The search
// goes the way of C++'s upper_bound, so that a NaN among the values comes behind all bounds as there.
// Source: TFLite, bucketize.cc.
func Bucketize[B float32 | float64, T int32 | int64 | float32 | float64](out []int32, in []T, bounds []float32) {
	for i, v := range in {
		from, n, key := 0, len(bounds), B(v)
		for n > 0 {
			if half := n / 2; key < B(bounds[from+half]) {
				n = half
			} else {
				from, n = from+half+1, n-half-1
			}
		}
		out[i] = int32(from)
	}
}
