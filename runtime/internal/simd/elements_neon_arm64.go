//go:build !noasm

package simd

func addWhole(c *sumCall, signed bool) {
	if signed {
		addInt8NEON(c)
	} else {
		addUint8NEON(c)
	}
}

func quantizeWhole(c *quantizeCall) { quantizeNEON(c) }

func addRowWhole(sums *int32, in *byte, n int, signed bool) {
	if signed {
		addRowInt8NEON(sums, in, n)
	} else {
		addRowUint8NEON(sums, in, n)
	}
}

// lookupBlock are the bytes of which lookupWhole takes whole multiples.
const lookupBlock = 16

func lookupWhole(out, in *byte, n int, table *[256]byte) { lookupNEON(out, in, n, table) }
