package main

// neonBytesOf writes the loops over bytes.
func neonBytesOf() []byte {
	var o out
	neonHead(&o)
	for _, signed := range []bool{true, false} {
		productNEON(&o, signed)
		extremesNEON(&o, signed)
		maxPoolNEON(&o, signed)
	}
	return o.Bytes()
}

func productNEON(o *out, signed bool) {
	kind, op := extend(signed)
	o.line("\n// func product%sNEON(c *productCall)", kind)
	o.line("// R1 a, R2 b, R3 out, R4 elements left; V0 … a, V16 … b, V24 V25 their zero points, V26 scale, V27 least, V28 most, V29 zero.")
	o.line("TEXT ·product%sNEON(SB), NOSPLIT, $0-8", kind)
	o.op("MOVD c+0(FP), R0")
	for _, l := range [][2]string{{"a", "R1"}, {"b", "R2"}, {"out", "R3"}, {"n", "R4"}} {
		o.op("MOVD productCall_%s(R0), %s", l[0], l[1])
	}
	for i, f := range []string{"zeroA", "zeroB", "scale", "lo", "hi"} {
		o.op("MOVW productCall_%s(R0), R5", f)
		o.op("VDUP R5, V%d.S4", 24+i)
	}
	o.op("MOVW productCall_zero(R0), R5")
	o.op("VDUP R5, V29.H8")
	o.line("next:")
	o.op("FMOVQ.P 16(R1), F3")
	o.op("FMOVQ.P 16(R2), F19")
	neonDoubles(o, op, 0, 3)
	neonDoubles(o, op, 16, 19)
	for i := range 4 {
		o.op("VSUB V24.S4, V%d.S4, V%d.S4", i, i)
		o.op("VSUB V25.S4, V%d.S4, V%d.S4", 16+i, 16+i)
	}
	for i := range 4 {
		o.op("MULS(%d, %d, %d)", i, i, 16+i)
	}
	for _, f := range []string{"SCVTF(%d, %[1]d)", "FMUL(%d, %[1]d, 26)", "FMAXNM(%d, %[1]d, 27)", "FMINNM(%d, %[1]d, 28)", "FCVTNS(%d, %[1]d)"} {
		for i := range 4 {
			o.op(f, i)
		}
	}
	for i := 0; i < 4; i += 2 {
		o.op("SQXTN(%d, %d)", i, i)
		o.op("SQXTN2(%d, %d)", i, i+1)
		o.op("VADD V29.H8, V%d.H8, V%d.H8", i, i)
	}
	neonNext(o, 2, 0, "R4")
}

// extremeNEON is the instruction that finds the larger or smaller of bytes.
func extremeNEON(signed, larger bool) string {
	return map[[2]bool]string{{true, true}: "SMAXB", {true, false}: "SMINB", {false, true}: "UMAXB", {false, false}: "UMINB"}[[2]bool{signed, larger}]
}

func extremesNEON(o *out, signed bool) {
	kind, _ := extend(signed)
	for i, name := range []string{"larger", "smaller"} {
		o.line("\n// func %s%sNEON(c *bytesCall)", name, kind)
		o.line("// R1 a, R2 b, R3 out, R4 elements left.")
		o.line("TEXT ·%s%sNEON(SB), NOSPLIT, $0-8", name, kind)
		o.op("MOVD c+0(FP), R0")
		for _, l := range [][2]string{{"a", "R1"}, {"b", "R2"}, {"out", "R3"}, {"n", "R4"}} {
			o.op("MOVD bytesCall_%s(R0), %s", l[0], l[1])
		}
		o.line("next:")
		o.op("FMOVQ.P 16(R1), F0")
		o.op("FMOVQ.P 16(R2), F1")
		o.op("%s(0, 0, 1)", extremeNEON(signed, i == 0))
		o.op("FMOVQ.P F0, 16(R3)")
		o.op("SUBS $16, R4, R4")
		o.op("BNE next")
		o.op("RET")
	}
}

func maxPoolNEON(o *out, signed bool) {
	kind, _ := extend(signed)
	o.line("\n// func maxPool%sNEON(c *maxPoolCall)", kind)
	o.line("// R1 this pixel's inputs, R2 bytes to the next's, R3 pixels left, R5 out, R7 channels, R8 those done, R10 row, R11 rows left, R12 input,")
	o.line("// R13 inputs of it left, R14 rows, R15 inputs of one, R16 bytes from a row to the next; V0 the largest, V30 least, V31 most.")
	o.line("TEXT ·maxPool%sNEON(SB), NOSPLIT, $0-8", kind)
	o.op("MOVD c+0(FP), R0")
	for _, l := range [][2]string{{"in", "R1"}, {"step", "R2"}, {"pixels", "R3"}, {"out", "R5"}, {"channels", "R7"}, {"rows", "R14"}, {"columns", "R15"}, {"row", "R16"}} {
		o.op("MOVD maxPoolCall_%s(R0), %s", l[0], l[1])
	}
	for i, f := range []string{"lo", "hi"} {
		o.op("MOVBU maxPoolCall_%s(R0), R9", f)
		o.op("VDUP R9, V%d.B16", 30+i)
	}
	o.line("pixel:")
	o.op("MOVD ZR, R8")
	o.channels16NEON("R7", 16)
	o.op("VMOV V30.B16, V0.B16")
	o.op("ADD R8, R1, R10")
	o.op("MOVD R14, R11")
	o.line("row:")
	o.op("MOVD R10, R12")
	o.op("MOVD R15, R13")
	o.line("column:")
	o.op("FMOVQ (R12), F1")
	o.op("ADD R7, R12")
	o.op("%s(0, 0, 1)", extremeNEON(signed, true))
	o.op("SUBS $1, R13, R13")
	o.op("BNE column")
	o.op("ADD R16, R10")
	o.op("SUBS $1, R11, R11")
	o.op("BNE row")
	o.op("%s(0, 0, 31)", extremeNEON(signed, false))
	o.op("ADD R8, R5, R9")
	o.op("FMOVQ F0, (R9)")
	o.op("ADD $16, R8")
	o.op("B block")
	o.line("done:")
	o.op("ADD R7, R5")
	o.op("ADD R2, R1")
	o.op("SUBS $1, R3, R3")
	o.op("BNE pixel")
	o.op("RET")
}
