package quant

import (
	"math"
	"slices"

	"edged/runtime/tflite"
)

// rounds is how often equalisation goes over all pairs of layers; few changes are left after that.
const rounds = 20

// equalized returns a net that computes the same and whose neighbouring layers share out the ranges of their channels: what
// the first multiplies a channel by, the second divides it by, so that both channels' weights reach equally far (Nagel et
// al., "Data-Free Quantization Through Weight Equalization and Bias Correction", 2019, equation 11). RELU between them
// lets a positive factor through; RELU6 does not.
func (n *net) equalized() *net {
	out := n.copy()
	var pairs [][2]*layer
	for i := range out.graph.Ops {
		if a, b := out.layer(&out.graph.Ops[i]), out.follower(&out.graph.Ops[i]); a != nil && b != nil {
			pairs = append(pairs, [2]*layer{a, b})
		}
	}
	owned := map[int]bool{}
	for _, p := range pairs {
		for _, t := range []int{p[0].w, p[0].b, p[1].w} {
			if t >= 0 && !owned[t] {
				owned[t] = true
				out.graph.Tensors[t].Data = bytesOf(out.values(t))
			}
		}
	}
	for range rounds {
		for _, p := range pairs {
			out.equalize(p[0], p[1])
		}
	}
	return out
}

// follower returns the layer that alone uses an operator's result; nil if none does, or if more than a RELU is between them,
// or if constants are not theirs alone.
func (n *net) follower(o *tflite.Op) *layer {
	if n.layer(o) == nil || !linear(o) || len(o.Outputs) != 1 || n.shared(n.layer(o)) {
		return nil
	}
	t := o.Outputs[0]
	if slices.Contains(n.graph.Outputs, t) {
		return nil
	}
	if len(n.users[t]) != 1 {
		return nil
	}
	next := n.layer(&n.graph.Ops[n.users[t][0]])
	if next == nil || next.op.Code == tflite.OpTransposeConv || next.op.Inputs[next.rule.data] != t || n.shared(next) {
		return nil
	}
	if first := n.layer(o); next.inputs() != first.channels {
		return nil
	}
	return next
}

// linear reports whether a layer's result scales with its weights.
func linear(o *tflite.Op) bool {
	a := fusedOf(o)
	return o.Code != tflite.OpTransposeConv && (a == tflite.ActNone || a == tflite.ActRelu)
}

// shared reports whether somebody else uses a layer's constants.
func (n *net) shared(l *layer) bool {
	return len(n.users[l.w]) > 1 || l.b >= 0 && (len(n.users[l.b]) > 1 || !n.constant(l.b))
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

// equalize moves a factor for each channel between two layers.
func (n *net) equalize(a, b *layer) {
	first, second := n.values(a.w), n.values(b.w)
	channels := a.channels
	for c := range channels {
		before, after := 0.0, 0.0
		for k := range a.taps {
			before = max(before, math.Abs(float64(first[a.at(c, k)])))
		}
		b.reading(c, channels, func(i int) { after = max(after, math.Abs(float64(second[i]))) })
		if before == 0 || after == 0 {
			continue
		}
		f := float32(math.Sqrt(before*after) / before) // brings both to the geometric mean
		for k := range a.taps {
			first[a.at(c, k)] *= f
		}
		if a.b >= 0 {
			n.values(a.b)[c] *= f
		}
		b.reading(c, channels, func(i int) { second[i] /= f })
	}
}

// reading calls do with the place of each weight that is multiplied with input channel c.
func (l *layer) reading(c, channels int, do func(i int)) {
	if l.depthwise {
		for k := range l.taps {
			do(l.at(c, k))
		}
		return
	}
	for o := range l.channels {
		for k := c; k < l.taps; k += channels {
			do(l.at(o, k))
		}
	}
}
