package kernel

import (
	"math"
	"slices"
	"testing"
)

// TestRandomBitsKnownAnswers: the vectors that the generators' authors publish with Random123 (kat_vectors).
func TestRandomBitsKnownAnswers(t *testing.T) {
	const ones = 1<<32 - 1
	for _, c := range []struct {
		key           [2]uint32
		counter, want [4]uint32
	}{
		{want: [4]uint32{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
		{[2]uint32{ones, ones}, [4]uint32{ones, ones, ones, ones}, [4]uint32{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
		{[2]uint32{0xa4093822, 0x299f31d0}, [4]uint32{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
			[4]uint32{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
	} {
		if got := Philox4x32(c.key, c.counter); got != c.want {
			t.Errorf("Philox of %x under %x: got %x, want %x", c.counter, c.key, got, c.want)
		}
	}
	for _, c := range []struct{ key, counter, want [2]uint32 }{
		{want: [2]uint32{0x6b200159, 0x99ba4efe}},
		{[2]uint32{ones, ones}, [2]uint32{ones, ones}, [2]uint32{0x1cb996fc, 0xbb002be7}},
		{[2]uint32{0x13198a2e, 0x03707344}, [2]uint32{0x243f6a88, 0x85a308d3}, [2]uint32{0xc4923a9c, 0x483df7a0}},
	} {
		if got := Threefry2x32(c.key, c.counter); got != c.want {
			t.Errorf("Threefry of %x under %x: got %x, want %x", c.counter, c.key, got, c.want)
		}
	}
}

func TestPhiloxSkipsAsItCounts(t *testing.T) {
	p := NewPhilox(3, 5)
	p.counter[0], p.counter[1] = 1<<32-3, 1<<32-1 // so that both lower words and the upper ones carry
	q := p
	for range 7 {
		p.Next()
	}
	q.Skip(7)
	if p != q || p.counter != [4]uint32{4, 0, 6, 0} {
		t.Errorf("counted to %v, skipped to %v", p.counter, q.counter)
	}
}

func TestBitGeneratorMovesItsCounter(t *testing.T) {
	for _, threefry := range []bool{false, true} {
		state, whole, half := []uint32{1, 2, 1<<32 - 1, 4}, make([]uint32, 8), make([]uint32, 4)
		BitGenerator(threefry, whole, state)
		counter := BitGenerator(threefry, half, state)
		if !slices.Equal(half, whole[:4]) || counter[1] != 5 {
			t.Errorf("threefry %v: four words %v of %v, counter %v", threefry, half, whole, counter)
		}
	}
}

// TestRandomMoments draws many numbers and looks at what their distributions promise.
func TestRandomMoments(t *testing.T) {
	const n = 100_003 // no multiple of what one draw gives
	p := NewPhilox(42, 0)
	uniform, normal := make([]float32, n), make([]float32, n)
	RandomUniform(&p, uniform)
	RandomNormal(&p, normal)
	if lo, hi := slices.Min(uniform), slices.Max(uniform); lo < 0 || hi >= 1 {
		t.Errorf("uniform numbers from %g to %g", lo, hi)
	}
	for _, c := range []struct {
		name           string
		x              []float32
		mean, variance float64
	}{{"uniform", uniform, 0.5, 1.0 / 12}, {"normal", normal, 0, 1}} {
		var sum, squares float64
		for _, v := range c.x {
			sum += float64(v)
			squares += float64(v) * float64(v)
		}
		mean := sum / n
		if variance := squares/n - mean*mean; math.Abs(mean-c.mean) > 0.01 || math.Abs(variance-c.variance) > 0.02 {
			t.Errorf("%s: mean %g, variance %g; want %g, %g", c.name, mean, variance, c.mean, c.variance)
		}
	}
}

func TestMultinomialFollowsTheOdds(t *testing.T) {
	inf := float32(math.Inf(-1))
	logits := []float32{0, float32(math.Log(3)), inf, 1000, inf, 1000, inf, inf, inf}
	p, m, out := NewPhilox(1, 2), NewMultinomial(3, 3), make([]int32, 3*10_000)
	m.Samples = 10_000
	DrawMultinomial(m, &p, out, logits)
	var counts [3][4]int
	for i, v := range out {
		counts[i/10_000][v]++
	}
	if a, b := counts[0][0], counts[0][1]; a+b != 10_000 || a < 2350 || a > 2650 {
		t.Errorf("of odds 1 to 3 drawn %v", counts[0])
	}
	if counts[1][1] != 0 || counts[1][0]+counts[1][2] != 10_000 {
		t.Errorf("of large logits drawn %v", counts[1])
	}
	if counts[2][3] != 10_000 {
		t.Errorf("without any odds drawn %v, want 3 always", counts[2])
	}
}
