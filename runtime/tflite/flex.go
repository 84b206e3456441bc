package tflite

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
)

// FlexKind is what a FlexValue holds.
type FlexKind uint8

// The kinds of a FlexValue.
const (
	FlexNull FlexKind = iota
	FlexBool
	FlexInt
	FlexFloat
	FlexString // also a key or a blob
	FlexVector
	FlexMapping
)

// FlexValue is one value of a FlexBuffers message; Kind says which field counts.
type FlexValue struct {
	Kind   FlexKind
	Int    int64 // of a bool 0 or 1
	Float  float64
	String string
	Vector []FlexValue
	Map    FlexMap
}

// FlexMap is a FlexBuffers map: the form in which custom operators keep their options.
type FlexMap map[string]FlexValue

// Flex reads a FlexBuffers message whose root is a map (flatbuffers.dev, "FlexBuffers"). Nothing at all is an empty
// map. The error says what is wrong with the message, without a prefix.
func Flex(b []byte) (FlexMap, error) {
	if len(b) == 0 {
		return FlexMap{}, nil
	}
	v, err := FlexRoot(b)
	if err != nil {
		return nil, err
	}
	if v.Kind != FlexMapping {
		return nil, fmt.Errorf("flexbuffer: the root is not a map")
	}
	return v.Map, nil
}

// FlexRoot reads a FlexBuffers message of any kind.
func FlexRoot(b []byte) (FlexValue, error) {
	n := len(b)
	if n < 3 || n > flexMaxBytes {
		return FlexValue{}, fmt.Errorf("flexbuffer: %d bytes, want 3 to %d", n, flexMaxBytes)
	}
	width := int(b[n-1])
	if !isWidth(width) || n < width+2 {
		return FlexValue{}, fmt.Errorf("flexbuffer: a root of %d bytes in %d", width, n)
	}
	r := &flexReader{b: b, budget: 2*n + 64}
	v := r.value(slot{pos: n - 2 - width, width: width, packed: b[n-2]}, 0)
	return v, r.err
}

// The type numbers of the FlexBuffers format.
const (
	flexTNull, flexTInt, flexTUint, flexTFloat, flexTKey, flexTString = 0, 1, 2, 3, 4, 5

	flexTIndirectInt, flexTIndirectUint, flexTIndirectFloat, flexTMap, flexTVector = 6, 7, 8, 9, 10

	flexTVectorInt, flexTVectorKey, flexTVectorString = 11, 14, 15
	flexTVectorInt2, flexTVectorFloat4                = 16, 24
	flexTBlob, flexTBool, flexTVectorBool             = 25, 26, 36
)

// Real options take a few hundred bytes in one map. The limits keep what a hostile message unfolds to below 10 MB.
const (
	flexMaxBytes = 1 << 16
	flexMaxDepth = 32
)

// flexReader keeps the first error; budget is how many values and bytes of text may still be made, because vectors can
// be shared and a short message could unfold to an endless one.
type flexReader struct {
	b      []byte
	budget int
	err    error
}

// slot is where a value, or the offset of one, is stored: width bytes at pos; packed is type<<2 | log2(width of what
// the offset points to).
type slot struct {
	pos, width int
	packed     byte
}

func isWidth(n int) bool { return n == 1 || n == 2 || n == 4 || n == 8 }

func (r *flexReader) bad(format string, args ...any) {
	if r.err == nil {
		r.err = fmt.Errorf("flexbuffer: "+format, args...)
	}
}

// span returns n bytes at pos, or nil and an error.
func (r *flexReader) span(pos, n int) []byte {
	if r.err != nil {
		return nil
	}
	if pos < 0 || n < 0 || pos > len(r.b) || n > len(r.b)-pos {
		r.bad("%d bytes at %d end outside the message of %d bytes", n, pos, len(r.b))
		return nil
	}
	return r.b[pos : pos+n : pos+n]
}

func (r *flexReader) spend(n int) {
	if r.budget -= n; r.budget < 0 {
		r.bad("parts of the message are used too often")
	}
}

func (r *flexReader) uint(pos, width int) uint64 {
	s := r.span(pos, width)
	switch {
	case s == nil:
		return 0
	case width == 1:
		return uint64(s[0])
	case width == 2:
		return uint64(binary.LittleEndian.Uint16(s))
	case width == 4:
		return uint64(binary.LittleEndian.Uint32(s))
	}
	return binary.LittleEndian.Uint64(s)
}

func (r *flexReader) int(pos, width int) int64 {
	shift := 64 - 8*width
	return int64(r.uint(pos, width)<<shift) >> shift
}

func (r *flexReader) float(pos, width int) float64 {
	u := r.uint(pos, width)
	switch width {
	case 2:
		return half(uint16(u))
	case 4:
		return float64(math.Float32frombits(uint32(u)))
	case 8:
		return math.Float64frombits(u)
	}
	r.bad("a float of %d byte at %d", width, pos)
	return 0
}

// half widens an IEEE 754 binary16.
func half(u uint16) float64 {
	e, f := int(u>>10&31), float64(u&1023)
	v := math.Ldexp(f, -24)
	switch {
	case e == 31 && f != 0:
		return math.NaN()
	case e == 31:
		v = math.Inf(1)
	case e > 0:
		v = math.Ldexp(1024+f, e-25)
	}
	if u>>15 == 1 {
		return -v
	}
	return v
}

// length reads a length of width bytes at pos, as no more than what the message can hold.
func (r *flexReader) length(pos, width int) int {
	n := r.uint(pos, width)
	if n > uint64(len(r.b)) {
		r.bad("length %d at %d in a message of %d bytes", n, pos, len(r.b))
		return 0
	}
	return int(n)
}

// back follows the offset stored in width bytes at pos; offsets point backwards.
func (r *flexReader) back(pos, width int) int {
	off := r.uint(pos, width)
	if off > uint64(max(0, pos)) {
		r.bad("offset %d at %d points before the message", off, pos)
		return 0
	}
	return pos - int(off)
}

func (r *flexReader) value(s slot, depth int) FlexValue {
	if r.spend(1); depth > flexMaxDepth {
		r.bad("nested deeper than %d", flexMaxDepth)
	}
	if r.err != nil {
		return FlexValue{}
	}
	switch kind := s.packed >> 2; kind {
	case flexTNull:
		return FlexValue{}
	case flexTInt, flexTUint, flexTFloat, flexTBool:
		return r.scalar(kind, s.pos, s.width)
	default:
		return r.pointed(kind, r.back(s.pos, s.width), 1<<(s.packed&3), depth)
	}
}

func (r *flexReader) scalar(kind byte, pos, width int) FlexValue {
	switch kind {
	case flexTInt:
		return FlexValue{Kind: FlexInt, Int: r.int(pos, width)}
	case flexTUint:
		u := r.uint(pos, width)
		if u > math.MaxInt64 {
			r.bad("%d at %d is too large", u, pos)
		}
		return FlexValue{Kind: FlexInt, Int: int64(u)}
	case flexTFloat:
		return FlexValue{Kind: FlexFloat, Float: r.float(pos, width)}
	}
	if r.uint(pos, width) != 0 {
		return FlexValue{Kind: FlexBool, Int: 1}
	}
	return FlexValue{Kind: FlexBool}
}

// pointed reads a value that lies at pos, in units of width bytes.
func (r *flexReader) pointed(kind byte, pos, width, depth int) FlexValue {
	switch {
	case kind == flexTKey:
		return FlexValue{Kind: FlexString, String: r.key(pos)}
	case kind == flexTString || kind == flexTBlob:
		return FlexValue{Kind: FlexString, String: r.text(r.span(pos, r.length(pos-width, width)))}
	case kind >= flexTIndirectInt && kind <= flexTIndirectFloat:
		return r.scalar(kind-flexTIndirectInt+flexTInt, pos, width)
	case kind == flexTVector:
		return FlexValue{Kind: FlexVector, Vector: r.vector(pos, width, depth)}
	case kind == flexTMap:
		return FlexValue{Kind: FlexMapping, Map: r.mapping(pos, width, depth)}
	case kind >= flexTVectorInt && kind <= flexTVectorString:
		return r.typed(kind-flexTVectorInt+flexTInt, pos, width, r.length(pos-width, width), depth)
	case kind == flexTVectorBool:
		return r.typed(flexTBool, pos, width, r.length(pos-width, width), depth)
	case kind >= flexTVectorInt2 && kind <= flexTVectorFloat4:
		k := kind - flexTVectorInt2 // two to four elements of int, uint or float
		return r.typed(k%3+flexTInt, pos, width, int(k/3)+2, depth)
	}
	r.bad("type %d at %d", kind, pos)
	return FlexValue{}
}

// vector reads elements whose types stand after them, one byte each.
func (r *flexReader) vector(pos, width, depth int) []FlexValue {
	n := r.length(pos-width, width)
	types := r.span(pos+n*width, n)
	if r.spend(n); r.err != nil {
		return nil
	}
	v := make([]FlexValue, n)
	for i := range v {
		v[i] = r.value(slot{pos + i*width, width, types[i]}, depth+1)
	}
	return v
}

// typed reads n elements of one type. Those that are pointed to have no width of their own: keys need none, and old
// vectors of strings use the vector's.
func (r *flexReader) typed(kind byte, pos, width, n, depth int) FlexValue {
	r.span(pos, n*width)
	if r.spend(n); r.err != nil {
		return FlexValue{}
	}
	packed := kind << 2
	for w := width; w > 1; w /= 2 {
		packed++
	}
	v := make([]FlexValue, n)
	for i := range v {
		v[i] = r.value(slot{pos + i*width, width, packed}, depth+1)
	}
	return FlexValue{Kind: FlexVector, Vector: v}
}

// mapping reads a vector of values with a vector of keys: the keys' offset and their width stand before the length.
func (r *flexReader) mapping(pos, width, depth int) FlexMap {
	keys := r.back(pos-3*width, width)
	keyWidth := r.length(pos-2*width, width)
	if r.err == nil && !isWidth(keyWidth) {
		r.bad("keys of %d bytes at %d", keyWidth, keys)
	}
	n := r.length(pos-width, width)
	if r.err == nil && r.length(keys-keyWidth, keyWidth) != n {
		r.bad("a map of %d values at %d has another number of keys", n, pos)
	}
	values := r.vector(pos, width, depth)
	if r.err != nil {
		return nil
	}
	m := make(FlexMap, len(values))
	for i, v := range values {
		name := r.key(r.back(keys+i*keyWidth, keyWidth))
		if _, twice := m[name]; twice {
			r.bad("key %q occurs twice", name)
		}
		m[name] = v
	}
	return m
}

// key reads a text that ends with a zero byte.
func (r *flexReader) key(pos int) string {
	if r.span(pos, 1) == nil {
		return ""
	}
	n := bytes.IndexByte(r.b[pos:], 0)
	if n < 0 {
		r.bad("key at %d has no end", pos)
		return ""
	}
	return r.text(r.b[pos : pos+n])
}

func (r *flexReader) text(b []byte) string {
	if r.spend(len(b)); r.err != nil {
		return ""
	}
	return string(b)
}
