package quant

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"edged/runtime"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// calibration is what a run of the float model over the samples has shown.
type calibration struct {
	samples int
	tensors []*stats          // by tensor of the net; nil where no float value was seen
	within  map[int]within    // by operator: of an LSTM or SVDF
	peaks   map[int]float64   // by tensor that goes into a SOFTMAX: the least of its rows' largest values
	moments map[int]*moments  // by operator: of a layer's operands, where the options ask for them
	shifts  map[int][]float64 // by operator: how much a layer's biases turned out to be too high

	callees *callees // graphs that operators call
	bad     error    // the first
}

func newCalibration(n *net) *calibration {
	return &calibration{tensors: make([]*stats, len(n.graph.Tensors)), within: map[int]within{},
		peaks: map[int]float64{}, moments: map[int]*moments{}}
}

// calibrate runs the float model over the samples and watches every tensor.
func calibrate(ctx context.Context, n *net, s Samples, o *Options) (*calibration, error) {
	c := newCalibration(n)
	c.callees = &callees{ctx: ctx, opts: o, all: map[int]*called{}}
	r, err := newRunner(n.model, c.watch(n, o))
	if err != nil {
		return nil, err
	}
	c.samples, err = r.each(ctx, s, 0, func(done int) error {
		c.note(c.seeInputs(n, r.inputs))
		o.tell("calibrating", done, 0)
		if c.bad != nil {
			return fmt.Errorf("sample %d: %w", done, c.bad)
		}
		return nil
	})
	if err == nil && c.samples == 0 {
		err = errNoSamples
	}
	return c, errors.Join(err, r.Close(), c.callees.close())
}

// watch looks at each operator that runs.
func (c *calibration) watch(n *net, o *Options) runtime.Watch {
	return runtime.Watch{
		Before: func(op *tflite.Op, in []*tensor.Tensor) { c.note(c.before(n, op, in, o)) },
		After:  func(op *tflite.Op, out []*tensor.Tensor) { c.note(c.after(n, op, out)) },
	}
}

func (c *calibration) note(err error) {
	if c.bad == nil {
		c.bad = err
	}
}

// seeInputs adds the inputs' values after a run: their memory is their own, so they still are what they were.
func (c *calibration) seeInputs(n *net, inputs []*tensor.Tensor) error {
	for i, t := range n.graph.Inputs {
		if err := c.see(n, t, inputs[i]); err != nil {
			return err
		}
	}
	return nil
}

// see adds a tensor's values.
func (c *calibration) see(n *net, t int, x *tensor.Tensor) error {
	if !n.activation(t) {
		return nil
	}
	values := tensor.As[float32](x.Data)
	if slices.ContainsFunc(values, infinite) && n.producer[t] >= 0 {
		values = slices.DeleteFunc(slices.Clone(values), infinite) // which integers stand for by their last one
	}
	if err := finite(values); err != nil {
		return fmt.Errorf("tensor %d %q: %w", t, x.Name, err)
	}
	if c.tensors[t] == nil {
		c.tensors[t] = &stats{}
	}
	c.tensors[t].see(values)
	return nil
}

// before looks at an operator's operands where more than their range is wanted, or where the engine knew them beforehand and
// no operator has shown them.
func (c *calibration) before(n *net, op *tflite.Op, in []*tensor.Tensor, o *Options) error {
	for i, t := range op.Inputs {
		if t >= 0 && c.tensors[t] == nil && !slices.Contains(n.graph.Inputs, t) {
			if err := c.see(n, t, in[i]); err != nil {
				return err
			}
		}
	}
	c.seePeaks(op, in)
	if err := c.callees.follow(n, op, in); err != nil {
		return fmt.Errorf("%s: %w", n.label(op.Index), err)
	}
	if seen, ok := n.lookWithin(op, in); ok {
		c.within[op.Index] = seen.join(c.within[op.Index])
	}
	if l := n.layer(op); l != nil && o.moments(l) {
		if c.moments[op.Index] == nil {
			c.moments[op.Index] = newMoments(l, o.Round)
		}
		c.moments[op.Index].see(l, tensor.As[float32](in[l.rule.data].Data), in[l.rule.data].Shape)
	}
	return nil
}

func infinite(v float32) bool { return math.IsInf(float64(v), 0) }

func (c *calibration) after(n *net, op *tflite.Op, out []*tensor.Tensor) error {
	for i, t := range op.Outputs {
		if err := c.see(n, t, out[i]); err != nil {
			return fmt.Errorf("%s: %w", n.label(op.Index), err)
		}
	}
	return nil
}
