// Package ref has slow, obvious versions of package kernel's operators, written from the formula. Only tests import it.
//
// # Why
//
// A kernel is right when it equals its formula, so the formula has to be written down somewhere that nobody optimizes.
// Here integers are int64 and quotients are rounded by a function of round.go that says how; reals are float64. Where
// LiteRT's answer depends on each float32 rounding, every operation goes through f32, so that the order of roundings can
// be read off the line. No code is shared with kernel, and none is saved.
//
// Where two of LiteRT's kernels round differently, each rule has its own function, and its comment names the file it
// was read from: paths under tflite/ are LiteRT's, the others XNNPACK's or gemmlowp's.
package ref
