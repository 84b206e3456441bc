package quant

import (
	"slices"

	"edged/runtime/tflite"
)

// headroom is how many times as large as any value seen the operands of a layer may be that is called dead.
const headroom = 4

// leastGain is the least part of all noise that a copy of a channel must take away.
const leastGain = 0.003

// row is a layer, the depthwise one behind it if there is one, and the layer that sums the channels up: a strain from each to
// the next.
type row []*strain

// rowOf returns the row that begins with a strain, whose next may be nil; none where channels cannot be copied.
func (n *net) rowOf(s, next *strain) row {
	r := row{s}
	if s.b.depthwise && next != nil {
		r = append(r, next)
	}
	for _, k := range r { // another row may have grown
		k.a, k.b = n.layer(k.a.op), n.layer(k.b.op)
	}
	last := r[len(r)-1]
	if s.a.depthwise || last.b.depthwise || last.b.window.kh > 1 || last.b.window.kw > 1 {
		return nil
	}
	for _, k := range r {
		if k.a.b < 0 || k.b.b < 0 {
			return nil
		}
	}
	return r
}

// spare gives copies to the channels of a row that matter most. They take the places of channels that are dead, and places
// that are added as long as the budget, in multiplications, lasts. Copies are moved apart by a part of the step between
// integers, so that together they round as finely as an integer with so many steps more: two halve the step. The layer
// that sums channels up takes the mean of the copies. (After Zhao et al., "Improving Neural Network Quantization without
// Retraining using Outlier Channel Splitting", 2019.)
func (n *net) spare(r row, known map[int]Range, least float64, budget *float64) {
	places := n.dead(r[0], known)
	copies, added := map[int][]int{}, 0
	price := n.priceOf(r)
	for {
		c, gain := r.worthiest(copies)
		if c < 0 || gain < least {
			break
		}
		if len(places) == 0 {
			if price > *budget {
				break
			}
			*budget -= price
			places = append(places, r[0].a.channels+added)
			added++
		}
		copies[c] = append(copies[c], places[0])
		places = places[1:]
	}
	n.grow(r, added)
	for _, c := range sortedKeys(copies) {
		n.duplicate(r, c, append([]int{c}, copies[c]...))
	}
}

func sortedKeys(m map[int][]int) (all []int) {
	for k := range m {
		all = append(all, k)
	}
	slices.Sort(all)
	return all
}

// worthiest returns the channel whose next copy gains most, and how much; -1 if there is none.
func (r row) worthiest(copies map[int][]int) (best int, most float64) {
	best = -1
	for c := range r[0].each {
		m := float64(1 + len(copies[c]))
		gain := 0.0
		for _, s := range r {
			if s.clear(c) {
				gain += s.each[c] * (1/(m*m) - 1/((m+1)*(m+1)))
			}
		}
		if gain > most {
			best, most = c, gain
		}
	}
	return best, most
}

// clear reports whether a channel hardly ever reaches the ends of its activation, where copies moved apart would not differ
// as they should.
func (s *strain) clear(c int) bool { return s.ends[c] <= 0.1*s.seen }

// priceOf returns how many multiplications another channel of a row takes.
func (n *net) priceOf(r row) (sum float64) {
	for _, s := range r {
		sum += float64(s.a.taps) * n.positions(s.a)
	}
	b := r[len(r)-1].b
	return sum + float64(b.channels*max(1, b.window.kh)*max(1, b.window.kw))*n.positions(b)
}

// positions returns how many patches a layer looks at.
func (n *net) positions(l *layer) float64 {
	return float64(n.graph.Tensors[l.op.Outputs[0]].Shape.Elems()) / float64(max(1, l.channels))
}

// products returns how many multiplications all layers take.
func (n *net) products() (sum float64) {
	for i := range n.graph.Ops {
		if l := n.layer(&n.graph.Ops[i]); l != nil {
			sum += float64(l.channels*l.taps) * n.positions(l)
		}
	}
	return sum
}

// dead returns the channels of a layer that are zero whatever its input is: known, bounded by its own RELU6, or at most
// headroom times as large as any that was seen.
func (n *net) dead(s *strain, known map[int]Range) (all []int) {
	if !clipsBelow(s.a) {
		return nil
	}
	in := n.reach(s, known)
	w, b := n.values(s.a.w), n.values(s.a.b)
	for c := range s.a.channels {
		most := float64(b[c])
		for k := range s.a.taps {
			v := float64(w[s.a.at(c, k)])
			most += max(v*in.Lo, v*in.Hi)
		}
		if most <= 0 {
			all = append(all, c)
		}
	}
	return all
}

// reach returns the range of a layer's input, zero included.
func (n *net) reach(s *strain, known map[int]Range) Range {
	t := s.a.op.Inputs[s.a.rule.data]
	if at := slices.Index(n.graph.Inputs, t); at >= 0 {
		if r, ok := known[at]; ok {
			return r.join(Range{})
		}
	}
	if p := n.producer[t]; p >= 0 && fusedOf(&n.graph.Ops[p]) == tflite.ActRelu6 {
		return Range{0, 6}
	}
	return Range{-headroom * s.inWidest, headroom * s.inWidest}
}

// clipsBelow reports whether a layer's results are never below zero.
func clipsBelow(l *layer) bool {
	a := fusedOf(l.op)
	return a == tflite.ActRelu || a == tflite.ActRelu6
}

// duplicate writes a channel of a row into others, the first of which is itself.
func (n *net) duplicate(r row, c int, all []int) {
	moved := make([]float64, len(all)) // by copy, of what comes in
	for i, s := range r {
		w, b := n.values(s.a.w), n.values(s.a.b)
		sum, step := 0.0, 0.0
		for k := range s.a.taps {
			sum += float64(w[s.a.at(c, k)])
		}
		if s.clear(c) {
			step = s.span() / 255 / float64(len(all))
		}
		for j, to := range all[1:] {
			if i > 0 {
				n.absorb(s, to)
			}
			for k := range s.a.taps {
				w[s.a.at(to, k)] = w[s.a.at(c, k)]
			}
			now := step * float64(j+1)
			b[to] = b[c] + float32(now-sum*moved[j+1]*float64(min(i, 1)))
			moved[j+1] = now
		}
	}
	n.average(r[len(r)-1], all, moved)
}

// absorb takes what a depthwise layer makes of a channel that is always zero to the bias of the layer behind.
func (n *net) absorb(s *strain, c int) {
	v := float64(n.values(s.a.b)[c])
	switch fusedOf(s.a.op) {
	case tflite.ActRelu:
		v = max(0, v)
	case tflite.ActRelu6:
		v = min(6, max(0, v))
	}
	w, b := n.values(s.b.w), n.values(s.b.b)
	s.b.reading(c, s.a.channels, func(o, at int) { b[o] += float32(v * float64(w[at])) })
}

// average lets a layer take the mean of copies, less what they were moved by.
func (n *net) average(s *strain, all []int, moved []float64) {
	w, b := n.values(s.b.w), n.values(s.b.b)
	parts := make([]float32, s.b.channels)
	s.b.reading(all[0], s.a.channels, func(o, at int) { parts[o] = w[at] / float32(len(all)) })
	for j, c := range all {
		s.b.reading(c, s.a.channels, func(o, at int) {
			w[at] = parts[o]
			b[o] -= parts[o] * float32(moved[j])
		})
	}
}
