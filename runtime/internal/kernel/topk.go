package kernel

// Top asks for the K largest of each row of Depth elements, 0 < K ≤ Depth.
type Top struct {
	Depth, K int
	Pool     *Pool // whose context ends a run; nil for none
}

// TopK computes for each row of in its largest in falling order and their places; equal elements come in order of place,
// NaN last. Source: TFLite, topk_v2.cc.
//
// The places double as the heap: its root is the worst of the best k so far.
func TopK[T Number, I int16 | int32](g *Top, values []T, places []I, in []T) {
	for len(in) >= g.Depth && g.Depth > 0 {
		topRow(g, values[:g.K], places[:g.K], in[:g.Depth])
		values, places, in = values[g.K:], places[g.K:], in[g.Depth:]
	}
}

func topRow[T Number, I int16 | int32](g *Top, values []T, places []I, row []T) {
	k := len(places)
	for i := range places {
		places[i] = I(i)
	}
	for i := k/2 - 1; i >= 0 && !g.stopped(i); i-- {
		sink(places, row, i)
	}
	for i := k; i < len(row) && !g.stopped(i); i++ {
		if before(row, I(i), places[0]) {
			places[0] = I(i)
			sink(places, row, 0)
		}
	}
	for n := k - 1; n > 0 && !g.stopped(n); n-- { // the worst goes to the end
		places[0], places[n] = places[n], places[0]
		sink(places[:n], row, 0)
	}
	for i, p := range places {
		values[i] = row[p]
	}
}

// stopped looks at the context now and then.
func (g *Top) stopped(step int) bool { return step&0xfff == 0 && g.Pool.Stopped() }

// sink restores the heap, in which no element comes before its parent's children, from place i down.
func sink[T Number, I int16 | int32](heap []I, row []T, i int) {
	for {
		child := 2*i + 1
		if child >= len(heap) {
			return
		}
		if child+1 < len(heap) && before(row, heap[child], heap[child+1]) {
			child++
		}
		if !before(row, heap[i], heap[child]) {
			return
		}
		heap[i], heap[child] = heap[child], heap[i]
		i = child
	}
}

// before reports whether the element at place a ranks above the one at b.
func before[T Number, I int16 | int32](row []T, a, b I) bool {
	x, y := row[a], row[b]
	switch {
	case (x != x) != (y != y):
		return y != y
	case x != y && x == x:
		return x > y
	}
	return a < b
}
