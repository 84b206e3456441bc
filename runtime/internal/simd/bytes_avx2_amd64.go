//go:build !noasm

package simd

func (*elements) product(c *productCall, signed bool) {
	if signed {
		productInt8AVX2(c)
	} else {
		productUint8AVX2(c)
	}
}

func (*elements) extreme(c *bytesCall, larger, signed bool) {
	switch {
	case larger && signed:
		largerInt8AVX2(c)
	case larger:
		largerUint8AVX2(c)
	case signed:
		smallerInt8AVX2(c)
	default:
		smallerUint8AVX2(c)
	}
}

func (*elements) maxPool(c *maxPoolCall, signed bool) {
	if signed {
		maxPoolInt8AVX2(c)
	} else {
		maxPoolUint8AVX2(c)
	}
}
