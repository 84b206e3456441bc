package tflite

import (
	"math"

	flatbuffers "github.com/google/flatbuffers/go"
)

// cell is one field of a table to be written: its id in the schema, and how to put its value; put is nil where the
// field is left out.
type cell struct {
	id  int
	put func(b *flatbuffers.Builder)
}

// object writes a table. Fields are written even where they equal the schema's default, so the writer need not know it.
func (w *writer) object(cells []cell) flatbuffers.UOffsetT {
	n := 0
	for _, c := range cells {
		n = max(n, c.id+1)
	}
	w.b.StartObject(n)
	for _, c := range cells {
		if c.put != nil {
			c.put(w.b)
			w.b.Slot(c.id)
		}
	}
	return w.b.EndObject()
}

func u8(id int, v uint8) cell {
	return cell{id, func(b *flatbuffers.Builder) { b.PrependByte(v) }}
}

func truth(id int, v bool) cell {
	return cell{id, func(b *flatbuffers.Builder) { b.PrependBool(v) }}
}

func f32(id int, v float32) cell {
	return cell{id, func(b *flatbuffers.Builder) { b.PrependFloat32(v) }}
}

func i64(id int, v int64) cell {
	return cell{id, func(b *flatbuffers.Builder) { b.PrependInt64(v) }}
}

func (w *writer) i32(id, v int) cell {
	return cell{id, func(b *flatbuffers.Builder) { b.PrependInt32(w.fit(v)) }}
}

// fit narrows v to the int32 of the schema.
func (w *writer) fit(v int) int32 {
	if int64(v) < math.MinInt32 || int64(v) > math.MaxInt32 {
		w.bad("%d does not fit the schema's int32", v)
	}
	return int32(v)
}

// offset is a field that points to what has been written already.
func offset(id int, at flatbuffers.UOffsetT) cell {
	return cell{id, func(b *flatbuffers.Builder) { b.PrependUOffsetT(at) }}
}

// str leaves an empty string out.
func (w *writer) str(id int, s string) cell {
	if s == "" {
		return cell{id: id}
	}
	return offset(id, w.b.CreateString(s))
}

// list is a vector of tables.
func (w *writer) list(id int, at []flatbuffers.UOffsetT) cell {
	w.b.StartVector(flatbuffers.SizeUOffsetT, len(at), flatbuffers.SizeUOffsetT)
	for i := len(at) - 1; i >= 0; i-- {
		w.b.PrependUOffsetT(at[i])
	}
	return offset(id, w.b.EndVector(len(at)))
}

// some is a list that is left out where it is empty.
func (w *writer) some(id int, at []flatbuffers.UOffsetT) cell {
	if len(at) == 0 {
		return cell{id: id}
	}
	return w.list(id, at)
}

func (w *writer) ints(id int, v []int) cell {
	return vector(w, id, flatbuffers.SizeInt32, v, func(x int) { w.b.PrependInt32(w.fit(x)) })
}

func (w *writer) someInts(id int, v []int) cell {
	if len(v) == 0 {
		return cell{id: id}
	}
	return w.ints(id, v)
}

func (w *writer) longs(id int, v []int64) cell {
	return vector(w, id, flatbuffers.SizeInt64, v, w.b.PrependInt64)
}

func (w *writer) floats(id int, v []float32) cell {
	return vector(w, id, flatbuffers.SizeFloat32, v, w.b.PrependFloat32)
}

func (w *writer) bools(id int, v []bool) cell {
	return vector(w, id, flatbuffers.SizeBool, v, w.b.PrependBool)
}

// vector is a vector of scalars, each of size bytes.
func vector[T any](w *writer, id, size int, v []T, prepend func(T)) cell {
	w.b.StartVector(size, len(v), size)
	for i := len(v) - 1; i >= 0; i-- {
		prepend(v[i])
	}
	return offset(id, w.b.EndVector(len(v)))
}
