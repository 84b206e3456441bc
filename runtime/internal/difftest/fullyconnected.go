package main

import (
	"encoding/binary"
	"math"
	"slices"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

var fullyConnected = []family{
	{name: "fc/int8", draw: dense(int8PerTensor)},
	{name: "fc/int8-channel", draw: dense(int8PerChannel)},
	{name: "fc/int8-folded", draw: dense(int8PerChannel.with(folded))},
	{name: "fc/int8-unscaled-bias", draw: dense(int8PerChannel.with(unscaled))},
	{name: "fc/int8-shifted", draw: dense(int8PerTensor.with(shifted))},
	{name: "fc/int8-computed", draw: dense(int8PerTensor.with(computed))},
	{name: "fc/uint8", draw: dense(uint8Weights)},
	{name: "fc/uint8-computed", draw: dense(uint8Weights.with(computed))},
	{name: "fc/uint8-unscaled-bias", draw: dense(uint8Weights.with(unscaled))},
	{name: "fc/int16x8", draw: dense(int16x8)},
	{name: "fc/int16x8-tensor", draw: dense(int16x8Tensor)},
	{name: "fc/int16x8-int32", draw: dense(int16x8Narrow)},
	{name: "fc/int16x4", draw: dense(int16x8.of(tensor.Int4))},
	{name: "fc/hybrid", draw: dense(hybridTensor), apart: 1e-3},
	{name: "fc/hybrid-channel", draw: dense(hybridChannel), apart: 1e-3},
	{name: "fc/hybrid-folded", draw: dense(hybridChannel.with(folded)), apart: 1e-3},
	{name: "fc/int4", draw: dense(int8PerChannel.of(tensor.Int4))},
	{name: "fc/int4-tensor", draw: dense(int8PerTensor.of(tensor.Int4))},
	{name: "fc/hybrid-int4", draw: dense(hybridChannel.of(tensor.Int4)), apart: 1e-3},
	{name: "fc/hybrid-int4-tensor", draw: dense(hybridTensor.of(tensor.Int4)), apart: 1e-3},
	{name: "fc/float32", draw: dense(floats)},
	{name: "fc/float32-computed", draw: dense(floats.with(computed))},
	{name: "fc/float16", draw: dense(halves)},
	{name: "batch-matmul/int8", draw: batchMatMul(tensor.Int8, tensor.Int8)},
	{name: "batch-matmul/int16", draw: batchMatMul(tensor.Int16, tensor.Int16)},
	{name: "batch-matmul/int16x8", draw: batchMatMul(tensor.Int16, tensor.Int8)},
	{name: "batch-matmul/float32", draw: batchMatMul(tensor.Float32, tensor.Float32)},
	{name: "batch-matmul/hybrid", draw: hybridMatMul, apart: 1e-3},
}

func int64s(v ...int) []byte {
	var b []byte
	for _, x := range v {
		b = binary.LittleEndian.AppendUint64(b, uint64(x))
	}
	return b
}

func dense(w weighting) func(*draw) {
	return func(d *draw) {
		o := tflite.FullyConnectedOptions{Activation: d.activation(), KeepNumDims: d.chance(2), BiasType: d.biasType(w)}
		if w.in == tensor.Float32 && w.weights != tensor.Float32 {
			o.AsymmetricQuantizeInputs = d.chance(2)
		}
		in := append(d.shape(1, 3, 4), d.between(1, 40))
		k, n := in[len(in)-1], d.between(1, 20)
		x, f, b, out := d.layer(w, in, tensor.Shape{n, k}, 0, k)
		if out.shape = (tensor.Shape{in.Elems() / k, n}); o.KeepNumDims {
			out.shape = append(in[:len(in)-1:len(in)-1], n)
		}
		if b < 0 {
			d.output(d.op(tflite.OpFullyConnected, &o, out, x, f, -1))
		} else {
			d.output(d.op(tflite.OpFullyConnected, &o, out, x, f, b))
		}
	}
}

func batchMatMul(x, y tensor.DType) func(*draw) {
	return func(d *draw) {
		o := tflite.BatchMatMulOptions{AdjX: d.chance(3), AdjY: d.chance(3)}
		m, k, n := d.between(1, 6), d.between(1, 20), d.between(1, 6)
		batch, shapeX, shapeY := d.factors(m, k, n, o)
		a, b, out := d.quantized(x, shapeX), d.quantized(y, shapeY), kind{dtype: x, shape: append(batch, m, n)}
		if x == tensor.Int16 || d.chance(2) && y == tensor.Int8 {
			b.quant.ZeroPoint[0] = 0 // as int16 wants and XNNPACK likes
		}
		if x != tensor.Float32 {
			_, hi := limits(y)
			reach := float64(a.quant.Scale[0]) * float64(b.quant.Scale[0]) * math.Sqrt(float64(k)) * float64(hi) / 2
			out.quant = perTensor(d.outputScale(reach), d.zero(x))
		}
		i := d.input(a)
		d.output(d.op(tflite.OpBatchMatmul, &o, out, i, d.operand(b)))
	}
}

// factors draws the shapes of two stacks of matrices, [m,k] and [k,n] or their transposes, and that of the stack of products.
func (d *draw) factors(m, k, n int, o tflite.BatchMatMulOptions) (batch, a, b tensor.Shape) {
	a, b = d.broadcastable(2, 3)
	batch = slices.Clone(a)
	if len(b) > len(a) {
		batch = slices.Clone(b)
	}
	for i := range min(len(a), len(b)) {
		at := &batch[len(batch)-1-i]
		*at = max(a[len(a)-1-i], b[len(b)-1-i])
	}
	pair := func(transposed bool, rows, cols int) []int {
		if transposed {
			return []int{cols, rows}
		}
		return []int{rows, cols}
	}
	return batch, append(a, pair(o.AdjX, m, k)...), append(b, pair(o.AdjY, k, n)...)
}

func hybridMatMul(d *draw) {
	o := tflite.BatchMatMulOptions{AdjX: d.chance(4), AdjY: d.chance(2), AsymmetricQuantizeInputs: d.chance(2)}
	_, a, b := d.factors(d.between(1, 6), d.between(1, 20), d.between(1, 6), o)
	x := d.input(kind{dtype: tensor.Float32, shape: a})
	y := d.constant(kind{dtype: tensor.Int8, shape: b, quant: perTensor(d.scale(), 0)})
	d.output(d.op(tflite.OpBatchMatmul, &o, kind{dtype: tensor.Float32}, x, y))
}

// operand adds an input, or a constant.
func (d *draw) operand(k kind) int {
	if d.chance(3) {
		return d.constant(k)
	}
	return d.input(k)
}

// broadcastable draws two shapes of up to rank dimensions that broadcast.
func (d *draw) broadcastable(rank, size int) (a, b tensor.Shape) {
	full := d.shape(0, rank, size)
	if d.below(3) == 0 {
		return append(tensor.Shape{}, full...), append(tensor.Shape{}, full...)
	}
	thin := func() tensor.Shape {
		s := append(tensor.Shape{}, full...)
		for i := range s {
			if d.chance(3) {
				s[i] = 1
			}
		}
		return s[min(len(s), d.below(4)/3):]
	}
	return thin(), thin()
}
