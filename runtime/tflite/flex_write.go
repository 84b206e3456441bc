package tflite

import (
	"encoding/binary"
	"fmt"
	"maps"
	"math"
	"slices"
)

// The numbers of FlexBuffers types, shifted left by two over the width: all here are 4 bytes wide (flatbuffers.dev,
// "FlexBuffers").
const (
	flexInt4   = 1<<2 | 2
	flexFloat4 = 3<<2 | 2
	flexMap4   = 9<<2 | 2
	flexBool4  = 26<<2 | 2
)

// WriteFlex returns a map of bools, integers of 32 bits and floats, which are rounded to float32, as a FlexBuffers message:
// what Flex reads. It panics on other kinds of values.
func WriteFlex(m FlexMap) []byte {
	names := slices.Sorted(maps.Keys(m))
	var b []byte
	var at []int
	for _, name := range names {
		at = append(at, len(b))
		b = append(append(b, name...), 0)
	}
	word := func(v int) { b = binary.LittleEndian.AppendUint32(b, uint32(v)) }
	word(len(names)) // a vector of the keys, each as its distance
	keys := len(b)
	for _, key := range at {
		word(len(b) - key)
	}
	word(len(b) - keys) // the map: its keys' distance and width, its size, the values, their types
	word(4)
	word(len(names))
	values, types := len(b), []byte(nil)
	for _, name := range names {
		switch v := m[name]; v.Kind {
		case FlexBool:
			word(int(v.Int))
			types = append(types, flexBool4)
		case FlexInt:
			word(int(v.Int))
			types = append(types, flexInt4)
		case FlexFloat:
			word(int(math.Float32bits(float32(v.Float))))
			types = append(types, flexFloat4)
		default:
			panic(fmt.Sprintf("tflite: flexbuffer: %q is of kind %d", name, v.Kind))
		}
	}
	b = append(b, types...)
	word(len(b) - values)
	return append(b, flexMap4, 4)
}
