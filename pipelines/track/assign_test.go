package track

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestAssign compares the sum of random problems' pairs with the least of all permutations.
func TestAssign(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	var a assigner
	for range 500 {
		n := 1 + rng.IntN(6)
		cost := a.reset(n)
		for i := range cost {
			cost[i] = float64(rng.IntN(8)) / 8 // of few values, so that many solutions are equal
		}
		sum, taken := 0.0, make([]bool, n)
		for i, j := range a.solve() {
			if taken[j] {
				t.Fatalf("column %d twice in %v", j, a.pairs)
			}
			taken[j] = true
			sum += cost[i*n+j]
		}
		if want := least(cost, n, 0, make([]bool, n)); math.Abs(sum-want) > 1e-9 {
			t.Fatalf("got %v, want %v, of %v", sum, want, cost)
		}
	}
}

// least tries all permutations of the rows from i on.
func least(cost []float64, n, i int, taken []bool) float64 {
	if i == n {
		return 0
	}
	best := math.Inf(1)
	for j := range n {
		if !taken[j] {
			taken[j] = true
			best = min(best, cost[i*n+j]+least(cost, n, i+1, taken))
			taken[j] = false
		}
	}
	return best
}

func TestAssignNothing(t *testing.T) {
	var a assigner
	a.reset(0)
	if got := a.solve(); len(got) != 0 {
		t.Errorf("got %v", got)
	}
}
