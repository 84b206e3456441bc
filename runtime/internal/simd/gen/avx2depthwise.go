package main

// pairDepthwise writes the AVX2 loop of a depthwise convolution over 16 channels. Two taps of a channel must lie side by side for
// a VPMADDWD; unpacking words within 128 bits brings them there, and leaves in the first sum channels 0 … 3 and 8 … 11, in the
// second the others. Packing double words within 128 bits is the way back.
func pairDepthwise() []byte {
	var o out
	o.header()
	o.line("\n// func depthwiseAVX2(c *depthwiseCall)")
	o.line("// DI c, BX where taps begin, R8 bytes from there to this pixel's, DX pixels left, R13 weights, R9 pairs of taps, R14 out;")
	o.line("// Y0 Y1 sums, Y2 … Y5 two taps, Y8 Y9 sums without inputs, Y10 Y11 scales, Y12 least, Y13 most, Y14 zero, Y15 lower bytes.")
	o.line("TEXT ·depthwiseAVX2(SB), NOSPLIT, $0-8")
	o.op("MOVQ c+0(FP), DI")
	for _, l := range [][2]string{{"taps", "BX"}, {"at", "R8"}, {"pixels", "DX"}, {"w", "R13"}, {"groups", "R9"}, {"out", "R14"}, {"step", "R15"}, {"ldo", "R12"}, {"base", "AX"}, {"scale", "CX"}} {
		o.op("MOVQ depthwiseCall_%s(DI), %s", l[0], l[1])
	}
	for q := range 2 {
		o.op("VMOVDQU %d(AX), Y%d", 32*q, 8+q)
		o.op("VMOVUPS %d(CX), Y%d", 32*q, 10+q)
	}
	o.op("VBROADCASTSS depthwiseCall_lo(DI), Y12")
	o.op("VBROADCASTSS depthwiseCall_hi(DI), Y13")
	o.op("VPBROADCASTW depthwiseCall_zero(DI), Y14")
	o.op("VPCMPEQW Y15, Y15, Y15")
	o.op("VPSRLW $8, Y15, Y15")
	o.op("PCALIGN $32")
	o.line("pixel:")
	o.op("VMOVDQA Y8, Y0")
	o.op("VMOVDQA Y9, Y1")
	o.op("MOVQ R13, SI")
	o.op("MOVQ BX, R10")
	o.op("MOVQ R9, CX")
	o.line("pair:")
	o.op("MOVQ (R10), AX")
	o.op("MOVQ 8(R10), R11")
	o.op("VMOVDQU (AX)(R8*1), Y2")
	o.op("VMOVDQU (R11)(R8*1), Y3")
	o.op("VPUNPCKLWD Y3, Y2, Y4 // both taps of channels 0 … 3, 8 … 11")
	o.op("VPUNPCKHWD Y3, Y2, Y5 // 4 … 7, 12 … 15")
	o.op("VPMADDWD (SI), Y4, Y4")
	o.op("VPMADDWD 32(SI), Y5, Y5")
	o.op("VPADDD Y4, Y0, Y0")
	o.op("VPADDD Y5, Y1, Y1")
	o.op("ADDQ $16, R10")
	o.op("ADDQ $64, SI")
	o.op("DECQ CX")
	o.op("JNZ pair")
	for q := range 2 {
		o.op("VCVTDQ2PS Y%d, Y%d", q, q)
		o.op("VMULPS Y%d, Y%d, Y%d", 10+q, q, q)
		o.op("VMAXPS Y12, Y%d, Y%d", q, q)
		o.op("VMINPS Y13, Y%d, Y%d", q, q)
		o.op("VCVTPS2DQ Y%d, Y%d // to nearest, ties to even", q, q)
	}
	o.op("VPACKSSDW Y1, Y0, Y0")
	low(&o, 0, 14, 15)
	o.op("VEXTRACTI128 $1, Y0, X1")
	o.op("VPACKUSWB X1, X0, X0")
	o.op("VMOVDQU X0, (R14)")
	o.op("ADDQ R12, R14")
	o.op("ADDQ R15, R8")
	o.op("DECQ DX")
	o.op("JNZ pixel")
	o.op("VZEROUPPER")
	o.op("RET")
	return o.Bytes()
}
