package track

import "math"

// assigner pairs rows with columns of a square matrix of costs so that the sum of all pairs is least: Kuhn's Hungarian
// method, by shortest augmenting paths (Jonker, Volgenant: A shortest augmenting path algorithm for dense and sparse linear
// assignment problems, Computing 38, 1987), in O(n³). It keeps its memory.
type assigner struct {
	n    int
	cost []float64 // [n,n]

	// By row and by column, from 1; 0 is where a path begins. The cost of a pair less both potentials is never below 0, and
	// 0 for those that are paired.
	rows, cols []float64 // potentials
	row        []int     // that a column is paired with, 0 none
	from       []int     // the column before this one on the shortest path
	far        []float64 // the length of that path
	done       []bool

	pairs []int // by row: its column
}

// reset makes room for n rows and columns and returns their costs, row by row, to be filled in.
func (a *assigner) reset(n int) []float64 {
	a.n = n
	a.cost = sized(a.cost, n*n)
	a.rows, a.cols, a.far = sized(a.rows, n+1), sized(a.cols, n+1), sized(a.far, n+1)
	a.row, a.from, a.pairs = sized(a.row, n+1), sized(a.from, n+1), sized(a.pairs, n)
	a.done = sized(a.done, n+1)
	clear(a.rows)
	clear(a.cols)
	clear(a.row)
	return a.cost
}

func sized[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}

// solve returns each row's column; the slice is a's. Of several solutions it is always the same.
func (a *assigner) solve() []int {
	for i := 1; i <= a.n; i++ {
		a.augment(i)
	}
	for j := 1; j <= a.n; j++ {
		a.pairs[a.row[j]-1] = j - 1
	}
	return a.pairs
}

// augment finds the shortest path from row i to a free column and turns the pairs on it around.
func (a *assigner) augment(i int) {
	for j := range a.far {
		a.far[j], a.done[j] = math.Inf(1), false
	}
	a.row[0] = i
	at := 0
	for a.row[at] != 0 {
		a.done[at] = true
		next := a.reach(at)
		a.shift(a.far[next])
		at = next
	}
	for at != 0 {
		a.row[at] = a.row[a.from[at]]
		at = a.from[at]
	}
}

// reach lengthens paths by the row of column at, and returns the nearest column that is not done.
func (a *assigner) reach(at int) (nearest int) {
	i := a.row[at]
	least := math.Inf(1)
	for j := 1; j <= a.n; j++ {
		if a.done[j] {
			continue
		}
		if d := a.cost[(i-1)*a.n+j-1] - a.rows[i] - a.cols[j]; d < a.far[j] {
			a.far[j], a.from[j] = d, at
		}
		if a.far[j] < least {
			least, nearest = a.far[j], j
		}
	}
	return nearest
}

// shift moves the potentials by the length of the step, so that the nearest column's pair costs nothing.
func (a *assigner) shift(by float64) {
	for j := range a.far {
		if a.done[j] {
			a.rows[a.row[j]] += by
			a.cols[j] -= by
		} else {
			a.far[j] -= by
		}
	}
}
