package main

// neonFloatPixels writes the loops over pixels of float32, 16 channels at a time, as pairFloatPixels does.
func neonFloatPixels() []byte {
	var o out
	neonHead(&o)
	floatTapsNEON(&o)
	floatBetweenNEON(&o)
	return o.Bytes()
}

// channels16NEON goes to done if all bytes of a pixel are, and else lets R8 lie where 16 channels of a size begin.
func (o *out) channels16NEON(bytes string, size int) {
	o.line("block:")
	o.op("SUBS R8, %s, R9", bytes)
	o.op("BLE done")
	o.op("CMP $%d, R9", size)
	o.op("BGE whole")
	o.op("SUB $%d, %s, R8", size, bytes)
	o.line("whole:")
}

func floatTapsNEON(o *out) {
	o.line("\n// func floatTapsNEON(c *floatTapsCall)")
	o.line("// R1 taps, R2 their count, R3 pixels left, R4 bytes to this pixel's inputs, R5 out, R6 bias, R7 bytes of a pixel, R8 those done;")
	o.line("// R10 tap, R11 taps left, R12 inputs, R13 weights, R14 bytes from a pixel's inputs to the next's; V0 … V3 sums.")
	o.line("TEXT ·floatTapsNEON(SB), NOSPLIT, $0-8")
	o.op("MOVD c+0(FP), R0")
	for _, l := range [][2]string{{"taps", "R1"}, {"n", "R2"}, {"pixels", "R3"}, {"out", "R5"}, {"bias", "R6"}, {"bytes", "R7"}, {"step", "R14"}} {
		o.op("MOVD floatTapsCall_%s(R0), %s", l[0], l[1])
	}
	o.op("MOVD ZR, R4")
	o.line("pixel:")
	o.op("MOVD ZR, R8")
	o.channels16NEON("R7", 64)
	o.op("ADD R8, R6, R9")
	o.op("FLDPQ (R9), (F0, F1)")
	o.op("FLDPQ 32(R9), (F2, F3)")
	o.op("ADD R4, R8, R9")
	o.op("MOVD R1, R10")
	o.op("MOVD R2, R11")
	o.line("tap:")
	o.op("LDP.P 16(R10), (R12, R13)")
	o.op("ADD R9, R12")
	o.op("ADD R8, R13")
	for i := 0; i < 4; i += 2 {
		o.op("FLDPQ %d(R12), (F%d, F%d)", 16*i, 4+i, 5+i)
		o.op("FLDPQ %d(R13), (F%d, F%d)", 16*i, 16+i, 17+i)
	}
	for v := range 4 {
		o.op("FMUL(%d, %d, %d)", 4+v, 4+v, 16+v)
	}
	for v := range 4 {
		o.op("FADD4(%d, %d, %d)", v, v, 4+v)
	}
	o.op("SUBS $1, R11, R11")
	o.op("BNE tap")
	o.storePixel("R5", 0)
	o.op("ADD R7, R5")
	o.op("ADD R14, R4")
	o.op("SUBS $1, R3, R3")
	o.op("BNE pixel")
	o.op("RET")
}

// storePixel stores 16 channels and goes on with the next, behind the last of which is done.
func (o *out) storePixel(to string, from int) {
	o.op("ADD R8, %s, R9", to)
	for i := 0; i < 4; i += 2 {
		o.op("FSTPQ (F%d, F%d), %d(R9)", from+i, from+i+1, 16*i)
	}
	o.op("ADD $64, R8")
	o.op("B block")
	o.line("done:")
}

func floatBetweenNEON(o *out) {
	o.line("\n// func floatBetweenNEON(c *floatBetweenCall)")
	o.line("// R1 upper row, R2 lower row, R3 out, R4 taps, R5 pixels left, R7 bytes of a pixel, R8 those done, R10 R11 left and right pixel in the")
	o.line("// upper row, R12 R13 in the lower one; V0 … V3 upper, V16 … V19 lower elements, V30 the way from left to right, V31 the way down.")
	o.line("TEXT ·floatBetweenNEON(SB), NOSPLIT, $0-8")
	o.op("MOVD c+0(FP), R0")
	for _, l := range [][2]string{{"top", "R1"}, {"bottom", "R2"}, {"out", "R3"}, {"taps", "R4"}, {"pixels", "R5"}, {"bytes", "R7"}} {
		o.op("MOVD floatBetweenCall_%s(R0), %s", l[0], l[1])
	}
	o.op("MOVW floatBetweenCall_y(R0), R9")
	o.op("VDUP R9, V31.S4")
	o.line("pixel:")
	for i := range 2 {
		o.op("MOVW.P 4(R4), R9")
		o.op("ADD R9, R1, R%d", 10+i)
		o.op("ADD R9, R2, R%d", 12+i)
	}
	o.op("MOVW.P 4(R4), R9")
	o.op("VDUP R9, V30.S4")
	o.op("MOVD ZR, R8")
	o.channels16NEON("R7", 64)
	for row := range 2 {
		left := 16 * row
		for i, to := range []int{left, left + 4} {
			o.op("ADD R8, R%d, R9", 10+2*row+i)
			o.op("FLDPQ (R9), (F%d, F%d)", to, to+1)
			o.op("FLDPQ 32(R9), (F%d, F%d)", to+2, to+3)
		}
		o.mixSingles(left, left+4, 30)
	}
	o.mixSingles(0, 16, 31)
	o.storePixel("R3", 0)
	o.op("ADD R7, R3")
	o.op("SUBS $1, R5, R5")
	o.op("BNE pixel")
	o.op("RET")
}

// mixSingles goes some of the way from four vectors to four others, which it spends.
func (o *out) mixSingles(from, to, way int) {
	for v := range 4 {
		o.op("FSUB4(%d, %d, %d)", to+v, to+v, from+v)
	}
	for v := range 4 {
		o.op("FMUL(%d, %d, %d)", to+v, to+v, way)
	}
	for v := range 4 {
		o.op("FADD4(%d, %d, %d)", from+v, from+v, to+v)
	}
}
