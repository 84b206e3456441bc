package kernel

import "encoding/binary"

func orderWorks() []work {
	const rows, depth = 196, 64
	floats, values, places, long := drawn[float32](rows*depth), make([]float32, rows*5), make([]int32, rows*5), make([]int64, rows)
	bytes, out := drawn[uint8](rows*depth), make([]int32, rows*depth)
	axis, top := &ArgAxis{Outer: rows, Axis: depth, Inner: 1}, &Top{Depth: depth, K: 5}
	ids, sums := upTo[int32](rows, 10), make([]float32, 10*depth)
	unique := NewUnique[int32](rows)
	distinct, index, keys := make([]int32, rows), make([]int32, rows), make([]int32, 1000)
	for i := range keys {
		keys[i] = int32(2 * i)
	}
	whole, _, _ := NewBroadcast([]int{1, depth}, []int{rows, depth})
	truth := make([]byte, depth)
	bounds := []float32{-50, -10, 0, 10, 50}
	return []work{
		{"ArgMax/float32", 0, len(floats), func() { ArgMax(axis, false, long, floats) }},
		{"ArgMax/uint8", 0, len(bytes), func() { ArgMax(axis, false, long, bytes) }},
		{"TopK", 0, len(floats), func() { TopK(top, values, places, floats) }},
		{"Cumsum", 0, len(floats), func() { Cumsum(floats[:depth], floats[:depth], depth, 1, false, false) }},
		{"Range", 0, rows, func() { Range(places[:rows], 3, 2) }},
		{"Segments", 0, len(floats), func() { Segments(sums, floats, ids, 10, depth, 0, Sum[float32]) }},
		{"Unique.Run", 0, rows, func() { unique.Run(distinct, ids, index) }},
		{"SearchKey", 0, 1, func() { SearchKey(keys, 777) }},
		{"AnyAll", 0, len(bytes), func() { AnyAll(&whole, true, truth, bytes) }},
		{"Bucketize", 0, len(floats), func() { Bucketize[float32](out, floats, bounds) }},
	}
}

func moveWorks() []work {
	const n = 64 * 64 * 4
	in, out, half := drawn[uint8](n), make([]byte, n), make([]byte, n/2)
	turn := NewMove(4, 0, 0, Axis{64, 1, 64}, Axis{64, 64, 1})
	words, a, b, result := drawn[uint8](64*64), drawn[float32](64*64), drawn[float32](64*64), make([]float32, 64*64)
	choice := NewChoice([]int{64, 64}, []int{64, 64}, []int{64, 64}, []int{64, 64})
	sequences := &Sequences{A: 1, B: 8, C: 1, D: 32, Size: 64}
	levels := []SparseLevel{{Size: 64, Weight: 64}, {Compressed: true, Size: 64, Weight: 1, Segments: []int{0}}}
	dense := make([]byte, 64*64)
	for i := range dense {
		dense[i] = byte(max(0, i%11-7))
	}
	stored := sparsify(levels, dense, 0, nil)
	lengths := []int32{32, 31, 30, 16, 8, 4, 2, 0}
	return []work{
		{"Move.Run/transpose", 0, 64 * 64, func() { turn.Run(out, in) }},
		{"Fill", 0, n, func() { Fill(out, in[:4]) }},
		{"ConcatRows", 0, n / 2, func() { ConcatRows(out, half, 64, 128) }},
		{"ConcatScaled", 0, n / 2, func() { ConcatScaled(out, half, 64, 128, 0.5, 3, 7) }},
		{"Select", 0, len(words), func() { Select(choice, result, words, a, b) }},
		{"ReverseSequence", 0, 8 * 32, func() { ReverseSequence(sequences, out, in, lengths) }},
		{"Densify", 0, len(dense), func() { Densify(levels, 1, dense, stored) }},
	}
}

func indexWorks() []work {
	const rows, depth, picks = 100, 64, 200
	in, out, at := drawn[uint8](rows*depth*4), make([]byte, picks*depth*4), upTo[int32](picks, rows)
	g := &Picked{Batch: 1, Outer: 1, Axis: rows, Picks: picks, Inner: depth * 4}
	nested, floats := NewNested([]int{rows}, depth*4), make([]float32, rows*depth)
	updates, table, scale := drawn[float32](picks*depth), drawn[int8](rows*depth), make([]float32, rows)
	truth, hot, one := make([]byte, rows*depth*4), make([]float32, picks*depth), []byte{1}
	sparse := &EmbeddingSparse{Rows: rows, Size: depth, Dims: []int32{10}, Mean: true}
	index, weights := make([]int32, 2*picks), drawn[float32](picks)
	for i := range picks {
		index[2*i] = int32(i * 10 / picks)
	}
	long := make([]int64, picks)
	for i, v := range at {
		long[i] = int64(v)
	}
	starts := Starts{To: []int{0}, Stride: 1, Steps: []int{depth, 1}, Last: []int{rows - 1, 0}}
	slice, vectors, outs := NewMove(4, 0, 0, Axis{depth, 1, 1}), NewWalk([]int{picks}, []int{1}), NewWalk([]int{picks}, []int{depth})
	scatter := NewScatter(Scatter{Starts: starts, Updates: []int{picks, depth}, Window: []int{-1, 1}, Index: []int{1, 0}, Dims: []int{rows, depth}})
	return []work{
		{"Gather", 0, picks * depth, func() { Gather(g, out, in, at) }},
		{"GatherND", 0, picks * depth, func() { GatherND(nested, picks, out, in, at) }},
		{"Place", 0, 1, func() { Place(nested, at[:1]) }},
		{"ScatterND", 0, picks * depth, func() { ScatterND(nested, picks, 4, floats, updates, at) }},
		{"ScatterBool", 0, picks * depth, func() { ScatterBool(nested, picks, truth, out, at) }},
		{"ScatterSet", 0, picks * depth, func() { ScatterSet(nested, picks, false, truth, out, at) }},
		{"EmbeddingRows", 0, picks * depth, func() { EmbeddingRows(hot, table, at, scale, rows, depth) }},
		{"EmbeddingSparse.Run", 0, picks * depth, func() { sparse.Run(floats[:10*depth], updates[:rows*depth], at, index, weights) }},
		{"OneHot", 0, picks, func() { OneHot(out[:picks*rows], one, at, rows, 1) }},
		{"Starts.Clamped", 0, 1, func() { starts.Clamped(long, 3) }},
		{"GatherSlices", 0, picks * depth, func() { GatherSlices(&starts, slice, vectors, outs, out, in, long) }},
		{"ScatterJoin", 0, picks * depth, func() { ScatterJoin(scatter, floats, updates, long, Larger[float32]) }},
	}
}

func randomWorks() []work {
	p, m := NewPhilox(1, 2), NewMultinomial(8, 16)
	m.Samples = 20
	floats, state, bits := make([]float32, 4096), []uint32{1, 2, 3, 4, 5, 6}, make([]uint32, 4096)
	logits, draws := drawn[float32](8*16), make([]int32, 8*20)
	return []work{
		{"RandomUniform", 0, len(floats), func() { RandomUniform(&p, floats) }},
		{"RandomNormal", 0, len(floats), func() { RandomNormal(&p, floats) }},
		{"BitGenerator/Philox", 0, len(bits), func() { BitGenerator(false, bits, state) }},
		{"BitGenerator/Threefry", 0, len(bits), func() { BitGenerator(true, bits, state) }},
		{"DrawMultinomial", 0, len(draws), func() { DrawMultinomial(m, &p, draws, logits) }},
	}
}

func textWorks() []work {
	text := []byte("the quick brown fox jumps over the lazy dog, and so on and so forth")
	grams, lsh := &SkipGram{N: 2, Skip: 1}, NewLSH(16, 8, nil)
	seeds, in, weights, out := make([]uint32, 32), drawn[uint8](16*8), drawn[float32](16), make([]int32, 32)
	for i := range seeds {
		seeds[i] = binary.LittleEndian.Uint32(text[i:])
	}
	return []work{
		{"SkipGram.Words", 0, len(text), func() { grams.Words(text) }},
		{"Fingerprint64", 0, len(text), func() { Fingerprint64(text) }},
		{"LSH.Dense", 0, len(seeds), func() { lsh.Dense(out, seeds, in, weights) }},
		{"LSH.Sparse", 0, len(seeds), func() { lsh.Sparse(out[:8], seeds, 4, in, weights) }},
	}
}
