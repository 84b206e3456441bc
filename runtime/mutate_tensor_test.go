package runtime_test

import (
	"slices"
	"unsafe"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// most is how many bytes a mutant's constant has.
const most = 1 << 20

// mutateShape gives a tensor another shape; a constant's data become as long.
func mutateShape(p *program, t *tflite.Tensor) {
	shape := slices.Clone(t.Shape)
	switch {
	case p.below(3) == 0: // as many elements in other dimensions
		n := t.Shape.Elems()
		shape = oneOf(p, tensor.Shape{n}, tensor.Shape{1, n}, tensor.Shape{n, 1}, tensor.Shape{1, 1, 1, n}, tensor.Shape{1, n, 1, 1}, tensor.Shape{})
	case len(shape) == 0 || p.below(4) == 0:
		shape = slices.Insert(shape, p.below(len(shape)+1), p.below(4))
	case p.below(4) == 0:
		at := p.below(len(shape))
		shape = slices.Delete(shape, at, at+1)
	default:
		shape[p.below(len(shape))] = max(0, oneOf(p, oddInts...))
	}
	if t.ShapeSignature != nil && p.below(2) == 0 {
		t.ShapeSignature = slices.Clone(shape)
		if len(shape) > 0 {
			t.ShapeSignature[p.below(len(shape))] = -1
		}
	}
	fit(t, shape, t.DType)
}

// mutateType gives a tensor another type.
func mutateType(p *program, t *tflite.Tensor) {
	fit(t, t.Shape, tensor.DType(1+p.below(int(tensor.Variant))))
}

// fit sets shape and type where the file format has such a tensor, and makes a constant's data as long as they want.
func fit(t *tflite.Tensor, shape tensor.Shape, d tensor.DType) {
	n := int64(1)
	for _, v := range shape {
		if n *= int64(max(1, v)); n > 1<<31-1 {
			return
		}
	}
	if t.Data != nil && !t.Sparse {
		size := d.Bytes(shape.Elems())
		if n > most || size == 0 || size > most {
			return
		}
		data := aligned(size)
		for i := range data {
			data[i] = t.Data[i%len(t.Data)]
		}
		t.Data = data
	}
	t.Shape, t.DType = shape, d
	if len(t.Quant.Scale) > 1 && (t.Quant.Axis >= len(shape) || shape[t.Quant.Axis] != len(t.Quant.Scale)) {
		t.Quant.Scale, t.Quant.ZeroPoint = t.Quant.Scale[:1], t.Quant.ZeroPoint[:1]
	}
}

// mutateQuant changes scale and zero point, for the tensor or for each index of a dimension.
func mutateQuant(p *program, t *tflite.Tensor) {
	q := &t.Quant
	scale := oneOf[float32](p, 1, 0.5, 1.0/128, 1.0/256, 1.0/4096, 1.0/32768, 1e-30, 1e30, 3e38, 1e-45, 0)
	zero := int64(oneOf(p, append([]int{-128, 128, 127}, oddInts...)...))
	switch axis := p.below(len(t.Shape)); {
	case p.below(4) == 0:
		*q = tensor.Quant{}
	case p.below(3) == 0 && len(t.Shape) > 0 && t.Shape[axis] > 1 && t.Shape[axis] < 1000:
		n := t.Shape[axis]
		*q = tensor.Quant{Scale: slices.Repeat([]float32{scale}, n), ZeroPoint: slices.Repeat([]int64{zero}, n), Axis: axis}
	default:
		*q = tensor.Quant{Scale: []float32{scale}, ZeroPoint: []int64{zero}}
	}
}

// mutateData changes some bytes of a constant, or makes one of a computed tensor, or the other way round.
func mutateData(p *program, t *tflite.Tensor) {
	if t.Data == nil || t.Sparse {
		n := t.Shape.Elems()
		if size := t.DType.Bytes(n); n <= most && size > 0 && size <= most && !t.Sparse {
			t.Data = aligned(size)
		}
		return
	}
	if p.below(8) == 0 {
		t.Data = nil
		return
	}
	data := aligned(len(t.Data))
	copy(data, t.Data)
	width := max(1, t.DType.Bytes(1))
	for range 1 + p.below(3) {
		at, v := p.below(len(data)/width)*width, oneOf(p, oddInts...)
		if p.below(3) == 0 {
			v = p.below(256)
		}
		for i := range min(width, len(data)) {
			data[at+i] = byte(v >> (8 * min(i, 7)))
		}
	}
	t.Data = data
}

// aligned returns n zero bytes where every type may lie.
func aligned(n int) []byte {
	words := make([]uint64, n/8+1)
	return unsafe.Slice((*byte)(unsafe.Pointer(&words[0])), n)
}
