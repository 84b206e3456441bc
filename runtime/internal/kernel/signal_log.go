package kernel

import (
	"math"
	"math/bits"
)

// SignalFilterBankLogOptions are those of the custom operator SignalFilterBankLog.
type SignalFilterBankLogOptions struct {
	OutputScale         int32 // "output_scale", int: what one e-fold becomes
	InputCorrectionBits int   // "input_correction_bits", int: left shift of the input
}

// SignalFilterBankLog computes out[c] = min(OutputScale·ln(in[c] << InputCorrectionBits), 32767), 0 where the shifted
// input is under 2; in [C] uint32, out [C] int16. A product OutputScale·ln that needs more than 32 bits in Q16 wraps.
// Source: TFLite Micro, signal/src/filter_bank_log.cc and log.cc.
type SignalFilterBankLog struct {
	scale uint32
	shift uint
	bend  [logSegments + 1]int32
}

// The logarithm of an octave has logSegments pieces.
const (
	logBits     = 7
	logSegments = 1 << logBits
)

// NewSignalFilterBankLog checks the options and makes the table: how far log₂(1+x) lies above x, in Q16.
func NewSignalFilterBankLog(o SignalFilterBankLogOptions) (*SignalFilterBankLog, error) {
	if err := checkRange("input_correction_bits", o.InputCorrectionBits, 0, 31); err != nil {
		return nil, err
	}
	s := &SignalFilterBankLog{scale: uint32(o.OutputScale), shift: uint(o.InputCorrectionBits)}
	for i := range s.bend {
		x := math.Ldexp(float64(i), -logBits)
		s.bend[i] = int32(math.Round(65536 * (math.Log2(1+x) - x)))
	}
	return s, nil
}

// Run fills out.
func (s *SignalFilterBankLog) Run(in []uint32, out []int16) {
	for c, x := range in {
		out[c] = 0
		if x <<= s.shift; x > 1 {
			out[c] = int16(min(s.ln(x), math.MaxInt16))
		}
	}
}

// ln returns scale·ln x in whole numbers; the logarithm itself is Q16. x > 0.
func (s *SignalFilterBankLog) ln(x uint32) uint32 {
	const ln2 = 45426 // Q16
	whole := bits.Len32(x) - 1
	fraction := int32(uint64(x-1<<whole) << 16 >> whole)
	segment := fraction >> 9
	bend := s.bend[segment]
	slope := s.bend[segment+1] - bend
	fraction += bend + slope*(fraction&(1<<9-1))>>16
	log2 := uint32(whole)<<16 + uint32(fraction)
	ln := uint32((ln2*uint64(log2) + 1<<15) >> 16)
	return (s.scale*ln + 1<<15) >> 16
}
