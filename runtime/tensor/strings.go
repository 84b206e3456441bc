package tensor

import (
	"encoding/binary"
	"fmt"
	"math"
)

// Strings views the memory of a string tensor, packed as TensorFlow Lite does it (string_util.h): int32 numbers,
// little-endian, and behind them the strings' bytes,
//
//	count, start of string 0, …, start of string count−1, end of the last, bytes
//
// where starts and end count from the first byte of all.
type Strings struct {
	packed []byte
	count  int
}

const wordSize = 4

// ParseStrings checks packed strings. Bytes may follow the last one; no bytes at all are no strings.
func ParseStrings(packed []byte) (Strings, error) {
	if len(packed) == 0 {
		return Strings{}, nil
	}
	room := len(packed)/wordSize - 2
	if room < 0 {
		return Strings{}, fmt.Errorf("packed strings of %d bytes", len(packed))
	}
	count := int(int32(binary.LittleEndian.Uint32(packed)))
	if count < 0 || count > room {
		return Strings{}, fmt.Errorf("%d strings packed in %d bytes", count, len(packed))
	}
	s := Strings{packed, count}
	last := wordSize * (count + 2)
	for i := range count + 1 {
		at := s.start(i)
		if at < last || at > len(packed) {
			return Strings{}, fmt.Errorf("string %d of %d starts at byte %d, want %d to %d", i, count, at, last, len(packed))
		}
		last = at
	}
	return s, nil
}

func (s Strings) start(i int) int {
	return int(int32(binary.LittleEndian.Uint32(s.packed[wordSize*(i+1):])))
}

// Len returns how many strings there are.
func (s Strings) Len() int { return s.count }

// Size returns how many bytes the packed strings take, without what follows them.
func (s Strings) Size() int {
	if s.packed == nil {
		return 0
	}
	return s.start(s.count)
}

// At returns string i; the bytes are the tensor's own.
func (s Strings) At(i int) []byte { return s.packed[s.start(i):s.start(i+1):s.start(i+1)] }

// PackedSize returns how many bytes strings take that have n bytes in all, or false where packing cannot tell so many.
func PackedSize(count int, n int64) (size int64, ok bool) {
	size = wordSize*(int64(count)+2) + n
	return size, size <= math.MaxInt32
}

// AppendStrings appends packed strings to dst: count of them, string i being at(i). They must fit, see PackedSize.
func AppendStrings(dst []byte, count int, at func(i int) []byte) []byte {
	dst = binary.LittleEndian.AppendUint32(dst, uint32(count))
	next := wordSize * (count + 2)
	for i := range count {
		dst = binary.LittleEndian.AppendUint32(dst, uint32(next))
		next += len(at(i))
	}
	dst = binary.LittleEndian.AppendUint32(dst, uint32(next))
	for i := range count {
		dst = append(dst, at(i)...)
	}
	return dst
}

// PackStrings returns strings as a string tensor's Data.
func PackStrings(strings ...string) []byte {
	return AppendStrings(nil, len(strings), func(i int) []byte { return []byte(strings[i]) })
}
