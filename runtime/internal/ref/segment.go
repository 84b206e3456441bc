package ref

// Segments returns rows of size elements: each the reduction by f, from first, of the rows of in that have its number as
// their id.
func Segments[T any](in []T, ids []int32, rows, size int, first T, f func(acc, v T) T) []T {
	out := []T{}
	for row := range rows {
		for j := range size {
			acc := first
			for k, id := range ids {
				if int(id) == row {
					acc = f(acc, in[k*size+j])
				}
			}
			out = append(out, acc)
		}
	}
	return out
}
