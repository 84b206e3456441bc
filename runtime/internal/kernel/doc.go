// Package kernel holds the arithmetic of one operator at a time, on slices: no shapes to check, no tensors, no
// allocation. Package op checks everything and calls it; what a kernel is given is right.
//
// # Why
//
// Integers must equal LiteRT's bit for bit, and LiteRT rounds in two ways. Operators that XNNPACK takes scale in
// float32 and round half to even (requant.go); the rest use the fixed-point multiplier of TFLite's own kernels
// (fixedpoint.go). Each rule stands once, in its file, with its source, and every kernel names the one it uses.
//
// Float arithmetic writes float32(a*b) where a product is added to: without the conversion Go may fuse the two into
// one rounding on arm64, and the machines would disagree.
//
// A depthwise convolution and the pointwise one behind it run one after the other, not in bands of rows that stay in the first
// cache. Bands of 2, 4 and 8 rows were tried with MobileNets' ten largest pairs: within half a per cent of this on a Zen 4, by
// AVX-512 and AVX2. Where the second cache has 512 KiB they would spare MobileNet v2 about 2 MiB of 7 MiB that it writes and reads
// again, a per cent of its time on a Cortex-A53.
package kernel
