package kernel

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"edged/runtime/internal/ref"
)

// cellCase is a random cell, in float32 and in the uint8 that comes nearest.
type cellCase struct {
	LSTMCell
	w      []uint8 // zero point 120, scale 1/64
	wf     []float32
	bias   []int32 // scale 1/(64·128)
	biasF  []float32
	joined int
}

func newCellCase(r *rand.Rand) *cellCase {
	c := &cellCase{LSTMCell: LSTMCell{Batch: 1 + r.IntN(3), Inputs: 1 + r.IntN(6), Cells: 1 + r.IntN(6)}}
	c.joined = c.Inputs + c.Cells
	c.w = numbers[uint8](r, 4*c.Cells*c.joined)
	for _, v := range c.w {
		c.wf = append(c.wf, float32(int(v)-120)/64)
	}
	for range 4 * c.Cells {
		b := int32(r.IntN(16384) - 8192)
		c.bias, c.biasF = append(c.bias, b), append(c.biasF, float32(b)/8192)
	}
	return c
}

// TestLSTMCellAgreesWithTheFormula runs random cells for three steps: float32 to 10⁻⁵, uint8 to within what its outputs,
// states and eighths of gates lose.
func TestLSTMCellAgreesWithTheFormula(t *testing.T) {
	r := rand.New(rand.NewPCG(31, 1))
	for range 50 {
		c := newCellCase(r)
		n := c.Batch * c.Cells
		h, state, h8, state16 := make([]float32, n), make([]float32, n), slices.Repeat([]uint8{128}, n), make([]int16, n)
		exactH, exactC := rowsOf(h, c.Cells, c.Batch), rowsOf(h, c.Cells, c.Batch)
		fc := NewFloatFullyConnected(c.Batch, c.joined, 4*c.Cells, nil)
		g := &Gates8{Weights: c.w, Zero: 120, Bias: c.bias, Scale: NewMultiplier(0.5)}
		for range 3 {
			x8 := numbers[uint8](r, c.Batch*c.Inputs)
			x := unscaled(x8, 1.0/128, 128)
			joined, gates := make([]float32, c.Batch*c.joined), make([]float32, 4*n)
			JoinLSTMCell(&c.LSTMCell, joined, x, h)
			fc.Run(gates, joined, c.wf, c.biasF)
			c.UpdateFloat(h, state, gates, state)
			joined8, gates16 := make([]uint8, c.Batch*c.joined), make([]int16, 4*n)
			JoinLSTMCell(&c.LSTMCell, joined8, x8, h8)
			g.Run(gates16, joined8)
			c.Update8(h8, state16, gates16, state16)
			for b := range c.Batch {
				ref.LSTMCell(rowsOf(c.wf, c.joined, 4*c.Cells), as[float64](c.biasF), as[float64](x[b*c.Inputs:(b+1)*c.Inputs]), exactH[b], exactC[b])
			}
		}
		for i := range n {
			want := exactH[i/c.Cells][i%c.Cells]
			if got := float64(h[i]); math.Abs(got-want) > 1e-5 {
				t.Fatalf("%+v: output %d is %g, want %g", c.LSTMCell, i, got, want)
			}
			if got := (float64(h8[i]) - 128) / 128; math.Abs(got-want) > 0.06 {
				t.Fatalf("%+v: uint8 output %d is %g, want about %g", c.LSTMCell, i, got, want)
			}
		}
	}
}
