package main

// pairDepthwise writes the AVX2 loops of a depthwise convolution over 16 channels, and over 32 of two blocks: a cache line's. Two
// taps of a channel must lie side by side for a VPMADDWD; unpacking words within 128 bits brings them there, and leaves in a
// block's first sum channels 0 … 3 and 8 … 11, in its second the others. Packing double words within 128 bits is the way back.
func pairDepthwise() []byte {
	var o out
	o.header()
	pairTaps(&o, "depthwiseAVX2", 1)
	pairTaps(&o, "depthwiseTwiceAVX2", 2)
	return o.Bytes()
}

func pairTaps(o *out, name string, blocks int) {
	o.line("\n// func %s(c *depthwiseCall)", name)
	o.line("// DI c, then scales, BX where taps begin, R8 bytes from there to this pixel's, DX pixels left, R13 weights of a block, R9 bytes of them,")
	o.line("// CX their end, R14 out; Y0 … Y3 sums, Y4 … Y7 two taps, Y8 … Y11 sums without inputs, Y12 least, Y13 most, Y14 zero, Y15 lower bytes.")
	o.line("TEXT ·%s(SB), NOSPLIT, $0-8", name)
	o.op("MOVQ c+0(FP), DI")
	for _, l := range [][2]string{{"taps", "BX"}, {"at", "R8"}, {"pixels", "DX"}, {"w", "R13"}, {"groups", "R9"}, {"out", "R14"}, {"step", "R15"}, {"ldo", "R12"}, {"base", "AX"}} {
		o.op("MOVQ depthwiseCall_%s(DI), %s", l[0], l[1])
	}
	for q := range 2 * blocks {
		o.op("VMOVDQU %d(AX), Y%d", 32*q, 8+q)
	}
	o.op("VBROADCASTSS depthwiseCall_lo(DI), Y12")
	o.op("VBROADCASTSS depthwiseCall_hi(DI), Y13")
	o.op("VPBROADCASTW depthwiseCall_zero(DI), Y14")
	o.op("VPCMPEQW Y15, Y15, Y15")
	o.op("VPSRLW $8, Y15, Y15")
	o.op("MOVQ depthwiseCall_scale(DI), DI")
	o.op("SHLQ $6, R9")
	o.op("LEAQ (R13)(R9*1), CX")
	o.op("PCALIGN $32")
	o.line("pixel:")
	for q := range 2 * blocks {
		o.op("VMOVDQA Y%d, Y%d", 8+q, q)
	}
	o.op("MOVQ R13, SI")
	o.op("MOVQ BX, R10")
	o.line("pair:")
	o.op("MOVQ (R10), AX")
	o.op("MOVQ 8(R10), R11")
	for b := range blocks {
		pairStep(o, b)
	}
	o.op("ADDQ $16, R10")
	o.op("ADDQ $64, SI")
	o.op("CMPQ SI, CX")
	o.op("JNE pair")
	for b := range blocks {
		pairStore(o, b)
	}
	o.op("ADDQ R12, R14")
	o.op("ADDQ R15, R8")
	o.op("DECQ DX")
	o.op("JNZ pixel")
	o.op("VZEROUPPER")
	o.op("RET")
}

// pairStep adds two taps of a block.
func pairStep(o *out, b int) {
	weights := [...]string{"(SI)", "(SI)(R9*1)"}[b]
	o.op("VMOVDQU %d(AX)(R8*1), Y4", 32*b)
	o.op("VMOVDQU %d(R11)(R8*1), Y5", 32*b)
	o.op("VPUNPCKLWD Y5, Y4, Y6 // both taps of channels 0 … 3, 8 … 11")
	o.op("VPUNPCKHWD Y5, Y4, Y7 // 4 … 7, 12 … 15")
	for q := range 2 {
		o.op("VPMADDWD %d%s, Y%d, Y%d", 32*q, weights, 6+q, 6+q)
		o.op("VPADDD Y%d, Y%d, Y%d", 6+q, 2*b+q, 2*b+q)
	}
}

// pairStore stores a block's outputs.
func pairStore(o *out, b int) {
	for q := 2 * b; q < 2*b+2; q++ {
		o.op("VCVTDQ2PS Y%d, Y%d", q, q)
		o.op("VMULPS %d(DI), Y%d, Y%d", 32*q, q, q)
		o.op("VMAXPS Y12, Y%d, Y%d", q, q)
		o.op("VMINPS Y13, Y%d, Y%d", q, q)
		o.op("VCVTPS2DQ Y%d, Y%d // to nearest, ties to even", q, q)
	}
	o.op("VPACKSSDW Y%d, Y%d, Y%d", 2*b+1, 2*b, 2*b)
	low(o, 2*b, 14, 15)
	o.op("VEXTRACTI128 $1, Y%d, X4", 2*b)
	o.op("VPACKUSWB X4, X%d, X4", 2*b)
	o.op("VMOVDQU X4, %d(R14)", 16*b)
}
