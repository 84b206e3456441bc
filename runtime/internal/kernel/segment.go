package kernel

// Segments reduces rows of in into the rows of out that their ids name, in order of k and from first on:
//
//	out[ids[k],j] = f(in[k,j], out[ids[k],j])   in [K,size], ids [K], out [rows,size]
//
// Rows of a negative id count for nothing. It stops at an id outside of out and returns it with false.
// Source: TFLite, reference_ops::SegmentSum and UnsortedSegmentRef; f's operands stand so that Larger and Smaller choose
// between a NaN and a number as C++'s max and min do there.
func Segments[T int32 | float32](out, in []T, ids []int32, rows, size int, first T, f func(v, acc T) T) (bad int32, ok bool) {
	fill(out, first)
	for k, id := range ids {
		if id < 0 {
			continue
		}
		if int64(id) >= int64(rows) {
			return id, false
		}
		to := out[int(id)*size:][:size]
		for j, v := range in[k*size:][:size] {
			to[j] = f(v, to[j])
		}
	}
	return 0, true
}
