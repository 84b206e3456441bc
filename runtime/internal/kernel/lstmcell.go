package kernel

// LSTMCell is one step of the LSTM that TFLite calls basic: all gates see the input and the last output side by side,
//
//	i, g, f, o = W·[x, h] + b,  c = σ(i)⊙tanh(g) + σ(f)⊙c,  h = σ(o)⊙tanh(c)
//
//	x [N,Inputs], h [N,Cells], W [4·Cells,Inputs+Cells], b [4·Cells], c [N,Cells]
//
// Source: TFLite, optimized_ops::LstmCell.
type LSTMCell struct{ Batch, Inputs, Cells int }

// JoinLSTMCell writes [x, h] of each batch.
func JoinLSTMCell[T any](l *LSTMCell, out, x, h []T) {
	k := l.Inputs + l.Cells
	for b := range l.Batch {
		copy(out[b*k:], x[b*l.Inputs:(b+1)*l.Inputs])
		copy(out[b*k+l.Inputs:], h[b*l.Cells:(b+1)*l.Cells])
	}
}

// UpdateFloat computes the new c and h from the gates [N,4·Cells] and the old c, which may be the new one's place.
func (l *LSTMCell) UpdateFloat(h, c, gates, old []float32) {
	n := l.Cells
	for i := range h {
		g := gates[i/n*4*n+i%n:]
		c[i] = float32(Logistic(g[0])*Tanh(g[n])) + float32(Logistic(g[2*n])*old[i])
		h[i] = Logistic(g[3*n]) * Tanh(c[i])
	}
}

// Gates8 computes the gates [N,4·Cells] of uint8 inputs and weights, in Q3.12. The inputs' zero point is 128.
type Gates8 struct {
	Weights []uint8
	Zero    int32 // of the weights
	Bias    []int32
	Scale   Multiplier
}

// Run computes the gates from rows of [x, h].
func (g *Gates8) Run(gates []int16, joined []uint8) {
	outs := len(g.Bias)
	k := len(g.Weights) / outs
	for i := range gates {
		row, o := joined[i/outs*k:][:k], i%outs
		sum := g.Bias[o]
		for j, w := range g.Weights[o*k : (o+1)*k] {
			sum += (int32(w) - g.Zero) * (int32(row[j]) - 128)
		}
		gates[i] = int16(saturate(g.Scale.Apply(sum), 16))
	}
}

// Update8 is UpdateFloat of gates in Q3.12 and cells in Q4.11; h is in Q0.7 around 128.
func (l *LSTMCell) Update8(h []uint8, c, gates, old []int16) {
	n := l.Cells
	for i := range h {
		g := gates[i/n*4*n+i%n:]
		in := doublingHighMul16(int32(LogisticFixed16(g[0])), int32(TanhFixed16(g[n])))
		kept := doublingHighMul16(int32(LogisticFixed16(g[2*n])), int32(old[i]))
		sum := saturate16(int64(roundingShiftRight(in, 4) + kept))
		c[i] = int16(sum)
		squashed := TanhFixed16(int16(saturate16(int64(sum) << 1))) // Q4.11 to Q3.12
		out := doublingHighMul16(int32(LogisticFixed16(g[3*n])), int32(squashed))
		h[i] = uint8(128 + saturate(roundingShiftRight(out, 8), 8))
	}
}
