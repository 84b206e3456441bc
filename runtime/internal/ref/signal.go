package ref

import (
	"math"
	"math/big"
)

// RFFT returns bins 0 to n/2 of the Fourier transform of x, padded with zeros to n: X[k] = Σ x[i]·e^(−2πi·k/n).
func RFFT(x []float64, n int) []complex128 {
	out := make([]complex128, n/2+1)
	for k := range out {
		for i, v := range x {
			sin, cos := math.Sincos(-2 * math.Pi * float64(i*k%n) / float64(n))
			out[k] += complex(v*cos, v*sin)
		}
	}
	return out
}

// Band is one band of a filter bank: Weights and Unweights belong to the bins from First on.
type Band struct {
	First              int
	Weights, Unweights []int16
}

// FilterBank returns out[c], the sum of band c's unweighted and band c+1's weighted bins.
func FilterBank(in []uint32, bands []Band) []uint64 {
	sum := func(first int, weights []int16) (s int64) {
		for j, w := range weights {
			s += int64(w) * int64(in[first+j])
		}
		return s
	}
	out := make([]uint64, len(bands)-1)
	for c := range out {
		fall, rise := bands[c], bands[c+1]
		out[c] = uint64(sum(fall.First, fall.Unweights) + sum(rise.First, rise.Weights))
	}
	return out
}

// Sqrt returns √x rounded to nearest.
func Sqrt(x uint64) uint64 {
	v := new(big.Int).SetUint64(x)
	root := new(big.Int).Sqrt(v)
	rest := new(big.Int).Sub(v, new(big.Int).Mul(root, root))
	if rest.Cmp(root) > 0 { // (r+½)² = r² + r + ¼
		return root.Uint64() + 1
	}
	return root.Uint64()
}
