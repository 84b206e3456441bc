package main

import (
	"math/rand/v2"
	"slices"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

var moves = concat(
	each(tflite.OpConcatenation, concatenation, allTypes...),
	each(tflite.OpPad, pad, allTypes...),
	each(tflite.OpPadv2, pad, allTypes...),
	each(tflite.OpMirrorPad, mirrorPad, allTypes...),
	each(tflite.OpSlice, slice, allTypes...),
	each(tflite.OpStridedSlice, stridedSlice, allTypes...),
	each(tflite.OpTranspose, transpose, allTypes...),
	each(tflite.OpReshape, reshape, allTypes...),
	each(tflite.OpSplit, split, allTypes...),
	each(tflite.OpSplitV, splitV, allTypes...),
	each(tflite.OpPack, pack, allTypes...),
	each(tflite.OpUnpack, unpack, withoutInt64...),
	each(tflite.OpGather, gather, allTypes...),
	each(tflite.OpGatherNd, gatherND, allTypes...),
	each(tflite.OpSpaceToDepth, depthSpace, withoutInt16...),
	each(tflite.OpDepthToSpace, depthSpace, withoutInt16...),
	each(tflite.OpSpaceToBatchNd, spaceToBatch, allTypes...),
	each(tflite.OpBatchToSpaceNd, batchToSpace, allTypes...),
	each(tflite.OpTile, tile, allTypes...),
	each(tflite.OpReverseV2, reverse, allTypes...),
	each(tflite.OpBroadcastTo, broadcastTo, allTypes...),
	each(tflite.OpExpandDims, expandDims, allTypes...),
	each(tflite.OpSqueeze, squeeze, allTypes...),
)

// moved is a tensor's kind, and that of what is moved out of it: the same but for the shape.
func (d *draw) moved(t tensor.DType, shape tensor.Shape) (in, out kind) {
	in = d.quantized(t, shape)
	return in, kind{dtype: t, quant: in.quant}
}

func concatenation(code tflite.OpCode, t tensor.DType) func(*draw) {
	return func(d *draw) {
		first, out := d.moved(t, d.shape(1, 5, 5))
		axis := d.below(len(first.shape))
		operands := []int{d.input(first)}
		for range d.between(0, 3) {
			k := kind{dtype: t, shape: slices.Clone(first.shape), quant: first.quant}
			k.shape[axis] = d.between(1, 5)
			if t != tensor.Int8 && d.chance(4) { // LiteRT refuses int8 of other scales
				k.quant = d.quantized(t, nil).quant
			}
			operands = append(operands, d.operand(k))
		}
		if t != tensor.Int8 && d.chance(4) {
			out.quant = d.quantized(t, nil).quant
		}
		if d.chance(4) {
			axis -= len(first.shape)
		}
		d.output(d.op(code, &tflite.ConcatenationOptions{Axis: axis}, out, operands...))
	}
}

func pad(code tflite.OpCode, t tensor.DType) func(*draw) {
	return func(d *draw) {
		in, out := d.moved(t, d.shape(1, 5, 5))
		x := d.input(in)
		var widths []int
		for range 2 * len(in.shape) {
			widths = append(widths, d.between(0, 3))
		}
		operands := []int{x, d.add(kind{dtype: tensor.Int32, shape: tensor.Shape{len(in.shape), 2}}, int32s(widths...))}
		if code == tflite.OpPadv2 {
			operands = append(operands, d.constant(kind{dtype: t, shape: tensor.Shape{1}, quant: in.quant}))
		}
		d.output(d.op(code, nil, out, operands...))
	}
}

func mirrorPad(code tflite.OpCode, t tensor.DType) func(*draw) {
	return func(d *draw) {
		in, out := d.moved(t, d.shape(1, 4, 5))
		x := d.input(in)
		symmetric := d.chance(2)
		var widths []int
		for i := range 2 * len(in.shape) {
			most := in.shape[i/2] - 1
			if symmetric {
				most++
			}
			widths = append(widths, d.between(0, most))
		}
		p := d.add(kind{dtype: tensor.Int32, shape: tensor.Shape{len(in.shape), 2}}, int32s(widths...))
		d.output(d.op(code, &tflite.MirrorPadOptions{Symmetric: symmetric}, out, x, p))
	}
}

func slice(code tflite.OpCode, t tensor.DType) func(*draw) {
	return func(d *draw) {
		in, out := d.moved(t, d.shape(1, 5, 6))
		x := d.input(in)
		var begin, size []int
		for _, n := range in.shape {
			b := d.below(n)
			begin, size = append(begin, b), append(size, oneOf(&d.choices, d.between(1, n-b), -1))
		}
		d.output(d.op(code, nil, out, x, d.ints(begin...), d.ints(size...)))
	}
}

func stridedSlice(code tflite.OpCode, t tensor.DType) func(*draw) {
	return func(d *draw) {
		in, out := d.moved(t, d.shape(1, 5, 6))
		x := d.input(in)
		rank := len(in.shape)
		var begin, end, strides []int
		shrink := 0
		if d.chance(3) {
			shrink = d.below(1 << rank)
		}
		for i, n := range in.shape {
			b, e, stride := d.span(n, shrink>>i&1 == 1)
			begin, end, strides = append(begin, b), append(end, e), append(strides, stride)
		}
		o := tflite.StridedSliceOptions{BeginMask: d.below(1 << rank), EndMask: d.below(1 << rank), ShrinkAxisMask: shrink}
		if shrink == 0 && d.chance(6) { // both move what is taken to other dimensions, where an index may be out of bounds
			o.NewAxisMask = d.below(1 << rank)
		}
		if shrink == 0 && d.chance(6) {
			o.EllipsisMask = 1 << d.below(rank)
		}
		d.output(d.op(code, &o, out, x, d.ints(begin...), d.ints(end...), d.ints(strides...)))
	}
}

// span draws where a slice of n elements begins and ends, and its stride. It is not empty: LiteRT.js hands out no empty
// tensors. Where a single element is taken, the stride goes up, as TensorFlow demands.
func (d *draw) span(n int, single bool) (begin, end, stride int) {
	stride = oneOf(&d.choices, 1, 2, 3, -1, -2)
	begin = d.below(n)
	switch {
	case single:
		stride = max(stride, -stride)
		end = d.between(0, 2*n) - n
	case stride > 0:
		end = d.between(begin+1, n+2)
	default:
		end = d.between(-n-2, begin-n-1) // counted from the end: −n−1 is before the first
	}
	if stride > 0 && end < n && end >= 0 && d.chance(3) {
		end -= n
	}
	if d.chance(3) {
		begin -= n
	}
	return begin, end, stride
}

// order draws a permutation of n.
func (d *draw) order(n int) []int {
	return rand.New(rand.NewPCG(uint64(d.below(1000)), 3)).Perm(n)
}

func transpose(code tflite.OpCode, t tensor.DType) func(*draw) {
	return func(d *draw) {
		in, out := d.moved(t, d.shape(1, 6, 5))
		x := d.input(in)
		d.output(d.op(code, nil, out, x, d.ints(d.order(len(in.shape))...)))
	}
}

func reshape(code tflite.OpCode, t tensor.DType) func(*draw) {
	return func(d *draw) {
		in, out := d.moved(t, d.shape(1, 5, 5))
		x := d.input(in)
		shape := []int{1, in.shape.Elems()}
		if d.chance(2) {
			shape = []int{in.shape[0], -1}
		}
		d.output(d.op(code, &tflite.ReshapeOptions{NewShape: shape}, out, x, d.ints(shape...)))
	}
}

func split(code tflite.OpCode, t tensor.DType) func(*draw) {
	return func(d *draw) {
		in, out := d.moved(t, d.shape(1, 4, 4))
		axis, n := d.below(len(in.shape)), d.between(1, 4)
		in.shape[axis] *= n
		a := d.scalar(axis)
		x := d.input(in)
		d.output(d.ops(code, &tflite.SplitOptions{NumSplits: n}, slices.Repeat([]kind{out}, n), a, x)...)
	}
}

func splitV(code tflite.OpCode, t tensor.DType) func(*draw) {
	return func(d *draw) {
		in, out := d.moved(t, d.shape(1, 4, 4))
		axis, n := d.below(len(in.shape)), d.between(1, 4)
		var sizes []int
		in.shape[axis] = 0
		for range n {
			sizes = append(sizes, d.between(1, 4))
			in.shape[axis] += sizes[len(sizes)-1]
		}
		x := d.input(in)
		d.output(d.ops(code, &tflite.SplitOptions{NumSplits: n}, slices.Repeat([]kind{out}, n), x, d.ints(sizes...), d.scalar(axis))...)
	}
}

func pack(code tflite.OpCode, t tensor.DType) func(*draw) {
	return func(d *draw) {
		in, out := d.moved(t, d.shape(1, 4, 5))
		n, axis := d.between(1, 4), d.below(len(in.shape)+1)
		operands := []int{d.input(in)}
		for range n - 1 {
			operands = append(operands, d.operand(in))
		}
		d.output(d.op(code, &tflite.PackOptions{ValuesCount: n, Axis: axis}, out, operands...))
	}
}

func unpack(code tflite.OpCode, t tensor.DType) func(*draw) {
	return func(d *draw) {
		in, out := d.moved(t, d.shape(2, 4, 4))
		x := d.input(in)
		axis := d.below(len(in.shape))
		n := in.shape[axis]
		d.output(d.ops(code, &tflite.UnpackOptions{Num: n, Axis: axis}, slices.Repeat([]kind{out}, n), x)...)
	}
}

func gather(code tflite.OpCode, t tensor.DType) func(*draw) {
	return func(d *draw) {
		in, out := d.moved(t, d.shape(1, 4, 6))
		x := d.input(in)
		axis := d.below(len(in.shape))
		var index []int
		for range d.between(1, 6) {
			index = append(index, d.below(in.shape[axis]))
		}
		d.output(d.op(code, &tflite.GatherOptions{Axis: axis}, out, x, d.ints(index...)))
	}
}

func gatherND(code tflite.OpCode, t tensor.DType) func(*draw) {
	return func(d *draw) {
		in, out := d.moved(t, d.shape(1, 4, 5))
		x := d.input(in)
		n, depth := d.between(1, 4), d.between(1, len(in.shape))
		var index []int
		for range n {
			for _, size := range in.shape[:depth] {
				index = append(index, d.below(size))
			}
		}
		i := d.add(kind{dtype: tensor.Int32, shape: tensor.Shape{n, depth}}, int32s(index...))
		d.output(d.op(code, nil, out, x, i))
	}
}

func depthSpace(code tflite.OpCode, t tensor.DType) func(*draw) {
	return func(d *draw) {
		b := d.between(1, 3)
		shape := tensor.Shape{d.between(1, 2), d.between(1, 4), d.between(1, 4), d.between(1, 4)}
		if code == tflite.OpSpaceToDepth {
			shape[1], shape[2] = shape[1]*b, shape[2]*b
		} else {
			shape[3] *= b * b
		}
		in, out := d.moved(t, shape)
		x := d.input(in)
		d.output(d.op(code, &tflite.BlockSizeOptions{BlockSize: b}, out, x))
	}
}

func spaceToBatch(code tflite.OpCode, t tensor.DType) func(*draw) {
	return func(d *draw) {
		bh, bw := d.between(1, 3), d.between(1, 3)
		h, w := d.between(1, 5), d.between(1, 5)
		in, out := d.moved(t, tensor.Shape{d.between(1, 2), h, w, d.between(1, 4)})
		x := d.input(in)
		top, left := d.below(3), d.below(3)
		p := []int{top, (bh - (h+top)%bh) % bh, left, (bw - (w+left)%bw) % bw}
		d.output(d.op(code, nil, out, x, d.ints(bh, bw), d.add(kind{dtype: tensor.Int32, shape: tensor.Shape{2, 2}}, int32s(p...))))
	}
}

func batchToSpace(code tflite.OpCode, t tensor.DType) func(*draw) {
	return func(d *draw) {
		bh, bw := d.between(1, 3), d.between(1, 3)
		in, out := d.moved(t, tensor.Shape{bh * bw * d.between(1, 2), d.between(1, 4), d.between(1, 4), d.between(1, 4)})
		x := d.input(in)
		crops := []int{d.below(bh), 0, d.below(bw), 0}
		d.output(d.op(code, nil, out, x, d.ints(bh, bw), d.add(kind{dtype: tensor.Int32, shape: tensor.Shape{2, 2}}, int32s(crops...))))
	}
}

func tile(code tflite.OpCode, t tensor.DType) func(*draw) {
	return func(d *draw) {
		in, out := d.moved(t, d.shape(1, 4, 4))
		x := d.input(in)
		var multiples []int
		for range in.shape {
			multiples = append(multiples, d.between(1, 3))
		}
		d.output(d.op(code, nil, out, x, d.ints(multiples...)))
	}
}

func reverse(code tflite.OpCode, t tensor.DType) func(*draw) {
	return func(d *draw) {
		in, out := d.moved(t, d.shape(1, 4, 5))
		x := d.input(in)
		d.output(d.op(code, nil, out, x, d.ints(d.below(len(in.shape)))))
	}
}

func broadcastTo(code tflite.OpCode, t tensor.DType) func(*draw) {
	return func(d *draw) {
		to := d.shape(1, 6, 4)
		in, out := d.moved(t, slices.Clone(to[d.below(len(to)):]))
		for i := range in.shape {
			if d.chance(2) {
				in.shape[i] = 1
			}
		}
		x := d.input(in)
		d.output(d.op(code, nil, out, x, d.ints(to...)))
	}
}

func expandDims(code tflite.OpCode, t tensor.DType) func(*draw) {
	return func(d *draw) {
		in, out := d.moved(t, d.shape(1, 4, 5))
		x := d.input(in)
		d.output(d.op(code, nil, out, x, d.scalar(d.below(len(in.shape)+1))))
	}
}

func squeeze(code tflite.OpCode, t tensor.DType) func(*draw) {
	return func(d *draw) {
		in, out := d.moved(t, d.shape(1, 4, 3))
		x := d.input(in)
		d.output(d.op(code, &tflite.SqueezeOptions{}, out, x))
	}
}
