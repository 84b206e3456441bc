package main

import (
	"encoding/binary"
	"math"
	"reflect"
	"slices"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// nearSums reports whether the outputs of float32 layers differ by no more than sums may that are taken in another order:
// 2e-5 of the largest sum of the terms' magnitudes. Where terms cancel, or a fused activation cuts the range, that is more
// than the family's part of the outputs' range.
func (c *testCase) nearSums(a answer, v verdict) bool {
	if v != differs || slices.ContainsFunc(c.graph.Ops, func(o tflite.Op) bool { return !slices.Contains(summing, o.Code) }) {
		return false
	}
	magnitudes := c.magnitudes()
	for i, out := range c.outputs {
		if out.DType != tensor.Float32 || magnitudes == nil || len(a.Outputs[i]) != len(out.Data) {
			return false
		}
		bound := 2e-5 * float64(slices.Max(tensor.As[float32](magnitudes[i].Data)))
		for k, got := range tensor.As[float32](out.Data) {
			want := math.Float32frombits(binary.LittleEndian.Uint32(a.Outputs[i][4*k:]))
			if !(math.Abs(float64(got)-float64(want)) <= bound) {
				return false
			}
		}
	}
	return true
}

// summing are operators whose result over magnitudes bounds the magnitudes of their terms.
var summing = []tflite.OpCode{tflite.OpConv2d, tflite.OpDepthwiseConv2d, tflite.OpTransposeConv, tflite.OpFullyConnected,
	tflite.OpBatchMatmul, tflite.OpDequantize, tflite.OpAdd, tflite.OpMul, tflite.OpPad, tflite.OpConcatenation,
	tflite.OpAveragePool2d, tflite.OpMean, tflite.OpResizeBilinear, tflite.OpRelu, tflite.OpReshape}

// magnitudes runs the case with all floats made positive and without fused activations; nil if that is refused.
func (c *testCase) magnitudes() []tensor.Tensor {
	m := &testCase{family: c.family, graph: c.graph}
	m.graph.Tensors, m.graph.Ops = slices.Clone(c.graph.Tensors), slices.Clone(c.graph.Ops)
	for i := range m.graph.Tensors {
		t := &m.graph.Tensors[i]
		t.Data = positive32(t.DType, t.Data)
	}
	for i, in := range c.graph.Inputs {
		m.inputs = append(m.inputs, positive32(c.graph.Tensors[in].DType, c.inputs[i]))
	}
	for i := range m.graph.Ops {
		m.graph.Ops[i].Options = unfused(m.graph.Ops[i].Options)
	}
	var err error
	if m.model, err = tflite.Write(m.wrap(m.graph.Outputs)); err != nil {
		return nil
	}
	outputs, err := m.run()
	if err != nil {
		return nil
	}
	return outputs
}

// positive32 returns floats of 32 or 16 bits without their signs.
func positive32(t tensor.DType, data []byte) []byte {
	size := t.Bytes(1)
	if data == nil || t != tensor.Float32 && t != tensor.Float16 {
		return data
	}
	data = slices.Clone(data)
	for i := size - 1; i < len(data); i += size {
		data[i] &= 0x7f
	}
	return data
}

// unfused returns an operator's options without a fused activation.
func unfused(options any) any {
	v := reflect.ValueOf(options)
	if v.Kind() != reflect.Pointer || !v.Elem().FieldByName("Activation").IsValid() {
		return options
	}
	plain := reflect.New(v.Elem().Type())
	plain.Elem().Set(v.Elem())
	plain.Elem().FieldByName("Activation").SetZero()
	return plain.Interface()
}
