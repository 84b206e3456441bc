//go:build !noasm && (amd64 || arm64)

package simd

import "unsafe"

// Loops over elements that take whole blocks; what is left goes through scratch memory here. addWhole, quantizeWhole, addRowWhole
// and lookupWhole are the architecture's.

func addBlocks(c *sumCall, signed bool) {
	n := int(c.n)
	whole := n &^ (lanes - 1)
	if c.n = uint64(whole); whole > 0 {
		addWhole(c, signed)
	}
	if whole < n {
		var a, b, out [lanes]byte
		copy(a[:], bytesAt(c.a, n)[whole:])
		copy(b[:], bytesAt(c.b, n)[whole:])
		last := *c
		last.a, last.b, last.out, last.n = unsafe.Pointer(&a), unsafe.Pointer(&b), unsafe.Pointer(&out), lanes
		addWhole(&last, signed)
		copy(bytesAt(c.out, n)[whole:], out[:])
	}
}

func quantizeBlocks(c *quantizeCall) {
	n := int(c.n)
	whole := n &^ (lanes - 1)
	if c.n = uint64(whole); whole > 0 {
		quantizeWhole(c)
	}
	if whole < n {
		var in [lanes]float32
		var out [lanes]byte
		copy(in[:], unsafe.Slice((*float32)(c.in), n)[whole:])
		last := *c
		last.in, last.out, last.n = unsafe.Pointer(&in), unsafe.Pointer(&out), lanes
		quantizeWhole(&last)
		copy(bytesAt(c.out, n)[whole:], out[:])
	}
}

// bytesAt is the memory that a call points at.
func bytesAt(p unsafe.Pointer, n int) []byte { return unsafe.Slice((*byte)(p), n) }

func addRowInt8Blocks(sums *int32, in *byte, n int) {
	whole := n &^ (lanes - 1)
	if whole > 0 {
		addRowWhole(sums, in, whole, true)
	}
	all := unsafe.Slice(sums, n)
	for i, v := range unsafe.Slice((*int8)(unsafe.Pointer(in)), n)[whole:] {
		all[whole+i] += int32(v)
	}
}

func addRowUint8Blocks(sums *int32, in *byte, n int) {
	whole := n &^ (lanes - 1)
	if whole > 0 {
		addRowWhole(sums, in, whole, false)
	}
	all := unsafe.Slice(sums, n)
	for i, v := range unsafe.Slice(in, n)[whole:] {
		all[whole+i] += int32(v)
	}
}

func lookupBlocks(out, in *byte, n int, table *[256]byte) {
	whole := n &^ (lookupBlock - 1)
	if whole > 0 {
		lookupWhole(out, in, whole, table)
	}
	to := unsafe.Slice(out, n)
	for i, v := range unsafe.Slice(in, n)[whole:] {
		to[whole+i] = table[v]
	}
}
