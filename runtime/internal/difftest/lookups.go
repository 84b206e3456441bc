package main

import (
	"encoding/binary"
	"math"
	"slices"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

var lookups = concat(
	each(tflite.OpUnsortedSegmentSum, unsortedSegment, tensor.Float32, tensor.Int32),
	each(tflite.OpUnsortedSegmentProd, unsortedSegment, tensor.Float32, tensor.Int32),
	each(tflite.OpUnsortedSegmentMax, unsortedSegment, tensor.Float32, tensor.Int32),
	each(tflite.OpUnsortedSegmentMin, unsortedSegment, tensor.Float32, tensor.Int32),
	each(tflite.OpSegmentSum, segmentSum, tensor.Float32, tensor.Int32),
	each(tflite.OpBucketize, bucketize, plainTypes...),
	each(tflite.OpDilate, dilate, allTypes...),
	each(tflite.OpUnique, unique, allTypes...),
	each(tflite.OpHashtableLookup, hashtableLookup, allTypes...),
	each(tflite.OpLshProjection, lsh, allTypes...),
	each(tflite.OpFakeQuant, fakeQuant, tensor.Float32),
	each(tflite.OpEmbeddingLookupSparse, embeddingSparse, tensor.Float32),
	each(tflite.OpNonMaxSuppressionV4, suppression, tensor.Float32),
	each(tflite.OpNonMaxSuppressionV5, suppression, tensor.Float32),
)

// list draws n numbers from lo to hi.
func (d *draw) list(n, lo, hi int) []int {
	v := make([]int, n)
	for i := range v {
		v[i] = d.between(lo, hi)
	}
	return v
}

func ofInts(shape ...int) kind { return kind{dtype: tensor.Int32, shape: shape} }

func ofFloats(shape ...int) kind { return kind{dtype: tensor.Float32, shape: shape} }

// float adds a constant float32 without dimensions.
func (d *draw) float(v float64) int {
	return d.add(ofFloats(), binary.LittleEndian.AppendUint32(nil, math.Float32bits(float32(v))))
}

// through adds an input of zeros to a tensor, so that what has no place before it is computed can be an output.
func (d *draw) through(i int, k kind) {
	zeros := d.inputOf(k, make([]byte, k.dtype.Bytes(k.shape.Elems())))
	d.output(d.op(tflite.OpAdd, &tflite.ArithmeticOptions{}, k, i, zeros))
}

func unsortedSegment(code tflite.OpCode, t tensor.DType) func(*draw) {
	return func(d *draw) {
		k := kind{dtype: t, shape: d.shape(1, 3, 5)}
		x, rows, prefix := d.input(k), d.between(1, 4), k.shape[:d.between(1, len(k.shape))]
		ids := d.add(ofInts(prefix...), int32s(d.list(prefix.Elems(), -1, rows-1)...))
		d.output(d.op(code, nil, kind{dtype: t}, x, ids, d.scalar(rows)))
	}
}

func segmentSum(code tflite.OpCode, t tensor.DType) func(*draw) {
	return func(d *draw) {
		k := kind{dtype: t, shape: d.shape(1, 3, 5)}
		ids := make([]int, k.shape[0])
		for i := 1; i < len(ids); i++ {
			ids[i] = ids[i-1] + d.below(2)
		}
		out := kind{dtype: t, shape: slices.Clone(k.shape)}
		out.shape[0] = ids[len(ids)-1] + 1
		d.through(d.op(code, nil, out, d.constant(k), d.ints(ids...)), out) // TFLite knows the shape of constants' sums only
	}
}

func bucketize(code tflite.OpCode, t tensor.DType) func(*draw) {
	return func(d *draw) {
		x := d.input(kind{dtype: t, shape: d.shape(0, 4, 5)})
		bounds := []float32{}
		for _, v := range d.list(d.below(6), -8, 8) {
			bounds = append(bounds, float32(v)/2)
		}
		slices.Sort(bounds)
		d.output(d.op(code, &tflite.BucketizeOptions{Boundaries: bounds}, ofInts(), x))
	}
}

func dilate(code tflite.OpCode, t tensor.DType) func(*draw) {
	return func(d *draw) {
		in, out := d.moved(t, d.shape(1, 4, 4))
		x := d.input(in)
		d.output(d.op(code, nil, out, x, d.ints(d.list(len(in.shape), 1, 3)...), d.constant(kind{dtype: t, shape: tensor.Shape{}, quant: in.quant})))
	}
}

// unique gives the places, and the elements back by them: how many there are LiteRT does not say before it has run.
func unique(code tflite.OpCode, t tensor.DType) func(*draw) {
	return func(d *draw) {
		in, out := d.moved(t, d.shape(1, 1, 12))
		out.shape = in.shape
		places := kind{dtype: oneOf(&d.choices, tensor.Int32, tensor.Int64), shape: in.shape}
		got := d.ops(code, &tflite.UniqueOptions{IndexType: places.dtype}, []kind{out, places}, d.input(in))
		d.output(got[1], d.op(tflite.OpGather, &tflite.GatherOptions{}, out, got[0], got[1]))
	}
}

func hashtableLookup(code tflite.OpCode, t tensor.DType) func(*draw) {
	return func(d *draw) {
		in, out := d.moved(t, d.shape(1, 3, 6))
		keys := d.list(in.shape[0], -4, 4)
		if !d.chance(4) { // else the search goes astray, the same way in both
			slices.Sort(keys)
		}
		look := d.list(d.between(1, 6), -5, 5)
		d.output(d.ops(code, nil, []kind{out, {dtype: tensor.Uint8}}, d.inputOf(ofInts(len(look)), int32s(look...)), d.ints(keys...), d.constant(in))...)
	}
}

func lsh(code tflite.OpCode, t tensor.DType) func(*draw) {
	return func(d *draw) {
		in := d.quantized(t, d.shape(1, 3, 9))
		operands := []int{d.constant(ofFloats(d.between(1, 4), d.between(1, 32))), d.input(in)}
		if d.chance(2) {
			operands = append(operands, d.constant(ofFloats(in.shape[0])))
		}
		d.output(d.op(code, &tflite.LSHProjectionOptions{Type: uint8(d.between(1, 2))}, ofInts(), operands...))
	}
}

func fakeQuant(code tflite.OpCode, _ tensor.DType) func(*draw) {
	return func(d *draw) {
		x := d.input(ofFloats(d.shape(1, 3, 6)...))
		low := float32(d.below(100)-80) / 16
		o := &tflite.FakeQuantOptions{Min: low, Max: low + float32(d.between(1, 100))/16, NumBits: oneOf(&d.choices, 8, 4, 16, 1)}
		d.output(d.op(code, o, ofFloats(), x))
	}
}

func embeddingSparse(code tflite.OpCode, _ tensor.DType) func(*draw) {
	return func(d *draw) {
		dims, table := d.shape(1, 3, 3), ofFloats(append(tensor.Shape{d.between(1, 5)}, d.shape(1, 2, 4)...)...)
		n := d.between(1, 7)
		ids := d.inputOf(ofInts(n), int32s(d.list(n, 0, table.shape[0]-1)...))
		var places []int
		for range n {
			for _, size := range dims {
				places = append(places, d.below(size))
			}
		}
		index, weights := d.inputOf(ofInts(n, len(dims)), int32s(places...)), d.input(ofFloats(n))
		out := ofFloats(append(slices.Clone(dims[:len(dims)-1]), table.shape[1:]...)...)
		o := &tflite.EmbeddingLookupSparseOptions{Combiner: uint8(d.below(3))}
		d.through(d.op(code, o, out, ids, index, d.ints(dims...), weights, d.constant(table)), out)
	}
}

// suppression draws boxes on a coarse grid with few scores, so that many are equal.
func suppression(code tflite.OpCode, _ tensor.DType) func(*draw) {
	return func(d *draw) {
		n := d.between(1, 30)
		var corners, scores []byte
		for range n {
			for _, v := range d.list(4, 0, 12) {
				corners = binary.LittleEndian.AppendUint32(corners, math.Float32bits(float32(v)/4))
			}
			scores = binary.LittleEndian.AppendUint32(scores, math.Float32bits(float32(d.below(8))/8))
		}
		thresholds := []int{d.float(float64(d.between(1, 8)) / 8), d.float(float64(d.below(5)) / 8)}
		operands := append([]int{d.inputOf(ofFloats(n, 4), corners), d.inputOf(ofFloats(n), scores), d.scalar(d.between(1, n+3))}, thresholds...)
		outs := []kind{ofInts(), ofInts()}
		if code == tflite.OpNonMaxSuppressionV5 {
			operands = append(operands, d.float(float64(d.below(4))/4))
			outs = []kind{ofInts(), ofFloats(), ofInts()}
		}
		d.output(d.ops(code, nil, outs, operands...)...)
	}
}
