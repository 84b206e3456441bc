package tflite

import (
	"math"

	"edged/runtime/tensor"
)

func (p *parser) tensor(i int, t table) Tensor {
	p.r.spend(entryCost)
	v := Tensor{Info: tensor.Info{Name: t.string(3), Index: i, DType: readDType(t, 1, tensor.Float32)}}
	v.Variable = t.bool(5, false)
	v.HasRank = t.bool(8, false)
	p.shapes(t, &v)
	v.Quant = p.quant(t.table(4), v.Shape)
	if s := t.table(6); s.present() {
		v.Sparse, v.Sparsity = true, p.sparsity(s)
	}
	if t.u32(10, 0) != 0 {
		p.r.unsupported("its data are in another file (external_buffer)")
	}
	p.data(t, &v)
	if !p.r.ok() && v.Name != "" {
		p.r.problem.at("%q", v.Name)
	}
	return v
}

// shapes reads shape and shape_signature. Some converters write -1 into shape itself: that dimension becomes 1 as in
// every other file, and the signature keeps the -1.
func (p *parser) shapes(t table, v *Tensor) {
	shape, signature := tensor.Shape(t.ints(0)), tensor.Shape(t.ints(7))
	if len(signature) > 0 {
		v.ShapeSignature = signature
	}
	for i, d := range signature {
		if d < -1 {
			p.r.bad("shape_signature[%d] is %d", i, d)
		}
	}
	if len(shape) == 0 {
		return
	}
	v.Shape = shape
	open := append(tensor.Shape(nil), shape...)
	for i, d := range shape {
		if d < -1 {
			p.r.bad("shape[%d] is %d", i, d)
		}
		if d == -1 {
			shape[i] = 1
			if len(signature) == 0 {
				v.ShapeSignature = open
			}
		}
	}
	p.checkSize(v)
}

// checkSize sees to it that the number of bits of a tensor fits an int, whatever the order in which dimensions are
// multiplied; so Shape.Elems and DType.Bytes are exact.
func (p *parser) checkSize(v *Tensor) {
	bits := int64(max(1, v.DType.Bytes(8)))
	for _, d := range v.Shape {
		if d > 1 && bits > math.MaxInt/int64(d) {
			p.r.bad("%s %s is too large for this machine", v.DType, v.Shape)
			return
		}
		bits *= int64(max(1, d))
	}
}

// data finds the constant's bytes and checks that they are as many as type and shape say. Strings, variants and sparse
// data have no such size.
func (p *parser) data(t table, v *Tensor) {
	n := t.u32(2, 0)
	if n == 0 || !p.r.ok() {
		return // buffer 0 is empty by convention
	}
	v.Data = p.buffer(n, alignment(v.DType))
	if v.Data == nil || v.Sparse {
		return
	}
	switch v.DType {
	case tensor.String:
		if _, err := tensor.ParseStrings(v.Data); err != nil {
			p.r.bad("buffer %d: %v", n, err)
		}
		return
	case tensor.Variant:
		return
	}
	if want := v.DType.Bytes(v.Shape.Elems()); len(v.Data) != want {
		p.r.bad("buffer %d has %d bytes, %s %s takes %d", n, len(v.Data), v.DType, v.Shape, want)
	}
}

// alignment returns how Data must lie in memory for tensor.As; strings begin with a table of int32.
func alignment(d tensor.DType) int {
	if d == tensor.String {
		return 4
	}
	return min(8, max(1, d.Bytes(1)))
}

// quant reads the affine quantization. Minimum and maximum alone are notes of the converter, not a quantization.
func (p *parser) quant(t table, shape tensor.Shape) tensor.Quant {
	if kind := t.u8(4, 0); kind != 0 {
		p.r.unsupported("quantization with details of the schema's type %d (custom, blockwise)", kind)
	}
	scale := t.floats(2)
	if len(scale) == 0 {
		return tensor.Quant{}
	}
	q := tensor.Quant{Scale: scale, ZeroPoint: t.longs(3), Axis: t.i32(6, 0)}
	if len(q.ZeroPoint) == 0 {
		q.ZeroPoint = make([]int64, len(scale))
	}
	for i, s := range scale {
		if !(s >= 0) || s > math.MaxFloat32 {
			p.r.bad("scale[%d] is %g", i, s)
		}
	}
	for i, z := range q.ZeroPoint {
		if z != int64(int32(z)) {
			p.r.bad("zero_point[%d] is %d", i, z)
		}
	}
	if len(q.ZeroPoint) != len(scale) {
		p.r.bad("%d zero points for %d scales", len(q.ZeroPoint), len(scale))
	}
	inRange := q.Axis >= 0 && q.Axis < len(shape)
	if !inRange && (len(scale) == 1 || len(shape) == 1) {
		q.Axis, inRange = 0, true // the only choice; old converters give biases the axis of their filter
	}
	switch {
	case len(scale) > 1 && !inRange:
		p.r.bad("quantized_dimension %d of shape %s", q.Axis, shape)
	case len(scale) > 1 && shape[q.Axis] != len(scale):
		p.r.bad("%d scales for dimension %d of shape %s", len(scale), q.Axis, shape)
	}
	return q
}

// sparsity reads how the values of a sparse tensor are laid out.
func (p *parser) sparsity(t table) *Sparsity {
	s := &Sparsity{Order: some(t.ints(0)), BlockMap: some(t.ints(1))}
	t.tables(2, "sparse dimension", func(_ int, t table) {
		d := SparseDim{Compressed: t.u8(0, 0) == 1, Size: t.i32(1, 0)}
		d.Segments = p.sparseIndices(t, 2)
		d.Indices = p.sparseIndices(t, 4)
		if d.Size < 0 || t.u8(0, 0) > 1 {
			p.r.bad("format %d with size %d", t.u8(0, 0), d.Size)
		}
		s.Dims = append(s.Dims, d)
	})
	return s
}

// sparseIndices reads a union of vectors of int32, uint16 or uint8; its type is field id, its table the next.
func (p *parser) sparseIndices(t table, id int) []int {
	body := t.table(id + 1)
	switch kind := t.u8(id, 0); kind {
	case 0:
	case 1:
		return some(body.ints(0))
	case 2:
		return some(numbers(body, 0, 2, func(b []byte) int { return int(b[0]) | int(b[1])<<8 }))
	case 3:
		return some(numbers(body, 0, 1, func(b []byte) int { return int(b[0]) }))
	default:
		p.r.bad("sparse indices of the schema's type %d", kind)
	}
	return nil
}

// some returns v, or nil where it is empty.
func some(v []int) []int {
	if len(v) == 0 {
		return nil
	}
	return v
}
