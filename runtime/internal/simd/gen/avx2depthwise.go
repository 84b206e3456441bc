package main

import "fmt"

// pairDepthwise writes the AVX2 loops of a depthwise convolution over 16 channels. Two taps of a channel must lie side by side for a
// VPMADDWD: bytes are interleaved, then made words. 3×3 taps make five pairs: of the upper two rows, column by column, the first of
// the last row alone, and its others. Where pixels are one column apart, what has been made words serves all that see it.
func pairDepthwise() []byte {
	var o out
	o.header()
	firstLast(&o)
	for _, b := range []tapLoop{{name: "Uint8", widen: "VPMOVZX"}, {name: "Int8", widen: "VPMOVSX"}} {
		b.any(&o)
		b.nine(&o)
		b.columns(&o)
		b.apart(&o)
	}
	return o.Bytes()
}

// tapLoop is a loop over inputs of one kind of bytes. Y0 … Y5 are sums; Y6 Y7 two taps of channels 0 … 7 and 8 … 15, Y8 Y9 others; Y10
// products and what is between, Y11 words of a pixel that waits for the next; Y12 least, Y13 most, Y14 zero, Y15 what makes outputs of
// unsigned bytes.
type tapLoop struct{ name, widen string }

// begin begins a function.
func (b tapLoop) begin(o *out, kind, does string) {
	name := fmt.Sprintf("depthwise%s%sAVX2", kind, b.name)
	o.line("\n// func %s(c *depthwiseCall)", name)
	o.line("// %s", does)
	o.line("// DI c, BX where taps begin, R8 bytes from there to this pixel's, DX pixels left, R13 weights, SI base, CX scales, R14 out, R15 bytes to")
	o.line("// the next pixel's taps, R12 to its outputs; registers as in gen/avx2depthwise.go.")
	o.line("TEXT ·%s(SB), NOSPLIT, $0-8", name)
	o.op("MOVQ c+0(FP), DI")
	for _, l := range [][2]string{{"taps", "BX"}, {"at", "R8"}, {"pixels", "DX"}, {"w", "R13"}, {"base", "SI"}, {"scale", "CX"}, {"out", "R14"}, {"step", "R15"}, {"ldo", "R12"}} {
		o.op("MOVQ depthwiseCall_%s(DI), %s", l[0], l[1])
	}
	for i, name := range []string{"least", "most", "zero", "sign"} {
		o.op("VPBROADCASTD depthwiseCall_ends+ends_%s(DI), Y%d", name, 12+i)
	}
}

// any writes the loop over any taps, two at a step.
func (b tapLoop) any(o *out) {
	b.begin(o, "", "It takes two taps at a step: AX and R11 are where these begin, R9 bytes of weights, R10 those left.")
	o.op("MOVQ depthwiseCall_groups(DI), R9")
	o.op("SHLQ $6, R9")
	o.op("ADDQ R9, R13 // their end")
	o.op("NEGQ R9")
	o.op("PCALIGN $32")
	o.line("pixel:")
	o.op("VMOVDQU (SI), Y0")
	o.op("VMOVDQU 32(SI), Y1")
	o.op("MOVQ R9, R10")
	o.op("MOVQ BX, DI")
	o.line("pair:")
	o.op("MOVQ (DI), AX")
	o.op("MOVQ 8(DI), R11")
	b.pair(o, 6, "(AX)(R8*1)", "(R11)(R8*1)")
	for v := range 2 {
		o.op("VPMADDWD %d(R13)(R10*1), Y%d, Y%d", 32*v, 6+v, 6+v)
		o.op("VPADDD Y%d, Y%d, Y%d", 6+v, v, v)
	}
	o.op("ADDQ $16, DI")
	o.op("ADDQ $64, R10")
	o.op("JNZ pair")
	o.op("MOVQ c+0(FP), DI")
	b.words(o, 0, 11, "")
	b.one(o)
	o.op("ADDQ R12, R14")
	o.op("ADDQ R15, R8")
	o.op("DECQ DX")
	o.op("JNZ pixel")
	o.op("VZEROUPPER")
	o.op("RET")
}

// nine writes the loop over 3×3 taps, wherever they are.
func (b tapLoop) nine(o *out) {
	b.begin(o, "9", "It takes two pixels in turn: AX, R10 and R11 are where taps begin.")
	o.op("PCALIGN $32")
	o.line("pixel:")
	for p := range 2 {
		b.taps(o)
		b.words(o, 0, 11-p, fmt.Sprint(p))
		if p > 0 {
			b.two(o, 0)
		}
		o.op("ADDQ R15, R8")
		o.op("DECQ DX")
		o.op("JZ %s", [...]string{"odd", "done"}[p])
	}
	o.op("JMP pixel")
	b.end(o)
}

// taps adds up a pixel's 3×3 taps.
func (b tapLoop) taps(o *out) {
	for j := range 3 {
		o.op("MOVQ %d(BX), AX", 8*j)
		o.op("MOVQ %d(BX), R10", 24+8*j)
		b.pair(o, 6, "(AX)(R8*1)", "(R10)(R8*1)")
		b.add(o, j, 0)
	}
	o.op("MOVQ 48(BX), R11")
	b.alone(o)
	o.op("MOVQ 56(BX), AX")
	o.op("MOVQ 64(BX), R10")
	b.pair(o, 8, "(AX)(R8*1)", "(R10)(R8*1)")
	b.add(o, 4, 0)
}

// end ends a function: a last pixel has waited in vain, or none has.
func (b tapLoop) end(o *out) {
	o.line("odd:")
	b.one(o)
	o.line("done:")
	o.op("VZEROUPPER")
	o.op("RET")
}

// columns writes the loop over 3×3 taps that lie side by side, of pixels that are one column apart: three pixels are under way, and two
// are stored at once.
func (b tapLoop) columns(o *out) {
	b.begin(o, "Columns", "Its pixels are one column apart, as taps are: AX, R10 and R11 are where the kernel's rows begin, R9 a column before R8.")
	for i, p := range []string{"AX", "R10", "R11"} {
		o.op("MOVQ %d(BX), %s", 24*i, p)
	}
	b.upper(o)
	b.add(o, 0, 0)
	b.column(o)
	b.add(o, 1, 0)
	b.add(o, 3, 0)
	b.add(o, 0, 1)
	o.op("PCALIGN $32")
	o.line("pixels:")
	for p := range 6 {
		b.column(o)
		b.add(o, 2, p%3)
		b.add(o, 4, p%3)
		b.words(o, p%3, 11-p%2, fmt.Sprint(p))
		if p%2 > 0 {
			b.two(o, p%3)
		}
		o.op("DECQ DX")
		o.op("JZ %s", [...]string{"odd", "done"}[p%2])
		b.add(o, 1, (p+1)%3)
		b.add(o, 3, (p+1)%3)
		b.add(o, 0, (p+2)%3)
	}
	o.op("JMP pixels")
	b.end(o)
}

// apart writes the loop over 3×3 taps that lie side by side, of pixels that are two columns apart, which have one of them in common.
func (b tapLoop) apart(o *out) {
	b.begin(o, "Apart", "Its pixels are two columns apart: AX, R10 and R11 are where the kernel's rows begin, R9 and BX columns behind R8.")
	for _, p := range []string{"AX", "R10"} {
		o.op("MOVQ (BX), %s", p)
		o.op("ADDQ $24, BX")
	}
	o.op("MOVQ (BX), R11")
	o.op("MOVQ R15, BX")
	o.op("SHRQ $1, BX")
	o.op("LEAQ (R8)(BX*1), R9")
	o.op("LEAQ (R9)(BX*1), BX")
	b.pair(o, 2, "(AX)(R8*1)", "(R10)(R8*1)")
	o.op("PCALIGN $32")
	o.line("pixel:")
	for p := range 2 {
		b.products(o, 2, 0, 0)
		b.pair(o, 6, "(AX)(R9*1)", "(R10)(R9*1)")
		b.add(o, 1, 0)
		b.pair(o, 2, "(AX)(BX*1)", "(R10)(BX*1)")
		b.products(o, 2, 2, 0)
		b.alone(o)
		b.pair(o, 8, "(R11)(R9*1)", "(R11)(BX*1)")
		b.add(o, 4, 0)
		b.words(o, 0, 11-p, fmt.Sprint(p))
		if p > 0 {
			b.two(o, 0)
		}
		for _, at := range []string{"R8", "R9", "BX"} {
			o.op("ADDQ R15, %s", at)
		}
		o.op("DECQ DX")
		o.op("JZ %s", [...]string{"odd", "done"}[p])
	}
	o.op("JMP pixel")
	b.end(o)
}

// alone adds the products of the last row's first tap, whose words meet a weight of 0 in what is above them.
func (b tapLoop) alone(o *out) {
	o.op("%sBD (R11)(R8*1), Y8", b.widen)
	o.op("%sBD 8(R11)(R8*1), Y9", b.widen)
	b.add(o, 3, 0)
}

// pair loads two taps to a register and the next.
func (b tapLoop) pair(o *out, to int, first, second string) {
	o.op("VMOVDQU %s, X%d", first, to+1)
	o.op("VPUNPCKLBW %s, X%d, X%d // both taps of channels 0 … 7", second, to+1, to)
	o.op("VPUNPCKHBW %s, X%d, X%d", second, to+1, to+1)
	o.op("%sBW X%d, Y%d", b.widen, to, to)
	o.op("%sBW X%d, Y%d", b.widen, to+1, to+1)
}

// upper loads a column of the upper two rows.
func (b tapLoop) upper(o *out) { b.pair(o, 6, "(AX)(R8*1)", "(R10)(R8*1)") }

// column goes to the next column, and loads that and what it and the one before are in the last row.
func (b tapLoop) column(o *out) {
	o.op("MOVQ R8, R9")
	o.op("ADDQ R15, R8")
	b.upper(o)
	b.pair(o, 8, "(R11)(R9*1)", "(R11)(R8*1)")
}

// add adds the products of one of the five pairs to a pixel's sums, which the first of them makes.
func (b tapLoop) add(o *out, pair, pixel int) {
	b.products(o, [...]int{6, 6, 6, 8, 8}[pair], pair, pixel)
}

// products does that of a pair that two registers hold.
func (b tapLoop) products(o *out, from, pair, pixel int) {
	for v := range 2 {
		o.op("VPMADDWD %d(R13), Y%d, Y10", 64*pair+32*v, from+v)
		if pair == 0 {
			o.op("VPADDD %d(SI), Y10, Y%d", 32*v, 2*pixel+v)
		} else {
			o.op("VPADDD Y10, Y%d, Y%d", 2*pixel+v, 2*pixel+v)
		}
	}
}

// words makes words of a pixel's sums.
func (b tapLoop) words(o *out, pixel, to int, label string) {
	low, high := 2*pixel, 2*pixel+1
	for v := range 2 {
		o.op("VCVTDQ2PS Y%d, Y%d", low+v, low+v)
		o.op("VMULPS %d(CX), Y%d, Y%d", 32*v, low+v, low+v)
	}
	o.op("CMPL depthwiseCall_ends+ends_large(DI), $0")
	o.op("JEQ small%s", label)
	o.op("VBROADCASTSS depthwiseCall_hi(DI), Y10 // what does not fit in 32 bits would become the least")
	for v := range 2 {
		o.op("VMINPS Y10, Y%d, Y%d", low+v, low+v)
	}
	o.line("small%s:", label)
	for v := range 2 {
		o.op("VCVTPS2DQ Y%d, Y%d // to nearest, ties to even", low+v, low+v)
	}
	o.op("VPACKSSDW Y%d, Y%d, Y%d", high, low, low)
	o.op("VPADDSW Y14, Y%d, Y%d", low, to)
}

// one stores the words of a pixel as bytes.
func (b tapLoop) one(o *out) {
	b.bytes(o, 11, 10)
	o.op("VMOVDQU X11, (R14)")
}

// two does that of two pixels.
func (b tapLoop) two(o *out, free int) {
	b.bytes(o, 10, 2*free)
	o.op("VMOVDQU X11, (R14)")
	o.op("VEXTRACTI128 $1, Y11, (R14)(R12*1)")
	o.op("LEAQ (R14)(R12*2), R14")
}

// bytes makes bytes of the words of two pixels.
func (b tapLoop) bytes(o *out, second, free int) {
	o.op("VPACKUSWB Y%d, Y11, Y11", second)
	o.op("VPMAXUB Y12, Y11, Y11")
	o.op("VPMINUB Y13, Y11, Y11")
	o.op("VPXOR Y15, Y11, Y11")
	o.op("VMOVDQU firstLast<>(SB), Y%d", free)
	o.op("VPERMD Y11, Y%d, Y11", free)
}
