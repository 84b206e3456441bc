package interp

import (
	"errors"
	"slices"
	"testing"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// sparseModel has one operator on the int8 constant [0 7 0], of which only the 7 is stored.
func sparseModel(code tflite.OpCode) *tflite.Model {
	info := tensor.Info{DType: tensor.Int8, Shape: tensor.Shape{3}, Quant: tensor.Quant{Scale: []float32{1}, ZeroPoint: []int64{0}}}
	stored := tflite.Tensor{Info: info, Data: []byte{7}, Sparse: true, Sparsity: &tflite.Sparsity{Order: []int{0},
		Dims: []tflite.SparseDim{{Compressed: true, Segments: []int{0, 1}, Indices: []int{1}}}}}
	return &tflite.Model{Version: 3, Graphs: []tflite.Graph{{Tensors: []tflite.Tensor{stored, {Info: info}}, Outputs: []int{1},
		Ops: []tflite.Op{{Code: code, Inputs: []int{0}, Outputs: []int{1}}}}}}
}

func TestSparseConstantBecomesDense(t *testing.T) {
	s, err := New(sparseModel(tflite.OpDensify), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if got, want := s.Output(0).Data, []byte{0, 7, 0}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestOtherOperatorsRefuseSparseConstants(t *testing.T) {
	_, err := New(sparseModel(tflite.OpQuantize), Options{})
	if _, ok := errors.AsType[*tflite.UnsupportedError](err); !ok {
		t.Errorf("got %v, want an unsupported error", err)
	}
}
