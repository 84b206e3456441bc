package tflite

import (
	"encoding/binary"
	"fmt"
	"math"
)

// reader reads flatbuffers (flatbuffers.dev, "FlatBuffers internals") without trusting a single offset. The first
// problem sticks: from then on every read gives zero values and every vector is empty, so callers check it once per
// object. Positions are int64, so that no sum overflows where int has 32 bits.
type reader struct {
	b       []byte
	problem *problem
	// budget is how many more bytes may be decoded. Tables can be shared, so a small file could ask for the same long
	// vector a million times; a file that makes sense is decoded about once.
	budget int64
}

// tableCost is what one table takes from the budget, and entryCost what a tensor or an operator takes beside it; in an
// honest file they are larger, with what they point to.
const (
	tableCost = 32
	entryCost = 96
)

func newReader(b []byte) *reader {
	return &reader{b: b, budget: 4*int64(len(b)) + 1<<16}
}

func (r *reader) ok() bool { return r.problem == nil }

// bad records that the file is malformed.
func (r *reader) bad(format string, args ...any) {
	if r.problem == nil {
		r.problem = &problem{what: fmt.Sprintf(format, args...)}
	}
}

// unsupported records that the file uses what we do not know.
func (r *reader) unsupported(format string, args ...any) {
	if r.problem == nil {
		r.problem = &problem{unsupported: true, what: fmt.Sprintf(format, args...)}
	}
}

// span returns n bytes at pos, or nil and a problem.
func (r *reader) span(pos, n int64) []byte {
	if r.problem != nil {
		return nil
	}
	if pos < 0 || n < 0 || pos > int64(len(r.b)) || n > int64(len(r.b))-pos {
		r.bad("%d bytes at offset %d end outside the file of %d bytes", n, pos, len(r.b))
		return nil
	}
	return r.b[pos : pos+n : pos+n]
}

func (r *reader) spend(n int64) {
	if r.budget -= n; r.budget < 0 {
		r.bad("parts of the file are used so often that it would unfold to more than four times its size")
	}
}

func (r *reader) u16(pos int64) uint16 {
	if s := r.span(pos, 2); s != nil {
		return binary.LittleEndian.Uint16(s)
	}
	return 0
}

func (r *reader) u32(pos int64) uint32 {
	if s := r.span(pos, 4); s != nil {
		return binary.LittleEndian.Uint32(s)
	}
	return 0
}

// follow returns the position that the offset stored at pos points to.
func (r *reader) follow(pos int64) int64 { return pos + int64(r.u32(pos)) }

// table is a flatbuffers table. The zero table has no fields, and stands for one that the file leaves out.
type table struct {
	r      *reader
	pos    int64
	fields []byte // the vtable's field offsets, 2 bytes each
	size   int64  // of the table's inline data
}

// present reports whether the file has the table.
func (t table) present() bool { return t.r != nil }

func (r *reader) table(pos int64) table {
	r.spend(tableCost)
	vpos := pos - int64(int32(r.u32(pos)))
	vsize, size := int64(r.u16(vpos)), int64(r.u16(vpos+2))
	if r.ok() && (vsize < 4 || vsize%2 != 0 || size < 4) {
		r.bad("table at offset %d: vtable of %d bytes for %d bytes of fields", pos, vsize, size)
	}
	v := r.span(vpos, vsize)
	r.span(pos, size)
	if !r.ok() {
		return table{}
	}
	return table{r: r, pos: pos, fields: v[4:], size: size}
}

// field returns the position of field id, whose inline part is n bytes; false where the file leaves it out.
func (t table) field(id int, n int64) (int64, bool) {
	if 2*id+2 > len(t.fields) {
		return 0, false
	}
	off := int64(binary.LittleEndian.Uint16(t.fields[2*id:]))
	if off == 0 {
		return 0, false
	}
	if off < 4 || off+n > t.size {
		t.r.bad("field %d of the table at offset %d lies %d bytes in, the table has %d bytes", id, t.pos, off, t.size)
		return 0, false
	}
	return t.pos + off, t.r.ok()
}

func (t table) u8(id int, def uint8) uint8 {
	if pos, ok := t.field(id, 1); ok {
		return t.r.b[pos]
	}
	return def
}

func (t table) bool(id int, def bool) bool {
	pos, ok := t.field(id, 1)
	if !ok {
		return def
	}
	if t.r.b[pos] > 1 {
		t.r.bad("field %d of the table at offset %d is %d, not 0 or 1", id, t.pos, t.r.b[pos])
	}
	return t.r.b[pos] == 1
}

func (t table) u32(id int, def uint32) uint32 {
	if pos, ok := t.field(id, 4); ok {
		return binary.LittleEndian.Uint32(t.r.b[pos:])
	}
	return def
}

func (t table) i32(id int, def int) int { return int(int32(t.u32(id, uint32(def)))) }

func (t table) f32(id int, def float32) float32 {
	return math.Float32frombits(t.u32(id, math.Float32bits(def)))
}

func (t table) u64(id int, def uint64) uint64 {
	if pos, ok := t.field(id, 8); ok {
		return binary.LittleEndian.Uint64(t.r.b[pos:])
	}
	return def
}

// table returns the table in field id.
func (t table) table(id int) table {
	if pos, ok := t.field(id, 4); ok {
		return t.r.table(t.r.follow(pos))
	}
	return table{}
}

// vector returns the elements of the vector in field id, each of size bytes; data starts at pos. It is nil only where
// the file has no such vector, or where there is a problem.
func (t table) vector(id int, size int64) (data []byte, pos int64) {
	at, ok := t.field(id, 4)
	if !ok {
		return nil, 0
	}
	at = t.r.follow(at)
	n := int64(t.r.u32(at))
	data = t.r.span(at+4, n*size)
	return data, at + 4
}

// bytes returns the vector of bytes in field id; it is part of the file and costs nothing.
func (t table) bytes(id int) []byte {
	data, _ := t.vector(id, 1)
	return data
}

func (t table) string(id int) string {
	data := t.bytes(id)
	if len(data) > 0 {
		t.r.spend(int64(len(data)))
	}
	if len(data) == 0 || !t.r.ok() {
		return ""
	}
	return string(data)
}

// tables calls each with every table of the vector in field id, until there is a problem, whose place then starts with
// kind and the table's number.
func (t table) tables(id int, kind string, each func(i int, e table)) {
	data, pos := t.vector(id, 4)
	for i := 0; i < len(data)/4 && t.r.ok(); i++ {
		if e := t.r.table(t.r.follow(pos + 4*int64(i))); t.r.ok() {
			each(i, e)
		}
		if !t.r.ok() {
			t.r.problem.at("%s %d", kind, i)
		}
	}
}

// ints returns the vector of int32 in field id; nil where the file has none.
func (t table) ints(id int) []int {
	return numbers(t, id, 4, func(b []byte) int { return int(int32(binary.LittleEndian.Uint32(b))) })
}

func (t table) longs(id int) []int64 {
	return numbers(t, id, 8, func(b []byte) int64 { return int64(binary.LittleEndian.Uint64(b)) })
}

func (t table) floats(id int) []float32 {
	return numbers(t, id, 4, func(b []byte) float32 { return math.Float32frombits(binary.LittleEndian.Uint32(b)) })
}

func numbers[T any](t table, id int, size int64, one func([]byte) T) []T {
	data, _ := t.vector(id, size)
	if data == nil {
		return nil
	}
	if t.r.spend(int64(len(data))); !t.r.ok() {
		return nil
	}
	v := make([]T, int64(len(data))/size)
	for i := range v {
		v[i] = one(data[int64(i)*size:])
	}
	return v
}

// len returns the length of the vector of tables in field id.
func (t table) len(id int) int {
	data, _ := t.vector(id, 4)
	return len(data) / 4
}
