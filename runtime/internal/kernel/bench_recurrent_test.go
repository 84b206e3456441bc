package kernel

func recurrentWorks() []work {
	const cells, inputs, time = 32, 40, 4
	seq := Sequence{Batch: 1, Time: time, Inputs: inputs, Cells: cells, Outputs: cells, TimeMajor: true, Stride: cells}
	matrix := func(cols int) Matrix { return Matrix{F: drawn[float32](cells * cols)} }
	gate := func() LSTMGate {
		return LSTMGate{FromInput: matrix(inputs), FromState: matrix(cells), Bias: make([]float32, cells), Act: Logistic}
	}
	lstm := NewLSTM(LSTM{Sequence: seq, Input: gate(), Forget: gate(), Cell: gate(), Output: gate(), Act: Tanh})
	rnn := NewRNN(RNN{Sequence: seq, FromInput: matrix(inputs), FromState: matrix(cells), Bias: make([]float32, cells), Act: Tanh})
	in, out := drawn[float32](time*inputs), make([]float32, time*cells)
	state := LSTMState{H: make([]float32, cells), C: make([]float32, cells)}
	macs := time * cells * (inputs + cells)
	return append([]work{
		{"LSTM.Run", 4 * macs, len(out), func() { lstm.Run(out, in, nil, state) }},
		{"RNN.Run", macs, len(out), func() { rnn.Run(out, in, nil, state.H) }},
		byteLSTM(seq),
	}, append(cellWorks(), svdfWorks()...)...)
}

func byteLSTM(seq Sequence) work {
	gate := func(tanh bool) LSTMGate8 {
		return LSTMGate8{
			FromInput: drawn[int8](seq.Cells * seq.Inputs), FromState: drawn[int8](seq.Cells * seq.Outputs),
			InputBias: drawn[int32](seq.Cells), StateBias: drawn[int32](seq.Cells),
			InputScale: NewMultiplier(0.1), StateScale: NewMultiplier(0.1), Tanh: tanh,
		}
	}
	l := NewLSTM8(LSTM8{Sequence: seq, Input: gate(false), Forget: gate(false), Cell: gate(true), Output: gate(false), CellExp: -11, Hidden: NewMultiplier(1e-7)})
	in, out := drawn[int8](seq.Time*seq.Inputs), make([]int8, seq.Time*seq.Cells)
	h, c := make([]int8, seq.Outputs), make([]int16, seq.Cells)
	return work{"LSTM8.Run", 4 * seq.Time * seq.Cells * (seq.Inputs + seq.Outputs), len(out), func() { l.Run(out, in, h, c) }}
}

// cellWorks are the parts of a cell whose weights stand beside one another.
func cellWorks() []work {
	c := &LSTMCell{Batch: 1, Inputs: 40, Cells: 32}
	const joined, gates = 72, 4 * 32
	g := &Gates8{Weights: drawn[uint8](gates * joined), Zero: 120, Bias: drawn[int32](gates), Scale: NewMultiplier(0.01)}
	x, h, both, sums, state := drawn[uint8](40), drawn[uint8](32), make([]uint8, joined), make([]int16, gates), make([]int16, 32)
	floats, hidden, cell := drawn[float32](gates), make([]float32, 32), make([]float32, 32)
	return []work{
		{"JoinLSTMCell", 0, joined, func() { JoinLSTMCell(c, both, x, h) }},
		{"Gates8.Run", gates * joined, gates, func() { g.Run(sums, both) }},
		{"LSTMCell.Update8", 0, 32, func() { c.Update8(h, state, sums, state) }},
		{"LSTMCell.UpdateFloat", 0, 32, func() { c.UpdateFloat(hidden, cell, floats, cell) }},
	}
}

func svdfWorks() []work {
	s := SVDF{Batch: 1, Inputs: 40, Filters: 64, Rank: 2, Memory: 10}
	const macs = 64 * (40 + 10)
	bytes := &SVDF8{SVDF: s, Feature: drawn[int8](64 * 40), Time: drawn[int16](64 * 10), ToState: NewMultiplier(0.01), ToOut: NewMultiplier(0.001)}
	floats := NewSVDFFloat(SVDFFloat{SVDF: s, Feature: Matrix{F: drawn[float32](64 * 40)}, Time: drawn[float32](64 * 10), Act: Tanh})
	in8, out8, state8 := drawn[int8](40), make([]int8, 32), make([]int16, 64*10)
	in, out, state := drawn[float32](40), make([]float32, 32), make([]float32, 64*10)
	return []work{
		{"SVDF8.Run", macs, 32, func() { bytes.Run(out8, in8, state8) }},
		{"SVDFFloat.Run", macs, 32, func() { floats.Run(out, in, state) }},
	}
}
