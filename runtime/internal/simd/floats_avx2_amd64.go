//go:build !noasm

package simd

// pair runs the loop of a function of two operands.
func (*floats) pair(op FloatOp, c *pairCall) {
	switch op {
	case FloatSum:
		floatSumAVX2(c)
	case FloatDifference:
		floatDifferenceAVX2(c)
	case FloatProduct:
		floatProductAVX2(c)
	case FloatQuotient:
		floatQuotientAVX2(c)
	case FloatLarger:
		floatLargerAVX2(c)
	default:
		floatSmallerAVX2(c)
	}
}

func (*floats) log(c *floatsCall)        { logAVX2(c) }
func (*floats) magnitudes(c *floatsCall) { magnitudesAVX2(c) }

func (*floats) fftFirst(c *fftCall, radix int) {
	if radix == 4 {
		fftFirst4AVX2(c)
	} else {
		fftFirst2AVX2(c)
	}
}

func (*floats) fftFours(c *fftCall)    { fftFoursAVX2(c) }
func (*floats) fftSpectrum(c *fftCall) { fftSpectrumAVX2(c) }

func (*floats) taps(c *floatTapsCall)       { floatTapsAVX2(c) }
func (*floats) between(c *floatBetweenCall) { floatBetweenAVX2(c) }
