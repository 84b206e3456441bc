package main

// neonFloatRows are the heights of the blocks of float32, of 16 columns each.
var neonFloatRows = []int{4, 2, 1}

// neonFloats writes the product of float32 matrices. Nothing is fused, as in floats.
func neonFloats() []byte {
	var o out
	neonHead(&o)
	for _, rows := range neonFloatRows {
		neonFloatGemm(&o, rows)
	}
	return o.Bytes()
}

// neonFloatStubs declares them.
func neonFloatStubs(o *out) {
	for _, rows := range neonFloatRows {
		o.line("\n// gemmF32NEON%dx16 computes %d rows of 16 columns.\n//\n//go:noescape", rows, rows)
		o.line("func gemmF32NEON%dx16(c *floatCall)", rows)
	}
}

func neonFloatGemm(o *out, rows int) {
	o.line("\n// func gemmF32NEON%dx16(c *floatCall)", rows)
	o.line("// R3 weights, R4 inputs left, R5 … R%d inputs, R11 their stride, R12 bias, R13 out, R14 its stride; V0 … inputs, V4 … V7 weights,", 4+rows)
	o.line("// V8 … V11 and V28 … V31 products, V12 … V%d sums.", 11+4*rows)
	o.line("TEXT ·gemmF32NEON%dx16(SB), NOSPLIT, $0-8", rows)
	o.op("MOVD c+0(FP), R0")
	for _, l := range [][2]string{{"a", "R5"}, {"w", "R3"}, {"k", "R4"}, {"lda", "R11"}, {"bias", "R12"}, {"out", "R13"}, {"ldo", "R14"}} {
		o.op("MOVD floatCall_%s(R0), %s", l[0], l[1])
	}
	for r := 1; r < rows; r++ {
		o.op("ADD R11, R%d, R%d", 4+r, 5+r)
	}
	for v := 12; v < 12+4*rows; v++ {
		o.op("VEOR V%d.B16, V%d.B16, V%d.B16", v, v, v)
	}
	o.op("SUBS $4, R4, R4")
	o.op("BLT few")
	o.line("many:")
	neonFloatStep(o, rows, 4, "FMOVQ.P 16")
	o.op("SUBS $4, R4, R4")
	o.op("BGE many")
	o.line("few:")
	o.op("ADDS $4, R4, R4")
	o.op("BEQ end")
	o.line("one:")
	neonFloatStep(o, rows, 1, "FMOVS.P 4")
	o.op("SUBS $1, R4, R4")
	o.op("BNE one")
	o.line("end:")
	o.op("CBZ R12, store")
	o.op("FLDPQ (R12), (F4, F5)")
	o.op("FLDPQ 32(R12), (F6, F7)")
	for v := range 4 * rows {
		o.op("FADD4(%d, %d, %d)", 12+v, 12+v, 4+v%4)
	}
	o.line("store:")
	for r := range rows {
		o.op("FSTPQ (F%d, F%d), (R13)", 12+4*r, 13+4*r)
		o.op("FSTPQ (F%d, F%d), 32(R13)", 14+4*r, 15+4*r)
		o.op("ADD R14, R13")
	}
	o.op("RET")
}

// neonFloatStep adds products of n inputs of each row.
func neonFloatStep(o *out, rows, n int, load string) {
	for r := range rows {
		o.op("%s(R%d), F%d", load, 5+r, r)
	}
	products := [2]int{8, 28}
	for k := range n {
		o.op("FLDPQ %d(R3), (F4, F5)", 64*k)
		o.op("FLDPQ %d(R3), (F6, F7)", 64*k+32)
		for r := range rows + 1 { // a row is added up while the next is multiplied
			for v := range 4 {
				if r < rows {
					o.op("FMULI(%d, %d, %d, %d)", products[r%2]+v, 4+v, r, k)
				}
			}
			for v := range 4 {
				if last := r - 1; last >= 0 {
					o.op("FADD4(%d, %d, %d)", 12+4*last+v, 12+4*last+v, products[last%2]+v)
				}
			}
		}
	}
	o.op("ADD $%d, R3", 64*n)
}
