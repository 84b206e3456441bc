package tensor

import (
	"fmt"
	"strconv"
	"strings"
	"unsafe"
)

// DType is the type of a tensor's elements.
type DType uint8

// The element types of the TFLite schema that edged knows.
const (
	Invalid DType = iota
	Float32
	Float16
	Float64
	Int4
	Int8
	Uint8
	Int16
	Uint16
	Int32
	Uint32
	Int64
	Uint64
	Bool
	String
	Complex64
	Complex128
	Resource
	Variant
)

var dtypeNames = [...]string{
	"invalid", "float32", "float16", "float64", "int4", "int8", "uint8", "int16", "uint16", "int32",
	"uint32", "int64", "uint64", "bool", "string", "complex64", "complex128", "resource", "variant",
}

var dtypeBits = [...]int{0, 32, 16, 64, 4, 8, 8, 16, 16, 32, 32, 64, 64, 8, 0, 64, 128, 32, 0}

// String returns the field's usual name of the type: "int8", "float32".
func (d DType) String() string {
	if int(d) < len(dtypeNames) {
		return dtypeNames[d]
	}
	return "dtype(" + strconv.Itoa(int(d)) + ")"
}

// Bytes returns how many bytes n elements take; int4 packs two to a byte. It is 0 for types whose elements have no
// fixed size (string, variant).
func (d DType) Bytes(n int) int {
	if int(d) >= len(dtypeBits) {
		return 0
	}
	return n/8*dtypeBits[d] + (n%8*dtypeBits[d]+7)/8 // n·bits alone may overflow 32 bits
}

// Shape is a tensor's dimensions, outermost first. A nil or empty Shape is a scalar.
type Shape []int

// Elems returns the product of the dimensions: 1 for a scalar.
func (s Shape) Elems() int {
	n := 1
	for _, d := range s {
		n *= d
	}
	return n
}

// String writes a shape as 1x49x10x1, a scalar as "scalar".
func (s Shape) String() string {
	if len(s) == 0 {
		return "scalar"
	}
	var b strings.Builder
	for i, d := range s {
		if i > 0 {
			b.WriteByte('x')
		}
		b.WriteString(strconv.Itoa(d))
	}
	return b.String()
}

// ParseShape reads what String writes.
func ParseShape(s string) (Shape, error) {
	if s == "scalar" {
		return Shape{}, nil
	}
	var shape Shape
	for part := range strings.SplitSeq(s, "x") {
		d, err := strconv.Atoi(part)
		if err != nil || d < 0 {
			return nil, fmt.Errorf("shape %q: %q is not a dimension; write 1x49x10x1", s, part)
		}
		shape = append(shape, d)
	}
	return shape, nil
}

// Quant is a tensor's affine quantization, real = Scale·(q − ZeroPoint) (TFLite quantization specification). One scale
// is per tensor; more are one for each index of dimension Axis. No scale means that the tensor is not quantized.
type Quant struct {
	Scale     []float32
	ZeroPoint []int64
	Axis      int
}

// Quantized reports whether the tensor has a scale.
func (q Quant) Quantized() bool { return len(q.Scale) > 0 }

// Info is what a model says of a tensor.
type Info struct {
	Name  string
	Index int // in its subgraph
	DType DType
	Shape Shape
	Quant Quant
}

// Tensor is an Info with memory: row-major, little-endian, Shape.Elems() elements; strings are packed, see Strings. Who
// hands out the Tensor owns Data.
type Tensor struct {
	Info
	Data []byte
}

// Signature is a named entry point of a model: what goes in and what comes out, in order. Key is empty where the
// model has no SignatureDef; Names then are the tensors' own.
type Signature struct {
	Key             string
	Inputs, Outputs []Info
}

// As views data as elements of another fixed-size type; no copy. len(data) must be a multiple of the element's size
// and data aligned to it, which every tensor of a Session is.
func As[T ~int8 | ~uint8 | ~int16 | ~uint16 | ~int32 | ~uint32 | ~int64 | ~uint64 | ~float32 | ~float64 | ~bool | ~complex64](data []byte) []T {
	if len(data) == 0 {
		return nil
	}
	var zero T
	return unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(data))), len(data)/int(unsafe.Sizeof(zero)))
}
