package main

// pairElements writes the AVX2 loops over bytes that have no neighbours, in whole blocks.
func pairElements() []byte {
	var o out
	o.header()
	for _, signed := range []bool{true, false} {
		addAVX2(&o, signed)
		addRowAVX2(&o, signed)
	}
	quantizeAVX2(&o)
	lookupAVX2(&o)
	return o.Bytes()
}

// blocks writes a loop over the elements that CX counts, a multiple of n.
func (o *out) blocks(n int, step func(), advance ...string) {
	o.line("next:")
	step()
	for _, a := range advance {
		o.op("%s", a)
	}
	o.op("SUBQ $%d, CX", n)
	o.op("JNZ next")
	o.op("VZEROUPPER")
	o.op("RET")
}

// bytes16 writes the storing of 16 double words as bytes: their lowest ones, which X15 leaves of words.
func (o *out) bytes16() {
	o.op("VPACKSSDW Y1, Y0, Y0 // 0 … 3, 8 … 11, 4 … 7, 12 … 15")
	o.op("VPERMQ $0xD8, Y0, Y0")
	o.op("VEXTRACTI128 $1, Y0, X1")
	o.op("VPAND X15, X0, X0")
	o.op("VPAND X15, X1, X1")
	o.op("VPACKUSWB X1, X0, X0")
	o.op("VMOVDQU X0, (R10)")
}

// lowBytes sets X15.
func (o *out) lowBytes() {
	o.op("VPCMPEQW X15, X15, X15")
	o.op("VPSRLW $8, X15, X15")
}

func addAVX2(o *out, signed bool) {
	name, load := widen(signed)
	o.line("\n// func add%sAVX2(c *sumCall)", name)
	o.line("// DI c, R8 a, R9 b, R10 out, CX elements left, Y8 Y9 multipliers, Y10 bias, X11 shift, Y12 zero, Y13 least, Y14 most.")
	o.line("TEXT ·add%sAVX2(SB), NOSPLIT, $0-8", name)
	o.op("MOVQ c+0(FP), DI")
	for _, l := range [][2]string{{"a", "R8"}, {"b", "R9"}, {"out", "R10"}, {"n", "CX"}} {
		o.op("MOVQ sumCall_%s(DI), %s", l[0], l[1])
	}
	for i, f := range []string{"ma", "mb", "bias"} {
		o.op("VPBROADCASTD sumCall_%s(DI), Y%d", f, 8+i)
	}
	o.op("VMOVD sumCall_shift(DI), X11")
	for i, f := range []string{"zero", "lo", "hi"} {
		o.op("VPBROADCASTD sumCall_%s(DI), Y%d", f, 12+i)
	}
	o.lowBytes()
	o.blocks(16, func() {
		for i := range 2 {
			o.op("%s %d(R8), Y%d", load, 8*i, i)
			o.op("%s %d(R9), Y2", load, 8*i)
			o.op("VPMULLD Y8, Y%d, Y%d", i, i)
			o.op("VPMULLD Y9, Y2, Y2")
			o.op("VPADDD Y10, Y%d, Y%d", i, i)
			o.op("VPADDD Y2, Y%d, Y%d", i, i)
			o.op("VPSRAD X11, Y%d, Y%d", i, i)
			o.op("VPADDD Y12, Y%d, Y%d", i, i)
			o.op("VPMAXSD Y13, Y%d, Y%d", i, i)
			o.op("VPMINSD Y14, Y%d, Y%d", i, i)
		}
		o.bytes16()
	}, "ADDQ $16, R8", "ADDQ $16, R9", "ADDQ $16, R10")
}

func addRowAVX2(o *out, signed bool) {
	name, load := widen(signed)
	o.line("\n// func addRow%sAVX2(sums *int32, in *byte, n int)", name)
	o.line("// DI sums, SI in, CX elements left.")
	o.line("TEXT ·addRow%sAVX2(SB), NOSPLIT, $0-24", name)
	o.op("MOVQ sums+0(FP), DI")
	o.op("MOVQ in+8(FP), SI")
	o.op("MOVQ n+16(FP), CX")
	o.blocks(16, func() {
		for i := range 2 {
			o.op("%s %d(SI), Y%d", load, 8*i, i)
			o.op("VPADDD %d(DI), Y%d, Y%d", 32*i, i, i)
			o.op("VMOVDQU Y%d, %d(DI)", i, 32*i)
		}
	}, "ADDQ $16, SI", "ADDQ $64, DI")
}

func quantizeAVX2(o *out) {
	o.line("\n// func quantizeAVX2(c *quantizeCall)")
	o.line("// DI c, SI in, R10 out, CX elements left, Y8 inverse of the scale, Y9 least, Y10 most, Y11 zero.")
	o.line("TEXT ·quantizeAVX2(SB), NOSPLIT, $0-8")
	o.op("MOVQ c+0(FP), DI")
	o.op("MOVQ quantizeCall_in(DI), SI")
	o.op("MOVQ quantizeCall_out(DI), R10")
	o.op("MOVQ quantizeCall_n(DI), CX")
	for i, f := range []string{"inverse", "least", "most"} {
		o.op("VBROADCASTSS quantizeCall_%s(DI), Y%d", f, 8+i)
	}
	o.op("VPBROADCASTD quantizeCall_zero(DI), Y11")
	o.lowBytes()
	o.blocks(16, func() {
		for i := range 2 {
			o.op("VMULPS %d(SI), Y8, Y%d", 32*i, i)
			o.op("VMINPS Y10, Y%d, Y%d // NaN becomes the most", i, i)
			o.op("VMAXPS Y9, Y%d, Y%d", i, i)
			o.op("VCVTPS2DQ Y%d, Y%d // to nearest, ties to even", i, i)
			o.op("VPADDD Y11, Y%d, Y%d", i, i)
		}
		o.bytes16()
	}, "ADDQ $64, SI", "ADDQ $16, R10")
}

// lookupAVX2 writes the table of 256 bytes: VPSHUFB looks 16 up by the lower half of a byte, and gives 0 where its top bit is
// set. Of all sixteenths of the table only the one that the upper half names answers: there, and only there, that half less the
// sixteenth's number is 0, and 0x70 more does not reach the top bit.
func lookupAVX2(o *out) {
	o.line("\n// func lookupAVX2(out, in *byte, n int, table *[256]byte)")
	o.line("// DI out, SI in, CX bytes left, DX table, Y0 indices, Y1 values, Y14 0x70, Y15 0x10 in each byte.")
	o.line("TEXT ·lookupAVX2(SB), NOSPLIT, $0-32")
	o.op("MOVQ out+0(FP), DI")
	o.op("MOVQ in+8(FP), SI")
	o.op("MOVQ n+16(FP), CX")
	o.op("MOVQ table+24(FP), DX")
	for i, v := range []string{"0x70707070", "0x10101010"} {
		o.op("MOVL $%s, AX", v)
		o.op("VMOVD AX, X%d", 14+i)
		o.op("VPBROADCASTD X%d, Y%d", 14+i, 14+i)
	}
	o.blocks(32, func() {
		o.op("VMOVDQU (SI), Y0")
		o.op("VPXOR Y1, Y1, Y1")
		for i := range 16 {
			o.op("VBROADCASTI128 %d(DX), Y2", 16*i)
			o.op("VPADDUSB Y14, Y0, Y3")
			o.op("VPSHUFB Y3, Y2, Y2")
			o.op("VPOR Y2, Y1, Y1")
			if i < 15 {
				o.op("VPSUBB Y15, Y0, Y0")
			}
		}
		o.op("VMOVDQU Y1, (DI)")
	}, "ADDQ $32, SI", "ADDQ $32, DI")
}
