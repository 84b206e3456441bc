package main

import (
	"encoding/binary"
	"math"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

var fullyConnected = []family{
	{name: "fc/int8", draw: dense(int8PerTensor)},
	{name: "fc/int8-channel", draw: dense(int8PerChannel)},
	{name: "fc/uint8", draw: dense(uint8Weights)},
	{name: "fc/int16x8", draw: dense(int16x8)},
	{name: "fc/hybrid", draw: dense(hybridTensor), apart: 1e-3},
	{name: "fc/hybrid-channel", draw: dense(hybridChannel), apart: 1e-3},
	{name: "fc/int4", draw: dense(int4Channel)},
	{name: "fc/hybrid-int4", draw: dense(hybridInt4), apart: 1e-3},
	{name: "fc/float32", draw: dense(floats)},
	{name: "batch-matmul/int8", draw: batchMatMul(tensor.Int8)},
	{name: "batch-matmul/float32", draw: batchMatMul(tensor.Float32)},
	{name: "batch-matmul/hybrid", draw: hybridMatMul, apart: 1e-3},
}

var hybridInt4 = weighting{in: tensor.Float32, weights: tensor.Int4, bias: tensor.Float32, out: tensor.Float32, perChannel: true}

func int64s(v ...int) []byte {
	var b []byte
	for _, x := range v {
		b = binary.LittleEndian.AppendUint64(b, uint64(x))
	}
	return b
}

func dense(w weighting) func(*draw) {
	return func(d *draw) {
		o := tflite.FullyConnectedOptions{Activation: d.activation(), KeepNumDims: d.chance(2), BiasType: tensor.Float32}
		if w.in == tensor.Float32 && w.weights != tensor.Float32 {
			o.AsymmetricQuantizeInputs = d.chance(2)
		}
		in := append(d.shape(1, 3, 4), d.between(1, 40))
		x, f, b, out := d.layer(w, in, tensor.Shape{d.between(1, 20), in[len(in)-1]}, 0, in[len(in)-1])
		if b < 0 {
			d.output(d.op(tflite.OpFullyConnected, &o, out, x, f, -1))
		} else {
			d.output(d.op(tflite.OpFullyConnected, &o, out, x, f, b))
		}
	}
}

func batchMatMul(t tensor.DType) func(*draw) {
	return func(d *draw) {
		o := tflite.BatchMatMulOptions{AdjX: d.chance(3), AdjY: d.chance(3)}
		m, k, n := d.between(1, 6), d.between(1, 20), d.between(1, 6)
		a, b := d.factors(m, k, n, o)
		ka, kb, out := kind{dtype: t, shape: a}, kind{dtype: t, shape: b}, kind{dtype: t}
		if t != tensor.Float32 {
			_, hi := limits(t)
			ka.quant, kb.quant = d.quant(t), d.quant(t)
			reach := float64(ka.quant.Scale[0]) * float64(kb.quant.Scale[0]) * math.Sqrt(float64(k)) * float64(hi) / 2
			out.quant = perTensor(d.outputScale(reach), d.zero(t))
		}
		x := d.input(ka)
		y := d.operand(kb)
		d.output(d.op(tflite.OpBatchMatmul, &o, out, x, y))
	}
}

// factors draws the shapes of two stacks of matrices, [m,k] and [k,n] or their transposes.
func (d *draw) factors(m, k, n int, o tflite.BatchMatMulOptions) (a, b tensor.Shape) {
	a, b = d.broadcastable(2, 3)
	pair := func(transposed bool, rows, cols int) []int {
		if transposed {
			return []int{cols, rows}
		}
		return []int{rows, cols}
	}
	return append(a, pair(o.AdjX, m, k)...), append(b, pair(o.AdjY, k, n)...)
}

func hybridMatMul(d *draw) {
	o := tflite.BatchMatMulOptions{AdjX: d.chance(4), AdjY: d.chance(2), AsymmetricQuantizeInputs: d.chance(2)}
	a, b := d.factors(d.between(1, 6), d.between(1, 20), d.between(1, 6), o)
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
