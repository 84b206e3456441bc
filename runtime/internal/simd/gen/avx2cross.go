package main

import "fmt"

// crossHeights are the heights in rows of the blocks of crossed pairs, all of 16 columns.
var crossHeights = []int{4, 2, 1}

// crossGemm writes the AVX2 product by crossed pairs. A Zen multiplies words in two of its four vector units and adds in all, so
// that as many of one as of the other leave units idle. Winograd's inner product (A new algorithm for inner product, 1968) has half
// the multiplications, and additions for the others:
//
//	a0·w0 + a2·w2 = (a0+w2)·(a2+w0) − a0·a2 − w0·w2
//
// What is taken off is known beforehand of the weights, and the same for all columns of the inputs. Sums of two bytes fit in words by
// far; what is too large for 32 bits wraps around and comes back.
func crossGemm() []byte {
	var o out
	o.header()
	firstLast(&o)
	for _, rows := range crossHeights {
		crossBlock{pairBlock(rows), false}.write(&o)
	}
	crossBlock{1, true}.write(&o)
	crossSums(&o)
	return o.Bytes()
}

// crossBlock is a loop over so many rows of inputs by 16 columns, two steps at a time.
type crossBlock struct {
	pairBlock
	bytes bool // weights are, and become words less an offset on their way: worth it for one row
}

// name is that of the function.
func (b crossBlock) name() string {
	if b.bytes {
		return "gemmNarrowAVX2"
	}
	return fmt.Sprintf("gemmCrossAVX2x%d", b.pairBlock)
}

func (b crossBlock) write(o *out) {
	rows := int(b.pairBlock)
	o.line("\n// func %s(c *Call)", b.name())
	o.line("// DI c, R12 blocks left, R11 bytes to this one's rows, BX where pieces begin, R13 pieces left, R8 R10 every third row of one, R9 their")
	o.line("// stride, SI weights, CX steps left, R14 out, AX what rows add;")
	o.line("// Y0 … Y%d sums, Y8 Y9 weights of a step, Y10 Y11 of the next, Y12 Y13 their inputs in each lane, Y14 Y15 those and weights.", 2*rows-1)
	o.line("TEXT ·%s(SB), NOSPLIT, $0-8", b.name())
	o.op("MOVQ c+0(FP), DI")
	for _, l := range [][2]string{{"times", "R12"}, {"at", "R11"}, {"lda", "R9"}, {"out", "R14"}, {"ldo", "R15"}, {"rows", "AX"}} {
		o.op("MOVQ Call_%s(DI), %s", l[0], l[1])
	}
	if b.bytes {
		o.op("VPBROADCASTW Call_offset(DI), Y2")
	}
	o.line("block:")
	o.op("MOVQ Call_a(DI), BX")
	o.op("MOVQ Call_pieces(DI), R13")
	o.op("MOVQ Call_w(DI), SI")
	o.op("MOVQ Call_base(DI), DX")
	o.op("VMOVDQU (DX), Y8")
	o.op("VMOVDQU 32(DX), Y9")
	for r := range rows {
		o.op("VPBROADCASTD %d(AX), Y10", 4*r)
		o.op("VPADDD Y10, Y8, Y%d", 2*r)
		o.op("VPADDD Y10, Y9, Y%d", 2*r+1)
	}
	o.op("ADDQ $%d, AX", 4*rows)
	b.loop(o)
	b.end(o)
}

// loop adds what four inputs add to each sum, and four more, as long as there are so many.
func (b crossBlock) loop(o *out) {
	b.piece(o)
	o.op("MOVQ Call_steps(DI), CX")
	o.op("SUBQ $4, CX")
	o.op("JLT last")
	o.op("PCALIGN $32")
	o.line("loop:")
	b.four(o, 0)
	b.four(o, 1)
	b.advance(o, 4)
	o.op("SUBQ $4, CX")
	o.op("JGE loop")
	o.line("last:")
	o.op("ADDQ $4, CX")
	o.op("JZ next")
	b.four(o, 0)
	b.advance(o, 2)
	o.line("next:")
	o.op("ADDQ $8, BX")
	o.op("DECQ R13")
	o.op("JNZ piece")
}

// advance moves on by so many steps.
func (b crossBlock) advance(o *out, steps int) {
	b.pairBlock.advance(o, steps)
	if b.bytes {
		o.op("SUBQ $%d, SI", 32*steps)
	}
}

// four adds the products of four inputs, and of the i-th four behind them.
func (b crossBlock) four(o *out, i int) {
	for v := range 4 {
		if b.bytes {
			o.op("VPMOVSXBW %d(SI), Y%d", 64*i+16*v, 8+v)
			o.op("VPSUBW Y2, Y%d, Y%d", 8+v, 8+v)
		} else {
			o.op("VMOVDQU %d(SI), Y%d", 128*i+32*v, 8+v)
		}
	}
	for r := range int(b.pairBlock) {
		at := groups[r/3]
		o.op("VPBROADCASTD %d(%s)%s, Y12", 8*i, at, apart[r%3])
		o.op("VPBROADCASTD %d(%s)%s, Y13", 8*i+4, at, apart[r%3])
		o.op("VPADDW Y10, Y12, Y14")
		o.op("VPADDW Y8, Y13, Y15")
		o.op("VPADDW Y11, Y12, Y12")
		o.op("VPADDW Y9, Y13, Y13")
		o.op("VPMADDWD Y15, Y14, Y14")
		o.op("VPMADDWD Y13, Y12, Y12")
		o.op("VPADDD Y14, Y%d, Y%d", 2*r, 2*r)
		o.op("VPADDD Y12, Y%d, Y%d", 2*r+1, 2*r+1)
	}
}

// crossSums writes the loop over what rows of inputs take off.
func crossSums(o *out) {
	o.line("\n// func crossSumsAVX2(c *sumsCall)")
	o.line("// DI c, SI row, R8 its stride, R9 its length, CX words left, R10 where its sum goes, DX rows left, Y0 sums, each twice.")
	o.line("TEXT ·crossSumsAVX2(SB), NOSPLIT, $0-8")
	o.op("MOVQ c+0(FP), DI")
	for _, l := range [][2]string{{"a", "R11"}, {"stride", "R8"}, {"n", "R9"}, {"sums", "R10"}, {"rows", "DX"}} {
		o.op("MOVQ sumsCall_%s(DI), %s", l[0], l[1])
	}
	o.line("row:")
	o.op("MOVQ R11, SI")
	o.op("MOVQ R9, CX")
	o.op("VPXOR Y0, Y0, Y0")
	o.op("SUBQ $16, CX")
	o.op("JLT rest")
	o.line("whole:")
	o.op("VPSHUFD $0xb1, (SI), Y1 // a2 a3 a0 a1")
	o.op("VPMADDWD (SI), Y1, Y1")
	o.op("VPADDD Y1, Y0, Y0")
	o.op("ADDQ $32, SI")
	o.op("SUBQ $16, CX")
	o.op("JGE whole")
	o.line("rest:")
	o.op("ADDQ $16, CX")
	o.op("JZ done")
	o.line("four:")
	o.op("VMOVQ (SI), X1")
	o.op("VPSHUFD $0xb1, X1, X2")
	o.op("VPMADDWD X1, X2, X1")
	o.op("VPADDD Y1, Y0, Y0")
	o.op("ADDQ $8, SI")
	o.op("SUBQ $4, CX")
	o.op("JNZ four")
	o.line("done:")
	o.op("VEXTRACTI128 $1, Y0, X1")
	o.op("VPADDD X1, X0, X0")
	o.op("VPSHUFD $0xee, X0, X1")
	o.op("VPADDD X1, X0, X0")
	o.op("VMOVD X0, AX")
	o.op("SUBL AX, (R10)")
	o.op("ADDQ $4, R10")
	o.op("ADDQ R8, R11")
	o.op("DECQ DX")
	o.op("JNZ row")
	o.op("VZEROUPPER")
	o.op("RET")
}
