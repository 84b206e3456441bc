package quant

import (
	"context"
	"errors"
	"math"
	"slices"

	"edged/runtime"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// link is two layers of which the second alone uses what the first gives, with what was seen of that, by channel.
type link struct {
	a, b     *layer
	t        int       // the tensor between them
	widest   []float64 // largest absolute value
	sum      []float64
	square   []float64
	seen     float64
	ends     []float64    // how many values are at an end of the activation
	inWidest float64      // largest absolute value of the first layer's input
	input    float64      // sum over a patch of the mean squares of the first layer's input
	counts   [][64]uint32 // of values from 0 to 6, where a range can be cut out of them; else nil

	low  []float64 // what is taken from a channel's values
	wide []float64 // how far they reach from there
}

// margin is how far beyond what was seen of a channel its values may go before RELU6, once scaled, cuts them off.
const margin = 1.25

// maxFactor bounds what a channel is scaled by.
const maxFactor = 64

// powers are tried of the factor that would make a channel's values as wide as the widest channel's. The whole factor is
// best for the values, none for the next layer's weights.
var powers = []float64{0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1}

// equalized returns a net that computes the same and whose neighbouring layers share out the ranges of their channels: what
// the first multiplies a channel by, the second divides it by (Nagel et al., "Data-Free Quantization Through Weight
// Equalization and Bias Correction", 2019, section 4.1). The factors are those that make rounding the values between the
// layers, and the second layer's weights, cost least on the samples, so that values gain too: they have one scale for all
// channels, while weights mostly have one each. RELU lets a positive factor through, and RELU6 one that keeps below 6 all
// that was seen.
func (q *quantizer) equalized(ctx context.Context) (*net, error) {
	out := q.net.copy()
	links := out.links()
	if len(links) == 0 {
		return q.net, nil
	}
	if err := q.watchLinks(ctx, links); err != nil {
		return nil, err
	}
	out.own(links)
	for _, k := range links {
		k.cut()
		k.scale(out, k.best(out))
	}
	return out, nil
}

// own gives a net its own copies of links' constants.
func (n *net) own(links []*link) {
	owned := map[int]bool{}
	for _, k := range links {
		for _, t := range []int{k.a.w, k.a.b, k.b.w, k.b.b} {
			if t >= 0 && !owned[t] {
				owned[t] = true
				n.graph.Tensors[t].Data = bytesOf(n.values(t))
			}
		}
	}
}

// links finds pairs of layers, in order.
func (n *net) links() (all []*link) {
	for i := range n.graph.Ops {
		o := &n.graph.Ops[i]
		if b := n.follower(o); b != nil {
			a := n.layer(o)
			c := a.channels
			k := &link{a: a, b: b, t: o.Outputs[0], widest: make([]float64, c), sum: make([]float64, c), square: make([]float64, c),
				ends: make([]float64, c)}
			if k.cuttable() {
				k.counts = make([][64]uint32, c)
			}
			all = append(all, k)
		}
	}
	return all
}

// watchLinks runs the float model to see the values between layers.
func (q *quantizer) watchLinks(ctx context.Context, links []*link) error {
	by := map[int]*link{}
	for _, k := range links {
		by[k.a.op.Index] = k
	}
	r, err := newRunner(q.net.model, runtime.Watch{
		Before: func(op *tflite.Op, in []*tensor.Tensor) {
			if k := by[op.Index]; k != nil {
				k.seeInput(tensor.As[float32](in[k.a.rule.data].Data))
			}
		},
		After: func(op *tflite.Op, out []*tensor.Tensor) {
			if k := by[op.Index]; k != nil {
				k.see(tensor.As[float32](out[0].Data))
			}
		},
	})
	if err != nil {
		return err
	}
	n, err := r.each(ctx, q.samples, 0, func(n int) error {
		q.opts.tell("equalizing", n, 0)
		return nil
	})
	if err == nil && n == 0 {
		err = errNoSamples
	}
	return errors.Join(err, r.Close())
}

func (k *link) see(values []float32) {
	relu := clipsBelow(k.a)
	for i, v := range values {
		c := i % len(k.widest)
		k.widest[c] = max(k.widest[c], math.Abs(float64(v)))
		k.sum[c] += float64(v)
		k.square[c] += float64(v) * float64(v)
		if v <= 0 && relu || v >= 6 && fusedOf(k.a.op) == tflite.ActRelu6 {
			k.ends[c]++
		}
		if k.counts != nil {
			k.counts[c][min(63, max(0, int(v*(64.0/6))))]++
		}
	}
	k.seen += float64(len(values)) / float64(len(k.widest))
}

func (k *link) seeInput(values []float32) {
	sum := 0.0
	for _, v := range values {
		sum += float64(v) * float64(v)
		k.inWidest = max(k.inWidest, math.Abs(float64(v)))
	}
	if len(values) > 0 {
		k.input = max(k.input, sum/float64(len(values))*float64(k.a.taps))
	}
}

// follower returns the layer that alone uses an operator's result; nil if none does, or if more than a RELU is between them,
// or if constants are not theirs alone.
func (n *net) follower(o *tflite.Op) *layer {
	a := n.layer(o)
	if a == nil || !linear(o) || len(o.Outputs) != 1 || n.shared(a) {
		return nil
	}
	t := o.Outputs[0]
	if slices.Contains(n.graph.Outputs, t) || len(n.users[t]) != 1 {
		return nil
	}
	b := n.layer(&n.graph.Ops[n.users[t][0]])
	if b == nil || b.b >= 0 && !n.constant(b.b) || b.op.Code == tflite.OpTransposeConv || b.op.Inputs[b.rule.data] != t || n.shared(b) || b.inputs() != a.channels {
		return nil
	}
	if shape := n.graph.Tensors[t].Shape; len(shape) == 0 || shape[len(shape)-1] != a.channels {
		return nil
	}
	return b
}

// linear reports whether a layer's result scales with its weights, at least as far as a RELU6 does.
func linear(o *tflite.Op) bool {
	a := fusedOf(o)
	return o.Code != tflite.OpTransposeConv && (a == tflite.ActNone || a == tflite.ActRelu || a == tflite.ActRelu6)
}

// shared reports whether a layer's constants are not its alone to change: somebody else uses them, or they are sparse.
func (n *net) shared(l *layer) bool {
	return n.graph.Tensors[l.w].Sparse || len(n.users[l.w]) > 1 || l.b >= 0 && (len(n.users[l.b]) > 1 || !n.constant(l.b))
}

// inputs returns how many channels go into a layer.
func (l *layer) inputs() int {
	switch {
	case l.depthwise:
		return l.channels // of those with one output for each input; others have more and do not match
	case l.window.kh > 0:
		return l.taps / (l.window.kh * l.window.kw)
	}
	return l.taps
}

// best returns the factors that cost least.
func (k *link) best(n *net) []float64 {
	var best []float64
	least := math.Inf(1)
	for _, p := range powers {
		f := k.factors(p)
		if cost := k.cost(n, f); cost < least {
			best, least = f, cost
		}
	}
	return best
}

// factors returns those of a power. A channel that never was anything keeps its scale.
func (k *link) factors(power float64) []float64 {
	f := make([]float64, len(k.wide))
	for c, m := range k.wide {
		if f[c] = 1; m > 0 {
			f[c] = min(maxFactor, max(1, math.Pow(k.top()/m, power)))
		}
	}
	return f
}

// top is how far the values of a channel may reach at most.
func (k *link) top() float64 {
	if k.counts != nil {
		return 6
	}
	return slices.Max(k.widest)
}

// cuttable reports whether a channel can have a range of its own from something above 0 to something below 6: what is taken
// from it before the RELU6 goes into the next layer's bias (Nagel et al., section 4.2.2, "absorbing high biases"). The next
// layer must not see padding, from which nothing was taken.
func (k *link) cuttable() bool {
	pointwise := k.b.window.kh <= 1 && k.b.window.kw <= 1 && !k.b.depthwise
	return fusedOf(k.a.op) == tflite.ActRelu6 && pointwise && k.a.b >= 0 && k.b.b >= 0
}

// cut chooses each channel's range.
func (k *link) cut() {
	k.low, k.wide = make([]float64, len(k.widest)), make([]float64, len(k.widest))
	for c, m := range k.widest {
		k.wide[c] = m * margin
		if k.counts != nil && m > 0 {
			lo, hi := leastCut(&k.counts[c])
			k.low[c], k.wide[c] = lo, hi-lo
		}
	}
}

// leastCut returns the range of values from 0 to 6 for which clipping to it and rounding to its integers cost least.
func leastCut(counts *[64]uint32) (lo, hi float64) {
	const w = 6.0 / 64
	var n, first, second [65]float64 // sums of counts, of values and of squares below a bin
	for i, c := range counts {
		v := (float64(i) + 0.5) * w
		n[i+1], first[i+1], second[i+1] = n[i]+float64(c), first[i]+float64(c)*v, second[i]+float64(c)*v*v
	}
	off := func(i, j int, edge float64) float64 { // of the values in bins i to j, squared distance to an edge
		return second[j] - second[i] - 2*edge*(first[j]-first[i]) + edge*edge*(n[j]-n[i])
	}
	least := math.Inf(1)
	for i := range 64 {
		for j := i + 1; j <= 64; j++ {
			a, b := float64(i)*w, float64(j)*w
			step := (b - a) / 255
			if cost := off(0, i, a) + off(j, 64, b) + n[64]*step*step/12; cost < least {
				least, lo, hi = cost, a, b
			}
		}
	}
	return lo, hi
}

// power returns the mean square of a channel's values, less what is taken from them.
func (k *link) power(c int) float64 {
	n, lo := max(1, k.seen), k.low[c]
	return max(0, k.square[c]/n-2*lo*k.sum[c]/n+lo*lo)
}

// cost is the mean square of what rounding adds to the second layer's result with the factors: of the values between the
// layers, of the second layer's weights, and of the first's where all its channels have one scale.
func (k *link) cost(n *net, f []float64) float64 {
	step := k.top() / 255
	w, channels := n.values(k.b.w), len(f)
	steps := make([]float64, k.b.scales())
	for c := range channels {
		k.b.reading(c, channels, func(o, at int) {
			steps[o%len(steps)] = max(steps[o%len(steps)], math.Abs(float64(w[at]))/f[c]/127)
		})
	}
	first := k.firstSteps(n, f)
	sum := 0.0
	for c := range channels {
		value := step*step/(f[c]*f[c]) + first[c]*first[c]*k.input
		power := f[c] * f[c] * k.power(c)
		k.b.reading(c, channels, func(o, at int) {
			s := steps[o%len(steps)]
			sum += float64(w[at])*float64(w[at])*value + s*s*power
		})
	}
	return sum / 12
}

// firstSteps are the steps of the first layer's weights, by channel, as large as they are once the factors are taken back; 0
// where each channel has a scale of its own, which no factor changes.
func (k *link) firstSteps(n *net, f []float64) []float64 {
	steps := make([]float64, len(f))
	if k.a.rule.axis >= 0 {
		return steps
	}
	w, top := n.values(k.a.w), 0.0
	for c := range f {
		for i := range k.a.taps {
			top = max(top, math.Abs(float64(w[k.a.at(c, i)]))*f[c])
		}
	}
	for c := range f {
		steps[c] = top / 127 / f[c]
	}
	return steps
}

// scale moves the factors between the layers, and what is taken from a channel to the second layer's bias.
func (k *link) scale(n *net, factors []float64) {
	first, second := n.values(k.a.w), n.values(k.b.w)
	for c, f := range factors {
		if lo := k.low[c]; lo != 0 {
			n.values(k.a.b)[c] -= float32(lo)
			k.b.reading(c, len(factors), func(o, at int) { n.values(k.b.b)[o] += float32(float64(second[at]) * lo) })
		}
		for i := range k.a.taps {
			first[k.a.at(c, i)] *= float32(f)
		}
		if k.a.b >= 0 {
			n.values(k.a.b)[c] *= float32(f)
		}
		k.b.reading(c, len(factors), func(_, at int) { second[at] /= float32(f) })
	}
}

// reading calls do with the output channel and the place of each weight that is multiplied with input channel c.
func (l *layer) reading(c, channels int, do func(o, at int)) {
	if l.depthwise {
		for k := range l.taps {
			do(c, l.at(c, k))
		}
		return
	}
	for o := range l.channels {
		for k := c; k < l.taps; k += channels {
			do(o, l.at(o, k))
		}
	}
}
