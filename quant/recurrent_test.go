package quant

import (
	"cmp"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// recurrent are float models of one operator that remembers.
func recurrent() (all []single) {
	for _, l := range []drawnLSTM{{name: "UNIDIRECTIONAL_SEQUENCE_LSTM"}, {name: "LSTM coupled", coupled: true}, {name: "LSTM peepholes", peephole: true},
		{name: "LSTM projection", outputs: 3}, {name: "LSTM projection with bias", outputs: 3, bias: true}, {name: "LSTM normalization", norm: true},
		{name: "LSTM normalization and peepholes", norm: true, peephole: true}, {name: "LSTM normalization and projection", norm: true, outputs: 4},
		{name: "LSTM coupled, time first", coupled: true, timeMajor: true}, {name: "LSTM of one step", step: true},
		{name: "LSTM of one step, all parts", step: true, peephole: true, norm: true, outputs: 6, bias: true}} {
		all = append(all, single{l.name, l.draw})
	}
	return append(all, single{"SVDF", drawSVDF(8, 2, 6)}, single{"SVDF without bias", drawSVDF(4, 1, 10)}, single{"SVDF of a long memory", drawSVDF(2, 2, 400)})
}

// drawnLSTM is an LSTM of some cells over 5 steps of 4 numbers, or over one.
type drawnLSTM struct {
	name                                           string
	coupled, peephole, norm, bias, timeMajor, step bool
	outputs                                        int // of a projection; 0 for none
	cells                                          int // 0 is 6
}

func (l drawnLSTM) draw(d *drawing) []int {
	cells := cmp.Or(l.cells, 6)
	outputs := cmp.Or(l.outputs, cells)
	when := func(yes bool, shape ...int) int {
		if !yes {
			return -1
		}
		return d.weights(shape...)
	}
	shape := tensor.Shape{1, 5, 4}
	if l.timeMajor {
		shape = tensor.Shape{5, 2, 4}
	}
	if l.step {
		shape = tensor.Shape{2, 4}
	}
	in := []int{d.in(shape...)}
	for i := range 4 {
		in = append(in, when(i > 0 || !l.coupled, cells, 4))
	}
	for i := range 4 {
		in = append(in, when(i > 0 || !l.coupled, cells, outputs))
	}
	in = append(in, when(l.peephole && !l.coupled, cells), when(l.peephole, cells), when(l.peephole, cells))
	for i := range 4 {
		in = append(in, when(i > 0 || !l.coupled, cells))
	}
	in = append(in, when(l.outputs > 0, outputs, cells), when(l.bias, outputs))
	batch := shape[0]
	if l.timeMajor {
		batch = shape[1]
	}
	in = append(in, d.variable(batch, outputs), d.variable(batch, cells))
	for i := range 4 {
		in = append(in, when(l.norm && (i > 0 || !l.coupled), cells))
	}
	out := append(append(tensor.Shape{}, shape[:len(shape)-1]...), outputs)
	if l.step {
		return []int{d.do(tflite.OpLstm, &tflite.LSTMOptions{Activation: tflite.ActTanh, CellClip: 10}, out, in...)}
	}
	o := &tflite.SequenceLSTMOptions{Activation: tflite.ActTanh, CellClip: 10, TimeMajor: l.timeMajor}
	return []int{d.do(tflite.OpUnidirectionalSequenceLstm, o, out, in...)}
}

// variable adds a tensor that keeps its value.
func (d *drawing) variable(shape ...int) int {
	return d.Add(tflite.Tensor{Info: tensor.Info{Name: d.name(), DType: tensor.Float32, Shape: shape}, Variable: true, HasRank: true})
}

// drawSVDF draws units of 10 numbers each moment; that of one filter has no bias.
func drawSVDF(units, rank, memory int) func(d *drawing) []int {
	return func(d *drawing) []int {
		filters := units * rank
		in := []int{d.in(1, 10), d.weights(filters, 10), d.weights(filters, memory), -1, d.variable(1, filters*memory)}
		if rank > 1 {
			in[svdfBias] = d.weights(units)
		}
		return []int{d.do(tflite.OpSvdf, &tflite.SVDFOptions{Rank: rank, Activation: tflite.ActRelu}, tensor.Shape{1, units}, in...)}
	}
}
