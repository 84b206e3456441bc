package runtime

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"

	"edged/runtime/tensor"
)

// Variants is a Session of two models for one task, of which one runs at a time: a large one, and a smaller one that takes its
// place while somebody wants it to. Both take the same inputs, and what the outputs mean is the same.
type Variants struct {
	large, small Session
	name         string // of the small one

	wanted  atomic.Bool // that the small one runs
	runs    atomic.Bool // the small one does
	touched bool        // Input was asked for, and Invoke has not used it: nobody changes models in between
}

// NewVariants returns the Session of both. It is an error if one cannot take the other's place. Both are its own from then on,
// unless there is an error. name is the small one's, for Degraded.
func NewVariants(large, small Session, name string) (*Variants, error) {
	a, b := large.Signature(), small.Signature()
	if err := errors.Join(alike("input", a.Inputs, b.Inputs), alike("output", a.Outputs, b.Outputs)); err != nil {
		return nil, err
	}
	return &Variants{large: large, small: small, name: name}, nil
}

// alike compares tensors but for their names.
func alike(what string, large, small []tensor.Info) error {
	if len(large) != len(small) {
		return fmt.Errorf("the smaller model has %d %ss, the other %d", len(small), what, len(large))
	}
	for i, a := range large {
		b := small[i]
		if a.DType != b.DType || !slices.Equal(a.Shape, b.Shape) {
			return fmt.Errorf("the smaller model's %s %d is %v %v, the other's %v %v", what, i, b.DType, b.Shape, a.DType, a.Shape)
		}
		if !slices.Equal(a.Quant.Scale, b.Quant.Scale) || !slices.Equal(a.Quant.ZeroPoint, b.Quant.ZeroPoint) {
			return fmt.Errorf("the smaller model's %s %d is scaled by %v from %v, the other's by %v from %v", what, i, b.Quant.Scale, b.Quant.ZeroPoint, a.Quant.Scale, a.Quant.ZeroPoint)
		}
	}
	return nil
}

// Want lets the small model run from the next input on, or the large one again. It may be called at any time.
func (v *Variants) Want(small bool) { v.wanted.Store(small) }

// current returns the Session that runs.
func (v *Variants) current() Session {
	if v.runs.Load() {
		return v.small
	}
	return v.large
}

func (v *Variants) Signature() tensor.Signature { return v.large.Signature() }

// Input is where a change of models takes effect: what is written next is for the other. That one has forgotten what it may
// have remembered.
func (v *Variants) Input(i int) *tensor.Tensor {
	if small := v.wanted.Load(); !v.touched && small != v.runs.Load() {
		v.runs.Store(small)
		Reset(v.current())
	}
	v.touched = true
	return v.current().Input(i)
}

func (v *Variants) Output(i int) *tensor.Tensor { return v.current().Output(i) }

// Invoke runs the model whose input was asked for last.
func (v *Variants) Invoke(ctx context.Context) error {
	v.touched = false
	return v.current().Invoke(ctx)
}

// Close closes both.
func (v *Variants) Close() error { return errors.Join(v.large.Close(), v.small.Close()) }

// degraded says that the small model runs.
func (v *Variants) degraded() string {
	if !v.runs.Load() {
		return ""
	}
	return v.name + " runs in its place"
}
