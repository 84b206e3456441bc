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
