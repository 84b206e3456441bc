//go:build !noasm

package simd

func addWhole(c *sumCall, signed bool) {
	if signed {
		addInt8AVX2(c)
	} else {
		addUint8AVX2(c)
	}
}

func quantizeWhole(c *quantizeCall) { quantizeAVX2(c) }

func addRowWhole(sums *int32, in *byte, n int, signed bool) {
	if signed {
		addRowInt8AVX2(sums, in, n)
	} else {
		addRowUint8AVX2(sums, in, n)
	}
}

// lookupBlock are the bytes of which lookupWhole takes whole multiples.
const lookupBlock = 32

func lookupWhole(out, in *byte, n int, table *[256]byte) { lookupAVX2(out, in, n, table) }
