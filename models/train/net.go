package main

import (
	"math"
	"math/rand/v2"
)

// volume is the size of what goes into a layer or comes out: h rows of w places of c channels, stored in that order.
type volume struct{ h, w, c int }

func (v volume) size() int { return v.h * v.w * v.c }

// layer is one step of a network, for one sample at a time. What forward and backward return is theirs, until the next
// call. backward takes the gradient of the loss by forward's last result, adds to the gradients of the weights and
// returns that by forward's last input.
type layer interface {
	forward(x []float64) []float64
	backward(dy []float64) []float64
}

// net is layers in a row. The last gives logits.
type net []layer

func (n net) forward(x []float64) []float64 {
	for _, l := range n {
		x = l.forward(x)
	}
	return x
}

// conv is a convolution without padding, then ReLU if relu is set. One whose kernel covers the whole input is a fully
// connected layer.
type conv struct {
	in, out        volume
	kh, kw, stride int
	relu           bool
	w, b           weights // [O,Kh,Kw,C] and [O]

	x, y, dx []float64
}

// newConv draws weights by He's rule: uniform with variance 2/inputs.
func newConv(r *rand.Rand, in volume, kh, kw, stride, channels int, relu bool) *conv {
	c := &conv{in: in, kh: kh, kw: kw, stride: stride, relu: relu}
	c.out = volume{(in.h-kh)/stride + 1, (in.w-kw)/stride + 1, channels}
	k := kh * kw * in.c
	c.w, c.b = newWeights(channels*k), newWeights(channels)
	for i := range c.w.v {
		c.w.v[i] = (2*r.Float64() - 1) * math.Sqrt(6/float64(k))
	}
	c.y, c.dx = make([]float64, c.out.size()), make([]float64, in.size())
	return c
}

// dense is the conv that joins all of in to n outputs.
func dense(r *rand.Rand, in volume, n int, relu bool) *conv {
	return newConv(r, in, in.h, in.w, 1, n, relu)
}

func (c *conv) isDense() bool { return c.kh == c.in.h && c.kw == c.in.w }

// patch calls do for each row of the kernel at output place (y, x): where it starts in a filter and in the input. A
// row is kw·C numbers in both.
func (c *conv) patch(y, x int, do func(filter, input int)) {
	for i := range c.kh {
		do(i*c.kw*c.in.c, ((y*c.stride+i)*c.in.w+x*c.stride)*c.in.c)
	}
}

func (c *conv) forward(x []float64) []float64 {
	c.x = x
	n, k := c.kw*c.in.c, c.kh*c.kw*c.in.c
	for p := range c.out.h * c.out.w {
		out := c.y[p*c.out.c : (p+1)*c.out.c]
		copy(out, c.b.v)
		c.patch(p/c.out.w, p%c.out.w, func(filter, input int) {
			row := x[input : input+n]
			for o := range out {
				w := c.w.v[o*k+filter:][:n]
				sum := 0.0
				for j, v := range row {
					sum += v * w[j]
				}
				out[o] += sum
			}
		})
		for o, v := range out {
			if c.relu && v < 0 {
				out[o] = 0
			}
		}
	}
	return c.y
}

func (c *conv) backward(dy []float64) []float64 {
	clear(c.dx)
	n, k := c.kw*c.in.c, c.kh*c.kw*c.in.c
	for p := range c.out.h * c.out.w {
		for o, d := range dy[p*c.out.c : (p+1)*c.out.c] {
			if d == 0 || c.relu && c.y[p*c.out.c+o] == 0 {
				continue
			}
			c.b.d[o] += d
			c.patch(p/c.out.w, p%c.out.w, func(filter, input int) {
				x, dx := c.x[input:input+n], c.dx[input:input+n]
				w, dw := c.w.v[o*k+filter:][:n], c.w.d[o*k+filter:][:n]
				for j := range x {
					dw[j] += d * x[j]
					dx[j] += d * w[j]
				}
			})
		}
	}
	return c.dx
}

// mean averages each channel over all places.
type mean struct {
	in    volume
	y, dx []float64
}

func newMean(in volume) *mean {
	return &mean{in: in, y: make([]float64, in.c), dx: make([]float64, in.size())}
}

func (m *mean) forward(x []float64) []float64 {
	clear(m.y)
	for i, v := range x {
		m.y[i%m.in.c] += v / float64(m.in.h*m.in.w)
	}
	return m.y
}

func (m *mean) backward(dy []float64) []float64 {
	for i := range m.dx {
		m.dx[i] = dy[i%m.in.c] / float64(m.in.h*m.in.w)
	}
	return m.dx
}

// weights are numbers to be learned: values, gradients, and Adam's moments of those.
type weights struct{ v, d, first, second []float64 }

func newWeights(n int) weights {
	return weights{make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)}
}
