package main

import (
	"encoding/binary"
	"math"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// shapes are operators that ask or make shapes; those of some outputs depend on values.
var shapes = concat(
	each(tflite.OpFill, fill, everyType...),
	each(tflite.OpRange, span, tensor.Int32, tensor.Int64, tensor.Float32),
	each(tflite.OpShape, shapeOf, tensor.Int8, tensor.Float32),
	each(tflite.OpRank, rank, tensor.Int8, tensor.Float32),
	each(tflite.OpWhere, where, tensor.Bool, tensor.Int8, tensor.Uint8, tensor.Int32, tensor.Uint32, tensor.Int64, tensor.Float32),
	each(tflite.OpBroadcastArgs, broadcastArgs, tensor.Int32, tensor.Int64),
	renamed("reshape-computed", each(tflite.OpReshape, reshapeComputed, everyType...)),
	renamed("slice-computed", each(tflite.OpSlice, sliceComputed, everyType...)),
	renamed("pad-computed", each(tflite.OpPad, padComputed, allTypes...)),
	renamed("tile-computed", each(tflite.OpTile, tileComputed, everyType...)),
	renamed("topk-computed", each(tflite.OpTopkV2, topKComputed, allTypes...)),
)

// flat reshapes a tensor whose shape LiteRT knows only when it runs: LiteRT.js hands out buffers of shapes that it knows
// before, and never writes to others.
func (d *draw) flat(x int) int {
	k := kind{dtype: d.graph.Tensors[x].DType, quant: d.graph.Tensors[x].Quant}
	return d.op(tflite.OpReshape, &tflite.ReshapeOptions{NewShape: []int{-1}}, k, x, d.ints(-1))
}

// moving adds zero to a number that LiteRT may know before it runs: LiteRT.js never writes such outputs either.
func (d *draw) moving(x int) int {
	k := kind{dtype: d.graph.Tensors[x].DType, shape: tensor.Shape{1}}
	zero := d.inputOf(k, make([]byte, k.dtype.Bytes(1)))
	return d.op(tflite.OpAdd, &tflite.ArithmeticOptions{}, kind{dtype: k.dtype}, x, zero)
}

func fill(code tflite.OpCode, t tensor.DType) func(*draw) {
	return func(d *draw) {
		shape := d.shape(1, 4, 5)
		dims := d.indices(tensor.Shape{len(shape)}, shape)
		value, out := d.moved(t, nil)
		d.output(d.flat(d.op(code, nil, out, dims, d.operand(value))))
	}
}

func span(code tflite.OpCode, t tensor.DType) func(*draw) {
	return func(d *draw) {
		delta := oneOf(&d.choices, 1, 2, 3, -1, -2)
		start := d.between(0, 20) - 10
		limit := start + delta*d.between(1, 9)
		if delta > 1 {
			limit -= d.below(delta)
		}
		number := func(v int) int {
			k, data := kind{dtype: t}, int32s(v)
			switch t {
			case tensor.Float32:
				data = binary.LittleEndian.AppendUint32(nil, math.Float32bits(float32(v)/4))
			case tensor.Int64:
				data = binary.LittleEndian.AppendUint64(nil, uint64(int64(v)))
			}
			if d.chance(2) {
				return d.inputOf(k, data)
			}
			return d.add(k, data)
		}
		d.output(d.moving(d.flat(d.op(code, nil, kind{dtype: t}, number(start), number(limit), number(delta)))))
	}
}

func shapeOf(code tflite.OpCode, t tensor.DType) func(*draw) {
	return func(d *draw) {
		x := d.input(d.quantized(t, d.shape(1, 6, 5)))
		out := oneOf(&d.choices, tensor.Int32, tensor.Int64)
		d.output(d.moving(d.op(code, &tflite.ShapeOptions{OutputType: out}, kind{dtype: out}, x)))
	}
}

func rank(code tflite.OpCode, t tensor.DType) func(*draw) {
	return func(d *draw) {
		x := d.input(d.quantized(t, d.shape(0, 6, 5)))
		d.output(d.moving(d.op(code, nil, kind{dtype: tensor.Int32}, x)))
	}
}

// where: one element at least is not zero.
func where(code tflite.OpCode, t tensor.DType) func(*draw) {
	return func(d *draw) {
		k := kind{dtype: t, shape: d.shape(1, 5, 5)}
		data := d.values(t, k.shape.Elems())
		nonZero(t, data[:t.Bytes(1)])
		d.output(d.flat(d.op(code, nil, kind{dtype: tensor.Int64}, d.inputOf(k, data))))
	}
}

func broadcastArgs(code tflite.OpCode, t tensor.DType) func(*draw) {
	return func(d *draw) {
		a, b := d.broadcastable(d.between(1, 6), 5)
		operand := func(s tensor.Shape) int {
			var data []byte
			for _, v := range s {
				data = append(data, binary.LittleEndian.AppendUint64(nil, uint64(v))[:t.Bytes(1)]...)
			}
			k := kind{dtype: t, shape: tensor.Shape{len(s)}}
			if d.chance(2) {
				return d.inputOf(k, data)
			}
			return d.add(k, data)
		}
		if len(a) == 0 || len(b) == 0 {
			a, b = tensor.Shape{1}, tensor.Shape{3, 1}
		}
		d.output(d.moving(d.op(code, nil, kind{dtype: t}, operand(a), operand(b))))
	}
}

// reshapeComputed and those below: what is a constant elsewhere comes as an input.
func reshapeComputed(code tflite.OpCode, t tensor.DType) func(*draw) {
	return func(d *draw) {
		in, out := d.moved(t, d.shape(1, 5, 4))
		shape := oneOf(&d.choices, []int{-1}, []int{in.shape[0], -1}, []int{1, -1, 1})
		x := d.input(in)
		d.output(d.flat(d.op(code, &tflite.ReshapeOptions{}, out, x, d.inputOf(ints(shape)))))
	}
}

func ints(v []int) (kind, []byte) {
	return kind{dtype: tensor.Int32, shape: tensor.Shape{len(v)}}, int32s(v...)
}

func sliceComputed(code tflite.OpCode, t tensor.DType) func(*draw) {
	return func(d *draw) {
		in, out := d.moved(t, d.shape(1, 5, 5))
		x := d.input(in)
		var begin, size []int
		for _, n := range in.shape {
			b := d.below(n)
			begin, size = append(begin, b), append(size, oneOf(&d.choices, d.between(1, n-b), -1))
		}
		b, s := d.inputOf(ints(begin)), 0
		if d.chance(2) {
			s = d.ints(size...)
		} else {
			s = d.inputOf(ints(size))
		}
		d.output(d.flat(d.op(code, nil, out, x, b, s)))
	}
}

func padComputed(code tflite.OpCode, t tensor.DType) func(*draw) {
	return func(d *draw) {
		in, out := d.moved(t, d.shape(1, 5, 4))
		x := d.input(in)
		var widths []int
		for range 2 * len(in.shape) {
			widths = append(widths, d.between(0, 3))
		}
		p := d.inputOf(kind{dtype: tensor.Int32, shape: tensor.Shape{len(in.shape), 2}}, int32s(widths...))
		d.output(d.flat(d.op(code, nil, out, x, p)))
	}
}

func tileComputed(code tflite.OpCode, t tensor.DType) func(*draw) {
	return func(d *draw) {
		in, out := d.moved(t, d.shape(1, 4, 4))
		x := d.input(in)
		var multiples []int
		for range in.shape {
			multiples = append(multiples, d.between(1, 3))
		}
		d.output(d.flat(d.op(code, nil, out, x, d.inputOf(ints(multiples)))))
	}
}

func topKComputed(code tflite.OpCode, t tensor.DType) func(*draw) {
	return func(d *draw) {
		k := d.quantized(t, d.shape(1, 3, 10))
		x := d.input(k)
		n := d.inputOf(kind{dtype: tensor.Int32}, int32s(d.between(1, k.shape[len(k.shape)-1])))
		y := d.ops(code, nil, []kind{{dtype: t, quant: k.quant}, {dtype: tensor.Int32}}, x, n)
		d.output(d.flat(y[0]), d.flat(y[1]))
	}
}
