package pipelines

import (
	"edged/runtime/tensor"
	"edged/sensors"
)

// Preparer turns samples of one sensor into the input of one encoder. Add takes a sample; then Next is called until it
// reports false, and each time it reports true dst holds an input that covers the Window. Package prep has them. A
// Preparer belongs to one goroutine and allocates nothing in its steady state.
type Preparer[T sensors.Sample] interface {
	Add(s *T) error
	Next(dst *tensor.Tensor) (Window, bool, error)
}

// Passer is a Preparer that can do without a sample more cheaply than by Add. Pass says whether Add would have made an input
// of s, and leaves it out as if Next had given that.
type Passer[T sensors.Sample] interface{ Pass(s *T) bool }
