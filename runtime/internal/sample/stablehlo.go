package sample

import (
	"slices"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// stablehlo lists the StableHLO operators, but for those that call graphs, and REDUCE_WINDOW.
func stablehlo() []Operator {
	pair := sample{in: takes(each(), each()), out: gives(each())}
	gather := &tflite.StablehloGatherOptions{OffsetDims: []int64{1}, CollapsedSliceDims: []int64{0}, StartIndexMap: []int64{0},
		IndexVectorDim: 1, SliceSizes: []int64{1, 3}}
	scatter := &tflite.StablehloScatterOptions{UpdateWindowDims: []int64{1}, InsertedWindowDims: []int64{0}, ScatterDimsToOperandDims: []int64{0},
		IndexVectorDim: 1, Update: 1}
	window := &tflite.StablehloReduceWindowOptions{Window: []int64{2}, Strides: []int64{2}, Body: 1}
	return slices.Concat(
		list(pair, tflite.OpStablehloAdd, tflite.OpStablehloAnd, tflite.OpStablehloMaximum, tflite.OpStablehloMinimum, tflite.OpStablehloMultiply,
			tflite.OpStablehloShiftLeft),
		[]Operator{
			one(tflite.OpStablehloPad, sample{options: &tflite.StablehloPadOptions{Low: []int64{1}, High: []int64{0}, Interior: []int64{1}},
				in: takes(data(3), data()), out: gives(data(6))}),
			one(tflite.OpStablehloGather, sample{options: gather, in: takes(data(4, 3), ints(2, 0)), out: gives(data(2, 3))}),
			one(tflite.OpStablehloScatter,
				sample{options: scatter, in: takes(data(4, 3), ints(2, 0), data(2, 3)), out: gives(data(4, 3)), graphs: called{joining(tflite.OpStablehloAdd)}},
				sample{options: scatter, in: takes(data(4, 3), ints(2, 0), data(2, 3)), out: gives(data(4, 3)), graphs: called{joining(tflite.OpStablehloOr)}}),
			one(tflite.OpStablehloReduceWindow, sample{options: window, in: takes(data(6), data()), out: gives(data(3)),
				graphs: called{joining(tflite.OpStablehloMaximum)}}),
			one(tflite.OpStablehloRngBitGenerator, sample{options: &tflite.RNGOptions{}, in: takes(data(2)), out: gives(data(2), of(tensor.Uint32, 5))}),
			one(tflite.OpReduceWindow, sample{options: &tflite.ReduceWindowOptions{Function: tflite.ReduceMax},
				in: takes(data(6), data(), longs(2), longs(2), longs(1)), out: gives(data(3))}),
		},
	)
}

// joining is a graph of one operator that makes one value of two.
func joining(code tflite.OpCode) func(k Kind) tflite.Graph {
	return func(k Kind) tflite.Graph {
		g := &graph{}
		g.input(data().make(k))
		g.input(data().make(k))
		g.Outputs = []int{g.add(data().make(k))}
		g.op(tflite.Op{Code: code, Inputs: g.Inputs, Outputs: g.Outputs})
		return g.Graph
	}
}

// longs is a constant vector of int64.
func longs(v ...int64) operand {
	return operand{make: func(Kind) tflite.Tensor {
		t := tflite.Tensor{Info: tensor.Info{DType: tensor.Int64, Shape: tensor.Shape{len(v)}}, Data: make([]byte, 8*len(v))}
		copy(tensor.As[int64](t.Data), v)
		return t
	}}
}
