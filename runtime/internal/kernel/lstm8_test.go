package kernel

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"edged/runtime/internal/ref"
)

// randomLSTM8 has a random choice of the parts that an LSTM can have, and is the same for the reference.
func randomLSTM8(r *rand.Rand) (LSTM8, *ref.LSTM8) {
	part := func() bool { return r.IntN(2) == 0 }
	l := LSTM8{Sequence: sequence(r), CellExp: -9 - r.IntN(7), HiddenZero: zeroOf[int8](r), OutZero: zeroOf[int8](r)}
	if part() {
		l.CellClip, l.ProjClip = int16(1+r.IntN(32767)), int8(1+r.IntN(127))
	}
	f := &ref.LSTM8{CellExp: l.CellExp, CellClip: int64(l.CellClip), ProjClip: int64(l.ProjClip), HiddenZero: int64(l.HiddenZero), OutZero: int64(l.OutZero)}
	scale := func(exp int) (Multiplier, ref.Multiplier) {
		real := math.Ldexp(1+r.Float64(), exp+r.IntN(3))
		return NewMultiplier(real), ref.NewMultiplier(real)
	}
	l.Hidden, f.Hidden = scale(-24)
	if part() {
		l.Outputs = 1 + r.IntN(l.Cells)
		l.Proj, l.ProjBias = numbers[int8](r, l.Outputs*l.Cells), as[int32](numbers[int16](r, l.Outputs))
		f.Proj, f.ProjBias = rows[int8, int64](l.Proj, l.Cells), as[int64](l.ProjBias)
		l.ProjScale, f.ProjScale = scale(-9)
	}
	l.wide(r)
	coupled, peephole, normed := part(), part(), part()
	f.Input = &ref.LSTMGate8{}
	gates := []*ref.LSTMGate8{f.Input, &f.Forget, &f.Cell, &f.Output}
	for i, g := range []*LSTMGate8{&l.Input, &l.Forget, &l.Cell, &l.Output} {
		if i == 0 && coupled {
			f.Input = nil
			continue
		}
		w := gates[i]
		g.FromInput, g.FromState = numbers[int8](r, l.Cells*l.Inputs), numbers[int8](r, l.Cells*l.Outputs)
		g.InputBias, g.StateBias = as[int32](numbers[int16](r, l.Cells)), as[int32](numbers[int16](r, l.Cells))
		g.InputScale, w.InputScale = scale(-2)
		g.StateScale, w.StateScale = scale(-2)
		if g.Tanh = i == 2; peephole && i != 2 {
			g.Peephole = numbers[int16](r, l.Cells)
			g.PeepholeScale, w.PeepholeScale = scale(-16)
		}
		if normed {
			g.Norm, g.NormBias, g.NormGuard = numbers[int16](r, l.Cells), numbers[int32](r, l.Cells), 1+r.Int32N(100)
			g.NormScale, w.NormScale = scale(-12)
			w.Norm, w.NormBias, w.NormGuard = as[int64](g.Norm), as[int64](g.NormBias), int64(g.NormGuard)
		}
		w.W, w.R, w.Tanh = rows[int8, int64](g.FromInput, l.Inputs), rows[int8, int64](g.FromState, l.Outputs), g.Tanh
		w.InputBias, w.StateBias = as[int64](g.InputBias), as[int64](g.StateBias)
		if g.Peephole != nil {
			w.Peephole = as[int64](g.Peephole)
		}
	}
	return l, f
}

// TFLite steps all batches at once where time is major, and otherwise batch by batch. The states carry over.
func TestLSTM8IsTheFormula(t *testing.T) {
	trials(t, 200, func(t *testing.T, r *rand.Rand) {
		l, f := randomLSTM8(r)
		run := NewLSTM8(l)
		h, c := numbers[int8](r, l.Batch*l.Outputs), numbers[int16](r, l.Batch*l.Cells)
		wantH, wantC := rows[int8, int64](h, l.Outputs), rows[int16, int64](c, l.Cells)
		for range 2 {
			in, out := numbers[int8](r, l.Batch*l.Time*l.Inputs), make([]int8, l.Batch*l.Time*l.Stride)
			want := as[int64](out)
			x := rows[int8, int64](in, l.Inputs)
			step := func(first int, rows []int) {
				var now [][]int64
				for _, row := range rows {
					now = append(now, x[row])
				}
				f.Step(now, wantH[first:first+len(rows)], wantC[first:first+len(rows)])
				for b, row := range rows {
					copy(want[row*l.Stride+l.Offset:], wantH[first+b])
				}
			}
			if l.TimeMajor {
				var at [][]int // of each batch
				for b := range l.Batch {
					at = append(at, nil)
					l.walk(b, func(row int) { at[b] = append(at[b], row) })
				}
				for k := range l.Time {
					var now []int
					for b := range at {
						now = append(now, at[b][k])
					}
					step(0, now)
				}
			} else {
				for b := range l.Batch {
					l.walk(b, func(row int) { step(b, []int{row}) })
				}
			}
			run.Run(out, in, h, c)
			same(t, as[int64](out), want, l.Sequence)
		}
	})
}

// The reference itself is held to the real LSTM with the same weights and inputs.
func TestLSTM8NearTheFloatOne(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 8))
	const w, x, h, inZero, outZero = 1.0 / 128, 1.0 / 64, 1.0 / 128, 5, -3
	seq := Sequence{Batch: 2, Time: 5, Inputs: 4, Cells: 6, Outputs: 6, Stride: 6}
	exact := LSTM{Sequence: seq, Act: tanh32}
	quantized := LSTM8{Sequence: seq, CellExp: -12, Hidden: NewMultiplier(math.Ldexp(1/h, -30)), HiddenZero: outZero, OutZero: outZero}
	fine := []*LSTMGate{&exact.Input, &exact.Forget, &exact.Cell, &exact.Output}
	for i, g := range []*LSTMGate8{&quantized.Input, &quantized.Forget, &quantized.Cell, &quantized.Output} {
		g.FromInput, g.FromState = small(r, 24), small(r, 36)
		g.InputScale, g.StateScale = NewMultiplier(w*x*4096), NewMultiplier(w*h*4096)
		g.InputBias, g.StateBias = rowSums(g.FromInput, 4), rowSums(g.FromState, 6)
		*fine[i] = LSTMGate{Bias: make([]float32, 6), Act: Logistic}
		for k := range 6 {
			bias := int32(r.IntN(2000) - 1000)
			g.InputBias[k], g.StateBias[k] = bias-inZero*g.InputBias[k], -outZero*g.StateBias[k]
			fine[i].Bias[k] = float32(bias) * w * x
		}
		fine[i].FromInput.F, fine[i].FromState.F = unscaled(g.FromInput, w, 0), unscaled(g.FromState, w, 0)
		if i == 2 {
			g.Tanh, fine[i].Act = true, tanh32
		}
	}
	in, out, want := small(r, 40), make([]int8, 60), make([]float32, 60)
	state := make([]int8, 12)
	fill(state, outZero)
	NewLSTM8(quantized).Run(out, in, state, make([]int16, 12))
	NewLSTM(exact).Run(want, unscaled(in, x, inZero), nil, LSTMState{make([]float32, 12), make([]float32, 12)})
	for i := range out {
		if got := (float64(out[i]) - outZero) * h; math.Abs(got-float64(want[i])) > 0.03 {
			t.Errorf("element %d is %g, want about %g", i, got, want[i])
		}
	}
}

func small(r *rand.Rand, n int) []int8 {
	out := make([]int8, n)
	for i := range out {
		out[i] = int8(r.IntN(128) - 64)
	}
	return out
}

func unscaled[T int8 | uint8](q []T, scale float32, zero int32) []float32 {
	var out []float32
	for _, v := range q {
		out = append(out, float32(int32(v)-zero)*scale)
	}
	return out
}

// TestNormalizeNearTheRealOne holds integer layer normalisation, with weights of one, to the exact one.
func TestNormalizeNearTheRealOne(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 9))
	g := LSTMGate8{NormScale: NewMultiplier(1.0 / 1024), NormGuard: 1, NormBias: make([]int32, 16)}
	x, f := make([]int16, 16), make([]float32, 16)
	for i := range x {
		x[i] = int16(r.IntN(4000) - 1000)
		f[i] = float32(x[i])
		g.Norm = append(g.Norm, 1024)
	}
	normalize(f)
	g.normalize(x)
	for i := range x {
		if got := float64(x[i]) / 4096; math.Abs(got-float64(f[i])) > 0.01 {
			t.Errorf("element %d is %g, want about %g", i, got, f[i])
		}
	}
}

// TestPeepholesOfAProjection: TFLite counts cells by outputs, over all batches that it steps together.
func TestPeepholesOfAProjection(t *testing.T) {
	for _, c := range []struct {
		name           string
		batch, outputs int
		together       bool
		want           []int
	}{
		{"no projection", 2, 3, true, []int{0, 1, 2, 0, 1, 2}},
		{"two outputs, batch by batch", 2, 2, false, []int{0, 1, -1}},
		{"two outputs, batches together", 2, 2, true, []int{0, 1, 0, 1, -1, -1}},
		{"more outputs than cells", 2, 4, true, []int{0, 1, 2, 0, 1, 2}},
	} {
		l := NewLSTM8(LSTM8{Sequence: Sequence{Batch: c.batch, Cells: 3, Outputs: c.outputs, TimeMajor: c.together}})
		if !slices.Equal(l.weigh, c.want) {
			t.Errorf("%s: got %v, want %v", c.name, l.weigh, c.want)
		}
	}
}
