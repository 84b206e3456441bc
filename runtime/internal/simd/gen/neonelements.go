package main

// neonElements writes the loops over whole sixteens of bytes; what is left is Go's.
func neonElements() []byte {
	var o out
	neonHead(&o)
	for _, signed := range []bool{true, false} {
		neonAdd(&o, signed)
		neonAddRow(&o, signed)
	}
	neonQuantize(&o)
	neonLookup(&o)
	return o.Bytes()
}

// neonElementStubs declares them.
func neonElementStubs(o *out) {
	for _, kind := range []string{"Int8", "Uint8"} {
		o.line("\n// add%sNEON adds a multiple of 16 elements.\n//\n//go:noescape\nfunc add%sNEON(c *sumCall)", kind, kind)
		o.line("\n// addRow%sNEON adds a multiple of 16 elements.\n//\n//go:noescape\nfunc addRow%sNEON(sums *int32, in *byte, n int)", kind, kind)
	}
	o.line("\n// quantizeNEON makes a multiple of 16 bytes.\n//\n//go:noescape\nfunc quantizeNEON(c *quantizeCall)")
	o.line("\n// lookupNEON looks a multiple of 16 bytes up.\n//\n//go:noescape\nfunc lookupNEON(out, in *byte, n int, table *[256]byte)")
}

// neonDoubles makes 16 bytes in V<from> 16 double words in V<to> … V<to+3>; V<to+3> may be V<from>.
func neonDoubles(o *out, extend string, to, from int) {
	o.op("%s(%d, %d)", extend, to+1, from)
	o.op("%s2(%d, %d)", extend, to+3, from)
	for i := 0; i < 4; i += 2 {
		o.op("SXTLH(%d, %d)", to+i, to+i+1)
		o.op("SXTLH2(%d, %d)", to+i+1, to+i+1)
	}
}

func neonAdd(o *out, signed bool) {
	kind, op := extend(signed)
	o.line("\n// func add%sNEON(c *sumCall)", kind)
	o.line("// R1 a, R2 b, R3 out, R4 elements left; V0 … V3 a, V16 … V19 b, V20 … V23 sums, V24 V25 multipliers, V26 bias, V27 shift to the")
	o.line("// left, V28 zero, V29 least, V30 most.")
	o.line("TEXT ·add%sNEON(SB), NOSPLIT, $0-8", kind)
	o.op("MOVD c+0(FP), R0")
	for _, l := range [][2]string{{"a", "R1"}, {"b", "R2"}, {"out", "R3"}, {"n", "R4"}} {
		o.op("MOVD sumCall_%s(R0), %s", l[0], l[1])
	}
	for i, f := range []string{"ma", "mb", "bias"} {
		o.op("MOVW sumCall_%s(R0), R5", f)
		o.op("VDUP R5, V%d.S4", 24+i)
	}
	o.op("MOVW sumCall_shift(R0), R5")
	o.op("NEGW R5, R5")
	o.op("VDUP R5, V27.S4")
	for i, f := range []string{"zero", "lo", "hi"} {
		o.op("MOVW sumCall_%s(R0), R5", f)
		o.op("VDUP R5, V%d.H8", 28+i)
	}
	o.line("next:")
	o.op("FMOVQ.P 16(R1), F3")
	o.op("FMOVQ.P 16(R2), F19")
	neonDoubles(o, op, 0, 3)
	neonDoubles(o, op, 16, 19)
	for i := range 4 {
		o.op("VMOV V26.B16, V%d.B16", 20+i)
	}
	for i := range 4 {
		o.op("MLA(%d, %d, 24)", 20+i, i)
	}
	for i := range 4 {
		o.op("MLA(%d, %d, 25)", 20+i, 16+i)
	}
	for i := range 4 {
		o.op("SSHL(%d, %d, 27)", 20+i, 20+i)
	}
	for i := 20; i < 24; i += 2 {
		o.op("SQXTN(%d, %d)", i, i)
		o.op("SQXTN2(%d, %d)", i, i+1)
	}
	for _, f := range []string{"SQADD(%d, %d, 28)", "SMAX(%d, %d, 29)", "SMIN(%d, %d, 30)"} {
		o.op(f, 20, 20)
		o.op(f, 22, 22)
	}
	neonNext(o, 22, 20, "R4")
}

// neonNext writes the end of a loop over 16 elements that two registers hold as words.
func neonNext(o *out, high, low int, left string) {
	o.op("VUZP1 V%d.B16, V%d.B16, V%d.B16", high, low, low)
	o.op("FMOVQ.P F%d, 16(R3)", low)
	o.op("SUBS $16, %s, %s", left, left)
	o.op("BNE next")
	o.op("RET")
}

func neonAddRow(o *out, signed bool) {
	kind, op := extend(signed)
	o.line("\n// func addRow%sNEON(sums *int32, in *byte, n int)", kind)
	o.line("// R1 sums, R2 in, R4 elements left.")
	o.line("TEXT ·addRow%sNEON(SB), NOSPLIT, $0-24", kind)
	o.op("MOVD sums+0(FP), R1")
	o.op("MOVD in+8(FP), R2")
	o.op("MOVD n+16(FP), R4")
	o.line("next:")
	o.op("FMOVQ.P 16(R2), F0")
	o.op("FLDPQ (R1), (F4, F5)")
	o.op("FLDPQ 32(R1), (F6, F7)")
	o.op("%s(1, 0)", op)
	o.op("%s2(0, 0)", op)
	for i := range 4 {
		o.op("%s(%d, %d, %d)", [...]string{"SADDW", "SADDW2"}[i%2], 4+i, 4+i, 1-i/2)
	}
	o.op("FSTPQ.P (F4, F5), 32(R1)")
	o.op("FSTPQ.P (F6, F7), 32(R1)")
	o.op("SUBS $16, R4, R4")
	o.op("BNE next")
	o.op("RET")
}

func neonQuantize(o *out) {
	o.line("\n// func quantizeNEON(c *quantizeCall)")
	o.line("// R2 in, R3 out, R4 elements left; V0 … V3 elements, V4 inverse of the scale, V5 least, V6 most, V7 zero.")
	o.line("TEXT ·quantizeNEON(SB), NOSPLIT, $0-8")
	o.op("MOVD c+0(FP), R0")
	for _, l := range [][2]string{{"in", "R2"}, {"out", "R3"}, {"n", "R4"}} {
		o.op("MOVD quantizeCall_%s(R0), %s", l[0], l[1])
	}
	for i, f := range []string{"inverse", "least", "most"} {
		o.op("MOVW quantizeCall_%s(R0), R5", f)
		o.op("VDUP R5, V%d.S4", 4+i)
	}
	o.op("MOVW quantizeCall_zero(R0), R5")
	o.op("VDUP R5, V7.H8")
	o.line("next:")
	o.op("FLDPQ.P 32(R2), (F0, F1)")
	o.op("FLDPQ.P 32(R2), (F2, F3)")
	for _, f := range []string{"FMUL(%d, %d, 4)", "FMINNM(%d, %d, 6) // NaN becomes the most", "FMAXNM(%d, %d, 5)"} {
		for i := range 4 {
			o.op(f, i, i)
		}
	}
	for i := range 4 {
		o.op("FCVTNS(%d, %d)", i, i)
	}
	for i := 0; i < 4; i += 2 {
		o.op("SQXTN(%d, %d)", i, i)
		o.op("SQXTN2(%d, %d)", i, i+1)
		o.op("VADD V7.H8, V%d.H8, V%d.H8", i, i)
	}
	neonNext(o, 2, 0, "R4")
}

// neonLookup writes the table of 256 bytes, a quarter at a time: what a quarter does not have is left as it is.
func neonLookup(o *out) {
	o.line("\n// func lookupNEON(out, in *byte, n int, table *[256]byte)")
	o.line("// R3 out, R2 in, R4 bytes left, R5 table; V16 … V31 it, V0 what is looked up in a quarter, V1 what was found, V2 64.")
	o.line("TEXT ·lookupNEON(SB), NOSPLIT, $0-32")
	o.op("MOVD out+0(FP), R3")
	o.op("MOVD in+8(FP), R2")
	o.op("MOVD n+16(FP), R4")
	o.op("MOVD table+24(FP), R5")
	for v := 16; v < 32; v += 4 {
		o.op("VLD1.P 64(R5), [V%d.B16, V%d.B16, V%d.B16, V%d.B16]", v, v+1, v+2, v+3)
	}
	o.op("VMOVI $64, V2.B16")
	o.line("next:")
	o.op("FMOVQ.P 16(R2), F0")
	for v := 16; v < 32; v += 4 {
		op := "VTBX"
		if v == 16 {
			op = "VTBL"
		} else {
			o.op("VSUB V2.B16, V0.B16, V0.B16")
		}
		o.op("%s V0.B16, [V%d.B16, V%d.B16, V%d.B16, V%d.B16], V1.B16", op, v, v+1, v+2, v+3)
	}
	o.op("FMOVQ.P F1, 16(R3)")
	o.op("SUBS $16, R4, R4")
	o.op("BNE next")
	o.op("RET")
}
