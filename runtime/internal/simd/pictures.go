package simd

import "unsafe"

// Tap says between which two pixels of a row one of a resized picture lies.
type Tap struct {
	Left, Right int32   // bytes from the row's beginning
	Weight      float32 // of the way from left to right
}

type bilinearCall struct {
	top, bottom, out, taps unsafe.Pointer
	pixels, channels       uint64
	y                      float32
}

// TapFixed is a Tap in integers.
type TapFixed struct {
	Left, Right int32
	Weight      int32 // of 2048
}

type fixedCall struct {
	top, bottom, out, taps unsafe.Pointer
	pixels, channels       uint64
	y                      int32
}

type argMaxCall struct {
	in, out       unsafe.Pointer
	n, rows, size uint64
	flip          uint32
}

// Between computes a row of a picture of uint8 that is resized by linear interpolation: for each tap its channels between a row
// above and one below, y of the way down, in float32 with each product and sum rounded, half added, and cut. It reports whether
// it did.
func Between(out, top, bottom []uint8, taps []Tap, y float32) bool {
	e := chosen().elements
	if e == nil || e.plain || len(taps) == 0 || len(out) == 0 {
		return false
	}
	between(e, out, top, bottom, taps, y)
	return true
}

// BetweenFixed is Between in integers: with l<<11 + (r−l)·Weight of each row, (top<<11 + (bottom−top)·y + 2²¹)>>22.
func BetweenFixed[T int8 | uint8](out, top, bottom []T, taps []TapFixed, y int32) bool {
	e := chosen().elements
	if e == nil || e.plain || len(taps) == 0 || len(out) == 0 {
		return false
	}
	betweenFixed(e, out, top, bottom, taps, y)
	return true
}

func betweenFixed[T int8 | uint8](e *elements, out, top, bottom []T, taps []TapFixed, y int32) {
	channels := len(out) / len(taps)
	for i := range taps {
		inside(taps[i].Left, taps[i].Right, channels, min(len(top), len(bottom)))
	}
	e.betweenFixed(&fixedCall{unsafe.Pointer(&top[0]), unsafe.Pointer(&bottom[0]), unsafe.Pointer(&out[0]), unsafe.Pointer(&taps[0]), uint64(len(taps)), uint64(channels), y}, sign[T]() == 1)
}

// inside panics if a tap reaches out of its rows.
func inside(left, right int32, channels, length int) {
	if min(left, right) < 0 || int(max(left, right))+channels > length {
		panic("simd: tap out of range")
	}
}

func between(e *elements, out, top, bottom []uint8, taps []Tap, y float32) {
	channels := len(out) / len(taps)
	for i := range taps {
		inside(taps[i].Left, taps[i].Right, channels, min(len(top), len(bottom)))
	}
	e.between(&bilinearCall{unsafe.Pointer(&top[0]), unsafe.Pointer(&bottom[0]), unsafe.Pointer(&out[0]), unsafe.Pointer(&taps[0]), uint64(len(taps)), uint64(channels), y})
}

// mostArgs is how long a row may be that ArgMax searches.
const mostArgs = 64

// ArgMax computes for each row of in the place of the first of its largest elements, and reports whether it did: rows may have 64
// elements at most.
func ArgMax[T int8 | uint8, I int32 | int64](out []I, in []T) bool {
	e := chosen().elements
	if e == nil || e.plain || len(out) == 0 || len(in)%len(out) != 0 || len(in) == 0 || len(in)/len(out) > mostArgs {
		return false
	}
	argMax(e, out, in)
	return true
}

func argMax[T int8 | uint8, I int32 | int64](e *elements, out []I, in []T) {
	c := argMaxCall{in: unsafe.Pointer(&in[0]), out: unsafe.Pointer(&out[0]), n: uint64(len(in) / len(out)), rows: uint64(len(out)), size: uint64(unsafe.Sizeof(out[0]))}
	if sign[T]() == 1 {
		c.flip = 0x80808080
	}
	e.argMax(&c)
}
