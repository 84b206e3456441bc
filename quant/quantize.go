package quant

import (
	"context"
	"fmt"
	"math"

	"edged/runtime/tflite"
)

// Result is a model and what it cost.
type Result struct {
	Model  *tflite.Model
	Report *Report
}

// defaultReportSamples is how many samples a report is made from.
const defaultReportSamples = 32

// Quantize makes a model of integers of a float one. It does not change m, whose bytes must stay while the result is used:
// what is not quantized is shared.
func Quantize(ctx context.Context, m *tflite.Model, s Samples, o Options) (*Result, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	if o.ReportSamples <= 0 {
		o.ReportSamples = defaultReportSamples
	}
	n, err := newNet(m)
	if err != nil {
		return nil, err
	}
	if err := n.checkInputs(); err != nil {
		return nil, err
	}
	q := &quantizer{net: n, samples: s, opts: o}
	switch o.Scheme {
	case Weights, Float16:
		return q.weightsOnly(ctx)
	}
	return q.integers(ctx)
}

// quantizer is one run.
type quantizer struct {
	net     *net
	samples Samples
	opts    Options
	calib   *calibration
}

// attempt is a model by one observer.
type attempt struct {
	by    Observer
	plan  *plan
	pair  *pair
	found *comparison
}

// integers makes a model of integers.
func (q *quantizer) integers(ctx context.Context) (*Result, error) {
	var err error
	if q.opts.Equalize {
		if q.net, err = q.equalized(ctx); err != nil {
			return nil, err
		}
		if q.net, err = q.sharpened(ctx); err != nil {
			return nil, err
		}
	}
	if q.calib, err = calibrate(ctx, q.net, q.samples, &q.opts); err != nil {
		return nil, err
	}
	best, tried, err := q.observe(ctx)
	if err != nil {
		return nil, err
	}
	if q.opts.CorrectBias {
		if best, err = q.settle(ctx, best); err != nil {
			return nil, err
		}
	}
	if q.opts.KeepWorst > 0 {
		if best, err = q.keepWorst(ctx, best); err != nil {
			return nil, err
		}
	}
	r, err := q.report(ctx, best, tried)
	if err != nil {
		return nil, err
	}
	return &Result{best.pair.made, r}, nil
}

// observe makes the model by the observer that was asked for, or by each, and returns the one that agrees best.
func (q *quantizer) observe(ctx context.Context) (best *attempt, tried []Trial, err error) {
	all := []Observer{q.opts.Observer}
	if q.opts.Observer == Best {
		all = []Observer{MinMax, Average, Percentile, MSE, Entropy}
	}
	for i, by := range all {
		a, err := q.attempt(ctx, by, q.opts.KeepFloat, q.opts.ReportSamples)
		if err != nil {
			return nil, nil, err
		}
		q.opts.tell("choosing ranges", i+1, len(all))
		score := q.score(a)
		tried = append(tried, Trial{by.String(), finiteOr(score)})
		if best == nil || score > q.score(best) {
			best = a
		}
	}
	return best, tried, nil
}

// settle measures by how much the mean of each layer's result is off when the layer runs by itself, in integers and on
// rounded operands, and takes that from its bias: what is left after the weights' own share, which CorrectBias has taken
// away already. The new model counts only if it agrees better.
func (q *quantizer) settle(ctx context.Context, a *attempt) (*attempt, error) {
	added, err := q.added(ctx, a)
	if err != nil {
		return nil, err
	}
	q.calib.shifts = map[int][]float64{}
	for i, x := range added {
		if l := q.net.layer(&q.net.graph.Ops[i]); l != nil && len(x.off) == l.channels {
			q.calib.shifts[i] = x.shifts()
		}
	}
	b, err := q.attempt(ctx, a.by, q.opts.KeepFloat, q.opts.ReportSamples)
	if err != nil || q.score(b) > q.score(a) {
		return b, err
	}
	q.calib.shifts = nil
	return a, nil
}

// attempt makes a model and compares it with the float one.
func (q *quantizer) attempt(ctx context.Context, by Observer, keep []string, samples int) (*attempt, error) {
	o := q.opts
	o.KeepFloat = keep
	p, err := newPlan(q.net, q.calib, &o, by)
	if err != nil {
		return nil, err
	}
	w := p.rewrite()
	made := w.model()
	if err := q.calib.callees.rewrite(made, by); err != nil {
		return nil, err
	}
	a := &attempt{by: by, plan: p, pair: &pair{q.net.model, made, w.origins, w.tensors, p}}
	a.found, err = a.pair.compare(ctx, q.samples, samples, func(int) {})
	return a, err
}

// score is the mean signal-to-noise ratio of the outputs, in decibels.
func (q *quantizer) score(a *attempt) float64 {
	sum, n := 0.0, 0
	for _, x := range q.judged(a) {
		if x.n > 0 {
			sum, n = sum+x.sqnr(), n+1
		}
	}
	return sum / float64(max(1, n))
}

// judged are the accords by which a model is judged: those of its outputs, and of the logits where an output is made of
// them by a function that flattens differences.
func (q *quantizer) judged(a *attempt) (all []*accord) {
	for i, t := range q.net.graph.Outputs {
		x := &a.found.outputs[i]
		if logits := a.found.tensors[q.net.logits(t)]; logits != nil {
			x = logits
		}
		all = append(all, x)
	}
	return all
}

// logits returns the tensor that an output is the SOFTMAX or LOGISTIC of, however reshaped; the output itself for others.
func (n *net) logits(t int) int {
	for at := t; n.producer[at] >= 0; {
		o := &n.graph.Ops[n.producer[at]]
		switch o.Code {
		case tflite.OpSoftmax, tflite.OpLogistic, tflite.OpLogSoftmax:
			return o.Inputs[0]
		case tflite.OpReshape, tflite.OpSqueeze:
			at = o.Inputs[0]
			continue
		}
		break
	}
	return t
}

// checkInputs looks for a model that has nothing to quantize.
func (n *net) checkInputs() error {
	for i := range n.graph.Tensors {
		if n.float(i) {
			return nil
		}
	}
	what := "no tensor"
	if len(n.graph.Inputs) > 0 {
		what = fmt.Sprintf("input %q is %s", n.graph.Tensors[n.graph.Inputs[0]].Name, n.graph.Tensors[n.graph.Inputs[0]].DType)
	}
	return fmt.Errorf("nothing to quantize: the model has no float32 tensor (%s)", what)
}

// finiteOr returns v as JSON can hold it.
func finiteOr(v float64) float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return 0
	}
	return v
}
