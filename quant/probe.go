package quant

import (
	"context"
	"errors"

	"edged/runtime"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// probeSamples is how many samples a probe looks at.
const probeSamples = 4

// probe runs the float model with some of its values spoilt, and says what that does to the values that it is judged by.
type probe struct {
	net     *net
	samples Samples
	runner  *runner
	judged  map[int]bool // tensors: the outputs, or the logits that they are made of
	want    [][]float32  // their values, sample by sample, in the order of the graph
	at      int          // in want; -1 while it is being filled
	op      int          // whose result is spoilt
	spoil   func(values []float32)
	cost    float64
}

// newProbe learns what the model gives when nothing is spoilt.
func newProbe(ctx context.Context, n *net, s Samples) (*probe, error) {
	p := &probe{net: n, samples: s, judged: map[int]bool{}, at: -1, op: -1}
	for _, t := range n.graph.Outputs {
		if t = n.logits(t); n.float(t) {
			p.judged[t] = true
		}
	}
	var err error
	if p.runner, err = newRunner(n.model, runtime.Watch{After: p.after}); err != nil {
		return nil, err
	}
	seen, err := p.runner.each(ctx, s, probeSamples, func(int) error { return nil })
	if err == nil && seen == 0 {
		err = errNoSamples
	}
	if err != nil {
		return nil, errors.Join(err, p.runner.Close())
	}
	return p, nil
}

// after spoils a result, and compares the values judged.
func (p *probe) after(op *tflite.Op, out []*tensor.Tensor) {
	if op.Index == p.op {
		p.spoil(tensor.As[float32](out[0].Data))
	}
	for i, t := range op.Outputs {
		switch {
		case !p.judged[t]:
		case p.at < 0:
			p.want = append(p.want, append([]float32(nil), tensor.As[float32](out[i].Data)...))
		default:
			p.cost += relative(p.want[p.at], tensor.As[float32](out[i].Data))
			p.at++
		}
	}
}

// relative is the power of the difference over that of the values.
func relative(want, got []float32) float64 {
	noise, signal := 0.0, 0.0
	for i, v := range want[:min(len(want), len(got))] {
		d := float64(got[i]) - float64(v)
		noise += d * d
		signal += float64(v) * float64(v)
	}
	if signal == 0 {
		return 0
	}
	return noise / signal
}

// of returns what spoiling the first result of an operator costs: the power of the noise over the signal's, in the mean.
func (p *probe) of(ctx context.Context, op int, spoil func(values []float32)) (float64, error) {
	p.at, p.op, p.spoil, p.cost = 0, op, spoil, 0
	n, err := p.runner.each(ctx, p.samples, probeSamples, func(int) error { return nil })
	return p.cost / float64(max(1, n)), err
}

func (p *probe) Close() error { return p.runner.Close() }
