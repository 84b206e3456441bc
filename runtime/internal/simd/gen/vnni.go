package main

import "fmt"

// block is a loop: so many rows of inputs by so many vectors of columns, block after block, line after line and panel after panel.
type block struct{ rows, width int }

// acc is the register of a row's sums of a vector.
func (b block) acc(row, vector int) int { return row*b.width + vector }

// groups are the registers that point at every third row: x86 addresses p, p+lda and p+2·lda by one.
var groups = [...]string{"R8", "R10", "R11", "R12"}

// input is the place of the next four inputs of a row.
func (b block) input(row int) string {
	p := groups[row/3]
	return [...]string{"(" + p + ")", "(" + p + ")(R9*1)", "(" + p + ")(R9*2)"}[row%3]
}

// field is one of what the call says of nested loops, now one of where they are.
func field(name string) string { return "(Call_nest+nest_" + name + ")(DI)" }
func now(name string) string   { return "(Call_nest+nest_now+cursor_" + name + ")(DI)" }

// order writes the indices by which VPERMD turns four times four double words: after packing, each four of a vector's outputs lie
// between those of the other three vectors.
func order(o *out) {
	for i := range uint64(8) {
		o.line("DATA order<>+%d(SB)/8, $0x%016x", 8*i, (i%2*8+i/2)|(i%2*8+4+i/2)<<32)
	}
	o.line("GLOBL order<>(SB), RODATA|NOPTR, $64")
}

func (b block) write(o *out) {
	o.line("\n// func gemmVNNI%dx%d(c *Call)", b.rows, b.width*16)
	o.line("// DI c, BX where pieces begin, R13 pieces left, R8 R10 R11 R12 every third row of one, R9 their stride, AX three times that, SI")
	o.line("// weights, CX steps left, R14 out, R15 its stride; Z0 … Z%d sums, Z24 … weights and scales, Z28 Z29 four inputs in each lane and", b.rows*b.width-1)
	o.line("// the most and zero, Z30 the least, Z31 an order; K1 the columns, K2 those of the last vector.")
	o.line("TEXT ·gemmVNNI%dx%d(SB), NOSPLIT, $0-8", b.rows, b.width*16)
	o.op("MOVQ c+0(FP), DI")
	o.op("MOVQ Call_lda(DI), R9")
	o.op("LEAQ (R9)(R9*2), AX")
	o.op("MOVQ Call_ldo(DI), R15")
	o.op("MOVQ Call_mask(DI), CX")
	o.op("KMOVQ CX, K1")
	o.op("KSHIFTRQ $%d, K1, K2", 16*(b.width-1))
	o.op("VPBROADCASTD %s, Z30", field("limits+limits_least"))
	o.op("VMOVDQU32 order<>(SB), Z31")
	if b.rows == 1 {
		o.op("VPBROADCASTD Call_flip(DI), Z22")
	}
	for _, name := range []string{"w", "base", "scale", "out"} {
		o.op("MOVQ Call_%s(DI), CX", name)
		o.op("MOVQ CX, %s", now(name))
	}
	b.starts(o)
	b.begin(o)
	b.loop(o, (b.rows+2)/3)
	b.end(o)
	b.goOn(o)
}

// starts writes the beginnings of a panel and of a line.
func (b block) starts(o *out) {
	o.op("MOVQ %s, CX", field("panels"))
	o.op("MOVQ CX, %s", now("panels"))
	o.line("panel:")
	for _, l := range [][2]string{{"Call_a(DI)", "line"}, {field("lines"), "lines"}, {"Call_rows(DI)", "rows"}} {
		o.op("MOVQ %s, CX", l[0])
		o.op("MOVQ CX, %s", now(l[1]))
	}
	o.op("MOVQ %s, R14", now("out"))
	o.line("line:")
	for _, name := range []string{"at", "times"} {
		o.op("MOVQ Call_%s(DI), CX", name)
		o.op("MOVQ CX, %s", now(name))
	}
}

// goOn goes on to the next block, line and panel.
func (b block) goOn(o *out) {
	o.line("next:")
	o.op("IMUL3Q $%d, R9, CX", b.rows)
	o.op("ADDQ CX, %s", now("at"))
	o.op("DECQ %s", now("times"))
	o.op("JNZ block")
	o.op("MOVQ Call_pieces(DI), CX")
	o.op("SHLQ $3, CX")
	o.op("ADDQ CX, %s", now("line"))
	o.op("ADDQ %s, R14", field("skip"))
	o.op("MOVQ %s, CX", field("rowSkip"))
	o.op("ADDQ CX, %s", now("rows"))
	o.op("DECQ %s", now("lines"))
	o.op("JNZ line")
	o.op("MOVQ %s, CX", field("depth"))
	o.op("ADDQ CX, %s", now("w"))
	o.op("ADDQ $%d, %s", 64*b.width, now("base"))
	o.op("ADDQ $%d, %s", 64*b.width, now("scale"))
	o.op("MOVQ %s, CX", field("across"))
	o.op("ADDQ CX, %s", now("out"))
	o.op("DECQ %s", now("panels"))
	o.op("JNZ panel")
	o.op("VZEROUPPER")
	o.op("RET")
}

// begin sets the sums to what they are without inputs.
func (b block) begin(o *out) {
	o.line("block:")
	o.op("MOVQ %s, DX", now("base"))
	for v := range b.width {
		o.op("VMOVDQU32 %d(DX), Z%d", 64*v, b.acc(0, v))
		for r := 1; r < b.rows; r++ {
			o.op("VMOVDQA32 Z%d, Z%d", b.acc(0, v), b.acc(r, v))
		}
	}
	if b.rows == 1 {
		for v := range b.width {
			o.op("VPXORD Z%d, Z%d, Z%d", b.width+v, b.width+v, b.width+v)
		}
	}
	o.op("MOVQ %s, DX", now("rows"))
	o.op("TESTQ DX, DX")
	o.op("JZ begun")
	for r := range b.rows {
		o.op("VPBROADCASTD %d(DX), Z28", 4*r)
		for v := range b.width {
			o.op("VPADDD Z28, Z%d, Z%d", b.acc(r, v), b.acc(r, v))
		}
	}
	o.op("ADDQ $%d, %s", 4*b.rows, now("rows"))
	o.line("begun:")
	o.op("MOVQ %s, SI", now("w"))
	o.op("MOVQ %s, BX", now("line"))
	o.op("MOVQ Call_pieces(DI), R13")
}

// loop adds four products to each sum. One row has two sets of sums, taken in turn, since one would wait for itself.
func (b block) loop(o *out, used int) {
	o.line("piece:")
	o.op("MOVQ (BX), R8")
	o.op("ADDQ %s, R8", now("at"))
	for i := 1; i < used; i++ {
		o.op("LEAQ (%s)(AX*1), %s", groups[i-1], groups[i])
	}
	o.op("MOVQ Call_steps(DI), CX")
	if b.rows == 1 {
		o.op("SUBQ $2, CX")
		o.op("JL last")
		o.op("PCALIGN $32")
		o.line("pair:")
		b.step(o, 0, 0)
		b.step(o, 1, b.width)
		o.op("ADDQ $8, R8")
		o.op("ADDQ $%d, SI", 2*64*b.width)
		o.op("SUBQ $2, CX")
		o.op("JGE pair")
		o.line("last:")
		o.op("ADDQ $2, CX")
		o.op("JZ done")
	}
	o.op("PCALIGN $32")
	o.line("loop:")
	b.step(o, 0, 0)
	for _, p := range groups[:used] {
		o.op("ADDQ $4, %s", p)
	}
	o.op("ADDQ $%d, SI", 64*b.width)
	o.op("DECQ CX")
	o.op("JNZ loop")
	o.line("done:")
	o.op("ADDQ $8, BX")
	o.op("DECQ R13")
	o.op("JNZ piece")
	if b.rows == 1 {
		for v := range b.width {
			o.op("VPADDD Z%d, Z%d, Z%d", b.width+v, v, v)
		}
	}
}

// step adds the products of a step ahead to the sums that begin at a register. Inputs are unsigned; one row makes them so.
func (b block) step(o *out, ahead, sums int) {
	for v := range b.width {
		o.op("VMOVDQU32 %d(SI), Z%d", 64*(ahead*b.width+v), 24+v)
	}
	for r := range b.rows {
		in := 28 + (r+ahead)%2
		at := b.input(r)
		if ahead > 0 {
			at = fmt.Sprintf("%d%s", 4*ahead, at)
		}
		o.op("VPBROADCASTD %s, Z%d", at, in)
		if b.rows == 1 {
			o.op("VPXORD Z22, Z%d, Z%d", in, in)
		}
		for v := range b.width {
			o.op("VPDPBUSD Z%d, Z%d, Z%d", 24+v, in, sums+b.acc(r, v))
		}
	}
}

// end brings the sums to the output's scale and stores bytes, or stores the sums.
func (b block) end(o *out) {
	o.op("CMPQ Call_scale(DI), $0")
	o.op("JEQ sums")
	o.op("MOVQ %s, DX", now("scale"))
	for v := range b.width {
		o.op("VMOVUPS %d(DX), Z%d", 64*v, 24+v)
	}
	for i := range b.rows * b.width {
		o.op("VCVTDQ2PS Z%d, Z%d", i, i)
		o.op("VMULPS Z%d, Z%d, Z%d", 24+i%b.width, i, i)
	}
	o.op("CMPL %s, $0", field("limits+limits_large"))
	o.op("JEQ small")
	for i := range b.rows * b.width {
		o.op("VMINPS.BCST Call_hi(DI), Z%d, Z%d", i, i)
	}
	o.line("small:")
	o.op("VPBROADCASTD %s, Z28", field("limits+limits_most"))
	o.op("VPBROADCASTD %s, Z29", field("limits+limits_words"))
	for from := 0; from < b.rows*b.width; from += 4 {
		b.bytes(o, from, min(4, b.rows*b.width-from))
	}
	o.op("JMP next")
	o.line("sums:")
	for r := range b.rows {
		for v := range b.width {
			mask := ""
			if v == b.width-1 {
				mask = "K2, "
			}
			o.op("VMOVDQU32 Z%d, %s%d(R14)", b.acc(r, v), mask, 64*v)
		}
		o.op("ADDQ R15, R14")
	}
}

// bytes makes up to four vectors of scaled sums, from Z<a> on, bytes and stores them. What does not fit in a word or a byte becomes the
// least or the most of these, as it should be: limits come last. What is too small for an int becomes the least; what may be too
// large has been held to the most before.
func (b block) bytes(o *out, a, n int) {
	for i := a; i < a+n; i++ {
		o.op("VCVTPS2DQ Z%d, Z%d // to nearest, ties to even", i, i)
	}
	last := a + n - 1
	o.op("VPACKSSDW Z%d, Z%d, Z%d", min(a+1, last), a, a)
	o.op("VPADDSW Z29, Z%d, Z%d", a, a)
	second := a
	if n > 2 {
		second = a + 2
		o.op("VPACKSSDW Z%d, Z%d, Z%d", last, second, second)
		o.op("VPADDSW Z29, Z%d, Z%d", second, second)
	}
	o.op("VPACKSSWB Z%d, Z%d, Z%d", second, a, a)
	o.op("VPMINSB Z28, Z%d, Z%d", a, a)
	o.op("VPMAXSB Z30, Z%d, Z%d", a, a)
	o.op("VPXORD.BCST %s, Z%d, Z%d", field("limits+limits_other"), a, a)
	o.op("VPERMD Z%d, Z31, Z%d", a, a)
	b.store(o, a, n)
}

// store stores the bytes of up to four vectors of sums, all in Z<a>, of which the first is that of so many sums.
func (b block) store(o *out, a, n int) {
	at := map[int]string{1: "X", 2: "Y", 4: "Z"}
	size := map[int]int{1: 1, 2: 2, 3: 1, 4: 4}[b.width]
	for i := 0; i < n; i += size {
		from := a
		if i > 0 {
			from = a + 1
			o.op("%s $%d, Z%d, %s%d", map[int]string{1: "VEXTRACTI32X4", 2: "VEXTRACTI64X4"}[size], i/size, a, at[size], from)
		}
		v := (a + i) % b.width
		switch {
		case size == b.width:
			o.op("VMOVDQU8 %s%d, K1, (R14)", at[size], from)
		case v == b.width-1:
			o.op("VMOVDQU8 X%d, K2, %d(R14)", from, 16*v)
		default:
			o.op("VMOVDQU32 X%d, %d(R14)", from, 16*v)
		}
		if v+size == b.width {
			o.op("ADDQ R15, R14")
		}
	}
}
