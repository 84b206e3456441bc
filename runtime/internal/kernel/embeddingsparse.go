package kernel

import "math"

// EmbeddingSparse combines rows of a table into the buckets that their indices name:
//
//	out[b,j] = Σ table[ids[i],j]·w[i] / d   over the i of bucket b
//
//	ids [K], w [K], table [rows,Size], out [buckets,Size]
//
// where d is 1, with Mean Σ w[i], with SqrtN √Σ w[i]². Rows of a bucket stand one after the other: where a bucket comes up
// a second time, what there is of it counts as one more term, which is divided with the others again. Rows for a bucket
// that is not in out are left out. Source: TFLite, embedding_lookup_sparse.cc.
type EmbeddingSparse struct {
	Rows, Size  int // of the table
	Mean, SqrtN bool

	Pool *Pool   // whose context ends a run; nil for none
	Dims []int32 // of the buckets; each row's index has one element for each of them and one more, which does not count

	weight, squares float32 // of the current bucket
}

// Run computes out. It stops at an id outside of the table and returns it with false.
func (e *EmbeddingSparse) Run(out, table []float32, ids, index []int32, w []float32) (bad int32, ok bool) {
	clear(out)
	count, current := 0, int64(0)
	e.weight, e.squares = 0, 0
	for i, id := range ids {
		if id < 0 || int64(id) >= int64(e.Rows) {
			return id, false
		}
		if e.Pool.Stopped() {
			return 0, true
		}
		if b := e.bucket(index[i*(len(e.Dims)+1):]); b != current {
			if count > 0 {
				e.finish(out, current)
			}
			current, count, e.weight, e.squares = b, 0, 0, 0
		}
		count++
		e.squares += float32(w[i] * w[i])
		e.weight += w[i]
		to := e.row(out, current)
		for j, v := range table[int(id)*e.Size:][:len(to)] {
			to[j] += float32(v * w[i])
		}
	}
	if count > 0 {
		e.finish(out, current)
	}
	return 0, true
}

// bucket returns the number of the bucket that an index names.
func (e *EmbeddingSparse) bucket(index []int32) int64 {
	b := int64(0)
	for k, d := range e.Dims {
		b = b*int64(d) + int64(index[k])
	}
	return b
}

// row returns a bucket of out, nil where there is no such.
func (e *EmbeddingSparse) row(out []float32, bucket int64) []float32 {
	if e.Size == 0 || bucket < 0 || bucket >= int64(len(out)/e.Size) {
		return nil
	}
	return out[int(bucket)*e.Size:][:e.Size]
}

// finish divides the current bucket.
func (e *EmbeddingSparse) finish(out []float32, bucket int64) {
	d := float32(1)
	switch {
	case e.Mean:
		d = e.weight
	case e.SqrtN:
		d = float32(math.Sqrt(float64(e.squares)))
	default:
		return
	}
	row := e.row(out, bucket)
	for j := range row {
		row[j] /= d
	}
}
