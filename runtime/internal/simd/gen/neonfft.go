package main

import "fmt"

// neonFFT writes transforms of float64, four side by side: kernel.realFFT's, as pairFFT's. Of each point two lanes are computed in
// V0 … V7 and V16 … V19, and two in V8 … V15 and V20 … V23, in turns.
func neonFFT() []byte {
	var o out
	neonHead(&o)
	for _, radix := range []int{4, 2} {
		fftFirstNEON(&o, radix)
	}
	fftFoursNEON(&o)
	fftSpectrumNEON(&o)
	return o.Bytes()
}

// lanes writes an instruction for both pairs of lanes: registers under 8 have one for each, and temporary ones from 16 on.
func (o *out) lanes(op string, v ...int) {
	for half := range 2 {
		var r []any
		for _, n := range v {
			switch {
			case n < 8:
				n += 8 * half
			case n < 20:
				n += 4 * half
			}
			r = append(r, n)
		}
		o.op(op, r...)
	}
}

func fftFirstNEON(o *out, radix int) {
	name := fmt.Sprintf("fftFirst%dNEON", radix)
	o.line("\n// func %s(c *fftCall)", name)
	o.line("// R1 … R4 rows, R5 order, R6 points left, R7 where points go, R8 a place in a row; V0 … points.")
	o.line("TEXT ·%s(SB), NOSPLIT, $0-8", name)
	o.op("MOVD c+0(FP), R0")
	for _, l := range [][2]string{{"rows", "R1"}, {"row", "R8"}, {"order", "R5"}, {"points", "R6"}, {"x", "R7"}} {
		o.op("MOVD fftCall_%s(R0), %s", l[0], l[1])
	}
	for i := range 3 {
		o.op("ADD R8, R%d, R%d", 1+i, 2+i)
	}
	o.line("next:")
	for p := range radix {
		re, im := fourPoints[p][0], fourPoints[p][1]
		o.op("MOVW.P 4(R5), R8")
		for row := range 4 {
			o.op("FMOVD (R%d)(R8<<3), F%d", 1+row, 24+row)
		}
		for half := range 2 {
			a, b := 24+2*half, 25+2*half
			o.op("VZIP1 V%d.S2, V%d.S2, V%d.S2", b, a, re+8*half)
			o.op("VZIP2 V%d.S2, V%d.S2, V%d.S2", b, a, im+8*half)
		}
		o.lanes("FCVTL(%d, %d)", re, re)
		o.lanes("FCVTL(%d, %d)", im, im)
	}
	if radix == 4 {
		o.butterflyNEON()
		for p := range 4 {
			o.storeNEON(fourResults[p], "FSTPQ.P", 32, 7)
		}
	} else {
		for i := range 2 {
			o.lanes("FADD2(%d, %d, %d)", 4+i, i, 2+i)
			o.lanes("FSUB2(%d, %d, %d)", 6+i, i, 2+i)
		}
		o.storeNEON([2]int{4, 5}, "FSTPQ.P", 32, 7)
		o.storeNEON([2]int{6, 7}, "FSTPQ.P", 32, 7)
	}
	o.op("SUBS $%d, R6, R6", radix)
	o.op("BNE next")
	o.op("RET")
}

// fourResults is where butterflyNEON leaves points.
var fourResults = [4][2]int{{4, 5}, {6, 7}, {16, 17}, {2, 3}}

// storeNEON stores a point's real and imaginary parts.
func (o *out) storeNEON(at [2]int, op string, by, r int) {
	for _, v := range at {
		second := v + 8
		if v >= 16 {
			second = v + 4
		}
		o.op("%s (F%d, F%d), %d(R%d)", op, v, second, by, r)
	}
}

// butterflyNEON writes what radix 4 makes of the points a, b, c and d in V0 … V7.
func (o *out) butterflyNEON() {
	for i := range 2 {
		o.lanes("FADD2(%d, %d, %d) // a+c", 16+i, i, 4+i)
		o.lanes("FSUB2(%d, %d, %d) // a-c", i, i, 4+i)
		o.lanes("FADD2(%d, %d, %d) // b+d", 18+i, 2+i, 6+i)
		o.lanes("FSUB2(%d, %d, %d) // b-d", 2+i, 2+i, 6+i)
	}
	for i := range 2 {
		o.lanes("FADD2(%d, %d, %d)", 4+i, 16+i, 18+i)
		o.lanes("FSUB2(%d, %d, %d)", 16+i, 16+i, 18+i)
	}
	o.lanes("FADD2(%d, %d, %d)", 6, 0, 3)
	o.lanes("FSUB2(%d, %d, %d)", 7, 1, 2)
	o.lanes("FADD2(%d, %d, %d)", 18, 1, 2)
	o.lanes("FSUB2(%d, %d, %d)", 2, 0, 3)
	o.lanes("VMOV V%[2]d.B16, V%[1]d.B16", 3, 18)
}

func fftFoursNEON(o *out) {
	o.line("\n// func fftFoursNEON(c *fftCall)")
	o.line("// R1 … R4 points, R5 bytes between them, R6 points left, R7 points of a block left, R8 roots; V0 … points, V28 V29 V30 roots.")
	o.line("TEXT ·fftFoursNEON(SB), NOSPLIT, $0-8")
	o.op("MOVD c+0(FP), R0")
	for _, l := range [][2]string{{"x", "R1"}, {"m", "R5"}, {"points", "R6"}} {
		o.op("MOVD fftCall_%s(R0), %s", l[0], l[1])
	}
	o.op("LSL $6, R5")
	o.line("block:")
	for i := range 3 {
		o.op("ADD R5, R%d, R%d", 1+i, 2+i)
	}
	o.op("MOVD fftCall_m(R0), R7")
	o.op("MOVD fftCall_roots(R0), R8")
	o.line("next:")
	o.op("VLD1.P 48(R8), [V28.D2, V29.D2, V30.D2]")
	for p := range 4 {
		o.op("FLDPQ (R%d), (F%d, F%d)", 1+p, 2*p, 2*p+8)
		o.op("FLDPQ 32(R%d), (F%d, F%d)", 1+p, 2*p+1, 2*p+9)
	}
	for p := 1; p < 4; p++ {
		re, im, root := 2*p, 2*p+1, 27+p
		o.lanes("FMULID(%d, %d, %d, 0)", 16, re, root)
		o.lanes("FMULID(%d, %d, %d, 1)", 17, im, root)
		o.lanes("FMULID(%d, %d, %d, 1)", 18, re, root)
		o.lanes("FMULID(%d, %d, %d, 0)", 19, im, root)
		o.lanes("FSUB2(%d, %d, %d)", re, 16, 17)
		o.lanes("FADD2(%d, %d, %d)", im, 18, 19)
	}
	o.butterflyNEON()
	for p := range 4 {
		o.storeNEON(fourResults[p], "FSTPQ.P", 32, 1+p)
	}
	o.op("SUB $4, R6")
	o.op("SUBS $1, R7, R7")
	o.op("BNE next")
	o.op("MOVD R4, R1")
	o.op("CBNZ R6, block")
	o.op("RET")
}

func fftSpectrumNEON(o *out) {
	o.line("\n// func fftSpectrumNEON(c *fftCall)")
	o.line("// R1 point k, R2 point -k, R3 end of points, R4 turns, R5 … R8 where k of each row goes, R9 … R12 where -k goes, R13 points left;")
	o.line("// V4 V5 even part, V0 V1 odd part, V6 V7 that turned, V28 a turn, V31 1/2.")
	o.line("TEXT ·fftSpectrumNEON(SB), NOSPLIT, $0-8")
	o.op("MOVD c+0(FP), R0")
	for _, l := range [][2]string{{"x", "R1"}, {"roots", "R4"}, {"out", "R5"}, {"row", "R14"}, {"points", "R13"}} {
		o.op("MOVD fftCall_%s(R0), %s", l[0], l[1])
	}
	for i := range 3 {
		o.op("ADD R14, R%d, R%d", 5+i, 6+i)
	}
	for i := range 4 {
		o.op("ADD R13<<3, R%d, R%d", 5+i, 9+i)
	}
	o.op("MOVD R1, R2")
	o.op("ADD R13<<6, R1, R3")
	o.op("FMOVD $0.5, F31")
	o.op("VDUP V31.D[0], V31.D2")
	o.line("next:")
	o.op("FLDPQ (R1), (F0, F8)")
	o.op("FLDPQ 32(R1), (F1, F9)")
	o.op("FLDPQ (R2), (F2, F10)")
	o.op("FLDPQ 32(R2), (F3, F11)")
	o.op("VLD1.P 16(R4), [V28.D2]")
	o.lanes("FADD2(%d, %d, %d)", 4, 0, 2)
	o.lanes("FSUB2(%d, %d, %d)", 5, 1, 3)
	o.lanes("FSUB2(%d, %d, %d)", 0, 0, 2)
	o.lanes("FADD2(%d, %d, %d)", 1, 1, 3)
	o.lanes("FMUL2(%d, %d, %d)", 4, 4, 31)
	o.lanes("FMUL2(%d, %d, %d)", 5, 5, 31)
	o.lanes("FMULID(%d, %d, %d, 0)", 16, 0, 28)
	o.lanes("FMULID(%d, %d, %d, 1)", 17, 1, 28)
	o.lanes("FMULID(%d, %d, %d, 1)", 18, 0, 28)
	o.lanes("FMULID(%d, %d, %d, 0)", 19, 1, 28)
	o.lanes("FSUB2(%d, %d, %d)", 6, 16, 17)
	o.lanes("FADD2(%d, %d, %d)", 7, 18, 19)
	o.lanes("FADD2(%d, %d, %d)", 0, 4, 6)
	o.lanes("FADD2(%d, %d, %d)", 1, 5, 7)
	o.lanes("FSUB2(%d, %d, %d)", 2, 4, 6)
	o.lanes("FSUB2(%d, %d, %d)", 3, 7, 5)
	for v := range 4 {
		o.lanes("FCVTN(%d, %d)", v, v)
	}
	for i, to := range []int{5, 9} {
		for half := range 2 {
			re, im := 2*i+8*half, 2*i+1+8*half
			o.op("VZIP1 V%d.S2, V%d.S2, V16.S2", im, re)
			o.op("VZIP2 V%d.S2, V%d.S2, V17.S2", im, re)
			for row := range 2 {
				if i == 0 {
					o.op("FMOVD.P F%d, 8(R%d)", 16+row, to+2*half+row)
				} else {
					o.op("FMOVD F%d, (R%d)", 16+row, to+2*half+row)
					o.op("SUB $8, R%d", to+2*half+row)
				}
			}
		}
	}
	o.op("ADD $64, R1")
	o.op("SUB $64, R3")
	o.op("MOVD R3, R2")
	o.op("SUBS $2, R13, R13")
	o.op("BGE next")
	o.op("RET")
}
