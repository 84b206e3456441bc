package main

import (
	"encoding/binary"
	"math"
	"slices"
	"strings"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// operatorsExplained are the classes of operators without weights.
var operatorsExplained = []explanation{
	{"LiteRT aborts on a comparison of a scale of 1 (comparisons.cc: neither below nor above 1)", abortsAtOne},
	{"LiteRT aborts on an ADD of an output multiplier of 1 or more, on a SUB of 1 (add.cc, sub.cc)", abortsInSum},
	{"SQUARED_DIFFERENCE of an output multiplier of 1 or more aborts (squared_difference.cc)", abortsInSquare},
	{"quantized REDUCE_PROD over dimensions of 1 alone: LiteRT reads axis -1 of none (reduce.h, before July 2026)", productOfOnes},
	{"−2³¹/−1 has no quotient in int32: WebAssembly traps", quotientTraps},
	{"LiteRT.js hands out no empty tensors (litert_tensor_buffer.h)", empty},
	{"float32 EXP from 2¹²⁷·⁵ on is infinite in XNNPACK (f32-vexp, rational_3_2: the exponent is rounded to 128)", overflowsEarly},
	{"a STRIDED_SLICE of one index outside of its dimension is malformed, as in TensorFlow; LiteRT takes what lies near", indexOutside},
	{"float32 GELU in XNNPACK is good to some 4e-7, which is more than 2e-5 of a range of 0.004 (f32-vgelu, rational_12_10)", geluNearZero},
}

// geluNearZero: all outputs lie within 1e-6, and below 0.01.
func geluNearZero(c *testCase, a answer, v verdict) bool {
	if v != differs || c.graph.Ops[0].Code != tflite.OpGelu || c.outputs[0].DType != tensor.Float32 || len(a.Outputs) != 1 {
		return false
	}
	for i, got := range tensor.As[float32](c.outputs[0].Data) {
		want := math.Float32frombits(binary.LittleEndian.Uint32(a.Outputs[0][4*i:]))
		if math.Abs(float64(got)-float64(want)) > 1e-6 || math.Abs(float64(want)) > 0.01 {
			return false
		}
	}
	return true
}

func indexOutside(c *testCase, _ answer, v verdict) bool {
	o, ok := c.graph.Ops[0].Options.(*tflite.StridedSliceOptions)
	return ok && v == lacks && o.ShrinkAxisMask != 0 && strings.Contains(c.refused.Error(), ": index ")
}

// overflowsEarly: eˣ with x·log₂e in [127.5, 128), which float32 has room for.
func overflowsEarly(c *testCase, _ answer, v verdict) bool {
	o := &c.graph.Ops[0]
	return v == differs && o.Code == tflite.OpExp && slices.ContainsFunc(c.floats(0), func(x float32) bool {
		z := float64(x) * math.Log2E
		return z >= 127.5 && z < 128
	})
}

// floats returns the values of input i, if they are float32.
func (c *testCase) floats(i int) []float32 {
	if c.graph.Tensors[c.graph.Inputs[i]].DType != tensor.Float32 {
		return nil
	}
	values := make([]float32, len(c.inputs[i])/4)
	for k := range values {
		values[k] = math.Float32frombits(binary.LittleEndian.Uint32(c.inputs[i][4*k:]))
	}
	return values
}

// aborted reports whether LiteRT's process ended by a failed check in an operator of these codes.
func (c *testCase) aborted(a answer, codes ...tflite.OpCode) (operands []tensor.Info, ok bool) {
	if !a.Crashed || !strings.Contains(a.Error, "Aborted") {
		return nil, false
	}
	for i := range c.graph.Ops {
		for _, code := range codes {
			if o := &c.graph.Ops[i]; o.Code == code {
				for _, t := range append(append([]int{}, o.Inputs...), o.Outputs...) {
					operands = append(operands, c.graph.Tensors[t].Info)
				}
				return operands, true
			}
		}
	}
	return nil, false
}

func abortsAtOne(c *testCase, a answer, v verdict) bool {
	t, ok := c.aborted(a, tflite.OpEqual, tflite.OpNotEqual, tflite.OpLess, tflite.OpLessEqual, tflite.OpGreater, tflite.OpGreaterEqual)
	return ok && v == lenient && t[0].Quant.Quantized() && (t[0].Quant.Scale[0] == 1 || t[1].Quant.Scale[0] == 1)
}

func abortsInSum(c *testCase, a answer, v verdict) bool {
	t, ok := c.aborted(a, tflite.OpAdd, tflite.OpSub)
	if !ok || v != lenient || !t[0].Quant.Quantized() {
		return false
	}
	left := float32(1 << 20)
	if t[0].DType == tensor.Int16 {
		left = 1 << 15
	}
	return 2*max(t[0].Quant.Scale[0], t[1].Quant.Scale[0]) >= left*t[2].Quant.Scale[0]
}

func empty(c *testCase, a answer, v verdict) bool {
	none := func(t tensor.Tensor) bool { return t.Shape.Elems() == 0 }
	return v == lenient && strings.Contains(a.Error, "num packed bytes") && slices.ContainsFunc(c.outputs, none)
}

func abortsInSquare(c *testCase, a answer, v verdict) bool {
	t, ok := c.aborted(a, tflite.OpSquaredDifference)
	if !ok || v != lenient || !t[0].Quant.Quantized() {
		return false
	}
	twice := float64(2 * max(t[0].Quant.Scale[0], t[1].Quant.Scale[0]))
	return twice*twice >= float64((1<<14)*t[2].Quant.Scale[0])
}

func productOfOnes(c *testCase, _ answer, v verdict) bool {
	for i := range c.graph.Ops {
		o := &c.graph.Ops[i]
		in, out := c.graph.Tensors[o.Inputs[0]], c.graph.Tensors[o.Outputs[0]]
		if o.Code == tflite.OpReduceProd && in.Quant.Quantized() && in.Shape.Elems() == out.Shape.Elems() {
			return v == differs
		}
	}
	return false
}

func quotientTraps(c *testCase, a answer, v verdict) bool {
	return v == lenient && a.Crashed && strings.Contains(a.Error, "divide result unrepresentable")
}
