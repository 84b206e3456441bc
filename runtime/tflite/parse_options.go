package tflite

import "edged/runtime/tensor"

// The fields of Operator that hold options: a union is its type's number, then the table.
const (
	fieldOptionsType, fieldOptions   = 3, 4
	fieldOptions2Type, fieldOptions2 = 11, 12
)

// options decodes the operator's table. An operator whose table is missing has the schema's defaults, except that CAST
// then leaves its types open (its tensors tell them).
func (p *parser) options(code OpCode, t table) any {
	type1, type2 := t.u8(fieldOptionsType, 0), t.u8(fieldOptions2Type, 0)
	spec, known := optionTables[code]
	if !known {
		return unknownOptions(type1, type2)
	}
	kind, data := type1, fieldOptions
	if spec.second {
		kind, data = type2, fieldOptions2
	}
	o := spec.make()
	if kind == 0 {
		if code == OpCast {
			return &CastOptions{}
		}
		return o
	}
	if kind != spec.union {
		p.r.bad("options are of the schema's type %d, want %d", kind, spec.union)
		return nil
	}
	body := t.table(data)
	for id, field := range spec.fields(o) {
		if field != nil && p.r.ok() {
			readField(body, id, field)
		}
	}
	return o
}

// unknownOptions tells a table that we drop from one that is empty by the schema: of the first union all tables with
// fields are known, of the second only those with these numbers are empty.
func unknownOptions(type1, type2 uint8) any {
	const lastKnown, dilate, shiftLeft = 126, 18, 22
	switch {
	case type1 > lastKnown:
		return &UnknownOptions{Field: "builtin_options", Type: int(type1)}
	case type2 != 0 && type2 != dilate && type2 != shiftLeft:
		return &UnknownOptions{Field: "builtin_options_2", Type: int(type2)}
	}
	return nil
}

// readField sets *field from field id of the table, or leaves it where the file has none.
func readField(t table, id int, field any) {
	switch f := field.(type) {
	case *int:
		*f = t.i32(id, *f)
	case *int64:
		*f = int64(t.u64(id, uint64(*f)))
	case *float32:
		*f = t.f32(id, *f)
	case *bool:
		*f = t.bool(id, *f)
	case *uint8:
		*f = t.u8(id, *f)
	case *Padding:
		if *f = Padding(t.u8(id, uint8(*f))); *f > PaddingValid {
			t.r.bad("padding %d", *f)
		}
	case *Activation:
		if *f = Activation(t.u8(id, uint8(*f))); *f > ActSignBit {
			t.r.unsupported("fused activation %d", *f)
		}
	case *tensor.DType:
		*f = readDType(t, id, *f)
	case *string:
		*f = t.string(id)
	case *[]byte:
		if *f = t.bytes(id); len(*f) > 0 {
			t.r.spend(int64(len(*f)))
		}
	case *[]int:
		*f = t.ints(id)
	case *[]int64:
		*f = t.longs(id)
	case *[]float32:
		*f = t.floats(id)
	default:
		panic("tflite: option field of an unknown type")
	}
}

// dtypes are the schema's TensorType values, by number.
var dtypes = [...]tensor.DType{
	tensor.Float32, tensor.Float16, tensor.Int32, tensor.Uint8, tensor.Int64, tensor.String, tensor.Bool, tensor.Int16,
	tensor.Complex64, tensor.Int8, tensor.Float64, tensor.Complex128, tensor.Uint64, tensor.Resource, tensor.Variant,
	tensor.Uint32, tensor.Uint16, tensor.Int4,
}

// newerTypes names the schema's TensorType values that follow dtypes, for messages.
var newerTypes = [...]string{"BFLOAT16", "INT2", "UINT4", "FLOAT8_E4M3FN", "FLOAT8_E5M2"}

func readDType(t table, id int, def tensor.DType) tensor.DType {
	pos, ok := t.field(id, 1)
	if !ok {
		return def
	}
	n := int(t.r.b[pos])
	if n < len(dtypes) {
		return dtypes[n]
	}
	if n -= len(dtypes); n < len(newerTypes) {
		t.r.unsupported("element type %s", newerTypes[n])
	} else {
		t.r.unsupported("element type %d", n+len(dtypes))
	}
	return tensor.Invalid
}
