package main

import "fmt"

// pairFloatGemm writes the AVX2 product of float32 matrices, of whole blocks of 16 columns. Nothing is fused, as in floats.
func pairFloatGemm() []byte {
	var o out
	o.header()
	for _, rows := range pairHeights {
		pairBlock(rows).writeFloat(&o)
	}
	return o.Bytes()
}

// pairFloatStubs are its loops.
func pairFloatStubs() (all []stub) {
	for _, rows := range pairHeights {
		all = append(all, stub{fmt.Sprintf("gemmF32AVX2x%d", rows), "floatCall", fmt.Sprintf("computes %d rows of 16 columns.", rows)})
	}
	return all
}

func (b pairBlock) writeFloat(o *out) {
	name := fmt.Sprintf("gemmF32AVX2x%d", b)
	o.line("\n// func %s(c *floatCall)", name)
	o.line("// DI c, R8 R10 every third row of inputs, R9 their stride, SI weights, CX inputs left;")
	o.line("// Y0 … Y%d sums, Y12 Y13 weights, Y14 an input in each lane and a product, Y15 a product.", 2*b-1)
	o.line("TEXT ·%s(SB), NOSPLIT, $0-8", name)
	o.op("MOVQ c+0(FP), DI")
	for _, l := range [][2]string{{"a", "R8"}, {"lda", "R9"}, {"w", "SI"}, {"k", "CX"}, {"bias", "DX"}, {"out", "R14"}, {"ldo", "R15"}} {
		o.op("MOVQ floatCall_%s(DI), %s", l[0], l[1])
	}
	o.op("LEAQ (R9)(R9*2), R10")
	o.op("ADDQ R8, R10")
	for v := range 2 * int(b) {
		o.op("VXORPS Y%d, Y%d, Y%d", v, v, v)
	}
	o.op("PCALIGN $32")
	o.line("loop:")
	o.op("VMOVUPS (SI), Y12")
	o.op("VMOVUPS 32(SI), Y13")
	for r := range int(b) {
		o.op("VBROADCASTSS %s, Y14", block{}.input(r))
		o.op("VMULPS Y12, Y14, Y15")
		o.op("VMULPS Y13, Y14, Y14")
		o.op("VADDPS Y15, Y%d, Y%d", 2*r, 2*r)
		o.op("VADDPS Y14, Y%d, Y%d", 2*r+1, 2*r+1)
	}
	o.op("ADDQ $4, R8")
	o.op("ADDQ $4, R10")
	o.op("ADDQ $64, SI")
	o.op("DECQ CX")
	o.op("JNZ loop")
	o.op("TESTQ DX, DX")
	o.op("JZ store")
	for v := range 2 * int(b) {
		o.op("VADDPS %d(DX), Y%d, Y%d", 32*(v%2), v, v)
	}
	o.line("store:")
	for r := range int(b) {
		o.op("VMOVUPS Y%d, (R14)", 2*r)
		o.op("VMOVUPS Y%d, 32(R14)", 2*r+1)
		o.op("ADDQ R15, R14")
	}
	o.op("VZEROUPPER")
	o.op("RET")
}
