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

// addedSamples is how many samples each operator is tried on by itself.
const addedSamples = 8

// alone is how far the results of one operator by itself agree with the float operator's.
type alone struct {
	accord
	off    []float64 // by channel: sum of the differences
	within []float64 // by channel: how many values no activation has clipped
}

// added runs the float model and, beside it, each integer operator by itself on the float operator's operands. It returns
// by operator how far the results agree.
func (q *quantizer) added(ctx context.Context, a *attempt) (map[int]*alone, error) {
	all, made := map[int]*alone{}, map[int]int{}
	for i, origin := range a.pair.origins {
		if origin >= 0 && a.plan.integer(origin) {
			made[origin] = i
		}
	}
	var now *lone
	var bad error
	r, err := newRunner(q.net.model, runtime.Watch{
		Before: func(op *tflite.Op, in []*tensor.Tensor) {
			i, ok := made[op.Index]
			if now = nil; !ok || bad != nil {
				return
			}
			if now, bad = newLone(a.pair.made, i); bad == nil {
				bad = now.run(ctx, in)
			}
			if bad != nil {
				bad = fmt.Errorf("%s by itself: %w", q.net.label(op.Index), bad)
			}
		},
		After: func(op *tflite.Op, out []*tensor.Tensor) {
			if now == nil || bad != nil {
				return
			}
			if all[op.Index] == nil {
				all[op.Index] = &alone{}
			}
			bad = now.compare(all[op.Index], a.plan.raised(op.Outputs, out), fusedOf(op))
		},
	})
	if err != nil {
		return nil, err
	}
	_, err = r.each(ctx, q.samples, min(addedSamples, q.opts.ReportSamples), func(n int) error {
		q.opts.tell("errors of operators", n, 0)
		return bad
	})
	return all, errors.Join(err, bad, r.Close())
}

// lone is one operator of a model by itself.
type lone struct {
	*runner
	inputs []int // by input of the session: operand
}

// newLone makes a model of one operator.
func newLone(m *tflite.Model, op int) (*lone, error) {
	g := &m.Graphs[0]
	b, l := tflite.NewBuilder("alone"), &lone{}
	o := g.Ops[op]
	known := map[int]int{}
	add := func(list []int, input bool) (out []int) {
		for i, t := range list {
			if t < 0 {
				out = append(out, -1)
				continue
			}
			at, ok := known[t]
			if !ok {
				at = b.Add(g.Tensors[t])
				known[t] = at
				if x := &g.Tensors[t]; input && (x.Variable || x.Data == nil || slices.Contains(g.Inputs, t)) {
					b.Graph.Inputs, l.inputs = append(b.Graph.Inputs, at), append(l.inputs, i)
				}
			}
			out = append(out, at)
		}
		return out
	}
	o.Inputs, o.Outputs, o.Intermediates = add(o.Inputs, true), add(o.Outputs, false), add(o.Intermediates, false)
	b.Append(o)
	b.Output(o.Outputs...)
	s, err := runtime.New(&tflite.Model{Version: 3, Graphs: []tflite.Graph{b.Graph}}, runtime.Options{Engine: "builtin"})
	if err != nil {
		return nil, err
	}
	l.runner = &runner{session: s}
	for i := range l.inputs {
		l.runner.inputs = append(l.runner.inputs, s.Input(i))
	}
	return l, nil
}

// run gives the operator the float operator's operands.
func (l *lone) run(ctx context.Context, in []*tensor.Tensor) error {
	var operands []*tensor.Tensor
	for _, i := range l.inputs {
		operands = append(operands, in[i])
	}
	if err := l.copyInputs(operands); err != nil {
		return err
	}
	return l.session.Invoke(ctx)
}

// compare compares the results, and ends the operator.
func (l *lone) compare(to *alone, out []*tensor.Tensor, f tflite.Activation) error {
	for i, want := range out {
		if want.DType != tensor.Float32 {
			continue
		}
		got, err := tensor.AppendReals(nil, l.session.Output(i))
		if err != nil {
			return err
		}
		to.add(tensor.As[float32](want.Data), got, vector(want.Shape))
		if i == 0 {
			to.channels(tensor.As[float32](want.Data), got, vector(want.Shape), f)
		}
	}
	return l.Close()
}

// channels adds up each channel's differences.
func (x *alone) channels(want, got []float32, channels int, f tflite.Activation) {
	if x.off == nil {
		x.off, x.within = make([]float64, channels), make([]float64, channels)
	}
	for i, v := range want {
		c := i % len(x.off)
		x.off[c] += float64(got[i]) - float64(v)
		if f == tflite.ActNone || v > 0 && (f != tflite.ActRelu6 || v < 6) {
			x.within[c]++
		}
	}
}

// shifts returns by how much each channel's bias is too high: what its values are off in the mean, shared out to those that
// a bias moves. A channel of which hardly anything moves is left alone.
func (x *alone) shifts() []float64 {
	out := make([]float64, len(x.off))
	each := float64(x.n) / float64(max(1, len(x.off)))
	for c := range out {
		if x.within[c] > each/20 {
			out[c] = x.off[c] / x.within[c]
		}
	}
	return out
}
