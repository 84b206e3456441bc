package record

import (
	"fmt"
	"math"
	"time"

	"google.golang.org/protobuf/encoding/protowire"
)

// number is the number of a protobuf field.
type number = protowire.Number

// appendBytes appends a field of bytes, text or a message; an empty one is left out, as proto3 does.
func appendBytes[T ~string | ~[]byte](b []byte, n number, v T) []byte {
	if len(v) == 0 {
		return b
	}
	b = protowire.AppendTag(b, n, protowire.BytesType)
	return append(protowire.AppendVarint(b, uint64(len(v))), v...)
}

// appendUint appends a whole number; 0 is left out.
func appendUint(b []byte, n number, v uint64) []byte {
	if v == 0 {
		return b
	}
	return protowire.AppendVarint(protowire.AppendTag(b, n, protowire.VarintType), v)
}

// appendSint appends a whole number that may be below zero (sint64).
func appendSint(b []byte, n number, v int64) []byte {
	return appendUint(b, n, protowire.EncodeZigZag(v))
}

func appendBool(b []byte, n number, v bool) []byte { return appendUint(b, n, protowire.EncodeBool(v)) }

func appendDouble(b []byte, n number, v float64) []byte {
	return protowire.AppendFixed64(protowire.AppendTag(b, n, protowire.Fixed64Type), math.Float64bits(v))
}

// appendTime appends a google.protobuf.Timestamp: seconds, and nanoseconds from 0 to 999999999.
func appendTime(b []byte, n number, ns int64) []byte {
	t := time.Unix(0, ns)
	var stamp [2*binaryVarint + 2]byte
	inner := appendUint(stamp[:0], 1, uint64(t.Unix()))
	return appendBytes(b, n, appendUint(inner, 2, uint64(t.Nanosecond())))
}

const binaryVarint = 10 // bytes of the longest varint

// value is what a field holds: v for numbers, b for bytes, text and messages.
type value struct {
	v uint64
	b []byte
}

func (v value) sint() int64     { return protowire.DecodeZigZag(v.v) }
func (v value) double() float64 { return math.Float64frombits(v.v) }

// time reads a google.protobuf.Timestamp as nanoseconds since 1970.
func (v value) time() (ns int64, err error) {
	var sec, nsec int64
	err = eachField(v.b, func(n number, v value) error {
		switch n {
		case 1:
			sec = int64(v.v)
		case 2:
			nsec = int64(v.v)
		}
		return nil
	})
	const farthest = math.MaxInt64/1_000_000_000 - 1
	if err == nil && (sec > farthest || sec < -farthest || nsec < 0 || nsec >= 1e9) {
		err = fmt.Errorf("a time of %d s and %d ns", sec, nsec)
	}
	return sec*1e9 + nsec, err
}

// eachField calls f for each field of a message. What f gets points into msg.
func eachField(msg []byte, f func(number, value) error) error {
	for len(msg) > 0 {
		num, kind, n := protowire.ConsumeTag(msg)
		if n < 0 {
			return protowire.ParseError(n)
		}
		msg = msg[n:]
		var v value
		switch kind {
		case protowire.VarintType:
			v.v, n = protowire.ConsumeVarint(msg)
		case protowire.Fixed64Type:
			v.v, n = protowire.ConsumeFixed64(msg)
		case protowire.BytesType:
			v.b, n = protowire.ConsumeBytes(msg)
		default:
			n = protowire.ConsumeFieldValue(num, kind, msg)
		}
		if n < 0 {
			return protowire.ParseError(n)
		}
		msg = msg[n:]
		if err := f(num, v); err != nil {
			return err
		}
	}
	return nil
}
