//go:build noasm || !(amd64 || arm64)

package simd

func paths() []path { return nil }

func (*elements) add(*sumCall, bool)             { panic("simd: no loops") }
func (*elements) quantize(*quantizeCall)         { panic("simd: no loops") }
func (*elements) between(*bilinearCall)          { panic("simd: no loops") }
func (*elements) argMax(*argMaxCall)             { panic("simd: no loops") }
func (*elements) mix(*mixCall, bool, bool)       { panic("simd: no loops") }
func (*elements) spread(*spreadCall, bool, bool) { panic("simd: no loops") }
func (*floats) fftFirst(*fftCall, int)           { panic("simd: no loops") }
func (*floats) fftFours(*fftCall)                { panic("simd: no loops") }
func (*floats) fftSpectrum(*fftCall)             { panic("simd: no loops") }
func (*floats) pair(FloatOp, *pairCall)          { panic("simd: no loops") }
func (*floats) log(*floatsCall)                  { panic("simd: no loops") }
func (*floats) magnitudes(*floatsCall)           { panic("simd: no loops") }
func (*floats) taps(*floatTapsCall)              { panic("simd: no loops") }
func (*floats) between(*floatBetweenCall)        { panic("simd: no loops") }
func (*elements) product(*productCall, bool)     { panic("simd: no loops") }
func (*elements) extreme(*bytesCall, bool, bool) { panic("simd: no loops") }
func (*elements) maxPool(*maxPoolCall, bool)     { panic("simd: no loops") }
