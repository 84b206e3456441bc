package ref

import "math"

// LSTMGate is act(W·x + A·y + R·h + p⊙c + b), or with layer normalisation act(n⊙normal(W·x + A·y + R·h + p⊙c) + b). Rows
// of weights are those of one cell; A, p and n may be nil.
type LSTMGate struct {
	W, A, R              [][]float64
	Peephole, Norm, Bias []float64
	Act                  func(float64) float64
}

// LSTM is a long short-term memory of reals:
//
//	c ← clip(f⊙c + i⊙g),  h ← o⊙act(c), or clip(P·(o⊙act(c)) + b)
//
// Without an input gate i is 1 − f. Sources: Hochreiter and Schmidhuber, "Long short-term memory", 1997; Gers and
// Schmidhuber, "Recurrent nets that time and count", 2000; Sak et al., "Long short-term memory recurrent neural network
// architectures for large scale acoustic modeling", 2014; Ba et al., "Layer normalization", 2016.
type LSTM struct {
	Input                *LSTMGate // or nil
	Forget, Cell, Output LSTMGate
	Act                  func(float64) float64
	Proj                 [][]float64 // or nil
	ProjBias             []float64
	CellClip, ProjClip   float64 // 0 does not clip
}

// Step changes the states h and c by the inputs x and y.
func (l *LSTM) Step(x, y, h, c []float64) {
	f, g := l.Forget.run(x, y, h, c), l.Cell.run(x, y, h, nil)
	i := make([]float64, len(c))
	for k := range i {
		i[k] = 1 - f[k]
	}
	if l.Input != nil {
		i = l.Input.run(x, y, h, c)
	}
	for k := range c {
		c[k] = clipped(f[k]*c[k]+i[k]*g[k], l.CellClip)
	}
	o := l.Output.run(x, y, h, c)
	for k := range o {
		o[k] *= l.Act(c[k])
	}
	if l.Proj == nil {
		copy(h, o)
		return
	}
	for k, row := range l.Proj {
		h[k] = clipped(inner(row, o)+l.ProjBias[k], l.ProjClip)
	}
}

func (g *LSTMGate) run(x, y, h, c []float64) []float64 {
	z := make([]float64, len(g.Bias))
	for k := range z {
		z[k] = inner(g.W[k], x) + inner(g.R[k], h)
		if g.A != nil {
			z[k] += inner(g.A[k], y)
		}
		if g.Peephole != nil && c != nil {
			z[k] += g.Peephole[k] * c[k]
		}
	}
	if g.Norm != nil {
		mean, variance := Mean(z), 0.0
		for _, v := range z {
			variance += (v - mean) * (v - mean) / float64(len(z))
		}
		for k := range z {
			z[k] = (z[k] - mean) / math.Sqrt(variance+1e-8) * g.Norm[k]
		}
	}
	for k := range z {
		z[k] = g.Act(z[k] + g.Bias[k])
	}
	return z
}

func clipped(x, limit float64) float64 {
	if limit > 0 {
		return Clamp(x, -limit, limit)
	}
	return x
}
