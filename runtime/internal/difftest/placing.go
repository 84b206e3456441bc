package main

import (
	"math/rand/v2"
	"slices"
	"strings"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

var (
	everyType   = []tensor.DType{tensor.Int8, tensor.Uint8, tensor.Int16, tensor.Int32, tensor.Int64, tensor.Float32, tensor.Bool}
	exceptInt16 = append(slices.Clone(withoutInt16), tensor.Bool)
)

// placing are operators that put elements at places given by indices.
var placing = concat(
	each(tflite.OpScatterNd, scatterND, exceptInt16...),
	each(tflite.OpSparseToDense, sparseToDense, withoutInt16...),
	each(tflite.OpOneHot, oneHot, tensor.Int8, tensor.Uint8, tensor.Int32, tensor.Int64, tensor.Float32, tensor.Bool),
	each(tflite.OpEmbeddingLookup, embedding, tensor.Float32, tensor.Int32, tensor.Int64, tensor.Uint8, tensor.Int8),
	each(tflite.OpDynamicUpdateSlice, updateSlice, tensor.Int8, tensor.Int16, tensor.Int32, tensor.Int64, tensor.Float32, tensor.Bool),
	renamed("gather-batched", each(tflite.OpGather, gatherBatched, everyType...)),
	each(tflite.OpReverseSequence, reverseSequence, tensor.Uint8, tensor.Int16, tensor.Int32, tensor.Int64, tensor.Float32),
	each(tflite.OpMatrixDiag, matrixDiag, allTypes...),
	each(tflite.OpMatrixSetDiag, matrixSetDiag, allTypes...),
	each(tflite.OpSelect, selectV1, everyType...),
	renamed("select-v2-broadcast", each(tflite.OpSelectV2, selectBroadcast, everyType...)),
)

// renamed puts another name in the place of the operator's.
func renamed(name string, list []family) []family {
	for i := range list {
		_, t := cutLast(list[i].name)
		list[i].name = name + "/" + t
	}
	return list
}

func cutLast(name string) (before, after string) {
	i := strings.LastIndexByte(name, '/')
	return name[:i], name[i+1:]
}

// indices adds int32 numbers, as a constant or an input.
func (d *draw) indices(shape tensor.Shape, v []int) int {
	k, data := kind{dtype: tensor.Int32, shape: shape}, int32s(v...)
	if d.chance(2) {
		return d.inputOf(k, data)
	}
	return d.add(k, data)
}

// places draws n places in the leading dimensions of a shape, all different if they fit.
func (d *draw) places(n int, into tensor.Shape) []int {
	r := rand.New(rand.NewPCG(uint64(d.below(1<<16)), 11))
	var v []int
	for _, at := range r.Perm(max(n, into.Elems()))[:n] {
		index := make([]int, len(into))
		for i := len(into) - 1; i >= 0; i-- {
			index[i] = at % into[i]
			at /= into[i]
		}
		v = append(v, index...)
	}
	return v
}

func scatterND(code tflite.OpCode, t tensor.DType) func(*draw) {
	return func(d *draw) {
		out := d.shape(1, 4, 5)
		depth, n := d.between(1, len(out)), d.between(1, 5)
		at := d.indices(tensor.Shape{n, depth}, d.places(n, out[:depth]))
		updates := d.input(kind{dtype: t, shape: append(tensor.Shape{n}, out[depth:]...)})
		d.output(d.op(code, nil, kind{dtype: t}, at, updates, d.ints(out...)))
	}
}

func sparseToDense(code tflite.OpCode, t tensor.DType) func(*draw) {
	return func(d *draw) {
		out := d.shape(1, 4, 5)
		n := d.between(1, min(5, out.Elems()))
		at := d.indices(tensor.Shape{n, len(out)}, d.places(n, out))
		values := kind{dtype: t, shape: tensor.Shape{n}}
		if d.chance(3) {
			values.shape = nil
		}
		v := d.input(values)
		rest := d.constant(kind{dtype: t})
		d.output(d.op(code, &tflite.SparseToDenseOptions{}, kind{dtype: t}, at, d.ints(out...), v, rest))
	}
}

func oneHot(code tflite.OpCode, t tensor.DType) func(*draw) {
	return func(d *draw) {
		shape, depth := d.shape(1, 4, 5), d.between(1, 6)
		r := rand.New(rand.NewPCG(uint64(d.below(1<<16)), 11))
		at := d.indices(shape, small(r, shape.Elems(), -1, depth))
		on, off := d.constant(kind{dtype: t}), d.constant(kind{dtype: t})
		axis := d.between(0, len(shape)+1) - 1
		d.output(d.op(code, &tflite.OneHotOptions{Axis: axis}, kind{dtype: t}, at, d.scalar(depth), on, off))
	}
}

func embedding(code tflite.OpCode, t tensor.DType) func(*draw) {
	return func(d *draw) {
		table, out := d.moved(t, d.shape(2, 4, 5))
		n := d.between(1, 6)
		r := rand.New(rand.NewPCG(uint64(d.below(1<<16)), 11))
		at := d.indices(tensor.Shape{n}, small(r, n, 0, table.shape[0]-1))
		d.output(d.op(code, nil, out, at, d.operand(table)))
	}
}

func updateSlice(code tflite.OpCode, t tensor.DType) func(*draw) {
	return func(d *draw) {
		in, out := d.moved(t, d.shape(1, 4, 6))
		x := d.input(in)
		update := kind{dtype: t, quant: in.quant, shape: slices.Clone(in.shape)}
		var start []int
		for i, n := range in.shape {
			update.shape[i] = d.between(1, n)
			start = append(start, d.between(0, n+2)-1)
		}
		u := d.input(update)
		d.output(d.op(code, nil, out, x, u, d.indices(tensor.Shape{len(start)}, start)))
	}
}

func gatherBatched(code tflite.OpCode, t tensor.DType) func(*draw) {
	return func(d *draw) {
		in, out := d.moved(t, d.shape(2, 5, 5))
		x := d.input(in)
		batch := d.below(len(in.shape))
		axis := d.between(batch, len(in.shape)-1)
		at := append(slices.Clone(in.shape[:batch]), d.shape(0, 2, 4)...)
		r := rand.New(rand.NewPCG(uint64(d.below(1<<16)), 11))
		i := d.indices(at, small(r, at.Elems(), 0, in.shape[axis]-1))
		o := tflite.GatherOptions{Axis: axis, BatchDims: batch}
		if d.chance(3) {
			o.Axis -= len(in.shape)
		}
		if d.chance(3) {
			o.BatchDims -= len(at)
		}
		d.output(d.op(code, &o, out, x, i))
	}
}

func reverseSequence(code tflite.OpCode, t tensor.DType) func(*draw) {
	return func(d *draw) {
		in, out := d.moved(t, d.shape(2, 5, 5))
		x := d.input(in)
		p := d.order(len(in.shape))
		seq, batch := p[0], p[1]
		r := rand.New(rand.NewPCG(uint64(d.below(1<<16)), 11))
		lengths := d.indices(tensor.Shape{in.shape[batch]}, small(r, in.shape[batch], 0, in.shape[seq]))
		d.output(d.op(code, &tflite.ReverseSequenceOptions{SeqDim: seq, BatchDim: batch}, out, x, lengths))
	}
}

func matrixDiag(code tflite.OpCode, t tensor.DType) func(*draw) {
	return func(d *draw) {
		in, out := d.moved(t, d.shape(1, 4, 5))
		d.output(d.op(code, nil, out, d.input(in)))
	}
}

func matrixSetDiag(code tflite.OpCode, t tensor.DType) func(*draw) {
	return func(d *draw) {
		in, out := d.moved(t, d.shape(2, 4, 5))
		last := len(in.shape) - 1
		diagonal := kind{dtype: t, quant: in.quant, shape: slices.Clone(in.shape[:last])}
		diagonal.shape[last-1] = min(in.shape[last-1], in.shape[last])
		x := d.input(in)
		d.output(d.op(code, nil, out, x, d.input(diagonal)))
	}
}

// selectV1: the condition is of the operands' shape, a scalar, or a vector over the first dimension.
func selectV1(code tflite.OpCode, t tensor.DType) func(*draw) {
	return func(d *draw) {
		k, out := d.moved(t, d.shape(1, 5, 5))
		c := d.input(kind{dtype: tensor.Bool, shape: oneOf(&d.choices, k.shape, k.shape[:1], tensor.Shape{})})
		x := d.input(k)
		d.output(d.op(code, nil, out, c, x, d.operand(k)))
	}
}

// selectBroadcast: condition and operands broadcast.
func selectBroadcast(code tflite.OpCode, t tensor.DType) func(*draw) {
	return func(d *draw) {
		full := d.shape(0, 6, 4)
		thin := func() tensor.Shape {
			s := slices.Clone(full)
			for i := range s {
				if d.chance(4) {
					s[i] = 1
				}
			}
			return s[min(len(s), d.below(4)/3):]
		}
		k := d.quantized(t, thin())
		c := d.input(kind{dtype: tensor.Bool, shape: thin()})
		x := d.input(k)
		y := d.operand(kind{dtype: t, shape: thin(), quant: k.quant})
		d.output(d.op(code, nil, kind{dtype: t, quant: k.quant}, c, x, y))
	}
}
