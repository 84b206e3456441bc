//go:build !noasm

package simd

func (*elements) product(c *productCall, signed bool) {
	if signed {
		productInt8NEON(c)
	} else {
		productUint8NEON(c)
	}
}

func (*elements) extreme(c *bytesCall, larger, signed bool) {
	switch {
	case larger && signed:
		largerInt8NEON(c)
	case larger:
		largerUint8NEON(c)
	case signed:
		smallerInt8NEON(c)
	default:
		smallerUint8NEON(c)
	}
}

func (*elements) maxPool(c *maxPoolCall, signed bool) {
	if signed {
		maxPoolInt8NEON(c)
	} else {
		maxPoolUint8NEON(c)
	}
}
