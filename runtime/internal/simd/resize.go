package simd

import "unsafe"

// TapFixed says between which two pixels of a row one of a resized picture lies.
type TapFixed struct {
	Left, Right int32 // elements from the row's beginning
	Weight      int32 // of the way from left to right, in the row's shares
}

// TapsFixed are those of a row of pixels.
type TapsFixed struct {
	all   []TapFixed
	reach int // the last element at which a pixel begins
}

// NewTapsFixed checks taps, so that a row need not.
func NewTapsFixed(all []TapFixed) TapsFixed {
	t := TapsFixed{all: all}
	for _, tap := range all {
		t.reach = max(t.reach, reach(tap.Left, tap.Right))
	}
	return t
}

// reach is where the later of two pixels begins.
func reach(left, right int32) int {
	if min(left, right) < 0 {
		panic("simd: tap out of range")
	}
	return int(max(left, right))
}

// Shares are how a row between two of a picture is kept: in sixteenths, or in 2048ths.
type Shares interface{ int16 | int32 }

// sharesOf returns how many shares make a whole.
func sharesOf[S Shares]() int32 {
	if wideShares[S]() {
		return 2048
	}
	return 16
}

func wideShares[S Shares]() bool { return unsafe.Sizeof(S(0)) == 4 }

// RowRoom is how many elements a row of shares has behind its last: loops read them, and what they read does not matter.
const RowRoom = 16

type mixCall struct {
	top, bottom, out unsafe.Pointer
	n                uint64
	y                int32
}

type spreadCall struct {
	row, out, taps   unsafe.Pointer
	pixels, channels uint64
}

// MixRows computes row[i] = top[i]·(one − y) + bottom[i]·y + one/2, of as many elements as top and bottom have; Spread makes
// pixels of it. It reports whether it did.
func MixRows[T int8 | uint8, S Shares](row []S, top, bottom []T, y int32) bool {
	e := chosen().elements
	if e == nil {
		return false
	}
	mixRows(e, row, top, bottom, y)
	return true
}

func mixRows[T int8 | uint8, S Shares](e *elements, row []S, top, bottom []T, y int32) {
	n := len(top)
	if len(bottom) != n || len(row) < n {
		panic("simd: rows of different lengths")
	}
	whole, one := n&^(lanes-1), sharesOf[S]()
	if whole > 0 {
		c := mixCall{unsafe.Pointer(&top[0]), unsafe.Pointer(&bottom[0]), unsafe.Pointer(&row[0]), uint64(whole), y}
		e.mix(&c, sign[T]() == 1, wideShares[S]())
	}
	for i := whole; i < n; i++ {
		row[i] = S(int32(top[i])*(one-y) + int32(bottom[i])*y + one/2)
	}
}

// Spread computes the pixels of out that taps place in a row of shares:
//
//	out = (left·(one − weight) + right·weight) / one², rounded down
//
// With the half that MixRows adds, the result is the one that is nearest, ties up. It reports whether it did.
func Spread[T int8 | uint8, S Shares](out []T, row []S, taps *TapsFixed) bool {
	e := chosen().elements
	if e == nil || len(taps.all) == 0 || len(out) == 0 {
		return false
	}
	spread(e, out, row, taps)
	return true
}

func spread[T int8 | uint8, S Shares](e *elements, out []T, row []S, taps *TapsFixed) {
	all, channels := taps.all, len(out)/len(taps.all)
	if taps.reach+channels > len(row)-RowRoom {
		panic("simd: tap out of range")
	}
	written, whole := (channels+lanes-1)&^(lanes-1), 0 // what a pixel writes behind its end is overwritten by the next
	if len(out) >= written {
		whole = (len(out)-written)/channels + 1
	}
	if whole > 0 {
		c := spreadCall{unsafe.Pointer(&row[0]), unsafe.Pointer(&out[0]), unsafe.Pointer(&all[0]), uint64(whole), uint64(channels)}
		e.spread(&c, sign[T]() == 1, wideShares[S]())
	}
	for i := whole; i < len(all); i++ {
		spreadOne(out[i*channels:(i+1)*channels], row, all[i])
	}
}

// spreadOne computes one pixel.
func spreadOne[T int8 | uint8, S Shares](out []T, row []S, tap TapFixed) {
	one, shift := sharesOf[S](), 8
	if wideShares[S]() {
		shift = 22
	}
	left, right := row[tap.Left:][:len(out)], row[tap.Right:][:len(out)]
	for i := range out {
		out[i] = T((int32(left[i])*(one-tap.Weight) + int32(right[i])*tap.Weight) >> shift)
	}
}
