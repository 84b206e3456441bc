package quant

import (
	"context"
	"errors"
	"time"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// Report says what quantizing a model has done to it. Its field names in JSON are stable.
type Report struct {
	Scheme    string         `json:"scheme"`
	Observer  string         `json:"observer"`  // whose ranges the model has
	Samples   int            `json:"samples"`   // of calibration
	Compared  int            `json:"compared"`  // samples that the figures below are from
	Observers []Trial        `json:"observers"` // that were tried
	Outputs   []OutputReport `json:"outputs"`
	Tensors   []TensorReport `json:"tensors"`
	Ops       []OpReport     `json:"ops"`
	Size      Change         `json:"bytes"` // of the files; whoever writes them says so
	Latency   Change         `json:"latency_ms"`
	Accuracy  *Accuracy      `json:"accuracy,omitempty"`
}

// Trial is an observer with the signal-to-noise ratio that the outputs, or the logits they are made of, have with it.
type Trial struct {
	Observer string  `json:"observer"`
	SQNR     float64 `json:"sqnr_db"`
}

// Change is a figure of the float model and of the one made of it.
type Change struct {
	Float float64 `json:"float"`
	Made  float64 `json:"made"`
}

// OutputReport says how far an output agrees with the float model's. LogitsSQNR is of what goes into a final SOFTMAX or
// LOGISTIC; 0 without one.
type OutputReport struct {
	Name       string  `json:"name"`
	Top1       float64 `json:"top1"` // the share of vectors, one for each place, whose largest element is at the same place
	MaxAbs     float64 `json:"max_abs"`
	MeanAbs    float64 `json:"mean_abs"`
	SQNR       float64 `json:"sqnr_db"`
	LogitsSQNR float64 `json:"logits_sqnr_db,omitempty"`
}

// TensorReport is a computed tensor: what was seen of it, what it became, and how far that agrees with what it was. SQNR and
// Cosine are 0 of what stays float and is converted where integers are wanted.
type TensorReport struct {
	Index     int          `json:"index"` // in the float model
	Name      string       `json:"name"`
	Shape     tensor.Shape `json:"shape"`
	Seen      Range        `json:"seen"`  // by calibration
	Range     Range        `json:"range"` // that its integers reach
	Scale     float32      `json:"scale"`
	ZeroPoint int64        `json:"zero_point"`
	SQNR      float64      `json:"sqnr_db"`
	Cosine    float64      `json:"cosine"`
	Histogram Histogram    `json:"histogram"`
}

// Histogram counts values from Lo on, in bins of equal width.
type Histogram struct {
	Lo    float64  `json:"lo"`
	Width float64  `json:"width"`
	Count []uint64 `json:"count"`
}

// OpReport is an operator. AddedSQNR is the signal-to-noise ratio of its result when its operands are those of the float
// model, rounded: the error that it adds by itself. Float says why it stays float, and then there is none; nor is there one
// in a graph that a WHILE or IF calls.
type OpReport struct {
	Graph     string  `json:"graph,omitempty"` // that is called; "" is the main one
	Index     int     `json:"index"`
	Op        string  `json:"op"`
	Name      string  `json:"name"` // of its first result
	Float     string  `json:"float,omitempty"`
	AddedSQNR float64 `json:"added_sqnr_db"`
	Added     float64 `json:"added_noise"` // mean square of that error
}

// Accuracy is the share of labelled samples that each model gets right.
type Accuracy struct {
	Samples int     `json:"samples"`
	Float   float64 `json:"float"`
	Made    float64 `json:"made"`
	Same    float64 `json:"same"` // the share to which both give the same label, or labels of pixels
}

// timedRuns is how often a model runs for its latency; the least counts.
const timedRuns = 5

// report gathers what is known of the attempt that was chosen.
func (q *quantizer) report(ctx context.Context, a *attempt, tried []Trial) (*Report, error) {
	r := &Report{Scheme: q.opts.Scheme.String(), Observer: a.by.String(), Samples: q.calib.samples, Compared: a.found.samples, Observers: tried}
	added, err := q.added(ctx, a)
	if err != nil {
		return nil, err
	}
	for i := range q.net.graph.Ops {
		o := &q.net.graph.Ops[i]
		line := OpReport{Index: i, Op: o.Name(), Name: q.net.nameOf(o), Float: a.plan.why[i]}
		if x := added[i]; x != nil {
			line.AddedSQNR, line.Added = x.sqnr(), x.noise/float64(max(1, x.n))
		}
		r.Ops = append(r.Ops, line)
	}
	r.Ops = append(r.Ops, q.calib.callees.report(q.net.model)...)
	for t := range q.net.graph.Tensors {
		if a.plan.quant[t].Quantized() {
			r.Tensors = append(r.Tensors, q.tensorReport(a, t))
		}
	}
	r.Outputs = q.outputs(a)
	r.Latency, err = latencies(ctx, a.pair, q.samples)
	return r, err
}

func (n *net) nameOf(o *tflite.Op) string {
	if len(o.Outputs) == 0 {
		return ""
	}
	return n.graph.Tensors[o.Outputs[0]].Name
}

func (q *quantizer) tensorReport(a *attempt, t int) TensorReport {
	x, s, quant := &q.net.graph.Tensors[t], q.calib.tensors[t], a.plan.quant[t]
	r := TensorReport{Index: t, Name: x.Name, Shape: append(tensor.Shape{}, x.Shape...), Seen: s.Range,
		Range: spanOf(quant, q.opts.inner()), Scale: quant.Scale[0], ZeroPoint: quant.ZeroPoint[0], Histogram: s.hist.coarse()}
	if found := a.found.tensors[t]; found != nil {
		r.SQNR, r.Cosine = found.sqnr(), found.cosine()
	}
	return r
}

// coarse returns a histogram of few bins.
func (h *histogram) coarse() Histogram {
	const few = 64
	c := Histogram{h.lo, h.width * bins / few, make([]uint64, few)}
	for i, n := range h.count {
		c.Count[i*few/bins] += uint64(n)
	}
	return c
}

func (q *quantizer) outputs(a *attempt) (all []OutputReport) {
	for i, t := range q.net.graph.Outputs {
		x := &a.found.outputs[i]
		r := OutputReport{Name: q.net.graph.Tensors[t].Name, Top1: x.top1(), MaxAbs: x.most, MeanAbs: x.mean(), SQNR: x.sqnr()}
		if logits := q.net.logits(t); logits != t && a.found.tensors[logits] != nil {
			r.LogitsSQNR = a.found.tensors[logits].sqnr()
		}
		all = append(all, r)
	}
	return all
}

// latencies times both models on the first sample: what they compute may depend on it.
func latencies(ctx context.Context, p *pair, s Samples) (c Change, err error) {
	a, err := newRunner(p.float, noWatch)
	if err != nil {
		return c, err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	b, err := newRunner(p.made, noWatch)
	if err != nil {
		return c, err
	}
	defer func() { err = errors.Join(err, b.Close()) }()
	if err := s.Rewind(); err != nil {
		return c, err
	}
	if _, err := s.Next(a.inputs); err != nil {
		return c, err
	}
	if err := b.copyInputs(a.inputs); err != nil {
		return c, err
	}
	if c.Float, err = a.latency(ctx); err != nil {
		return c, err
	}
	c.Made, err = b.latency(ctx)
	return c, err
}

// latency returns the least time of a few runs, in milliseconds.
func (r *runner) latency(ctx context.Context) (float64, error) {
	least := time.Duration(0)
	for i := range timedRuns {
		start := time.Now()
		if err := r.session.Invoke(ctx); err != nil {
			return 0, err
		}
		if d := time.Since(start); i == 0 || d < least {
			least = d
		}
	}
	return float64(least.Microseconds()) / 1000, nil
}
