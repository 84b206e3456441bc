package quant

import "math"

// stats are what was seen of one tensor.
type stats struct {
	samples int
	Range         // of all values
	average Range // moving, of the samples' ranges
	hist    histogram
}

// see takes in a sample's values, none of which may be NaN or infinite.
func (s *stats) see(values []float32) {
	if len(values) == 0 {
		return
	}
	r := rangeOf(values)
	s.samples++
	if s.samples == 1 {
		s.Range, s.average = r, r
	}
	s.Range = s.join(r)
	weight := max(1/float64(s.samples), averageWeight)
	s.average.Lo += weight * (r.Lo - s.average.Lo)
	s.average.Hi += weight * (r.Hi - s.average.Hi)
	s.hist.reach(r)
	s.hist.add(values)
}

// averageWeight is that of the newest sample in a moving average; the first samples share alike.
const averageWeight = 0.05

// rangeOf returns the least and the largest value.
func rangeOf(values []float32) Range {
	lo, hi := values[0], values[0]
	for _, v := range values {
		lo, hi = min(lo, v), max(hi, v)
	}
	return Range{float64(lo), float64(hi)}
}

// by returns the range that an observer makes of it, for so many integers.
func (s *stats) by(o Observer, levels float64) Range {
	if s.hist.width == 0 {
		return s.Range
	}
	switch o {
	case Average:
		return s.average
	case Percentile:
		return s.percentile(0.00005)
	case MSE:
		return s.least(func(r Range) float64 { return s.hist.squaredError(r, levels) })
	case Entropy:
		return s.shrunk(func(r Range) float64 { return s.hist.divergence(r, levels) })
	}
	return s.Range
}

// percentile leaves out a part of the values at either end.
func (s *stats) percentile(tail float64) Range {
	h := &s.hist
	allowed := tail * h.total()
	r, sum := s.Range, 0.0
	for i := range bins {
		if sum += float64(h.count[i]); sum > allowed {
			r.Lo = max(r.Lo, h.lo+float64(i)*h.width)
			break
		}
	}
	sum = 0
	for i := bins - 1; i >= 0; i-- {
		if sum += float64(h.count[i]); sum > allowed {
			r.Hi = min(r.Hi, h.lo+float64(i+1)*h.width)
			break
		}
	}
	return r
}

// Ranges that are tried have from a whole down to a tenth of the whole range.
const (
	tries    = 90
	smallest = 0.1
)

// shrunk tries smaller and smaller ranges, both ends alike, and returns the one of the least cost.
func (s *stats) shrunk(cost func(Range) float64) Range {
	best, least := s.Range, cost(s.Range)
	for i := 1; i <= tries; i++ {
		f := 1 - float64(i)/tries*(1-smallest)
		r := Range{s.Lo * f, s.Hi * f}
		if c := cost(r); c < least {
			best, least = r, c
		}
	}
	return best
}

// least is shrunk, and then tries each end by itself.
func (s *stats) least(cost func(Range) float64) Range {
	best := s.shrunk(cost)
	least := cost(best)
	for range 2 {
		for i := 0; i <= tries; i++ {
			f := 1 - float64(i)/tries*(1-smallest)
			for _, r := range []Range{{s.Lo * f, best.Hi}, {best.Lo, s.Hi * f}} {
				if c := cost(r); c < least {
					best, least = r, c
				}
			}
		}
	}
	return best
}

// squaredError is the sum over all values of what clipping and rounding to a range's integers add, squared: rounding adds a
// twelfth of a step squared.
func (h *histogram) squaredError(r Range, levels float64) float64 {
	r = r.join(Range{})
	step := (r.Hi - r.Lo) / levels
	rounding, sum := step*step/12, 0.0
	for i, n := range h.count {
		if n == 0 {
			continue
		}
		switch v := h.centre(i); {
		case v < r.Lo:
			sum += float64(n) * (r.Lo - v) * (r.Lo - v)
		case v > r.Hi:
			sum += float64(n) * (v - r.Hi) * (v - r.Hi)
		default:
			sum += float64(n) * rounding
		}
	}
	return sum
}

// divergence is that of Kullback and Leibler between the values' distribution, clipped to a range, and what is left of it
// when each integer's values are spread evenly over the bins that had any (Migacz, "8-bit inference with TensorRT", 2017).
func (h *histogram) divergence(r Range, levels float64) float64 {
	r = r.join(Range{})
	first, last := h.at(r.Lo), h.at(r.Hi)
	var clipped [bins]float64
	for i, n := range h.count {
		clipped[min(last, max(first, i))] += float64(n)
	}
	total, sum := h.total(), 0.0
	per := max(1, float64(last-first+1)/(levels+1))
	for from := float64(first); int(from) <= last; from += per {
		lo, hi := int(from), min(last+1, int(from+per))
		mass, used := 0.0, 0.0
		for i := lo; i < hi; i++ {
			if h.count[i] > 0 { // what was clipped into an end that had nothing is not there in the original
				mass += float64(h.count[i])
				used++
			}
		}
		for i := lo; i < hi; i++ {
			switch p := clipped[i]; {
			case p > 0 && mass > 0 && h.count[i] > 0:
				sum += p / total * math.Log(p*used/mass)
			case p > 0:
				sum += p / total * math.Log(p*total)
			}
		}
	}
	return sum
}
