package quant

import (
	"cmp"
	"context"
	"errors"
	"math"
	"slices"
)

// How many tensors between layers are sharpened, those whose rounding costs most, and how many channels of each are looked at:
// each is a run of the model over a few samples.
const (
	sharpTensors  = 4
	sharpChannels = 24
	sharpPart     = 0.05 // of all noise must come from a tensor that is looked at
)

// strain is what rounding a tensor between two layers costs at the end, as noise over signal.
type strain struct {
	*link
	step  float64   // between the values that rounding leaves
	whole float64   // of all channels
	each  []float64 // by channel; 0 where that was not looked at
}

// sharpened returns a net that computes the same and gives the channels which matter most at the end a finer rounding: equalized
// looks at what rounding costs the next layer, in which all channels count alike, but in a small net a few channels of the
// first layers can carry nearly all the noise of the logits. Such a channel gets more of its tensor's range, as far as
// the next layer's weights suffer less than that gains, and copies (spare).
func (q *quantizer) sharpened(ctx context.Context) (_ *net, err error) {
	out := q.net.copy()
	links := out.links()
	if len(links) == 0 {
		return q.net, nil
	}
	if err := q.watchLinks(ctx, links); err != nil {
		return nil, err
	}
	out.own(links)
	p, err := newProbe(ctx, out, q.samples)
	if err != nil {
		return nil, err
	}
	all, err := q.strains(ctx, p, links)
	if err := errors.Join(err, p.Close()); err != nil {
		return nil, err
	}
	by, least := map[int]*strain{}, 0.0
	for _, s := range all {
		least += leastGain * s.whole
		by[s.a.op.Index] = s
	}
	for _, s := range all {
		s.widen(out, by[s.b.op.Index])
	}
	budget := q.opts.Grow * out.products()
	for _, s := range all {
		if r := out.rowOf(s, by[s.b.op.Index]); r != nil {
			out.spare(r, q.opts.Inputs, least, &budget)
		}
	}
	return out, nil
}

// strains measures all tensors between layers, and the channels of the worst, which come first.
func (q *quantizer) strains(ctx context.Context, p *probe, links []*link) (all []*strain, err error) {
	for i, k := range links {
		s := &strain{link: k, step: k.span() / 255, each: make([]float64, k.a.channels)}
		if s.whole, err = s.measure(ctx, p, -1); err != nil {
			return nil, err
		}
		all = append(all, s)
		q.opts.tell("finding the worst tensors", i+1, len(links))
	}
	slices.SortStableFunc(all, func(a, b *strain) int { return cmp.Compare(b.whole, a.whole) })
	sum := 0.0
	for _, s := range all {
		sum += s.whole
	}
	for i, s := range all[:min(len(all), sharpTensors)] {
		if s.whole < sharpPart*sum {
			break
		}
		for _, c := range s.loudest(p.net) {
			if s.each[c], err = s.measure(ctx, p, c); err != nil {
				return nil, err
			}
		}
		q.opts.tell("finding the worst channels", i+1, min(len(all), sharpTensors))
	}
	return all, nil
}

// span is how far a link's values reach from the least to the largest.
func (k *link) span() float64 {
	r := slices.Max(k.widest)
	if clipsBelow(k.a) {
		return r
	}
	return 2 * r
}

// measure rounds one channel, or all for -1.
func (s *strain) measure(ctx context.Context, p *probe, channel int) (float64, error) {
	if s.step == 0 {
		return 0, nil
	}
	n := s.a.channels
	return p.of(ctx, s.a.op.Index, func(values []float32) {
		from, by := 0, 1
		if channel >= 0 {
			from, by = channel, n
		}
		for i := from; i < len(values); i += by {
			values[i] = float32(math.RoundToEven(float64(values[i])/s.step) * s.step)
		}
	})
}

// loudest returns the channels that the next layer's weights make most of.
func (s *strain) loudest(n *net) []int {
	w, energy := n.values(s.b.w), make([]float64, s.a.channels)
	var all []int
	for c := range energy {
		s.b.reading(c, len(energy), func(_, at int) { energy[c] += float64(w[at]) * float64(w[at]) })
		if s.widest[c] > 0 {
			all = append(all, c)
		}
	}
	slices.SortStableFunc(all, func(a, b int) int { return cmp.Compare(energy[b], energy[a]) })
	return all[:min(len(all), sharpChannels)]
}

// gains are tried of each channel's factor.
var gains = []float64{1.25, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 12, 16}

// widen scales channels up, the worst first, while that is less than it costs the next layer's weights.
func (s *strain) widen(n *net, next *strain) {
	s.low, s.wide = make([]float64, len(s.widest)), make([]float64, len(s.widest))
	for c, m := range s.widest {
		s.wide[c] = m * margin
	}
	worst := make([]int, len(s.each))
	for c := range worst {
		worst[c] = c
	}
	slices.SortStableFunc(worst, func(a, b int) int { return cmp.Compare(s.each[b], s.each[a]) })
	factors := s.factors(0)
	for _, c := range worst {
		if s.each[c] > 0 {
			factors[c] = s.bestFactor(s.beside(n, c, factors, next), c)
		}
	}
	s.scale(n, factors)
	for c, f := range factors {
		s.each[c] /= f * f
		s.widest[c] *= f
	}
}

// reconstructed is what reconstruct leaves of the noise of rounded weights, roughly.
const reconstructed = 0.25

// beside is what a layer's output channels have of all input channels but one, and of that.
type beside struct {
	steps, own    []float64 // of the weights, by output channel
	weight        []float64 // what noise in each costs at the end
	power, square float64   // of what is multiplied with the weights
}

// beside looks at the second layer. It has nothing to say where each channel has a scale of its own, or where nothing is known
// of what its noise costs.
func (s *strain) beside(n *net, c int, f []float64, next *strain) *beside {
	if s.b.depthwise || next == nil || next.step == 0 {
		return &beside{}
	}
	w, o := n.values(s.b.w), s.b.channels
	x := &beside{steps: make([]float64, o), own: make([]float64, o), weight: make([]float64, o)}
	taps := float64(s.b.taps / len(f))
	for i := range f {
		to, g, p := x.steps, f[i], f[i]*f[i]*s.power(i)*taps
		if i == c {
			to, g, x.square = x.own, 1, s.power(c)*taps
		} else {
			x.power += p
		}
		s.b.reading(i, len(f), func(o, at int) { to[o] = max(to[o], math.Abs(float64(w[at]))/g/127) })
	}
	for o := range x.weight {
		x.weight[o] = reconstructed * next.share(o) / (next.step * next.step)
	}
	return x
}

// bestFactor returns the factor of channel c for which rounding costs least at the end: that of its values, and that of the
// second layer's weights, whose noise in an output channel costs as much there as the same noise of the next tensor does.
func (s *strain) bestFactor(x *beside, c int) (best float64) {
	top, least := max(1, s.top()/s.wide[c]), math.Inf(1)
	for _, f := range append([]float64{1, top}, gains...) {
		f = min(f, top)
		sum := s.each[c] / (f * f)
		for o, step := range x.steps {
			step = max(step, x.own[o]/f)
			sum += x.weight[o] * step * step * (x.power + f*f*x.square)
		}
		if sum < least {
			best, least = f, sum
		}
	}
	return best
}

// share is what rounding one channel costs, where it was not looked at its part of the whole.
func (s *strain) share(channel int) float64 {
	if s.each[channel] > 0 {
		return s.each[channel]
	}
	return s.whole / float64(len(s.each))
}
