package quant

import (
	"encoding/binary"
	"math"

	"edged/runtime/tensor"
)

// integers are a layer's weights and bias in integers.
type integers struct {
	quant tensor.Quant // of the weights
	w     []int8       // in the order of the file
	b     []byte       // int32, int64 of int16 data; nil without a bias
	bias  tensor.Quant
}

// integersOf quantizes a layer's weights and bias for an input and a result of the given scales.
func (p *plan) integersOf(l *layer, in, out float64) integers {
	w, bias := p.net.values(l.w), p.bias(l)
	k := integers{quant: tensor.Quant{Axis: max(0, l.rule.axis), ZeroPoint: make([]int64, l.scales())}}
	for _, s := range l.weightScales(w, bias, in, out) {
		k.quant.Scale = append(k.quant.Scale, float32(s))
	}
	k.w = make([]int8, len(w))
	m := p.calib.moments[l.op.Index]
	for c := range l.channels {
		s := float64(k.quant.Scale[c%len(k.quant.Scale)])
		if m != nil && m.second != nil && p.opts.Round && len(p.net.users[l.w]) == 1 { // layers that share weights go on doing so
			l.reconstruct(k.w, w, s, c, m.productsOf(l, c))
		} else {
			l.nearest(k.w, w, s, c)
		}
		if m != nil && p.opts.CorrectBias && bias != nil {
			bias[c] -= l.shift(k.w, w, s, c, m)
		}
		if shifts := p.calib.shifts[l.op.Index]; shifts != nil && bias != nil {
			bias[c] -= shifts[c]
		}
	}
	if bias != nil {
		k.setBias(bias, in, p.opts.inner() == tensor.Int16)
	}
	return k
}

// bias returns a copy of a layer's bias; zeros where a correction will need one; nil without.
func (p *plan) bias(l *layer) []float64 {
	if l.b < 0 {
		if p.opts.CorrectBias && p.calib.moments[l.op.Index] != nil {
			return make([]float64, l.channels)
		}
		return nil
	}
	var b []float64
	for _, v := range p.net.values(l.b) {
		b = append(b, float64(v))
	}
	return b
}

// weightScales returns the scales that let the widest weight be 127. They are no smaller than the bias needs to fit 31 bits,
// and than XNNPACK takes; a channel of zeros gets a scale that is as good as any.
func (l *layer) weightScales(w []float32, bias []float64, in, out float64) []float64 {
	scales := make([]float64, l.scales())
	for c := range l.channels {
		s := &scales[c%len(scales)]
		for k := range l.taps {
			*s = max(*s, math.Abs(float64(w[l.at(c, k)]))/127)
		}
	}
	for c := range l.channels {
		s := &scales[c%len(scales)]
		if bias != nil {
			*s = max(*s, math.Abs(bias[c])/in/(1<<30))
		}
		*s = max(*s, out/in*minRequant)
	}
	return scales
}

// nearest rounds a channel's weights.
func (l *layer) nearest(to []int8, w []float32, scale float64, channel int) {
	for k := range l.taps {
		at := l.at(channel, k)
		to[at] = int8(min(127, max(-127, math.RoundToEven(float64(w[at])/scale))))
	}
}

// shift returns by how much a channel's rounded weights raise the mean of its result.
func (l *layer) shift(q []int8, w []float32, scale float64, channel int, m *moments) float64 {
	sum := 0.0
	for k := range l.taps {
		at := l.at(channel, k)
		sum += (float64(q[at])*scale - float64(w[at])) * m.meanOf(l, channel, k)
	}
	return sum
}

// sweeps is how often reconstruct goes over a channel's weights at most.
const sweeps = 20

// reconstruct rounds each of a channel's weights up or down so that the mean square of what the layer's result changes by,
// Δ·E[x·xᵀ]·Δ, is as small as moving one weight at a time can make it. It is AdaRound's objective without its relaxation.
func (l *layer) reconstruct(to []int8, w []float32, scale float64, channel int, products []float64) {
	l.nearest(to, w, scale, channel)
	t := l.taps
	delta, slope := make([]float64, t), make([]float64, t)
	for k := range t {
		at := l.at(channel, k)
		delta[k] = float64(to[at]) - float64(w[at])/scale
	}
	for i := range t {
		for j, h := range products[i*t : (i+1)*t] {
			slope[i] += h * delta[j]
		}
	}
	for range sweeps {
		moved := false
		for k := range t {
			at, step := l.at(channel, k), 1.0
			if delta[k] > 0 {
				step = -1
			}
			next := float64(to[at]) + step
			if delta[k] == 0 || next < -127 || next > 127 || 2*step*slope[k]+products[k*t+k] >= 0 {
				continue
			}
			to[at], moved = int8(next), true
			delta[k] += step
			for i := range t {
				slope[i] += step * products[i*t+k]
			}
		}
		if !moved {
			return
		}
	}
}

// setBias quantizes a bias at the scale of the input times that of the weights.
func (k *integers) setBias(bias []float64, in float64, wide bool) {
	n := len(bias)
	k.bias = tensor.Quant{}
	for c := range n {
		s := float32(in) * k.quant.Scale[c%len(k.quant.Scale)]
		q := math.RoundToEven(bias[c] / float64(s))
		if wide {
			k.b = binary.LittleEndian.AppendUint64(k.b, uint64(int64(q)))
		} else {
			k.b = binary.LittleEndian.AppendUint32(k.b, uint32(int32(q)))
		}
		if c < len(k.quant.Scale) {
			k.bias.Scale, k.bias.ZeroPoint = append(k.bias.Scale, s), append(k.bias.ZeroPoint, 0)
		}
	}
}
