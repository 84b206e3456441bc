package main

// neonPictures writes the loops over rows of pixels.
func neonPictures() []byte {
	var o out
	neonHead(&o)
	for _, s := range shares {
		for _, signed := range []bool{true, false} {
			s.mixNEON(&o, signed)
			s.spreadNEON(&o, signed)
		}
	}
	argMaxNEON(&o)
	return o.Bytes()
}

// lanes is how elements of a vector are written.
func (s share) lanes() string { return map[int]string{2: "H8", 4: "S4"}[s.size] }

// multiply is the instructions that multiply, and that add products.
func (s share) multiply() (mul, mla string) {
	if s.size == 2 {
		return "MULH", "MLAH"
	}
	return "MULS", "MLA"
}

func (s share) mixNEON(o *out, signed bool) {
	kind, op := extend(signed)
	name, vectors := "mix"+kind+s.name+"NEON", s.size
	mul, mla := s.multiply()
	o.line("\n// func %s(c *mixCall)", name)
	o.line("// R1 upper row, R2 lower row, R3 out, R4 elements left; V0 … upper, V4 … lower elements, V16 … between them; V29 half of the whole,")
	o.line("// V30 the upper row's share, V31 the lower one's.")
	o.line("TEXT ·%s(SB), NOSPLIT, $0-8", name)
	o.op("MOVD c+0(FP), R0")
	for _, l := range [][2]string{{"top", "R1"}, {"bottom", "R2"}, {"out", "R3"}, {"n", "R4"}} {
		o.op("MOVD mixCall_%s(R0), %s", l[0], l[1])
	}
	o.op("MOVW mixCall_y(R0), R5")
	o.op("VDUP R5, V31.%s", s.lanes())
	o.op("MOVD $%d, R5", s.one)
	o.op("VDUP R5, V30.%s", s.lanes())
	o.op("VUSHR $1, V30.%s, V29.%s", s.lanes(), s.lanes())
	o.op("VSUB V31.%s, V30.%s, V30.%s", s.lanes(), s.lanes(), s.lanes())
	o.line("next:")
	for i, r := range []int{1, 2} {
		to := 4 * i
		if s.size == 4 {
			o.op("FMOVQ.P 16(R%d), F%d", r, to+3)
			neonDoubles(o, op, to, to+3)
			continue
		}
		o.op("FMOVQ.P 16(R%d), F%d", r, to+1)
		o.op("%s(%d, %d)", op, to, to+1)
		o.op("%s2(%d, %d)", op, to+1, to+1)
	}
	for v := range vectors {
		o.op("%s(%d, %d, 30)", mul, 16+v, v)
	}
	for v := range vectors {
		o.op("%s(%d, %d, 31)", mla, 16+v, 4+v)
	}
	for v := range vectors {
		o.op("VADD V29.%s, V%d.%s, V%d.%s", s.lanes(), 16+v, s.lanes(), 16+v, s.lanes())
	}
	for v := 0; v < vectors; v += 2 {
		o.op("FSTPQ.P (F%d, F%d), 32(R3)", 16+v, 17+v)
	}
	o.op("SUBS $16, R4, R4")
	o.op("BNE next")
	o.op("RET")
}

func (s share) spreadNEON(o *out, signed bool) {
	kind, _ := extend(signed)
	name, vectors := "spread"+kind+s.name+"NEON", s.size
	mul, mla := s.multiply()
	o.line("\n// func %s(c *spreadCall)", name)
	o.line("// R1 row, R2 out, R3 taps, R4 pixels left, R5 channels, R6 R7 left and right pixel, R9 where channels go, R10 channels left;")
	o.line("// V0 … left, V4 … right elements, V16 … between them, V29 the whole, V30 the left pixel's share, V31 the right one's.")
	o.line("TEXT ·%s(SB), NOSPLIT, $0-8", name)
	o.op("MOVD c+0(FP), R0")
	for _, l := range [][2]string{{"row", "R1"}, {"out", "R2"}, {"taps", "R3"}, {"pixels", "R4"}, {"channels", "R5"}} {
		o.op("MOVD spreadCall_%s(R0), %s", l[0], l[1])
	}
	o.op("MOVD $%d, R8", s.one)
	o.op("VDUP R8, V29.%s", s.lanes())
	o.line("pixel:")
	for i := range 2 {
		o.op("MOVW %d(R3), R%d", 4*i, 6+i)
		o.op("ADD R%d<<%d, R1, R%d", 6+i, s.size/2, 6+i)
	}
	o.op("MOVW 8(R3), R8")
	o.op("VDUP R8, V31.%s", s.lanes())
	o.op("VSUB V31.%s, V29.%s, V30.%s", s.lanes(), s.lanes(), s.lanes())
	o.op("MOVD R2, R9")
	o.op("MOVD R5, R10")
	o.line("next:")
	for i := range 2 {
		for v := 0; v < vectors; v += 2 {
			o.op("FLDPQ.P 32(R%d), (F%d, F%d)", 6+i, 4*i+v, 4*i+v+1)
		}
	}
	for v := range vectors {
		o.op("%s(%d, %d, 30)", mul, 16+v, v)
	}
	for v := range vectors {
		o.op("%s(%d, %d, 31)", mla, 16+v, 4+v)
	}
	s.narrowNEON(o)
	o.op("FMOVQ.P F16, 16(R9)")
	o.op("SUBS $16, R10, R10")
	o.op("BGT next")
	o.op("ADD R5, R2")
	o.op("ADD $12, R3")
	o.op("SUBS $1, R4, R4")
	o.op("BNE pixel")
	o.op("RET")
}

// narrowNEON makes 16 bytes in V16 of what V16 … has in shares. What a shift to the right brings in does not matter.
func (s share) narrowNEON(o *out) {
	if s.size == 2 {
		o.op("SHRN8(16, 16)")
		o.op("SHRN8B(16, 17)")
		return
	}
	for v := 16; v < 20; v++ {
		o.op("VUSHR $%d, V%d.S4, V%d.S4", s.shift, v, v)
	}
	for v := 16; v < 20; v += 2 {
		o.op("VUZP1 V%d.H8, V%d.H8, V%d.H8", v+1, v, v)
	}
	o.op("VUZP1 V18.B16, V16.B16, V16.B16")
}

// argMaxNEON writes the search for the largest of up to 32 bytes of each row: the least, once all bits are flipped, as for AVX2.
func argMaxNEON(o *out) {
	o.line("\n// func argMaxNEON(c *argMaxCall)")
	o.line("// R1 row, R2 its length, R3 rows left, R4 out, R5 the size of an index; V24 V25 places, V26 ones, V27 what makes unsigned bytes of")
	o.line("// which the largest is least, V28 V29 what is not of the row.")
	o.line("TEXT ·argMaxNEON(SB), NOSPLIT, $0-8")
	o.op("MOVD c+0(FP), R0")
	for _, l := range [][2]string{{"in", "R1"}, {"n", "R2"}, {"rows", "R3"}, {"out", "R4"}, {"size", "R5"}} {
		o.op("MOVD argMaxCall_%s(R0), %s", l[0], l[1])
	}
	for i, f := range []string{"places", "outside"} {
		o.op("ADD $argMaxCall_%s, R0, R7", f)
		o.op("FLDPQ (R7), (F%d, F%d)", 24+4*i, 25+4*i)
	}
	o.op("VMOVI $255, V26.B16")
	o.op("MOVWU argMaxCall_flip(R0), R7")
	o.op("VDUP R7, V27.S4")
	o.op("VEOR V26.B16, V27.B16, V27.B16")
	o.line("row:")
	o.op("FLDPQ (R1), (F0, F1)")
	for v := range 2 {
		o.op("VEOR V27.B16, V%d.B16, V%d.B16", v, v)
		o.op("VORR V%d.B16, V%d.B16, V%d.B16", 28+v, v, v)
	}
	o.op("UMINB(2, 0, 1)")
	o.op("UMINV(2, 2)")
	o.op("VDUP V2.B[0], V2.B16")
	for v := range 2 {
		o.op("VCMEQ V2.B16, V%d.B16, V%d.B16", v, v)
		o.op("VBSL V26.B16, V%d.B16, V%d.B16 // its place, or 255", 24+v, v)
	}
	o.op("UMINB(0, 0, 1)")
	o.op("UMINV(0, 0)")
	o.op("FMOVS F0, R6")
	o.op("MOVW R6, (R4)")
	o.op("CMP $8, R5")
	o.op("BNE narrow")
	o.op("MOVW ZR, 4(R4)")
	o.line("narrow:")
	o.op("ADD R5, R4")
	o.op("ADD R2, R1")
	o.op("SUBS $1, R3, R3")
	o.op("BNE row")
	o.op("RET")
}
