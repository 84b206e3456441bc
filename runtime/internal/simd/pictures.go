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

type argMaxCall struct {
	in, out       unsafe.Pointer
	n, rows, size uint64
	flip          uint32

	outside, places [fewArgs]byte // what is not of a row, 0xFF; 0, 1, …
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

// mostArgs is how long a row may be that ArgMax searches, fewArgs how long where there is no other loop.
const mostArgs, fewArgs = 64, 32

// ArgMax computes for each row of in the place of the first of its largest elements, and reports whether it did: rows may have 64
// elements at most, or 32.
func ArgMax[T int8 | uint8, I int32 | int64](out []I, in []T) bool {
	e := chosen().elements
	if e == nil || len(out) == 0 || len(in)%len(out) != 0 || len(in) == 0 || len(in)/len(out) > e.mostArgs() {
		return false
	}
	argMax(e, out, in)
	return true
}

func (e *elements) mostArgs() int {
	if e.plain {
		return fewArgs
	}
	return mostArgs
}

func argMax[T int8 | uint8, I int32 | int64](e *elements, out []I, in []T) {
	n, rows := len(in)/len(out), len(out)
	c := argMaxCall{in: unsafe.Pointer(&in[0]), out: unsafe.Pointer(&out[0]), n: uint64(n), size: uint64(unsafe.Sizeof(out[0]))}
	if sign[T]() == 1 {
		c.flip = 0x80808080
	}
	if n <= fewArgs {
		rows = max(0, (len(in)-fewArgs)/n+1) // those that have 32 bytes, with what follows them
		if len(in) < fewArgs {
			rows = 0
		}
		for i := range c.places {
			c.places[i] = byte(i)
			if i >= n {
				c.outside[i] = 0xFF
			}
		}
	}
	if c.rows = uint64(rows); rows > 0 {
		e.argMax(&c)
	}
	for i := rows; i < len(out); i++ {
		out[i] = I(largest(in[i*n : (i+1)*n]))
	}
}

// largest returns the place of the first of the largest elements.
func largest[T int8 | uint8](row []T) int {
	at := 0
	for i, v := range row {
		if v > row[at] {
			at = i
		}
	}
	return at
}
