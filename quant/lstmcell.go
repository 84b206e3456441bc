package quant

import (
	"math"
	"slices"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// lstm is a float LSTM, to see what never leaves it.
type lstm struct {
	gates          [4]lstmGate
	project        []float32 // [outputs,cells], or nil
	projBias       []float32 // or nil
	cells, outputs int
	clip, projClip float64 // 0 does not clip
	timeMajor      bool
	seen           within
	next           [4][]float64 // by gate, cell
	hidden         []float64
}

// lstmGate is a gate of cells; that of input, forget or output may have peepholes, each one normalization.
type lstmGate struct {
	fromInput, fromState []float32 // [cells,inputs], [cells,outputs]
	peephole, norm, bias []float32 // [cells]; the first two may be nil
	squash               func(float64) float64
}

// floatLSTM reads an operator; it reports false for an LSTM that stays float.
func floatLSTM(n *net, o *tflite.Op) (*lstm, bool) {
	if n.whyFloatLSTM(o) != "" {
		return nil, false
	}
	values := func(operand int) []float32 {
		if operand >= len(o.Inputs) || o.Inputs[operand] < 0 {
			return nil
		}
		return n.values(o.Inputs[operand])
	}
	x, _ := lstmOptions(o)
	l := &lstm{clip: float64(x.CellClip), projClip: float64(x.ProjClip), timeMajor: x.TimeMajor,
		project: values(lstmProject), projBias: values(lstmProjBias)}
	for i := range l.gates { // the input gate of a coupled cell is 1 less its forget gate, and has nothing
		l.gates[i] = lstmGate{values(lstmFromInput + i), values(lstmFromState + i), nil, values(lstmNorm + i), values(lstmBias + i), sigmoid}
	}
	l.gates[2].squash = math.Tanh
	for k, gate := range []int{0, 1, 3} {
		l.gates[gate].peephole = values(lstmPeephole + k)
	}
	l.cells = len(l.gates[1].bias)
	l.outputs = len(l.gates[1].fromState) / max(1, l.cells)
	for i := range l.next {
		l.next[i] = make([]float64, l.cells)
	}
	l.hidden = make([]float64, l.cells)
	return l, true
}

// run goes through a sequence, from the states that the operator is about to begin with.
func (l *lstm) run(in []*tensor.Tensor) within {
	x, shape := tensor.As[float32](in[0].Data), in[0].Shape
	if len(shape) == 2 {
		shape = tensor.Shape{1, shape[0], shape[1]} // one step
	}
	batch, steps, width := shape[0], shape[1], shape[2]
	strideB, strideT := steps*width, width
	if l.timeMajor {
		batch, steps = steps, batch
		strideB, strideT = width, batch*width
	}
	for b := range batch {
		h := slices.Clone(tensor.As[float32](in[lstmState].Data)[b*l.outputs:][:l.outputs])
		c := slices.Clone(tensor.As[float32](in[lstmCell].Data)[b*l.cells:][:l.cells])
		for t := range steps {
			l.step(x[b*strideB+t*strideT:][:width], h, c)
			l.seen.cell = l.seen.cell.join(rangeOf(c))
		}
	}
	return l.seen
}

// step is one step of time: Hochreiter and Schmidhuber's cell with a forget gate (Gers et al. 2000), peepholes (Gers and
// Schmidhuber 2000), projection (Sak et al. 2014) and layer normalization (Ba et al. 2016).
func (l *lstm) step(x, h, c []float32) {
	for i := range 3 {
		l.gate(i, x, h, c)
	}
	for j := range c {
		f := l.next[1][j]
		i := 1 - f
		if l.gates[0].bias != nil {
			i = l.next[0][j]
		}
		c[j] = float32(clipped(f*float64(c[j])+i*l.next[2][j], l.clip))
	}
	l.gate(3, x, h, c)
	for j, v := range c {
		l.hidden[j] = l.next[3][j] * math.Tanh(float64(v))
		l.seen.hidden = l.seen.hidden.join(Range{l.hidden[j], l.hidden[j]})
	}
	l.emit(h)
}

// emit makes the state of what the cells give.
func (l *lstm) emit(h []float32) {
	for j := range h {
		v := l.hidden[min(j, l.cells-1)]
		if l.project != nil {
			v = 0
			for k, x := range l.hidden {
				v += x * float64(l.project[j*l.cells+k])
			}
			if l.projBias != nil {
				v += float64(l.projBias[j])
			}
			v = clipped(v, l.projClip)
		}
		h[j] = float32(v)
	}
}

// gate computes gate i into l.next.
func (l *lstm) gate(i int, x, h, c []float32) {
	g, to := &l.gates[i], l.next[i]
	if g.bias == nil {
		return
	}
	for j := range to {
		to[j] = g.sum(j, x, h)
		if g.peephole != nil {
			to[j] += float64(g.peephole[j]) * float64(c[j])
		}
	}
	if g.norm != nil {
		for _, v := range to {
			l.seen.sums[i] = l.seen.sums[i].join(Range{v, v})
		}
		normalize(to, g.norm)
	}
	for j, v := range to {
		to[j] = g.squash(v + float64(g.bias[j]))
	}
}

// sum returns what goes into cell j's gate from the input and the state.
func (g *lstmGate) sum(j int, x, h []float32) (sum float64) {
	for k, v := range x {
		sum += float64(v) * float64(g.fromInput[j*len(x)+k])
	}
	for k, v := range h {
		sum += float64(v) * float64(g.fromState[j*len(h)+k])
	}
	return sum
}

// normalize brings x to mean 0 and deviation 1, and scales each value.
func normalize(x []float64, scale []float32) {
	sum, squares := 0.0, 0.0
	for _, v := range x {
		sum += v
	}
	mean := sum / float64(len(x))
	for _, v := range x {
		squares += (v - mean) * (v - mean)
	}
	deviation := math.Sqrt(squares/float64(len(x)) + 1e-8)
	for j, v := range x {
		x[j] = (v - mean) / deviation * float64(scale[j])
	}
}

// clipped holds v to ±limit if limit is positive.
func clipped(v, limit float64) float64 {
	if limit > 0 {
		return min(limit, max(-limit, v))
	}
	return v
}

func sigmoid(x float64) float64 { return 1 / (1 + math.Exp(-x)) }
