package kernel

import (
	"cmp"
	"slices"
)

// Unique finds the distinct elements of a vector.
type Unique[T int8 | uint8 | int16 | int32 | int64 | float32] struct {
	order []int32 // of the elements by value
	first []int32 // the first element of the same value
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
	u.group(in)
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
	slices.SortFunc(u.order, func(a, b int32) int {
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
