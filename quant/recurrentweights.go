package quant

import (
	"math"
	"slices"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// matrices are the operands of an operator other than a layer that may be int8, each with one scale, beside float data
// (tensorflow/lite/tools/optimize/quantize_weights.cc); nil for one that has none.
func matrices(o *tflite.Op) []int {
	switch o.Code {
	case tflite.OpUnidirectionalSequenceLstm, tflite.OpLstm:
		if x, ok := lstmOptions(o); ok && !x.DiagonalRecurrent && len(o.Inputs) > lstmProject {
			return []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, lstmProject}
		}
	case tflite.OpSvdf, tflite.OpUnidirectionalSequenceRnn, tflite.OpRnn:
		return []int{1, 2}
	case tflite.OpEmbeddingLookup:
		return []int{1}
	}
	return nil
}

// whyWideMatrices says why an operator's matrices stay float.
func (n *net) whyWideMatrices(o *tflite.Op) string {
	operands, elems := n.operands(o), 0
	for _, t := range operands {
		elems += n.graph.Tensors[t].Shape.Elems()
	}
	switch {
	case len(operands) == 0:
		return "no weights"
	case !n.float(o.Outputs[0]):
		return notFloat
	case elems < leastWeights:
		return "fewer than 1024 weights"
	}
	return n.constants(operands)
}

// operands returns the tensors that are an operator's matrices.
func (n *net) operands(o *tflite.Op) (all []int) {
	for _, i := range matrices(o) {
		if t := o.Inputs[i]; t >= 0 && !slices.Contains(all, t) {
			all = append(all, t)
		}
	}
	return all
}

// narrowMatrices makes them int8.
func (n *net) narrowMatrices(o *tflite.Op, done map[[2]int]int) {
	inputs := slices.Clone(o.Inputs)
	for _, i := range matrices(o) {
		t := inputs[i]
		if t < 0 {
			continue
		}
		key := [2]int{t, -1}
		if _, ok := done[key]; !ok {
			x, values := n.graph.Tensors[t], n.values(t)
			q := perTensor(widest(values)/math.MaxInt8, 0)
			x.Index, x.DType, x.Quant, x.Data = len(n.graph.Tensors), tensor.Int8, q, quantized(values, tensor.Int8, q)
			n.graph.Tensors = append(n.graph.Tensors, x)
			done[key] = x.Index
		}
		inputs[i] = done[key]
	}
	o.Inputs = inputs
	o.Version = n.graph.Version(o)
}
