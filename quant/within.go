package quant

import (
	"encoding/binary"
	"fmt"
	"math"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// within is what calibration has seen of values that never leave an operator.
type within struct {
	cell   Range    // the state of an LSTM's cells, or what an SVDF remembers
	hidden Range    // what an LSTM projects
	sums   [4]Range // what an LSTM's gates normalize
}

// join returns the ranges that hold both.
func (w within) join(o within) within {
	w.cell, w.hidden = w.cell.join(o.cell), w.hidden.join(o.hidden)
	for i := range w.sums {
		w.sums[i] = w.sums[i].join(o.sums[i])
	}
	return w
}

// lookWithin runs an operator beside the engine to see such values; it reports false for one that has none, or stays float.
func (n *net) lookWithin(o *tflite.Op, in []*tensor.Tensor) (within, bool) {
	switch o.Code {
	case tflite.OpLstm, tflite.OpUnidirectionalSequenceLstm:
		if l, ok := floatLSTM(n, o); ok {
			return l.run(in), true
		}
	case tflite.OpSvdf:
		if n.whyFloatSVDF(o) == "" {
			return within{cell: n.filtered(o, in[0])}, true
		}
	}
	return within{}, false
}

// whyFloatState says why what an operator remembers cannot become integers.
func (n *net) whyFloatState(t int) string {
	switch {
	case t < 0 || !n.graph.Tensors[t].Variable:
		return "no state"
	case len(n.users[t]) > 1:
		return "a state that several operators use"
	}
	return ""
}

// constants says which of an operator's operands is computed, or no float; "" if none is.
func (n *net) constants(operands []int) string {
	for _, t := range operands {
		if t >= 0 && (!n.constant(t) || !n.float(t) || n.graph.Tensors[t].Sparse) {
			return fmt.Sprintf("%q is no constant of float32", n.graph.Tensors[t].Name)
		}
	}
	return ""
}

// symmetric adds a constant whose integers reach from -most to most.
func (w *rewriter) symmetric(t int, d tensor.DType, most float64) int {
	values := w.plan.net.values(t)
	q := perTensor(widest(values)/most, 0)
	info := w.plan.net.graph.Tensors[t].Info
	info.DType, info.Quant = d, q
	return w.b.Constant(info, quantized(values, d, q))
}

// scaled adds a constant of int32 at a scale.
func (w *rewriter) scaled(t int, scale float32) int {
	info := w.plan.net.graph.Tensors[t].Info
	info.DType, info.Quant = tensor.Int32, tensor.Quant{Scale: []float32{scale}, ZeroPoint: []int64{0}}
	var data []byte
	for _, v := range w.plan.net.values(t) {
		q := min(math.MaxInt32, max(math.MinInt32, math.RoundToEven(float64(v)/float64(scale))))
		data = binary.LittleEndian.AppendUint32(data, uint32(int32(q)))
	}
	return w.b.Constant(info, data)
}

// state adds a variable.
func (w *rewriter) state(t int, d tensor.DType, q tensor.Quant) int {
	x := w.plan.net.graph.Tensors[t]
	x.DType, x.Quant, x.Data = d, q, nil
	return w.b.Add(x)
}
