package main

import (
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

var reductions = concat(
	each(tflite.OpMean, reduce, allTypes...),
	each(tflite.OpSum, reduce, allTypes...),
	each(tflite.OpReduceMax, reduceSame, allTypes...),
	each(tflite.OpReduceMin, reduceSame, allTypes...),
	each(tflite.OpReduceProd, reduce, tensor.Int8, tensor.Int16, tensor.Int32, tensor.Float32),
	each(tflite.OpReduceAny, reduceSame, tensor.Bool),
	each(tflite.OpReduceAll, reduceSame, tensor.Bool),
	each(tflite.OpArgMax, arg, tensor.Int8, tensor.Uint8, tensor.Int32, tensor.Float32),
	each(tflite.OpArgMin, arg, tensor.Int8, tensor.Uint8, tensor.Int32, tensor.Float32),
	each(tflite.OpCumsum, cumsum, plainTypes...),
	each(tflite.OpTopkV2, topK, allTypes...),
)

// axes draws some of rank axes, negative ones and repeated ones among them.
func (d *draw) axes(rank int) int {
	var v []int
	for range d.between(1, rank) {
		a := d.below(rank)
		if d.chance(4) {
			a -= rank
		}
		v = append(v, a)
	}
	return d.ints(v...)
}

func reduce(code tflite.OpCode, t tensor.DType) func(*draw) {
	return reduceTo(code, t, func(d *draw, _ kind) tensor.Quant { return d.quantized(t, nil).quant })
}

func reduceSame(code tflite.OpCode, t tensor.DType) func(*draw) {
	return reduceTo(code, t, func(_ *draw, in kind) tensor.Quant { return in.quant })
}

func reduceTo(code tflite.OpCode, t tensor.DType, quant func(*draw, kind) tensor.Quant) func(*draw) {
	return func(d *draw) {
		k := d.quantized(t, d.shape(1, 5, 6))
		x := d.input(k)
		axes := d.axes(len(k.shape))
		out := kind{dtype: t, quant: quant(d, k)}
		d.output(d.op(code, &tflite.ReducerOptions{KeepDims: d.chance(2)}, out, x, axes))
	}
}

func arg(code tflite.OpCode, t tensor.DType) func(*draw) {
	return func(d *draw) {
		k := d.quantized(t, d.shape(1, 4, 8))
		x := d.input(k)
		index := oneOf(&d.choices, tensor.Int32, tensor.Int64)
		axis := d.ints(d.below(len(k.shape)))
		d.output(d.op(code, &tflite.ArgOptions{OutputType: index}, kind{dtype: index}, x, axis))
	}
}

func cumsum(code tflite.OpCode, t tensor.DType) func(*draw) {
	return func(d *draw) {
		k := kind{dtype: t, shape: d.shape(1, 4, 6)}
		x := d.input(k)
		axis := d.scalar(d.below(len(k.shape)))
		d.output(d.op(code, &tflite.CumsumOptions{Exclusive: d.chance(2), Reverse: d.chance(2)}, kind{dtype: t}, x, axis))
	}
}

func topK(code tflite.OpCode, t tensor.DType) func(*draw) {
	return func(d *draw) {
		k := d.quantized(t, d.shape(1, 3, 10))
		x := d.input(k)
		n := d.scalar(d.between(1, k.shape[len(k.shape)-1]))
		d.output(d.ops(code, nil, []kind{{dtype: t, quant: k.quant}, {dtype: tensor.Int32}}, x, n)...)
	}
}
