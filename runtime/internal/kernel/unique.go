package kernel

import (
	"cmp"
	"slices"
)

// Unique finds the distinct elements of a vector.
type Unique[T int8 | uint8 | int16 | int32 | int64 | float32] struct {
	order []int32 // of the elements by value
	first []int32 // the first element of the same value
	Pool  *Pool   // whose context ends a run; nil for none
}

// NewUnique prepares for vectors of n elements.
func NewUnique[T int8 | uint8 | int16 | int32 | int64 | float32](n int) *Unique[T] {
	return &Unique[T]{order: make([]int32, n), first: make([]int32, n)}
}

// Run puts the distinct elements of in into values, in order of their first appearance, and the place of each element
// among them into index. values has as much room as in; how many there are is returned.
//
// A NaN counts as the least element so far, and is an element of its own only in front, where all that follows counts as
// it: that is what C++'s ordered map makes of it. Source: TFLite, unique.cc.
func (u *Unique[T]) Run(values, in []T, index []int32) int {
	if len(in) > 0 && in[0] != in[0] {
		clear(index)
		values[0] = in[0]
		return 1
	}
	if u.group(in); u.Pool.Stopped() {
		return 0
	}
	count, least := int32(0), int32(0)
	for i, v := range in {
		switch first := u.first[i]; {
		case v != v:
			index[i] = least
		case int(first) != i:
			index[i] = index[first]
		default:
			if v < values[least] {
				least = count
			}
			values[count], index[i] = v, count
			count++
		}
	}
	return int(count)
}

// group finds the first element of each value.
func (u *Unique[T]) group(in []T) {
	for i := range u.order {
		u.order[i] = int32(i)
	}
	u.sort(func(a, b int32) int {
		if c := cmp.Compare(in[a], in[b]); c != 0 {
			return c
		}
		return cmp.Compare(a, b)
	})
	for k, i := range u.order {
		u.first[i] = i
		if k > 0 && in[u.order[k-1]] == in[i] {
			u.first[i] = u.first[u.order[k-1]]
		}
	}
}

// sort sorts order, block by block and then by merging blocks, so that it can stop in between. first is its other room.
func (u *Unique[T]) sort(compare func(a, b int32) int) {
	n, width := len(u.order), 1<<16
	for at := 0; at < n && !u.Pool.Stopped(); at += width {
		slices.SortFunc(u.order[at:min(at+width, n)], compare)
	}
	for ; width < n; width *= 2 {
		for at := 0; at < n; at += 2 * width {
			if u.Pool.Stopped() {
				return
			}
			middle, end := min(at+width, n), min(at+2*width, n)
			merge(u.first[at:end], u.order[at:middle], u.order[middle:end], compare)
		}
		u.order, u.first = u.first, u.order
	}
}

// merge merges two sorted lists into out.
func merge(out, a, b []int32, compare func(a, b int32) int) {
	for i := range out {
		if len(b) == 0 || len(a) > 0 && compare(a[0], b[0]) <= 0 {
			out[i], a = a[0], a[1:]
		} else {
			out[i], b = b[0], b[1:]
		}
	}
}
