package main

// neonTaps writes the loops of a depthwise convolution over 16 channels of bytes that become words: for any number of taps, and
// for nine, whose weights stay in registers.
func neonTaps() []byte {
	var o out
	neonHead(&o)
	for _, signed := range []bool{true, false} {
		tapsAny(&o, signed)
		tapsNine(&o, signed)
	}
	tapsColumns(&o, 1)
	tapsColumns(&o, 2)
	return o.Bytes()
}

// extend is the instruction that makes eight bytes eight words.
func extend(signed bool) (name, op string) {
	if signed {
		return "Int8", "SXTL"
	}
	return "Uint8", "UXTL"
}

// tapsHead writes what both have in common; limits are in V4 … V6 and scales in V0 … V3, as neonBytes wants them.
func tapsHead(o *out, name string) {
	o.line("TEXT ·%s(SB), NOSPLIT, $0-8", name)
	o.op("MOVD c+0(FP), R0")
	for _, l := range [][2]string{{"taps", "R1"}, {"w", "R2"}, {"base", "R3"}, {"scale", "R4"}, {"at", "R14"}, {"step", "R15"}, {"out", "R16"}, {"ldo", "R17"}, {"pixels", "R19"}} {
		o.op("MOVD depthwiseCall_%s(R0), %s", l[0], l[1])
	}
	o.op("FLDPQ (R4), (F0, F1)")
	o.op("FLDPQ 32(R4), (F2, F3)")
	neonLimits(o, "depthwiseCall")
}

// tapsEnd writes the end of a pixel, and the function's.
func tapsEnd(o *out) {
	o.op("ADD R15, R14")
	neonBytes(o, 8, 4)
	o.op("VST1.P [V8.B16], (R16)(R17)")
	o.op("SUBS $1, R19, R19")
	o.op("BNE pixel")
	o.op("RET")
}

func tapsAny(o *out, signed bool) {
	kind, op := extend(signed)
	o.line("\n// func depthwise%sNEON(c *depthwiseCall)", kind)
	o.line("// R1 where taps begin, R2 weights, R3 sums without inputs, R5 R6 R7 the next of R1, R2 and taps left, R8 a tap, R14 bytes from there")
	o.line("// to this pixel's, R15 to the next pixel's, R16 out, R17 its stride, R19 pixels left; V7 V12 inputs, V8 … V11 sums, V13 V14 weights.")
	tapsHead(o, "depthwise"+kind+"NEON")
	o.line("pixel:")
	o.op("FLDPQ (R3), (F8, F9)")
	o.op("FLDPQ 32(R3), (F10, F11)")
	o.op("MOVD R1, R5")
	o.op("MOVD R2, R6")
	o.op("MOVD depthwiseCall_groups(R0), R7")
	o.line("tap:")
	o.op("MOVD.P 8(R5), R8")
	o.op("FLDPQ.P 32(R6), (F13, F14)")
	o.op("LDRQ(7, 8, 14)")
	o.op("%s(12, 7)", op)
	o.op("%s2(7, 7)", op)
	o.op("SUBS $1, R7, R7")
	o.op("SMLAL(8, 12, 13)")
	o.op("SMLAL2(9, 12, 13)")
	o.op("SMLAL(10, 7, 14)")
	o.op("SMLAL2(11, 7, 14)")
	o.op("BNE tap")
	tapsEnd(o)
}

func tapsNine(o *out, signed bool) {
	kind, op := extend(signed)
	o.line("\n// func depthwise9%sNEON(c *depthwiseCall)", kind)
	o.line("// R3 sums without inputs, R5 … R13 taps, R14 bytes from there to this pixel's, R15 to the next pixel's, R16 out, R17 its stride,")
	o.line("// R19 pixels left; V7 V12 V31 inputs, V8 … V11 sums, V13 … V30 weights.")
	tapsHead(o, "depthwise9"+kind+"NEON")
	for t := range 9 {
		o.op("MOVD %d(R1), R%d", 8*t, 5+t)
		o.op("FLDPQ %d(R2), (F%d, F%d)", 32*t, 13+2*t, 14+2*t)
	}
	o.line("pixel:")
	o.op("LDRQ(7, 5, 14)")
	o.op("FLDPQ (R3), (F8, F9)")
	o.op("FLDPQ 32(R3), (F10, F11)")
	o.op("%s(12, 7)", op)
	o.op("%s2(7, 7)", op)
	o.op("LDRQ(31, 6, 14)")
	in := [2]int{7, 31} // a tap's upper eight and the next tap; V12 is the lower eight
	for t := range 9 {
		this, next := in[t%2], in[(t+1)%2]
		o.op("SMLAL(8, 12, %d)", 13+2*t)
		o.op("SMLAL2(9, 12, %d)", 13+2*t)
		if t < 8 {
			o.op("%s(12, %d)", op, next)
		}
		o.op("SMLAL(10, %d, %d)", this, 14+2*t)
		o.op("SMLAL2(11, %d, %d)", this, 14+2*t)
		if t < 8 {
			o.op("%s2(%d, %d)", op, next, next)
		}
		if t < 7 {
			o.op("LDRQ(%d, %d, 14)", this, 7+t)
		}
	}
	tapsEnd(o)
}

// tapsColumns writes the loop over 3×3 taps that lie side by side, by SDOT: a column's three inputs of a channel become the bytes
// of a double word, once for all pixels that see it. Three columns take turns in V8 … V19; pixels are so many columns apart.
func tapsColumns(o *out, step int) {
	o.line("\n// func depthwiseColumns%dSDOT(c *depthwiseCall)", step)
	o.line("// R3 sums without inputs, R4 scales, R5 R6 R7 the next column of each row, R8 bytes from one to the next, R16 out, R17 its stride,")
	o.line("// R19 pixels left, R20 least, R21 most, R22 zero; V0 … V3 inputs, V4 … V7 sums, V8 … V19 columns, V20 … V31 weights.")
	o.line("TEXT ·depthwiseColumns%dSDOT(SB), NOSPLIT, $0-8", step)
	o.op("MOVD c+0(FP), R0")
	for _, l := range [][2]string{{"taps", "R1"}, {"w", "R2"}, {"base", "R3"}, {"scale", "R4"}, {"at", "R14"}, {"out", "R16"}, {"ldo", "R17"}, {"pixels", "R19"}} {
		o.op("MOVD depthwiseCall_%s(R0), %s", l[0], l[1])
	}
	o.op("MOVD R17, R8 // as in the output")
	for i := range 3 {
		o.op("MOVD %d(R1), R%d", 24*i, 5+i)
		o.op("ADD R14, R%d", 5+i)
	}
	for v := 20; v < 32; v += 4 {
		o.op("VLD1.P 64(R2), [V%d.B16, V%d.B16, V%d.B16, V%d.B16]", v, v+1, v+2, v+3)
	}
	for i, f := range []string{"lo", "hi"} {
		o.op("FMOVS depthwiseCall_%s(R0), F0", f)
		o.op("FCVTNS(0, 0)")
		o.op("FMOVS F0, R%d", 20+i)
	}
	o.op("MOVW depthwiseCall_zero(R0), R22")
	for i := range 3 - step {
		column(o, 8+4*i)
	}
	o.line("pixels:")
	for turn := range 3 {
		for i := 3 - step; i < 3; i++ {
			column(o, 8+4*((turn*step+i)%3))
		}
		o.op("FLDPQ (R3), (F4, F5)")
		o.op("FLDPQ 32(R3), (F6, F7)")
		for i := range 3 {
			for q := range 4 {
				o.op("SDOTV(%d, %d, %d)", 4+q, 20+4*i+q, 8+4*((turn*step+i)%3)+q)
			}
		}
		o.op("FLDPQ (R4), (F0, F1)")
		o.op("FLDPQ 32(R4), (F2, F3)")
		neonWords(o, 4)
		for i := range 3 {
			o.op("VDUP R%d, V%d.H8", 20+i, i)
		}
		neonNarrow(o, 4, 0)
		o.op("VST1.P [V4.B16], (R16)(R17)")
		o.op("SUBS $1, R19, R19")
		if turn < 2 {
			o.op("BEQ done")
		}
	}
	o.op("BNE pixels")
	o.line("done:")
	o.op("RET")
}

// column makes V<to> … V<to+3> the next column: four channels each, of each the inputs of three rows and one whose weight is 0.
func column(o *out, to int) {
	for i := range 3 {
		o.op("VLD1.P (R%d)(R8), [V%d.B16]", 5+i, i)
	}
	o.op("VZIP1 V1.B16, V0.B16, V3.B16")
	o.op("VZIP2 V1.B16, V0.B16, V0.B16")
	o.op("VZIP1 V2.B16, V2.B16, V1.B16")
	o.op("VZIP2 V2.B16, V2.B16, V2.B16")
	o.op("VZIP1 V1.H8, V3.H8, V%d.H8", to)
	o.op("VZIP2 V1.H8, V3.H8, V%d.H8", to+1)
	o.op("VZIP1 V2.H8, V0.H8, V%d.H8", to+2)
	o.op("VZIP2 V2.H8, V0.H8, V%d.H8", to+3)
}
