package main

import (
	"math"
	"math/rand/v2"
)

// sample is one prepared input and its class.
type sample struct {
	x     []float64
	class int
}

// Adam with its authors' constants (Kingma and Ba 2015, algorithm 1).
const (
	beta1, beta2, epsilon = 0.9, 0.999, 1e-8
	batch                 = 16
)

// learn fits n to the samples, going through them a number of times in other orders, with a rate that falls to zero.
func learn(n net, r *rand.Rand, samples []sample, rounds int, rate float64) {
	steps := rounds * (len(samples) / batch)
	step := 0
	for range rounds {
		order := r.Perm(len(samples))
		for ; len(order) >= batch; order = order[batch:] {
			for _, i := range order[:batch] {
				n.slope(samples[i])
			}
			step++
			n.step(step, rate*(1-float64(step-1)/float64(steps)))
		}
	}
}

// slope adds one sample's gradients of the cross-entropy: by the logits it is softmax less the truth.
func (n net) slope(s sample) {
	d := softmax(n.forward(s.x))
	d[s.class]--
	for i := len(n) - 1; i >= 0; i-- {
		d = n[i].backward(d)
	}
}

// step moves all weights by Adam's rule and forgets the gradients.
func (n net) step(t int, rate float64) {
	rate *= math.Sqrt(1-math.Pow(beta2, float64(t))) / (1 - math.Pow(beta1, float64(t)))
	for _, l := range n {
		if c, ok := l.(*conv); ok {
			c.w.step(rate)
			c.b.step(rate)
		}
	}
}

func (w *weights) step(rate float64) {
	for i, d := range w.d {
		d /= batch
		w.first[i] = beta1*w.first[i] + (1-beta1)*d
		w.second[i] = beta2*w.second[i] + (1-beta2)*d*d
		w.v[i] -= rate * w.first[i] / (math.Sqrt(w.second[i]) + epsilon)
	}
	clear(w.d)
}

// softmax returns the probabilities of logits. It takes Exp2 because the last bit of Exp depends on the processor.
func softmax(logits []float64) []float64 {
	top, sum := math.Inf(-1), 0.0
	for _, v := range logits {
		top = max(top, v)
	}
	p := make([]float64, len(logits))
	for i, v := range logits {
		p[i] = math.Exp2((v - top) * math.Log2E)
		sum += p[i]
	}
	for i := range p {
		p[i] /= sum
	}
	return p
}

// best returns the index of the largest value, the first of equals.
func best[T float64 | int8](v []T) int {
	at := 0
	for i := range v {
		if v[i] > v[at] {
			at = i
		}
	}
	return at
}
