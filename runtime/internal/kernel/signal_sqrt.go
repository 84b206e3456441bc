package kernel

import (
	"fmt"
	"math"
	"math/bits"
)

// SignalFilterBankSquareRoot computes out[c] = round(√in[c]) >> shift; in [C] uint64, out [C] uint32. The shift is the
// one SignalFftAutoScale gave, which its energies carry twice. A shift outside 0 to 31 is an error. Source: TFLite
// Micro, signal/src/filter_bank_square_root.cc.
func SignalFilterBankSquareRoot(in []uint64, shift int32, out []uint32) error {
	if shift < 0 || shift > 31 {
		return fmt.Errorf("scale_bits is %d, not from 0 to 31", shift)
	}
	for c, x := range in {
		out[c] = sqrt64(x) >> shift
	}
	return nil
}

// sqrt64 returns √x, rounded to nearest, at most 2³²−1; for x < 2³² at most 2¹⁶−1, as TFLite Micro takes those with 16
// bits (signal/src/square_root_32.cc and _64.cc). One bit of the root a turn, the highest first.
func sqrt64(x uint64) uint32 {
	most := uint64(math.MaxUint16)
	if x > math.MaxUint32 {
		most = math.MaxUint32
	}
	var root uint64 // of the bits done, scaled as x is
	for bit := uint64(1) << ((bits.Len64(x|1) - 1) &^ 1); bit > 0; bit >>= 2 {
		if x >= root+bit {
			x -= root + bit
			root = root>>1 + bit
		} else {
			root >>= 1
		}
	}
	if x > root && root < most {
		root++
	}
	return uint32(root)
}
