package main

import "fmt"

// fourPoints are the registers of four points' real and imaginary parts.
var fourPoints = [4][2]int{{0, 1}, {2, 3}, {4, 5}, {6, 7}}

// pairFFT writes transforms of float64, four side by side: a point is four real parts and four imaginary ones. They are
// kernel.realFFT's, operation by operation.
func pairFFT() []byte {
	var o out
	o.header()
	o.line("\nDATA halves<>+0(SB)/8, $0x3FE0000000000000 // 1/2")
	o.line("GLOBL halves<>(SB), RODATA|NOPTR, $8")
	for _, radix := range []int{4, 2} {
		fftFirstAVX2(&o, radix)
	}
	fftFoursAVX2(&o)
	fftSpectrumAVX2(&o)
	return o.Bytes()
}

// fftStubs are the loops of an architecture over transforms.
func fftStubs(isa string) []stub {
	return []stub{
		{"fftFirst4" + isa, "fftCall", "loads points and computes the first stage, of radix 4."},
		{"fftFirst2" + isa, "fftCall", "loads points and computes the first stage, of radix 2."},
		{"fftFours" + isa, "fftCall", "computes a stage of radix 4."},
		{"fftSpectrum" + isa, "fftCall", "computes spectra of real numbers."},
	}
}

func fftFiles() map[string][]byte {
	return map[string][]byte{
		"fft_avx2_amd64.s": pairFFT(), "fft_amd64.go": stubsOf(fftStubs("AVX2")),
		"fft_neon_arm64.s": neonFFT(), "fft_arm64.go": stubsOf(fftStubs("NEON")),
	}
}

func fftFirstAVX2(o *out, radix int) {
	name := fmt.Sprintf("fftFirst%dAVX2", radix)
	o.line("\n// func %s(c *fftCall)", name)
	o.line("// DI points, R8 … R11 rows, DX order, R12 a place in a row, CX points left; Y0 … points.")
	o.line("TEXT ·%s(SB), NOSPLIT, $0-8", name)
	o.op("MOVQ c+0(FP), DI")
	for _, l := range [][2]string{{"rows", "R8"}, {"row", "R12"}, {"order", "DX"}, {"points", "CX"}, {"x", "DI"}} {
		o.op("MOVQ fftCall_%s(DI), %s", l[0], l[1])
	}
	for i := range 3 {
		o.op("LEAQ (R%d)(R12*1), R%d", 8+i, 9+i)
	}
	o.blocks(radix, func() {
		for p := range radix {
			re, im := fourPoints[p][0], fourPoints[p][1]
			o.op("MOVLQSX %d(DX), R12", 4*p)
			for i := range 2 { // two rows' pairs of numbers
				o.op("VMOVSD (R%d)(R12*8), X%d", 8+2*i, 12+i)
				o.op("VMOVHPS (R%d)(R12*8), X%d, X%d", 9+2*i, 12+i, 12+i)
			}
			o.op("VSHUFPS $0x88, X13, X12, X%d", re)
			o.op("VSHUFPS $0xDD, X13, X12, X%d", im)
			o.op("VCVTPS2PD X%d, Y%d", re, re)
			o.op("VCVTPS2PD X%d, Y%d", im, im)
		}
		if radix == 4 {
			o.butterfly([4]string{"(DI)", "64(DI)", "128(DI)", "192(DI)"}, [4]string{"32(DI)", "96(DI)", "160(DI)", "224(DI)"})
			return
		}
		for i := range 2 {
			o.op("VADDPD Y%d, Y%d, Y%d", 2+i, i, 4+i)
			o.op("VSUBPD Y%d, Y%d, Y%d", 2+i, i, 6+i)
			o.op("VMOVUPD Y%d, %d(DI)", 4+i, 32*i)
			o.op("VMOVUPD Y%d, %d(DI)", 6+i, 64+32*i)
		}
	}, fmt.Sprintf("ADDQ $%d, DX", 4*radix), fmt.Sprintf("ADDQ $%d, DI", 64*radix))
}

// butterfly writes what radix 4 makes of the points a, b, c and d in Y0 … Y7, and stores it.
func (o *out) butterfly(re, im [4]string) {
	for i := range 2 {
		o.op("VADDPD Y%d, Y%d, Y%d", 4+i, i, 8+i)
		o.op("VSUBPD Y%d, Y%d, Y%d", 4+i, i, i)
	}
	o.op("// Y8 Y9 a+c, Y0 Y1 a-c, Y10 Y11 b+d, Y2 Y3 b-d")
	for i := range 2 {
		o.op("VADDPD Y%d, Y%d, Y%d", 6+i, 2+i, 10+i)
		o.op("VSUBPD Y%d, Y%d, Y%d", 6+i, 2+i, 2+i)
	}
	for i, at := range [2][4]string{re, im} {
		o.op("VADDPD Y%d, Y%d, Y%d", 10+i, 8+i, 4+i)
		o.op("VSUBPD Y%d, Y%d, Y%d", 10+i, 8+i, 8+i)
		o.op("VMOVUPD Y%d, %s", 4+i, at[0])
		o.op("VMOVUPD Y%d, %s", 8+i, at[2])
	}
	for i, op := range []string{"VADDPD", "VSUBPD"} {
		other := []string{"VSUBPD", "VADDPD"}[i]
		at := [2][4]string{re, im}[i]
		o.op("%s Y%d, Y%d, Y%d", op, 3-i, i, 4)
		o.op("%s Y%d, Y%d, Y%d", other, 3-i, i, 5)
		o.op("VMOVUPD Y4, %s", at[1])
		o.op("VMOVUPD Y5, %s", at[3])
	}
}

func fftFoursAVX2(o *out) {
	o.line("\n// func fftFoursAVX2(c *fftCall)")
	o.line("// DI c, SI points, R8 R9 bytes to the second and the fourth, R10 roots, R11 points left, CX points of a block left; Y0 … Y7 points,")
	o.line("// Y12 Y13 a root.")
	o.line("TEXT ·fftFoursAVX2(SB), NOSPLIT, $0-8")
	o.op("MOVQ c+0(FP), DI")
	for _, l := range [][2]string{{"x", "SI"}, {"m", "R8"}, {"points", "R11"}} {
		o.op("MOVQ fftCall_%s(DI), %s", l[0], l[1])
	}
	o.op("SHLQ $6, R8")
	o.op("LEAQ (R8)(R8*2), R9")
	o.line("block:")
	o.op("MOVQ fftCall_m(DI), CX")
	o.op("MOVQ fftCall_roots(DI), R10")
	o.line("next:")
	var re, im [4]string
	for p, at := range []string{"(SI)", "(SI)(R8*1)", "(SI)(R8*2)", "(SI)(R9*1)"} {
		re[p], im[p] = at, "32"+at
		o.op("VMOVUPD %s, Y%d", re[p], 2*p)
		o.op("VMOVUPD %s, Y%d", im[p], 2*p+1)
		if p > 0 {
			o.op("VBROADCASTSD %d(R10), Y12", 16*p-16)
			o.op("VBROADCASTSD %d(R10), Y13", 16*p-8)
			o.turn(2*p, 2*p+1)
		}
	}
	o.butterfly(re, im)
	o.op("ADDQ $48, R10")
	o.op("ADDQ $64, SI")
	o.op("SUBQ $4, R11")
	o.op("DECQ CX")
	o.op("JNZ next")
	o.op("ADDQ R9, SI")
	o.op("TESTQ R11, R11")
	o.op("JNZ block")
	o.op("VZEROUPPER")
	o.op("RET")
}

// turn multiplies a point by the root in Y12 and Y13.
func (o *out) turn(re, im int) {
	o.op("VMULPD Y12, Y%d, Y14", re)
	o.op("VMULPD Y13, Y%d, Y15", im)
	o.op("VMULPD Y13, Y%d, Y%d", re, re)
	o.op("VMULPD Y12, Y%d, Y%d", im, im)
	o.op("VADDPD Y%d, Y%d, Y%d", im, re, im)
	o.op("VSUBPD Y15, Y14, Y%d", re)
}

func fftSpectrumAVX2(o *out) {
	o.line("\n// func fftSpectrumAVX2(c *fftCall)")
	o.line("// DI c, SI point k, DX point -k, R8 end of points, R9 turns, R10 … R13 where k of each row goes, CX bytes from there to where -k goes;")
	o.line("// Y4 Y5 even part, Y0 Y1 odd part, Y6 Y7 that turned, Y15 1/2.")
	o.line("TEXT ·fftSpectrumAVX2(SB), NOSPLIT, $0-8")
	o.op("MOVQ c+0(FP), DI")
	for _, l := range [][2]string{{"x", "SI"}, {"roots", "R9"}, {"out", "R10"}, {"row", "R14"}, {"points", "CX"}} {
		o.op("MOVQ fftCall_%s(DI), %s", l[0], l[1])
	}
	for i := range 3 {
		o.op("LEAQ (R%d)(R14*1), R%d", 10+i, 11+i)
	}
	o.op("MOVQ SI, DX")
	o.op("MOVQ CX, R8")
	o.op("SHLQ $6, R8")
	o.op("ADDQ SI, R8")
	o.op("SHLQ $3, CX")
	o.op("VBROADCASTSD halves<>(SB), Y15")
	o.line("next:")
	for i := range 2 {
		o.op("VMOVUPD %d(SI), Y%d", 32*i, i)
		o.op("VMOVUPD %d(DX), Y%d", 32*i, 2+i)
	}
	o.op("VADDPD Y2, Y0, Y4")
	o.op("VSUBPD Y3, Y1, Y5")
	o.op("VSUBPD Y2, Y0, Y0")
	o.op("VADDPD Y3, Y1, Y1")
	o.op("VMULPD Y15, Y4, Y4")
	o.op("VMULPD Y15, Y5, Y5")
	o.op("VBROADCASTSD (R9), Y12")
	o.op("VBROADCASTSD 8(R9), Y13")
	o.op("VMULPD Y12, Y0, Y6")
	o.op("VMULPD Y13, Y1, Y7")
	o.op("VSUBPD Y7, Y6, Y6")
	o.op("VMULPD Y13, Y0, Y7")
	o.op("VMULPD Y12, Y1, Y8")
	o.op("VADDPD Y8, Y7, Y7")
	o.op("VADDPD Y6, Y4, Y8")
	o.op("VADDPD Y7, Y5, Y9")
	o.op("VSUBPD Y6, Y4, Y10")
	o.op("VSUBPD Y5, Y7, Y11")
	for i, to := range []string{"", "(CX*1)"} {
		re, im := 8+2*i, 9+2*i
		o.op("VCVTPD2PSY Y%d, X%d", re, re)
		o.op("VCVTPD2PSY Y%d, X%d", im, im)
		o.op("VUNPCKLPS X%d, X%d, X0", im, re)
		o.op("VUNPCKHPS X%d, X%d, X1", im, re)
		for row := range 4 {
			o.op("%s X%d, (R%d)%s", []string{"VMOVLPS", "VMOVHPS"}[row%2], row/2, 10+row, to)
		}
	}
	o.op("ADDQ $64, SI")
	o.op("SUBQ $64, R8")
	o.op("MOVQ R8, DX")
	o.op("ADDQ $16, R9")
	for row := range 4 {
		o.op("ADDQ $8, R%d", 10+row)
	}
	o.op("SUBQ $16, CX")
	o.op("JGE next")
	o.op("VZEROUPPER")
	o.op("RET")
}
