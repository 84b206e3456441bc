package tflite

import (
	"reflect"
	"slices"

	"edged/runtime/tensor"

	flatbuffers "github.com/google/flatbuffers/go"
)

func (w *writer) graph(g *Graph) flatbuffers.UOffsetT {
	tensors := make([]flatbuffers.UOffsetT, len(g.Tensors))
	for i := range g.Tensors {
		was := w.problem
		tensors[i] = w.tensor(&g.Tensors[i])
		w.at(was, "tensor %d %q", i, g.Tensors[i].Name)
	}
	ops := make([]flatbuffers.UOffsetT, len(g.Ops))
	for i := range g.Ops {
		was := w.problem
		ops[i] = w.op(&g.Ops[i])
		w.at(was, "op %d %s", i, g.Ops[i].Name())
	}
	return w.object([]cell{
		w.list(0, tensors), w.ints(1, g.Inputs), w.ints(2, g.Outputs), w.list(3, ops), w.str(4, g.Name),
	})
}

func (w *writer) tensor(t *Tensor) flatbuffers.UOffsetT {
	cells := []cell{
		w.ints(0, t.Shape), u8(1, w.dtype(t.DType)), w.i32(2, w.constant(t.Data)), w.str(3, t.Name), w.quant(4, t.Quant),
		truth(5, t.Variable), w.sparsity(6, t.Sparsity), w.someInts(7, t.ShapeSignature), truth(8, t.HasRank),
	}
	return w.object(cells)
}

// dtype returns the number of d in the schema.
func (w *writer) dtype(d tensor.DType) uint8 {
	i := slices.Index(dtypes[:], d)
	if i < 0 {
		w.bad("element type %s is not in the schema", d)
		return 0
	}
	return uint8(i)
}

func (w *writer) quant(id int, q tensor.Quant) cell {
	if !q.Quantized() {
		return cell{id: id}
	}
	return offset(id, w.object([]cell{w.floats(2, q.Scale), w.longs(3, q.ZeroPoint), w.i32(6, q.Axis)}))
}

func (w *writer) sparsity(id int, s *Sparsity) cell {
	if s == nil {
		return cell{id: id}
	}
	var dims []flatbuffers.UOffsetT
	for _, d := range s.Dims {
		cells := []cell{truth(0, d.Compressed), w.i32(1, d.Size)}
		for i, v := range [][]int{d.Segments, d.Indices} {
			if len(v) > 0 {
				const int32Vector = 1
				cells = append(cells, u8(2+2*i, int32Vector), offset(3+2*i, w.object([]cell{w.ints(0, v)})))
			}
		}
		dims = append(dims, w.object(cells))
	}
	return offset(id, w.object([]cell{w.someInts(0, s.Order), w.someInts(1, s.BlockMap), w.list(2, dims)}))
}

func (w *writer) op(o *Op) flatbuffers.UOffsetT {
	cells := []cell{w.i32(0, w.code(o)), w.ints(1, o.Inputs), w.ints(2, o.Outputs), w.someInts(8, o.Intermediates)}
	if len(o.CustomOptions) > 0 {
		w.b.Prep(constantAlignment, len(o.CustomOptions))
		cells = append(cells, offset(5, w.b.CreateByteVector(o.CustomOptions)))
	}
	if len(o.Mutates) > 0 {
		cells = append(cells, w.bools(7, o.Mutates))
	}
	return w.object(append(cells, w.options(o)...))
}

// options returns the two fields of the operator's union; none where it has no table.
func (w *writer) options(o *Op) []cell {
	if unknown, ok := o.Options.(*UnknownOptions); ok {
		w.bad("its %s of the schema's type %d were not read", unknown.Field, unknown.Type)
		w.problem.unsupported = true
		return nil
	}
	if cast, ok := o.Options.(*CastOptions); o.Options == nil || ok && *cast == (CastOptions{}) {
		return nil
	}
	spec, known := optionTables[o.Code]
	if !known || reflect.TypeOf(o.Options) != reflect.TypeOf(spec.make()) || reflect.ValueOf(o.Options).IsNil() {
		w.bad("options of type %T", o.Options)
		return nil
	}
	var cells []cell
	for id, field := range spec.fields(o.Options) {
		if field != nil {
			cells = append(cells, w.field(id, field))
		}
	}
	kind, data := fieldOptionsType, fieldOptions
	if spec.second {
		kind, data = fieldOptions2Type, fieldOptions2
	}
	return []cell{u8(kind, spec.union), offset(data, w.object(cells))}
}

// field is readField's counterpart. Slices that are nil are left out.
func (w *writer) field(id int, field any) cell {
	switch f := field.(type) {
	case *int:
		return w.i32(id, *f)
	case *int64:
		return i64(id, *f)
	case *float32:
		return f32(id, *f)
	case *bool:
		return truth(id, *f)
	case *uint8:
		return u8(id, *f)
	case *Padding:
		return u8(id, uint8(*f))
	case *Activation:
		return u8(id, uint8(*f))
	case *tensor.DType:
		return u8(id, w.dtype(*f))
	case *string:
		return w.str(id, *f)
	case *[]byte:
		if *f != nil {
			return offset(id, w.b.CreateByteVector(*f))
		}
	case *[]int:
		if *f != nil {
			return w.ints(id, *f)
		}
	case *[]int64:
		if *f != nil {
			return w.longs(id, *f)
		}
	case *[]float32:
		if *f != nil {
			return w.floats(id, *f)
		}
	default:
		panic("tflite: option field of an unknown type")
	}
	return cell{id: id}
}
