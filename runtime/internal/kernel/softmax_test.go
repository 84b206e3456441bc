package kernel

import (
	"math"
	"math/rand/v2"
	"testing"
)

// softmaxOf returns soft-max of a row in real numbers.
func softmaxOf(row []float64) []float64 {
	sum := 0.0
	for _, v := range row {
		sum += math.Exp(v)
	}
	out := make([]float64, len(row))
	for i, v := range row {
		out[i] = math.Exp(v) / sum
	}
	return out
}

func TestSoftmaxesNearTheRealOne(t *testing.T) {
	const depth = 9
	r := rand.New(rand.NewPCG(7, 5))
	bytes, words, floats := numbers[int8](r, depth), make([]int16, depth), make([]float32, depth)
	fromBytes, fromWords := make([]float64, depth), make([]float64, depth)
	for i, b := range bytes {
		words[i] = int16(r.Uint32())
		fromBytes[i], fromWords[i] = 0.03*float64(b), float64(words[i])/6000
		floats[i] = float32(fromBytes[i])
	}
	log, wide, narrow, logFloat := make([]int8, depth), make([]int16, depth), make([]int16, depth), make([]float32, depth)
	LogSoftmaxQ(NewSoftmax(0.03, 1, 1.0/16, 127), 0.03, log, bytes, depth)
	NewSoftmax16(1.0/6000, 1).Rows(wide, words, depth)
	SoftmaxRows(NewSoftmax(0.03, 1, 1.0/32768, 0), narrow, bytes, depth)
	LogSoftmaxFloat(logFloat, floats, depth)
	SoftmaxFloat(floats, floats, depth, 1)
	b, w := softmaxOf(fromBytes), softmaxOf(fromWords)
	for i := range depth {
		for _, c := range []struct {
			name              string
			got, want, within float64
		}{
			{"log, int8", float64(log[i]), 127 + 16*math.Log(b[i]), 0.51},
			{"int16", float64(wide[i]), 32768 * w[i], 8},
			{"int8 to int16", float64(narrow[i]), 32768 * b[i], 1},
			{"log, float32", float64(logFloat[i]), math.Log(b[i]), 1e-5},
			{"float32", float64(floats[i]), b[i], 1e-6},
		} {
			if math.Abs(c.got-c.want) > c.within {
				t.Errorf("%s: element %d is %g, want about %g", c.name, i, c.got, c.want)
			}
		}
	}
}

func TestNormalizations(t *testing.T) {
	floats, bytes := make([]float32, 4), make([]int8, 2)
	L2NormFloat(floats, []float32{3, 4, 0, 0}, 2)
	near(t, "L2", floats, []float64{0.6, 0.8, 0, 0})
	L2NormFixed(bytes, []int8{35, 45}, 2, 5) // 30 and 40 over 50, times 128: 76.8 and 102.4
	if bytes[0] != 77 || bytes[1] != 102 {
		t.Errorf("L2 of bytes is %v, want 77 and 102", bytes)
	}
	l := LocalResponse{Depth: 4, Radius: 1, Bias: 1, Alpha: 2, Beta: 1}
	l.Run(floats, []float32{1, 2, 3, 4}) // over 1 + 2·(1+4), 1 + 2·(1+4+9), …
	near(t, "local response", floats, []float64{1. / 11, 2. / 29, 3. / 59, 4. / 51})
}
