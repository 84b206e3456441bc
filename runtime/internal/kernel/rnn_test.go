package kernel

import (
	"math"
	"math/rand/v2"
	"testing"

	"edged/runtime/internal/ref"
)

// rowsOf cuts x into rows of n elements; of n = 0, count empty ones.
func rowsOf(x []float32, n, count int) [][]float64 {
	rows := make([][]float64, count)
	for i := range rows {
		rows[i] = as[float64](x[i*n : (i+1)*n])
	}
	return rows
}

// TestRNNAgreesWithTheFormula runs random layers over two calls, so that the state carries over.
func TestRNNAgreesWithTheFormula(t *testing.T) {
	r := rand.New(rand.NewPCG(21, 5))
	for range 50 {
		k := RNN{Sequence: Sequence{Batch: 1 + r.IntN(3), Time: 1 + r.IntN(4), Inputs: 1 + r.IntN(6), Cells: 1 + r.IntN(6),
			TimeMajor: r.IntN(2) == 0, Backward: r.IntN(2) == 0, Offset: r.IntN(3)}, Aux: r.IntN(4), Act: Tanh}
		k.Outputs, k.Stride = k.Cells, k.Cells+k.Offset
		k.FromInput, k.FromState = Matrix{F: floats32(r, k.Cells*k.Inputs)}, Matrix{F: floats32(r, k.Cells*k.Cells)}
		k.FromAux, k.Bias = Matrix{F: floats32(r, k.Cells*k.Aux)}, floats32(r, k.Cells)
		run, h := NewRNN(k), make([]float32, k.Batch*k.Cells)
		want := rowsOf(h, k.Cells, k.Batch)
		rows := k.Batch * k.Time
		for range 2 {
			in, aux, out := floats32(r, rows*k.Inputs), floats32(r, rows*k.Aux), make([]float32, rows*k.Stride)
			run.Run(out, in, aux, h)
			for b := range k.Batch {
				checkRNN(t, &k, b, want[b], in, aux, out)
			}
		}
	}
}

// checkRNN compares one batch's outputs with the textbook's, which moves h on.
func checkRNN(t *testing.T, k *RNN, b int, h []float64, in, aux, out []float32) {
	t.Helper()
	var x, y [][]float64
	for s := range k.Time {
		row := k.row(b, s)
		x = append(x, as[float64](in[row*k.Inputs:(row+1)*k.Inputs]))
		y = append(y, as[float64](aux[row*k.Aux:(row+1)*k.Aux]))
	}
	want := ref.RNN(rowsOf(k.FromInput.F, k.Inputs, k.Cells), rowsOf(k.FromAux.F, k.Aux, k.Cells),
		rowsOf(k.FromState.F, k.Cells, k.Cells), as[float64](k.Bias), h, math.Tanh, x, y)
	for s := range k.Time {
		for c, v := range want[s] {
			if got := out[k.row(b, s)*k.Stride+k.Offset+c]; math.Abs(float64(got)-v) > 1e-5 {
				t.Fatalf("%+v: batch %d step %d cell %d is %g, want %g", k.Sequence, b, s, c, got, v)
			}
		}
	}
}
