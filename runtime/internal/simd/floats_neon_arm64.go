//go:build !noasm

package simd

// pair runs the loop of a function of two operands.
func (*floats) pair(op FloatOp, c *pairCall) {
	switch op {
	case FloatSum:
		floatSumNEON(c)
	case FloatDifference:
		floatDifferenceNEON(c)
	case FloatProduct:
		floatProductNEON(c)
	case FloatQuotient:
		floatQuotientNEON(c)
	case FloatLarger:
		floatLargerNEON(c)
	default:
		floatSmallerNEON(c)
	}
}

func (*floats) log(c *floatsCall)        { logNEON(c) }
func (*floats) magnitudes(c *floatsCall) { magnitudesNEON(c) }

func (*floats) fftFirst(c *fftCall, radix int) {
	if radix == 4 {
		fftFirst4NEON(c)
	} else {
		fftFirst2NEON(c)
	}
}

func (*floats) fftFours(c *fftCall)    { fftFoursNEON(c) }
func (*floats) fftSpectrum(c *fftCall) { fftSpectrumNEON(c) }

func (*floats) taps(c *floatTapsCall)       { floatTapsNEON(c) }
func (*floats) between(c *floatBetweenCall) { floatBetweenNEON(c) }
