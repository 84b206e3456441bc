package quant

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"edged/runtime"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// pair is a float model and what was made of it.
type pair struct {
	float   *tflite.Model
	made    *tflite.Model
	origins []int       // by operator of made: that of float, or -1
	tensors map[int]int // by tensor of made: that of float whose values it holds
	plan    *plan       // of made; nil where only weights are narrow
}

// comparison is what both models' values have in common.
type comparison struct {
	samples int
	tensors map[int]*accord // by tensor of the float model
	outputs []accord
}

// accord returns that of a tensor of the float model.
func (c *comparison) accord(t int) *accord {
	if c.tensors[t] == nil {
		c.tensors[t] = &accord{}
	}
	return c.tensors[t]
}

// event is a moment in the float model's run.
type event struct {
	kind    eventKind
	op      int
	tensors []*tensor.Tensor
	outputs []int // tensors of the operator
}

type eventKind uint8

const (
	began    eventKind = iota // tensors are the inputs
	computed                  // the operator's results
	ended                     // the outputs
	none                      // no more samples
)

// compare runs both models on the samples, up to limit, in step: each integer operator's results are compared with the
// float operator's while both still lie in memory. A coroutine runs the float model.
func (p *pair) compare(ctx context.Context, s Samples, limit int, done func(n int)) (_ *comparison, err error) {
	c := &comparison{tensors: map[int]*accord{}}
	var failed error
	next, stop := iter.Pull(p.events(ctx, s, limit, &failed))
	defer stop()
	step := &stepper{next: next, pair: p, into: c}
	r, err := newRunner(p.made, runtime.Watch{After: step.after})
	if err != nil {
		return nil, fmt.Errorf("the model made: %w", err)
	}
	defer func() { err = errors.Join(err, failed, r.Close()) }()
	c.outputs = make([]accord, len(p.made.Graphs[0].Outputs))
	for step.begin() {
		if err := r.copyInputs(step.now.tensors); err != nil {
			return nil, err
		}
		step.inputs(r)
		r.forget()
		if err := r.session.Invoke(ctx); err != nil {
			return nil, fmt.Errorf("the model made: %w", err)
		}
		if err := step.end(r); err != nil {
			return nil, err
		}
		c.samples++
		done(c.samples)
	}
	return c, nil
}

// events runs the float model and yields what happens.
func (p *pair) events(ctx context.Context, s Samples, limit int, failed *error) iter.Seq[event] {
	return func(yield func(event) bool) {
		more := true
		tell := func(e event) {
			if more {
				more = yield(e)
			}
		}
		r, err := newRunner(p.float, runtime.Watch{After: func(op *tflite.Op, out []*tensor.Tensor) {
			tell(event{computed, op.Index, out, op.Outputs})
		}})
		if err != nil {
			*failed = err
			return
		}
		*failed = errors.Join(p.samples(ctx, r, s, limit, tell), r.Close())
	}
}

// samples runs the float model on each sample.
func (p *pair) samples(ctx context.Context, r *runner, s Samples, limit int, tell func(event)) error {
	if err := s.Rewind(); err != nil {
		return err
	}
	outs := make([]*tensor.Tensor, len(p.float.Graphs[0].Outputs))
	for n := 0; limit == 0 || n < limit; n++ {
		more, err := s.Next(r.inputs)
		if err != nil || !more {
			return err
		}
		tell(event{began, -1, r.inputs, nil})
		r.forget()
		if err := r.session.Invoke(ctx); err != nil {
			return fmt.Errorf("sample %d: %w", n+1, err)
		}
		for i := range outs {
			outs[i] = r.session.Output(i)
		}
		tell(event{ended, -1, outs, nil})
	}
	return nil
}

// stepper lets the float model run as far as the other one has come.
type stepper struct {
	next func() (event, bool)
	now  event
	pair *pair
	into *comparison
	real []float32
	err  error
}

// begin goes to the next sample's inputs.
func (s *stepper) begin() bool { return s.until(func(e *event) bool { return e.kind == began }) }

// inputs compares the inputs with what was made of them.
func (s *stepper) inputs(r *runner) {
	for i, t := range s.pair.float.Graphs[0].Inputs {
		if s.now.tensors[i].DType != tensor.Float32 || r.inputs[i].DType == tensor.Float32 {
			continue
		}
		s.compare(s.into.accord(t), s.now.tensors[i], r.inputs[i])
	}
}

// until lets the float model run until something happens; it reports false if that never does.
func (s *stepper) until(found func(*event) bool) bool {
	for {
		e, ok := s.next()
		if !ok {
			s.now = event{kind: none}
			return false
		}
		if s.now = e; found(&e) {
			return true
		}
	}
}

// after compares an operator's results.
func (s *stepper) after(op *tflite.Op, out []*tensor.Tensor) {
	origin := s.pair.origins[op.Index]
	if origin < 0 || s.now.kind == ended || s.now.kind == none {
		return
	}
	if s.now.kind != computed || s.now.op < origin {
		s.until(func(e *event) bool { return e.kind == ended || e.op >= origin })
	}
	if s.now.kind != computed || s.now.op != origin {
		return // the float model knew it beforehand
	}
	want := s.now.tensors
	if s.pair.plan != nil {
		want = s.pair.plan.raised(s.now.outputs, want)
	}
	for i, t := range op.Outputs {
		old, ok := s.pair.tensors[t]
		if !ok || i >= len(s.now.outputs) || s.now.outputs[i] != old {
			continue
		}
		s.compare(s.into.accord(old), want[i], out[i])
	}
}

// compare adds one tensor to an accord.
func (s *stepper) compare(to *accord, float, made *tensor.Tensor) {
	values, err := tensor.AppendReals(s.real[:0], made)
	if err != nil {
		s.err = errors.Join(s.err, fmt.Errorf("%q: %w", made.Name, err))
		return
	}
	s.real = values
	to.add(tensor.As[float32](float.Data), values, vector(float.Shape))
}

// end compares the outputs.
func (s *stepper) end(r *runner) error {
	if s.now.kind != ended && !s.until(func(e *event) bool { return e.kind == ended }) {
		return errors.New("the float model stopped early")
	}
	for i := range s.into.outputs {
		if made := r.session.Output(i); s.now.tensors[i].DType == tensor.Float32 {
			s.compare(&s.into.outputs[i], s.now.tensors[i], made)
		}
	}
	return s.err
}
