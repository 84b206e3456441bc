package main

import "fmt"

// share says in which parts of the whole a resized picture's rows are mixed: sixteenths in words, or 2048ths in double words.
type share struct {
	name   string
	suffix string // of instructions
	size   int    // of an element in bytes
	one    int
	shift  int // of a product of two shares
}

var shares = []share{{"Words", "W", 2, 16, 8}, {"Doubles", "D", 4, 2048, 22}}

// sign is the name of a kind of bytes, and the letters that extend and narrow them.
func sign(signed bool) (name, extend, pack, shift string) {
	if signed {
		return "Int8", "SX", "SS", "SRA"
	}
	return "Uint8", "ZX", "US", "SRL"
}

// pairPictures writes the AVX2 loops over rows of pixels. The AVX-512 path runs them too: wider vectors would gain nothing for few
// channels, and storing a part of one costs more than all the rest.
func pairPictures() []byte {
	var o out
	o.header()
	for _, s := range shares {
		for _, signed := range []bool{true, false} {
			s.mix(&o, signed)
			s.spread(&o, signed)
		}
	}
	argMaxAVX2(&o)
	return o.Bytes()
}

// broadcast fills Y<to> with a constant.
func (s share) broadcast(o *out, v, to int) {
	o.op("MOVL $%d, AX", v)
	o.op("VMOVD AX, X%d", to)
	o.op("VPBROADCAST%s X%d, Y%d", s.suffix, to, to)
}

func (s share) mix(o *out, signed bool) {
	kind, extend, _, _ := sign(signed)
	name := "mix" + kind + s.name + "AVX2"
	o.line("\n// func %s(c *mixCall)", name)
	o.line("// DI c, R8 upper row, R9 lower row, R10 out, CX elements left; Y13 half of the whole, Y14 the lower row's share, Y15 the upper one's.")
	o.line("TEXT ·%s(SB), NOSPLIT, $0-8", name)
	o.op("MOVQ c+0(FP), DI")
	for _, l := range [][2]string{{"top", "R8"}, {"bottom", "R9"}, {"out", "R10"}, {"n", "CX"}} {
		o.op("MOVQ mixCall_%s(DI), %s", l[0], l[1])
	}
	o.op("VPBROADCAST%s mixCall_y(DI), Y14", s.suffix)
	s.broadcast(o, s.one, 13)
	o.op("VPSUB%s Y14, Y13, Y15", s.suffix)
	o.op("VPSRL%s $1, Y13, Y13", s.suffix)
	o.blocks(16, func() {
		lanes := 32 / s.size
		for i := range 16 / lanes {
			for j, row := range []string{"R8", "R9"} {
				o.op("VPMOV%sB%s %d(%s), Y%d", extend, s.suffix, lanes*i, row, j)
				o.op("VPMULL%s Y%d, Y%d, Y%d", s.suffix, 15-j, j, j)
			}
			o.op("VPADD%s Y13, Y0, Y0", s.suffix)
			o.op("VPADD%s Y1, Y0, Y0", s.suffix)
			o.op("VMOVDQU Y0, %d(R10)", 32*i)
		}
	}, "ADDQ $16, R8", "ADDQ $16, R9", fmt.Sprintf("ADDQ $%d, R10", 16*s.size))
}

func (s share) spread(o *out, signed bool) {
	kind, _, pack, shift := sign(signed)
	name := "spread" + kind + s.name + "AVX2"
	o.line("\n// func %s(c *spreadCall)", name)
	o.line("// DI c, R8 row, R10 out, R11 taps, DX pixels left, BX channels, CX channels left, R12 R13 left and right pixel, R14 where channels")
	o.line("// go; Y13 the whole, Y14 the right pixel's share, Y15 the left one's.")
	o.line("TEXT ·%s(SB), NOSPLIT, $0-8", name)
	o.op("MOVQ c+0(FP), DI")
	for _, l := range [][2]string{{"row", "R8"}, {"out", "R10"}, {"taps", "R11"}, {"pixels", "DX"}, {"channels", "BX"}} {
		o.op("MOVQ spreadCall_%s(DI), %s", l[0], l[1])
	}
	s.broadcast(o, s.one, 13)
	o.line("pixel:")
	for i, r := range []string{"R12", "R13"} {
		o.op("MOVLQSX %d(R11), %s", 4*i, r)
		o.op("LEAQ (R8)(%s*%d), %s", r, s.size, r)
	}
	o.op("VPBROADCAST%s 8(R11), Y14", s.suffix)
	o.op("VPSUB%s Y14, Y13, Y15", s.suffix)
	o.op("MOVQ R10, R14")
	o.op("MOVQ BX, CX")
	o.line("next:")
	if s.size == 2 {
		o.op("CMPQ CX, $16")
		o.op("JLE few")
		s.between(o, shift, 2)
		o.op("VPACK%sWB Y1, Y0, Y0", pack)
		o.op("VPERMQ $0xD8, Y0, Y0")
		o.op("VMOVDQU Y0, (R14)")
		s.advance(o, 32)
		o.op("JG next")
		o.op("JMP done")
		o.line("few:")
		s.between(o, shift, 1)
	} else {
		s.between(o, shift, 2)
		o.op("VPACKSSDW Y1, Y0, Y0")
		o.op("VPERMQ $0xD8, Y0, Y0")
	}
	o.op("VEXTRACTI128 $1, Y0, X1")
	o.op("VPACK%sWB X1, X0, X0", pack)
	o.op("VMOVDQU X0, (R14)")
	if s.size == 4 {
		s.advance(o, 16)
		o.op("JG next")
	}
	o.line("done:")
	o.op("ADDQ BX, R10")
	o.op("ADDQ $12, R11")
	o.op("DECQ DX")
	o.op("JNZ pixel")
	o.op("VZEROUPPER")
	o.op("RET")
}

// between computes vectors Y0 … between the left and the right pixel.
func (s share) between(o *out, shift string, vectors int) {
	for v := range vectors {
		o.op("VPMULL%s %d(R12), Y15, Y%d", s.suffix, 32*v, v)
		o.op("VPMULL%s %d(R13), Y14, Y%d", s.suffix, 32*v, 2+v)
	}
	for v := range vectors {
		o.op("VPADD%s Y%d, Y%d, Y%d", s.suffix, 2+v, v, v)
		o.op("VP%s%s $%d, Y%d, Y%d", shift, s.suffix, s.shift, v, v)
	}
}

// advance goes on by some channels.
func (s share) advance(o *out, channels int) {
	o.op("ADDQ $%d, R12", channels*s.size)
	o.op("ADDQ $%d, R13", channels*s.size)
	o.op("ADDQ $%d, R14", channels)
	o.op("SUBQ $%d, CX", channels)
}

// argMaxAVX2 writes the search for the largest of up to 32 bytes of each row: the least, once all bits are flipped, since
// VPHMINPOSUW finds that.
func argMaxAVX2(o *out) {
	o.line("\n// func argMaxAVX2(c *argMaxCall)")
	o.line("// DI c, SI row, BX its length, DX rows left, R10 out, R11 the size of an index; Y14 what is not of the row, Y15 what makes unsigned")
	o.line("// bytes of which the largest is least.")
	o.line("TEXT ·argMaxAVX2(SB), NOSPLIT, $0-8")
	o.op("MOVQ c+0(FP), DI")
	for _, l := range [][2]string{{"in", "SI"}, {"n", "BX"}, {"rows", "DX"}, {"out", "R10"}, {"size", "R11"}} {
		o.op("MOVQ argMaxCall_%s(DI), %s", l[0], l[1])
	}
	o.op("VMOVDQU argMaxCall_outside(DI), Y14")
	o.op("VPBROADCASTD argMaxCall_flip(DI), Y15")
	o.op("VPCMPEQB Y0, Y0, Y0")
	o.op("VPXOR Y0, Y15, Y15")
	o.line("row:")
	o.op("VPXOR (SI), Y15, Y0")
	o.op("VPOR Y14, Y0, Y0")
	o.op("VEXTRACTI128 $1, Y0, X1")
	o.op("VPMINUB X0, X1, X1")
	o.op("VPSRLW $8, X1, X2")
	o.op("VPMINUB X2, X1, X1 // words of the lesser of two bytes")
	o.op("VPHMINPOSUW X1, X1")
	o.op("VPBROADCASTB X1, Y1")
	o.op("VPCMPEQB Y1, Y0, Y1")
	o.op("VPMOVMSKB Y1, AX")
	o.op("BSFL AX, AX // the first")
	o.op("MOVL AX, (R10)")
	o.op("CMPQ R11, $8")
	o.op("JNE narrow")
	o.op("MOVL $0, 4(R10)")
	o.line("narrow:")
	o.op("ADDQ R11, R10")
	o.op("ADDQ BX, SI")
	o.op("DECQ DX")
	o.op("JNZ row")
	o.op("VZEROUPPER")
	o.op("RET")
}
