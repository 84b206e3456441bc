package kernel

// Cost is about how long a loop takes one thread, in nanoseconds of a fast server. It decides how many threads are worth the
// trouble; a slower machine takes longer over both.
type Cost int64

// How many multiply-accumulates a nanosecond does, about, by the loops of package simd and by those of this package.
const (
	dotRate   = 128
	tapRate   = 16
	floatRate = 32
	plainRate = 1
)

// cost returns that of a convolution to o channels, of so many multiply-accumulates a nanosecond; of one with a window for each
// channel, o is how many outputs it makes of an input.
func (w *Window) cost(o int, rate int64) Cost {
	return Cost(w.macs(o) / rate)
}

// macs returns its multiply-accumulates.
func (w *Window) macs(o int) int64 {
	return int64(w.N) * int64(w.Y) * int64(w.X) * int64(w.KernelH) * int64(w.KernelW) * int64(w.C) * int64(o)
}

// cost returns that of a convolution to o channels.
func (w *Window3D) cost(o int, rate int64) Cost {
	return w.Window.cost(o, rate) * Cost(w.Z) * Cost(w.KernelD)
}

// productCost returns the cost of [n,k]·[k,o].
func productCost(n, k, o int, rate int64) Cost { return Cost(int64(n) * int64(k) * int64(o) / rate) }
