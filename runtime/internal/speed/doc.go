// Command speed measures how fast the builtin engine is and keeps the figures, so that a loss shows and the README's tables
// are not typed by hand. scripts/bench-ratio, scripts/armcount and scripts/mca run it.
//
//	speed ratio    time against TensorFlow Lite's own library, in one interleaved run
//	speed count    guest instructions of an inference on ARM cores, under qemu
//	speed mca      cycles that LLVM expects of the inner loops
//	speed readme   writes the README's tables from what those have written to figures/
//
// # Why
//
// Three measures, because none is enough. Ratios are the truth, but of the machine they were measured on, and no ARM board is
// at hand; what else runs there disturbs both sides alike, if they take turns. Instructions are exact, whatever else the
// machine does, and say nothing of stalls. Cycles of a model of the core say where a loop waits, if nothing misses a cache.
//
// TensorFlow Lite is timed by a program of its own (scripts/peer.c), not by the engine tflite, which runs it in another
// process and copies what goes in and out.
package main
