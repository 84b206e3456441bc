package ref

// RNN is a plain recurrent cell stepped through a sequence: h ← act(W·x + A·y + R·h + b), where rows of weights are
// weights of one cell. It changes h and returns what it was after each step.
// Source: TFLite, kernel_utils.cc (RnnBatchStep); Elman, "Finding structure in time", 1990.
func RNN(w, a, r [][]float64, bias, h []float64, act func(float64) float64, x, y [][]float64) (out [][]float64) {
	for t := range x {
		next := make([]float64, len(h))
		for c := range next {
			next[c] = act(bias[c] + inner(w[c], x[t]) + inner(a[c], y[t]) + inner(r[c], h))
		}
		copy(h, next)
		out = append(out, next)
	}
	return out
}

// inner is Σ aᵢ·bᵢ.
func inner[T Number](a, b []T) (s T) {
	for i, v := range a {
		s += v * b[i]
	}
	return s
}
