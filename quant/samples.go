package quant

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"edged/runtime"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// Samples are inputs of the float model, one set after the other, as often as they are asked for.
type Samples interface {
	// Next fills the inputs, in the order of the model's, with the next sample. It reports false at the end.
	Next(inputs []*tensor.Tensor) (bool, error)
	// Rewind goes back to the first sample.
	Rewind() error
}

// runner runs one model, the float one or what was made of it.
type runner struct {
	session runtime.Session
	inputs  []*tensor.Tensor
	streams bool // what the model remembers of one sample serves the next
}

// packed is what a runner keeps of weights in a faster form: a float model is in memory twice already, as it was and as it becomes.
const packed = 2 << 20

func newRunner(m *tflite.Model, watch runtime.Watch) (*runner, error) {
	s, err := runtime.New(m, runtime.Options{Engine: "builtin", Watch: watch, PackLimit: packed})
	if err != nil {
		return nil, err
	}
	r := &runner{session: s, streams: streams(m)}
	for i := range s.Signature().Inputs {
		r.inputs = append(r.inputs, s.Input(i))
	}
	return r, nil
}

// streams reports whether a model's samples follow one another in time: an SVDF sees one at a time and remembers the last
// few, and so does a layer over what resource variables keep. Without the last few their sums never reach what they do in
// use.
func streams(m *tflite.Model) bool {
	return slices.ContainsFunc(m.Graphs[0].Ops, func(o tflite.Op) bool { return o.Code == tflite.OpSvdf || o.Code == tflite.OpAssignVariable })
}

// forget makes ready for the next sample.
func (r *runner) forget() {
	if !r.streams {
		runtime.Reset(r.session)
	}
}

func (r *runner) Close() error { return r.session.Close() }

// each runs the model on every sample, up to limit if that is not 0, and calls done after each with the count of samples so
// far.
func (r *runner) each(ctx context.Context, s Samples, limit int, done func(n int) error) (n int, err error) {
	if err := s.Rewind(); err != nil {
		return 0, err
	}
	for limit == 0 || n < limit {
		more, err := s.Next(r.inputs)
		if err != nil || !more {
			return n, err
		}
		r.forget()
		if err := r.session.Invoke(ctx); err != nil {
			return n, fmt.Errorf("sample %d: %w", n+1, err)
		}
		n++
		if err := done(n); err != nil {
			return n, err
		}
	}
	return n, nil
}

// copyInputs gives r the inputs of another model, in its own types.
func (r *runner) copyInputs(from []*tensor.Tensor) error {
	for i, src := range from {
		dst := r.inputs[i]
		if src.DType == dst.DType {
			dst.Data = assign(dst, src)
			continue
		}
		if src.DType != tensor.Float32 {
			return fmt.Errorf("input %d: %s for %s", i, src.DType, dst.DType)
		}
		if err := store(dst, tensor.As[float32](src.Data)); err != nil {
			return fmt.Errorf("input %d: %w", i, err)
		}
	}
	return nil
}

// assign copies elements; strings lie where they lie.
func assign(dst, src *tensor.Tensor) []byte {
	if src.DType == tensor.String {
		return src.Data
	}
	copy(dst.Data, src.Data)
	return dst.Data
}

// errNoSamples is what a run over nothing comes to.
var errNoSamples = errors.New("no calibration samples: give at least one")
