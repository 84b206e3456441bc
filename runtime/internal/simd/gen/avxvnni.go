package main

import "fmt"

// dotGemm writes the product of AVX-VNNI: 256 bits of what AVX-512 VNNI multiplies, for processors that have no wider registers. VPDPBUSD has
// an encoding of its own there, which Go's assembler does not know. With the one of AVX-512 the same loops run where that is, for
// tests; the linker leaves them out of what has no tests.
func dotGemm(wide bool) []byte {
	var o out
	o.header()
	firstLast(&o)
	for _, rows := range pairHeights {
		dotBlock{pairBlock(rows), wide}.write(&o)
	}
	if !wide {
		byteSums(&o)
		flipBytes(&o)
	}
	return o.Bytes()
}

// dotBlock is a loop over so many rows of inputs by 16 columns.
type dotBlock struct {
	pairBlock
	wide bool // VPDPBUSD is that of AVX-512
}

func (b dotBlock) rows() int { return int(b.pairBlock) }

// name is that of the function.
func (b dotBlock) name() string { return fmt.Sprintf("gemm%sx%d", dotName(b.wide), b.rows()) }

func dotName(wide bool) string {
	if wide {
		return "AVXVNNIWide"
	}
	return "AVXVNNI"
}

// sets is how many sums each result has, taken in turn: enough that none waits for itself, four or five cycles.
func (b dotBlock) sets() int { return max(1, 4/b.rows()) }

// sum is the register of a sum.
func (b dotBlock) sum(set, row, vector int) int { return 2*(set*b.rows()+row) + vector }

func (b dotBlock) write(o *out) {
	o.line("\n// func %s(c *Call)", b.name())
	o.line("// DI c, R12 blocks left, R11 bytes to this one's rows, BX where pieces begin, R13 pieces left, R8 R10 every third row of one, R9 their")
	o.line("// stride, SI weights, CX steps left, R14 out, AX what rows add, if any;")
	o.line("// Y0 … Y%d sums, Y12 Y13 weights of four inputs, Y14 those inputs in each lane, Y15 what makes them unsigned.", 2*b.sets()*b.rows()-1)
	o.line("TEXT ·%s(SB), NOSPLIT, $0-8", b.name())
	o.op("MOVQ c+0(FP), DI")
	for _, l := range [][2]string{{"times", "R12"}, {"at", "R11"}, {"lda", "R9"}, {"out", "R14"}, {"ldo", "R15"}, {"rows", "AX"}} {
		o.op("MOVQ Call_%s(DI), %s", l[0], l[1])
	}
	o.line("block:")
	for _, l := range [][2]string{{"a", "BX"}, {"pieces", "R13"}, {"w", "SI"}, {"base", "DX"}} {
		o.op("MOVQ Call_%s(DI), %s", l[0], l[1])
	}
	b.start(o)
	b.loop(o)
	for set := 1; set < b.sets(); set++ {
		for a := range 2 * b.rows() {
			o.op("VPADDD Y%d, Y%d, Y%d", 2*set*b.rows()+a, a, a)
		}
	}
	b.end(o)
}

// start sets the sums to what they are without inputs.
func (b dotBlock) start(o *out) {
	for v := range 2 {
		o.op("VMOVDQU %d(DX), Y%d", 32*v, v)
	}
	for a := 2; a < 2*b.rows(); a++ {
		o.op("VMOVDQA Y%d, Y%d", a%2, a)
	}
	for a := 2 * b.rows(); a < 2*b.sets()*b.rows(); a++ {
		o.op("VPXOR Y%d, Y%d, Y%d", a, a, a)
	}
	o.op("VPBROADCASTD Call_flip(DI), Y15")
	o.op("TESTQ AX, AX")
	o.op("JZ piece")
	for r := range b.rows() {
		o.op("VPBROADCASTD %d(AX), Y12", 4*r)
		for v := range 2 {
			o.op("VPADDD Y12, Y%d, Y%d", b.sum(0, r, v), b.sum(0, r, v))
		}
	}
	o.op("ADDQ $%d, AX", 4*b.rows())
}

// loop adds four products to each sum: as many steps at once as there are sets, then one by one.
func (b dotBlock) loop(o *out) {
	b.piece(o)
	o.op("MOVQ Call_steps(DI), CX")
	if b.sets() > 1 {
		o.op("SUBQ $%d, CX", b.sets())
		o.op("JLT last")
		o.op("PCALIGN $32")
		o.line("steps:")
		for set := range b.sets() {
			b.step(o, set)
		}
		b.advance(o, b.sets())
		o.op("SUBQ $%d, CX", b.sets())
		o.op("JGE steps")
		o.line("last:")
		o.op("ADDQ $%d, CX", b.sets())
		o.op("JZ next")
	}
	o.op("PCALIGN $32")
	o.line("loop:")
	b.step(o, 0)
	b.advance(o, 1)
	o.op("DECQ CX")
	o.op("JNZ loop")
	o.line("next:")
	o.op("ADDQ $8, BX")
	o.op("DECQ R13")
	o.op("JNZ piece")
}

// step adds the products of a set's step.
func (b dotBlock) step(o *out, set int) {
	for v := range 2 {
		o.op("VMOVDQU %d(SI), Y%d", 64*set+32*v, 12+v)
	}
	for r := range b.rows() {
		o.op("VPBROADCASTD %d(%s)%s, Y14", 4*set, groups[r/3], apart[r%3])
		o.op("VPXOR Y15, Y14, Y14")
		for v := range 2 {
			b.dot(o, 12+v, 14, b.sum(set, r, v))
		}
	}
}

// dot adds to each of a register's sums the products of four weights, which are signed, and four unsigned inputs.
func (b dotBlock) dot(o *out, weights, inputs, sums int) {
	if b.wide {
		o.op("VPDPBUSD Y%d, Y%d, Y%d", weights, inputs, sums)
		return
	}
	code := vexDot(weights, inputs, sums)
	o.op("LONG $0x%02x%02x%02x%02x; BYTE $0x%02x // {vex} vpdpbusd %%ymm%d, %%ymm%d, %%ymm%d", code[3], code[2], code[1], code[0], code[4], weights, inputs, sums)
}

// vexDot returns VEX.256.66.0F38.W0 50 /r, of registers alone: Intel, Software Developer's Manual, volume 2, VPDPBUSD; section 2.3
// has the prefix.
func vexDot(weights, inputs, sums int) [5]byte {
	const map0F38, bits256, prefix66 = 2, 1 << 2, 1
	high := func(register int) byte { return byte(^register >> 3 & 1) } // inverted
	return [5]byte{
		0xc4,
		high(sums)<<7 | 1<<6 | high(weights)<<5 | map0F38,
		byte(^inputs&15)<<3 | bits256 | prefix66,
		0x50,
		0xc0 | byte(sums&7)<<3 | byte(weights&7),
	}
}

// byteSums writes the loop over the sums of rows of unsigned inputs.
func byteSums(o *out) {
	o.line("\n// func addSumsAVX2(c *sumsCall)")
	o.line("// DI c, SI row, R8 its stride, R9 its length, CX bytes left, R10 where its sum goes, DX rows left, BX factor, Y0 sums of eight bytes each,")
	o.line("// R12 sum of those behind.")
	o.line("TEXT ·addSumsAVX2(SB), NOSPLIT, $0-8")
	o.op("MOVQ c+0(FP), DI")
	for _, l := range [][2]string{{"a", "R11"}, {"stride", "R8"}, {"n", "R9"}, {"sums", "R10"}, {"rows", "DX"}} {
		o.op("MOVQ sumsCall_%s(DI), %s", l[0], l[1])
	}
	o.op("MOVL sumsCall_factor(DI), BX")
	o.op("VPXOR Y1, Y1, Y1")
	o.line("row:")
	o.op("MOVQ R11, SI")
	o.op("MOVQ R9, CX")
	o.op("XORL R12, R12")
	o.op("VPXOR Y0, Y0, Y0")
	o.op("SUBQ $32, CX")
	o.op("JLT rest")
	o.line("whole:")
	o.op("VPSADBW (SI), Y1, Y2")
	o.op("VPADDQ Y2, Y0, Y0")
	o.op("ADDQ $32, SI")
	o.op("SUBQ $32, CX")
	o.op("JGE whole")
	o.line("rest:")
	o.op("ADDQ $32, CX")
	o.op("JZ done")
	o.line("one:")
	o.op("MOVBLZX (SI), AX")
	o.op("ADDL AX, R12")
	o.op("INCQ SI")
	o.op("DECQ CX")
	o.op("JNZ one")
	o.line("done:")
	o.op("VEXTRACTI128 $1, Y0, X2")
	o.op("VPADDQ X2, X0, X0")
	o.op("VPSRLDQ $8, X0, X2")
	o.op("VPADDQ X2, X0, X0")
	o.op("VMOVD X0, AX")
	o.op("ADDL R12, AX")
	o.op("IMULL BX, AX")
	o.op("ADDL AX, (R10)")
	o.op("ADDQ $4, R10")
	o.op("ADDQ R8, R11")
	o.op("DECQ DX")
	o.op("JNZ row")
	o.op("VZEROUPPER")
	o.op("RET")
}

// flipBytes writes the copy that makes signed bytes unsigned.
func flipBytes(o *out) {
	o.line("\n// func flipAVX2(to, from *byte, n int, flip uint32)")
	o.line("// DI to, SI from, CX bytes left, Y1 what is flipped in each four of them, AX in one.")
	o.line("TEXT ·flipAVX2(SB), NOSPLIT, $0-28")
	o.op("MOVQ to+0(FP), DI")
	o.op("MOVQ from+8(FP), SI")
	o.op("MOVQ n+16(FP), CX")
	o.op("MOVL flip+24(FP), AX")
	o.op("VMOVD AX, X1")
	o.op("VPBROADCASTD X1, Y1")
	o.op("SUBQ $32, CX")
	o.op("JLT rest")
	o.line("whole:")
	o.op("VPXOR (SI), Y1, Y0")
	o.op("VMOVDQU Y0, (DI)")
	o.op("ADDQ $32, SI")
	o.op("ADDQ $32, DI")
	o.op("SUBQ $32, CX")
	o.op("JGE whole")
	o.line("rest:")
	o.op("ADDQ $32, CX")
	o.op("JZ done")
	o.line("one:")
	o.op("MOVBLZX (SI), DX")
	o.op("XORL AX, DX")
	o.op("MOVB DX, (DI)")
	o.op("RORL $8, AX")
	o.op("INCQ SI")
	o.op("INCQ DI")
	o.op("DECQ CX")
	o.op("JNZ one")
	o.line("done:")
	o.op("VZEROUPPER")
	o.op("RET")
}

// dotStubs writes what Go knows of the loops.
func dotStubs() []byte {
	var o out
	o.line("// Code generated by gen; DO NOT EDIT.\n")
	o.line("//go:build !noasm\n")
	o.line("package simd")
	for _, wide := range []bool{false, true} {
		name := dotName(wide)
		o.line("\nfunc blocks%s() *blocks {", name)
		o.op("return &blocks{whole: true, times: true, sums: addSumsAVX2, widths: %s}", heights("gemm"+name+"x", pairHeights))
		o.line("}")
		for _, rows := range pairHeights {
			b := dotBlock{pairBlock(rows), wide}
			o.line("\n// %s computes some blocks of %d rows of 16 columns.\n//\n//go:noescape\nfunc %s(c *Call)", b.name(), rows, b.name())
		}
	}
	o.line("\n// addSumsAVX2 adds to each row's sum that of its unsigned inputs times a factor; flip is 0.\n//\n//go:noescape")
	o.line("func addSumsAVX2(c *sumsCall)")
	o.line("\n// flipAVX2 copies n bytes and flips bits of each four.\n//\n//go:noescape")
	o.line("func flipAVX2(to, from *byte, n int, flip uint32)")
	return o.Bytes()
}
