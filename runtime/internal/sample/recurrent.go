package sample

import (
	"slices"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// Recurrent samples have a batch of one, three inputs and four cells; sequences have two steps.
const (
	cellInputs = 3
	cells      = 4
)

// recurrent lists the operators that keep a state.
func recurrent() []Operator {
	rnn := func(in operand) []operand {
		return takes(in, weights(0, cells, cellInputs), weights(0, cells, cells), bias(cells), data(1, cells).variable())
	}
	both := slices.Concat(rnn(data(1, 2, cellInputs)), rnn(data(1, 2, cellInputs))[1:], takes(none, none, none))
	memory := data(1, 2*cells).with(toInt16(1.0 / 2048)).variable()
	time := weights(0, cells, 2).with(toInt16(1.0 / 32768))
	relu := tflite.ActRelu
	return []Operator{
		one(tflite.OpRnn, sample{options: &tflite.RNNOptions{}, in: rnn(data(1, cellInputs)), out: gives(data(1, cells))}),
		one(tflite.OpUnidirectionalSequenceRnn, sample{options: &tflite.SequenceRNNOptions{}, in: rnn(data(1, 2, cellInputs)), out: gives(data(1, 2, cells))}),
		one(tflite.OpBidirectionalSequenceRnn, sample{options: &tflite.BidirectionalSequenceRNNOptions{}, in: both, out: gives(data(1, 2, cells), data(1, 2, cells))}),
		one(tflite.OpSvdf, sample{options: &tflite.SVDFOptions{Rank: 1, Activation: relu},
			in: takes(data(1, cellInputs), weights(0, cells, cellInputs), time, bias(cells), memory), out: gives(data(1, cells)), only: oneScale}),
		one(tflite.OpLstm, lstm(&tflite.LSTMOptions{Activation: tflite.ActTanh}, 1, cellInputs), basicLSTM()),
		one(tflite.OpUnidirectionalSequenceLstm, lstm(&tflite.SequenceLSTMOptions{Activation: tflite.ActTanh}, 1, 2, cellInputs)),
		one(tflite.OpBidirectionalSequenceLstm, bidirectionalLSTM()),
	}
}

// toInt16 makes an operand int16 where data is int8: states are wider than activations.
func toInt16(scale float32) func(k Kind, t *tflite.Tensor) {
	return func(k Kind, t *tflite.Tensor) {
		if k.Data != tensor.Int8 {
			return
		}
		t.DType, t.Quant = tensor.Int16, tensor.Quant{Scale: []float32{scale}, ZeroPoint: []int64{0}}
		if t.Data != nil {
			t.Data = values(t.Info)
		}
	}
}

// gates are four times input weights, recurrent weights and biases, without peepholes and projection: operands 1 to 17 of
// an LSTM.
func gates() []operand {
	in, state, b := weights(0, cells, cellInputs), weights(0, cells, cells), bias(cells)
	return takes(in, in, in, in, state, state, state, state, none, none, none, b, b, b, b, none, none)
}

// lstmStates are the output and the cell state.
func lstmStates() []operand {
	return takes(data(1, cells).variable(), data(1, cells).with(toInt16(1.0/4096)).variable())
}

func lstm(options any, in ...int) sample {
	out := slices.Clone(in)
	out[len(out)-1] = cells
	inter := slices.Repeat([]operand{data(0)}, 5)
	return sample{options: options, in: slices.Concat(takes(data(in...)), gates(), lstmStates(), takes(none, none, none, none)),
		out: gives(data(out...)), inter: inter, only: oneScale}
}

func bidirectionalLSTM() sample {
	in := slices.Concat(takes(data(1, 2, cellInputs)), gates(), gates(), lstmStates(), lstmStates(), slices.Repeat([]operand{none}, 9))
	return sample{options: &tflite.BidirectionalSequenceLSTMOptions{Activation: tflite.ActTanh}, in: in, out: gives(data(1, 2, cells), data(1, 2, cells))}
}

// basicLSTM is the LSTM of five operands: input, output, weights of all gates, biases and state.
func basicLSTM() sample {
	state := func() operand {
		return data(1, cells).with(func(_ Kind, t *tflite.Tensor) {
			if t.DType == tensor.Uint8 {
				t.DType, t.Quant = tensor.Int16, tensor.Quant{Scale: []float32{1.0 / 2048}, ZeroPoint: []int64{0}}
			}
		})
	}
	unit := func(n int) operand { return data(1, n).scaled(tensor.Uint8, 1.0/128, 128) }
	return sample{options: &tflite.LSTMOptions{Activation: tflite.ActTanh, Basic: true},
		in:  takes(unit(cellInputs), unit(cells), weights(0, 4*cells, cellInputs+cells), bias(4*cells), state()),
		out: gives(unit(cells), state(), unit(cellInputs+cells), data(1, 4*cells))}
}
