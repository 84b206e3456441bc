package main

// pairBytes writes AVX2 loops over bytes, which the AVX-512 path runs too.
func pairBytes() []byte {
	var o out
	o.header()
	for _, signed := range []bool{true, false} {
		productAVX2(&o, signed)
		extremesAVX2(&o, signed)
		maxPoolAVX2(&o, signed)
	}
	return o.Bytes()
}

// byteStubs are the loops of an architecture over bytes.
func byteStubs(isa string) (all []stub) {
	for _, kind := range []string{"Int8", "Uint8"} {
		all = append(all, stub{"product" + kind + isa, "productCall", "computes a multiple of 16 products."},
			stub{"larger" + kind + isa, "bytesCall", "computes a multiple of 16 elements."},
			stub{"smaller" + kind + isa, "bytesCall", "computes a multiple of 16 elements."},
			stub{"maxPool" + kind + isa, "maxPoolCall", "computes a row of pixels of 16 channels or more."})
	}
	return all
}

func byteFiles() map[string][]byte {
	return map[string][]byte{
		"bytes_avx2_amd64.s": pairBytes(), "bytes_amd64.go": stubsOf(byteStubs("AVX2")),
		"bytes_neon_arm64.s": neonBytesOf(), "bytes_arm64.go": stubsOf(byteStubs("NEON")),
	}
}

func productAVX2(o *out, signed bool) {
	kind, load := widen(signed)
	o.line("\n// func product%sAVX2(c *productCall)", kind)
	o.line("// DI c, R8 a, R9 b, R10 out, CX elements left, Y7 Y8 zero points of a and b, Y9 scale, Y10 least, Y11 most, Y12 zero.")
	o.line("TEXT ·product%sAVX2(SB), NOSPLIT, $0-8", kind)
	o.op("MOVQ c+0(FP), DI")
	for _, l := range [][2]string{{"a", "R8"}, {"b", "R9"}, {"out", "R10"}, {"n", "CX"}} {
		o.op("MOVQ productCall_%s(DI), %s", l[0], l[1])
	}
	for i, f := range []string{"zeroA", "zeroB", "scale", "lo", "hi", "zero"} {
		o.op("VPBROADCASTD productCall_%s(DI), Y%d", f, 7+i)
	}
	o.lowBytes()
	o.blocks(16, func() {
		for i := range 2 {
			o.op("%s %d(R8), Y%d", load, 8*i, i)
			o.op("%s %d(R9), Y%d", load, 8*i, 2+i)
			o.op("VPSUBD Y7, Y%d, Y%d", i, i)
			o.op("VPSUBD Y8, Y%d, Y%d", 2+i, 2+i)
			o.op("VPMULLD Y%d, Y%d, Y%d", 2+i, i, i)
			o.op("VCVTDQ2PS Y%d, Y%d", i, i)
			o.op("VMULPS Y9, Y%d, Y%d", i, i)
			o.op("VMAXPS Y10, Y%d, Y%d", i, i)
			o.op("VMINPS Y11, Y%d, Y%d", i, i)
			o.op("VCVTPS2DQ Y%d, Y%d // to nearest, ties to even", i, i)
			o.op("VPADDD Y12, Y%d, Y%d", i, i)
		}
		o.bytes16()
	}, "ADDQ $16, R8", "ADDQ $16, R9", "ADDQ $16, R10")
}

// extreme is the letters of instructions that find the larger or smaller of bytes.
func extreme(signed bool) string {
	if signed {
		return "SB"
	}
	return "UB"
}

func extremesAVX2(o *out, signed bool) {
	kind, _ := widen(signed)
	for _, f := range [][2]string{{"larger", "VPMAX"}, {"smaller", "VPMIN"}} {
		o.line("\n// func %s%sAVX2(c *bytesCall)", f[0], kind)
		o.line("// DI c, R8 a, R9 b, R10 out, CX elements left.")
		o.line("TEXT ·%s%sAVX2(SB), NOSPLIT, $0-8", f[0], kind)
		o.op("MOVQ c+0(FP), DI")
		for _, l := range [][2]string{{"a", "R8"}, {"b", "R9"}, {"out", "R10"}, {"n", "CX"}} {
			o.op("MOVQ bytesCall_%s(DI), %s", l[0], l[1])
		}
		o.blocks(16, func() {
			o.op("VMOVDQU (R8), X0")
			o.op("%s%s (R9), X0, X0", f[1], extreme(signed))
			o.op("VMOVDQU X0, (R10)")
		}, "ADDQ $16, R8", "ADDQ $16, R9", "ADDQ $16, R10")
	}
}

func maxPoolAVX2(o *out, signed bool) {
	kind, _ := widen(signed)
	o.line("\n// func maxPool%sAVX2(c *maxPoolCall)", kind)
	o.line("// DI c, R8 this pixel's inputs, R14 out, DX pixels left, R11 channels, SI those done, R9 row, R10 rows left, R12 input, CX inputs of")
	o.line("// it left; X0 the largest, X14 least, X15 most.")
	o.line("TEXT ·maxPool%sAVX2(SB), NOSPLIT, $0-8", kind)
	o.op("MOVQ c+0(FP), DI")
	for _, l := range [][2]string{{"in", "R8"}, {"out", "R14"}, {"pixels", "DX"}, {"channels", "R11"}} {
		o.op("MOVQ maxPoolCall_%s(DI), %s", l[0], l[1])
	}
	for i, f := range []string{"lo", "hi"} {
		o.op("VPBROADCASTB maxPoolCall_%s(DI), X%d", f, 14+i)
	}
	o.line("pixel:")
	o.op("XORQ SI, SI")
	o.line("block:")
	o.channels16("R11", 16, "whole", "done")
	o.op("VMOVDQA X14, X0")
	o.op("LEAQ (R8)(SI*1), R9")
	o.op("MOVQ maxPoolCall_rows(DI), R10")
	o.line("row:")
	o.op("MOVQ R9, R12")
	o.op("MOVQ maxPoolCall_columns(DI), CX")
	o.line("column:")
	o.op("VPMAX%s (R12), X0, X0", extreme(signed))
	o.op("ADDQ R11, R12")
	o.op("DECQ CX")
	o.op("JNZ column")
	o.op("ADDQ maxPoolCall_row(DI), R9")
	o.op("DECQ R10")
	o.op("JNZ row")
	o.op("VPMIN%s X15, X0, X0", extreme(signed))
	o.op("VMOVDQU X0, (R14)(SI*1)")
	o.op("ADDQ $16, SI")
	o.op("JMP block")
	o.line("done:")
	o.op("ADDQ R11, R14")
	o.op("ADDQ maxPoolCall_step(DI), R8")
	o.op("DECQ DX")
	o.op("JNZ pixel")
	o.op("RET")
}
