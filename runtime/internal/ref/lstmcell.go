package ref

import "math"

// LSTMCell is a long short-term memory of which all gates see [x, h]: row k of the weights is cell k's input gate, row
// n+k its new value, then its forget gate and its output gate. It changes h and c.
// Source: Hochreiter and Schmidhuber, "Long short-term memory", 1997, with the forget gate of Gers et al., 2000.
func LSTMCell(weights [][]float64, bias, x, h, c []float64) {
	n, both := len(c), append(append([]float64{}, x...), h...)
	gate := func(row int) float64 { return bias[row] + inner(weights[row], both) }
	for k := range c {
		c[k] = sigmoid(gate(k))*math.Tanh(gate(n+k)) + sigmoid(gate(2*n+k))*c[k]
		h[k] = sigmoid(gate(3*n+k)) * math.Tanh(c[k])
	}
}

func sigmoid(x float64) float64 { return 1 / (1 + math.Exp(-x)) }
