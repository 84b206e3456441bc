// Package simd holds the few inner loops that are written once for each kind of processor. Package kernel has complete generic
// versions of all of them; what is here is faster, gives the same bits, and gets whole blocks: tails, strides and padding that a
// block cannot hold stay in Go.
//
// Which loops run is chosen once, by what the processor can, and can be forced by the environment variable EDGED_SIMD: generic
// is none of them.
//
// # Why
//
// AVX-512 VNNI multiplies unsigned bytes by signed ones. Inputs of int8 become unsigned when they are copied, by flipping their top
// bit, or on their way into the loop if there is one row of them; weights of uint8 become signed when they are packed. What both
// add to the sums is known beforehand, but for a multiple of the sum of a row's inputs, if the weights' zero point is not in the
// middle. Its loops do a whole layer of a small picture in a call: each call costs as much as a row of such a picture.
//
// AVX-VNNI is half as wide, and has that product in an encoding which Go's assembler lacks: gen writes its bytes. The same loops with
// the encoding of AVX-512 are there for tests.
//
// AVX2 multiplies bytes too, but saturates. Its loops multiply words instead: inputs become words once, on their way into a ring of
// rows or into scratch memory, and weights when they are packed, without their zero point; where there are many,
// they stay bytes until a panel of them is used, since they come from far away each time. Bytes that cannot saturate, of seven bits,
// would take as many multiplications; of words, half of them become additions where pairs are crossed: see gen/avx2cross.go.
// A depthwise convolution reads bytes as they are, and makes words of those it has interleaved: its ring of rows stays in the first cache.
//
// Cortex-A76 and later multiply bytes of one sign, either, four to a sum: SDOT and UDOT. Those before have only SMLAL of words,
// which bytes become on their way; a pair of byte products would overflow a word where all four are −128. Both have loops for
// each kind of byte, so that nothing is flipped.
//
// Loops over float32, and over the float64 that logarithms and transforms want, fuse nothing and keep the order of kernel's own, so
// that all paths give the same bits; those of AVX2 run on the paths of AVX-512 too, since what they wait for is memory, divisions and
// square roots. A picture is resized in integers wherever floats would not have rounded either.
//
// The assembly is written by gen, since Go's assembler has no macros that could number registers: one loop for each height and
// width of a block.
package simd
