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
package kernel
