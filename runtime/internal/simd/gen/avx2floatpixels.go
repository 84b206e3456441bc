package main

// pairFloatPixels writes the AVX2 loops over pixels of float32, of 16 channels at least: the last 16 are computed once more where
// they are no whole block. The AVX-512 path runs them too.
func pairFloatPixels() []byte {
	var o out
	o.header()
	floatTapsAVX2(&o)
	floatBetweenAVX2(&o)
	return o.Bytes()
}

// floatPixelStubs are the loops of an architecture.
func floatPixelStubs(isa string) []stub {
	return []stub{
		{"floatTaps" + isa, "floatTapsCall", "computes a row of pixels of a depthwise convolution."},
		{"floatBetween" + isa, "floatBetweenCall", "computes a row of a resized picture."},
	}
}

func floatPixelFiles() map[string][]byte {
	return map[string][]byte{
		"floatpixels_avx2_amd64.s": pairFloatPixels(), "floatpixels_amd64.go": stubsOf(floatPixelStubs("AVX2")),
		"floatpixels_neon_arm64.s": neonFloatPixels(), "floatpixels_arm64.go": stubsOf(floatPixelStubs("NEON")),
	}
}

func floatTapsAVX2(o *out) {
	o.line("\n// func floatTapsAVX2(c *floatTapsCall)")
	o.line("// DI c, BX taps, R9 their count, DX pixels left, R8 bytes to this pixel's inputs, R14 out, R12 bias, R11 bytes of a pixel, SI those done;")
	o.line("// R10 tap, CX taps left, R13 inputs, R15 weights; Y0 … Y3 sums.")
	o.line("TEXT ·floatTapsAVX2(SB), NOSPLIT, $0-8")
	o.op("MOVQ c+0(FP), DI")
	for _, l := range [][2]string{{"taps", "BX"}, {"n", "R9"}, {"pixels", "DX"}, {"out", "R14"}, {"bias", "R12"}, {"bytes", "R11"}} {
		o.op("MOVQ floatTapsCall_%s(DI), %s", l[0], l[1])
	}
	o.op("XORQ R8, R8")
	o.line("pixel:")
	o.op("XORQ SI, SI")
	o.line("block:")
	o.op("LEAQ 128(SI), AX")
	o.op("CMPQ AX, R11")
	o.op("JGT few")
	o.tapsOf(4, "many")
	o.op("JMP block")
	o.line("few:")
	o.channels16("R11", 64, "sixteen", "done")
	o.tapsOf(2, "tap")
	o.op("JMP few")
	o.line("done:")
	o.op("ADDQ R11, R14")
	o.op("ADDQ floatTapsCall_step(DI), R8")
	o.op("DECQ DX")
	o.op("JNZ pixel")
	o.op("VZEROUPPER")
	o.op("RET")
}

// channels16 goes to done if all bytes of a pixel are, and else lets SI lie where 16 channels of a size begin, some of them done where
// fewer are left.
func (o *out) channels16(bytes string, size int, whole, done string) {
	o.op("CMPQ SI, %s", bytes)
	o.op("JGE %s", done)
	o.op("LEAQ %d(SI), AX", size)
	o.op("CMPQ AX, %s", bytes)
	o.op("JLE %s", whole)
	o.op("LEAQ -%d(%s), SI", size, bytes)
	o.line("%s:", whole)
}

// tapsOf writes the sums of some vectors of channels over all taps.
func (o *out) tapsOf(vectors int, label string) {
	for v := range vectors {
		o.op("VMOVUPS %d(R12)(SI*1), Y%d", 32*v, v)
	}
	o.op("MOVQ BX, R10")
	o.op("MOVQ R9, CX")
	o.line("%s:", label)
	o.op("MOVQ (R10), R13")
	o.op("ADDQ R8, R13")
	o.op("MOVQ 8(R10), R15")
	for v := range vectors {
		o.op("VMOVUPS %d(R13)(SI*1), Y%d", 32*v, 4+v)
		o.op("VMULPS %d(R15)(SI*1), Y%d, Y%d", 32*v, 4+v, 4+v)
		o.op("VADDPS Y%d, Y%d, Y%d", 4+v, v, v)
	}
	o.op("ADDQ $16, R10")
	o.op("DECQ CX")
	o.op("JNZ %s", label)
	for v := range vectors {
		o.op("VMOVUPS Y%d, %d(R14)(SI*1)", v, 32*v)
	}
	o.op("ADDQ $%d, SI", 32*vectors)
}

func floatBetweenAVX2(o *out) {
	o.line("\n// func floatBetweenAVX2(c *floatBetweenCall)")
	o.line("// DI c, R8 upper row, R9 lower row, R10 out, R11 taps, DX pixels left, BX bytes of a pixel, SI those done, R12 R13 left and right pixel")
	o.line("// in the upper row, R14 R15 in the lower one; Y0 … Y3 upper, Y4 … Y7 lower, Y14 the way from left to right, Y15 the way down.")
	o.line("TEXT ·floatBetweenAVX2(SB), NOSPLIT, $0-8")
	o.op("MOVQ c+0(FP), DI")
	for _, l := range [][2]string{{"top", "R8"}, {"bottom", "R9"}, {"out", "R10"}, {"taps", "R11"}, {"pixels", "DX"}, {"bytes", "BX"}} {
		o.op("MOVQ floatBetweenCall_%s(DI), %s", l[0], l[1])
	}
	o.op("VBROADCASTSS floatBetweenCall_y(DI), Y15")
	o.line("pixel:")
	for i, r := range []string{"R12", "R13"} {
		o.op("MOVLQSX %d(R11), %s", 4*i, r)
		o.op("LEAQ (R9)(%s*1), R%d", r, 14+i)
		o.op("ADDQ R8, %s", r)
	}
	o.op("VBROADCASTSS 8(R11), Y14")
	o.op("XORQ SI, SI")
	o.line("few:")
	o.channels16("BX", 64, "sixteen", "done")
	for v := range 2 {
		for row := range 2 {
			at := 4*row + 2*v
			o.op("VMOVUPS %d(R%d)(SI*1), Y%d", 32*v, 12+2*row, at)
			o.op("VMOVUPS %d(R%d)(SI*1), Y%d", 32*v, 13+2*row, at+1)
			o.op("VSUBPS Y%d, Y%d, Y%d", at, at+1, at+1)
			o.op("VMULPS Y14, Y%d, Y%d", at+1, at+1)
			o.op("VADDPS Y%d, Y%d, Y%d", at+1, at, at)
		}
	}
	for v := range 2 {
		top, bottom := 2*v, 4+2*v
		o.op("VSUBPS Y%d, Y%d, Y%d", top, bottom, bottom)
		o.op("VMULPS Y15, Y%d, Y%d", bottom, bottom)
		o.op("VADDPS Y%d, Y%d, Y%d", bottom, top, top)
		o.op("VMOVUPS Y%d, %d(R10)(SI*1)", top, 32*v)
	}
	o.op("ADDQ $64, SI")
	o.op("JMP few")
	o.line("done:")
	o.op("ADDQ BX, R10")
	o.op("ADDQ $12, R11")
	o.op("DECQ DX")
	o.op("JNZ pixel")
	o.op("VZEROUPPER")
	o.op("RET")
}
