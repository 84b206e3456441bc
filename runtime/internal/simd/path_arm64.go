//go:build !noasm

package simd

import "golang.org/x/sys/cpu"

func paths() []path {
	arm := &cpu.ARM64
	unsigned, signed := wordTaps{any: depthwiseUint8NEON, nine: depthwise9Uint8NEON}, wordTaps{any: depthwiseInt8NEON, nine: depthwise9Int8NEON}
	byDots := signed
	byDots.columns = &[2]func(*depthwiseCall){depthwiseColumns1SDOT, depthwiseColumns2SDOT}
	numbers := &floats{widths: [][]floatBlock{{{4, gemmF32NEON4x16}, {2, gemmF32NEON2x16}, {1, gemmF32NEON1x16}}}, whole: true}
	each := &elements{plain: true, addRow: [2]func(*int32, *byte, int){addRowUint8Blocks, addRowInt8Blocks}, lookup: lookupBlocks}
	return []path{
		{name: "neon", ok: arm.HasASIMD, depthwise: &taps{words: &[2]wordTaps{unsigned, signed}}, elements: each, floats: numbers, gemm: either(
			blocks{widths: blocksNEONInt8(), words: true},
			blocks{widths: blocksNEONUint8(), words: true})},
		{name: "sdot", ok: arm.HasASIMDDP, depthwise: &taps{words: &[2]wordTaps{unsigned, byDots}}, elements: each, floats: numbers, gemm: either(
			blocks{widths: blocksSDOT()},
			blocks{widths: blocksUDOT(), sums: addSumsUDOT})},
	}
}

// either returns loops for signed bytes and others for unsigned ones.
func either(signed, unsigned blocks) *blocks {
	signed.signed, signed.whole, signed.times = true, true, true
	unsigned.whole, unsigned.times = true, true
	signed.other, unsigned.other = &unsigned, &signed
	return &signed
}

func (*elements) add(c *sumCall, signed bool) { addBlocks(c, signed) }
func (*elements) quantize(c *quantizeCall)    { quantizeBlocks(c) }

func (*elements) between(*bilinearCall) { panic("simd: no loops") }
func (*elements) argMax(c *argMaxCall)  { argMaxNEON(c) }

func (*elements) mix(c *mixCall, signed, wide bool) {
	switch {
	case signed && wide:
		mixInt8DoublesNEON(c)
	case signed:
		mixInt8WordsNEON(c)
	case wide:
		mixUint8DoublesNEON(c)
	default:
		mixUint8WordsNEON(c)
	}
}

func (*elements) spread(c *spreadCall, signed, wide bool) {
	switch {
	case signed && wide:
		spreadInt8DoublesNEON(c)
	case signed:
		spreadInt8WordsNEON(c)
	case wide:
		spreadUint8DoublesNEON(c)
	default:
		spreadUint8WordsNEON(c)
	}
}
