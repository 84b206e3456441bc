package main

// neonSingles writes the loops over float32, and the float64 that they become.
func neonSingles() []byte {
	var o out
	neonHead(&o)
	for _, p := range floatPairs {
		p.writeNEON(&o)
	}
	logNEON(&o)
	magnitudesNEON(&o)
	return o.Bytes()
}

func (p floatPair) writeNEON(o *out) {
	o.line("\n// func float%sNEON(c *pairCall)", p.name)
	o.line("// R1 a, R2 b, R3 out, R4 elements left, R5 R6 bytes from 16 of a and b to the next, R7 whether there are bounds; V0 … a, V16 … b,")
	o.line("// V30 least, V31 most.")
	o.line("TEXT ·float%sNEON(SB), NOSPLIT, $0-8", p.name)
	o.op("MOVD c+0(FP), R0")
	for _, l := range [][2]string{{"a", "R1"}, {"b", "R2"}, {"out", "R3"}, {"n", "R4"}, {"stepA", "R5"}, {"stepB", "R6"}, {"bounded", "R7"}} {
		o.op("MOVD pairCall_%s(R0), %s", l[0], l[1])
	}
	for i, f := range []string{"lo", "hi"} {
		o.op("MOVW pairCall_%s(R0), R8", f)
		o.op("VDUP R8, V%d.S4", 30+i)
	}
	o.line("next:")
	for i, r := range []int{1, 2} {
		o.op("FLDPQ (R%d), (F%d, F%d)", r, 16*i, 16*i+1)
		o.op("FLDPQ 32(R%d), (F%d, F%d)", r, 16*i+2, 16*i+3)
		o.op("ADD R%d, R%d", 5+i, r)
	}
	for v := range 4 {
		for _, op := range p.arm {
			o.op(op, v, 16+v)
		}
	}
	o.op("CBZ R7, store")
	for v := range 4 {
		o.op("FCMGT4(24, 30, %d)", v)
		o.op("VBIT V24.B16, V30.B16, V%d.B16", v)
		o.op("FCMGT4(24, %d, 31)", v)
		o.op("VBIT V24.B16, V31.B16, V%d.B16", v)
	}
	o.line("store:")
	o.op("FSTPQ.P (F0, F1), 32(R3)")
	o.op("FSTPQ.P (F2, F3), 32(R3)")
	o.op("SUBS $16, R4, R4")
	o.op("BNE next")
	o.op("RET")
}

// floatsHead writes the beginning of a loop over one operand: R2 in, R3 out, R4 elements left.
func floatsHead(o *out, name string) {
	o.line("TEXT ·%s(SB), NOSPLIT, $0-8", name)
	o.op("MOVD c+0(FP), R0")
	for _, l := range [][2]string{{"in", "R2"}, {"out", "R3"}, {"n", "R4"}} {
		o.op("MOVD floatsCall_%s(R0), %s", l[0], l[1])
	}
}

// logNEON writes kernel.Log, two times two lanes of float64, operation by operation. Names of constants stand for the registers
// from V14 that hold them, others for those of a half.
func logNEON(o *out) {
	o.constants(1)
	o.line("\n// func logNEON(c *floatsCall)")
	o.line("// R2 in, R3 out, R4 elements left; V0 and V7 x, then f, k, s, s² and R, s⁴ and ½f², and terms of each; V14 … constants.")
	floatsHead(o, "logNEON")
	o.op("MOVD $logs<>(SB), R5")
	for i := range logConstants {
		o.op("VLD1R.P 8(R5), [V%d.D2]", 14+i)
	}
	working := map[string]int{"x": 0, "f": 1, "k": 2, "s": 3, "z": 4, "w": 5, "t": 6}
	both := func(op string, operands ...string) {
		for half := range 2 {
			var v []any
			for _, name := range operands {
				if r, ok := working[name]; ok {
					v = append(v, r+7*half)
				} else {
					v = append(v, 14+logs(name))
				}
			}
			o.op(op, v...)
		}
	}
	three := func(op string) func(to, a, b string) {
		return func(to, a, b string) { both(op+"(%d, %d, %d)", to, a, b) }
	}
	add, sub, mul := three("FADD2"), three("FSUB2"), three("FMUL2")
	bits := func(op, to, a, b string) { both(op+" V%[3]d.B16, V%[2]d.B16, V%[1]d.B16", to, a, b) }
	o.line("next:")
	o.op("FMOVQ.P 16(R2), F0")
	o.op("FCVTLB(7, 0)")
	o.op("FCVTL(0, 0)")
	bits("VAND", "f", "x", "mantissa")
	bits("VORR", "f", "f", "half")
	both("VUSHR $52, V%[2]d.D2, V%[1]d.D2", "k", "x")
	bits("VORR", "k", "k", "whole")
	sub("k", "k", "bias")
	three("FCMGE2")("t", "root", "f")
	bits("VAND", "t", "t", "one")
	sub("k", "k", "t")
	add("t", "t", "one")
	mul("f", "f", "t")
	sub("f", "f", "one")
	add("t", "f", "two")
	three("FDIV2")("s", "f", "t")
	mul("z", "s", "s")
	mul("w", "z", "z")
	for _, terms := range [][]string{{"L7", "L5", "L3", "L1"}, {"L6", "L4", "L2"}} {
		mul("t", "w", terms[0])
		for _, l := range terms[1 : len(terms)-1] {
			add("t", "t", l)
			mul("t", "t", "w")
		}
		add("t", "t", terms[len(terms)-1])
		to := [...]string{"z", "w"}[len(terms)%2]
		mul(to, to, "t")
	}
	add("z", "z", "w")
	mul("w", "f", "half")
	mul("w", "w", "f")
	add("z", "z", "w")
	mul("s", "s", "z")
	mul("t", "k", "ln2Lo")
	add("s", "s", "t")
	sub("w", "w", "s")
	sub("w", "w", "f")
	mul("k", "k", "ln2Hi")
	sub("k", "k", "w")
	three("FCMGT2")("t", "inf", "x")
	bits("VBIF", "k", "x", "t")
	both("FCMLT02(%d, %d)", "t", "x")
	bits("VORR", "k", "k", "t")
	both("FCMEQ02(%d, %d)", "t", "x")
	bits("VBIT", "k", "minusInf", "t")
	o.op("FCVTN(0, 2)")
	o.op("FCVTNB(0, 9)")
	o.op("FMOVQ.P F0, 16(R3)")
	o.op("SUBS $4, R4, R4")
	o.op("BNE next")
	o.op("RET")
}

// magnitudesNEON writes kernel.Magnitude, four numbers at a time.
func magnitudesNEON(o *out) {
	o.line("\n// func magnitudesNEON(c *floatsCall)")
	o.line("// R2 in, R3 out, R4 elements left; V2 V3 squares of real parts, V4 V5 of imaginary ones, V6 V7 of magnitudes, V16 infinity.")
	floatsHead(o, "magnitudesNEON")
	o.op("MOVD $logs<>+%d(SB), R5", 8*logs("inf"))
	o.op("VLD1R (R5), [V16.D2]")
	o.line("next:")
	o.op("VLD2.P 32(R2), [V0.S4, V1.S4]")
	for i := range 2 {
		o.op("FCVTL(%d, %d)", 2+2*i, i)
		o.op("FCVTLB(%d, %d)", 3+2*i, i)
	}
	for v := 2; v < 6; v++ {
		o.op("FMUL2(%d, %d, %d)", v, v, v)
	}
	for v := range 2 {
		o.op("FADD2(%d, %d, %d)", 6+v, 2+v, 4+v)
	}
	for v := range 2 {
		o.op("FSQRT2(%d, %d)", 6+v, 6+v)
	}
	for v := 2; v < 6; v++ {
		o.op("FCMEQ2(%d, %d, 16)", v, v)
		o.op("VBIT V%d.B16, V16.B16, V%d.B16", v, 6+v%2)
	}
	o.op("FCVTN(0, 6)")
	o.op("FCVTNB(0, 7)")
	o.op("FMOVQ.P F0, 16(R3)")
	o.op("SUBS $4, R4, R4")
	o.op("BNE next")
	o.op("RET")
}
