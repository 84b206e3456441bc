package main

import "math"

// floatPair is a function of two float32 for each architecture. What a bound is compared with comes second, since VMAXPS and
// VMINPS give their second operand where one is NaN.
type floatPair struct {
	name string
	amd  string // of two vectors
	arm  []string
}

var floatPairs = []floatPair{
	{"Sum", "VADDPS", []string{"FADD4(%d, %[1]d, %[2]d)"}},
	{"Difference", "VSUBPS", []string{"FSUB4(%d, %[1]d, %[2]d)"}},
	{"Product", "VMULPS", []string{"FMUL(%d, %[1]d, %[2]d)"}},
	{"Quotient", "VDIVPS", []string{"FDIV4(%d, %[1]d, %[2]d)"}},
	{"Larger", "VMAXPS", []string{"FCMGT4(24, %d, %[2]d)", "VBIF V24.B16, V%[2]d.B16, V%[1]d.B16"}},
	{"Smaller", "VMINPS", []string{"FCMGT4(24, %[2]d, %[1]d)", "VBIF V24.B16, V%[2]d.B16, V%[1]d.B16"}},
}

// singles writes the AVX2 loops over float32, which the AVX-512 path runs too.
func singles() []byte {
	var o out
	o.header()
	for _, p := range floatPairs {
		p.write(&o)
	}
	logAVX2(&o)
	magnitudesAVX2(&o)
	return o.Bytes()
}

// singleStubs are the loops over float32 of an architecture.
func singleStubs(isa string) (all []stub) {
	for _, p := range floatPairs {
		all = append(all, stub{"float" + p.name + isa, "pairCall", "computes a multiple of 16 elements."})
	}
	return append(all, stub{"log" + isa, "floatsCall", "computes a multiple of 16 logarithms."}, stub{"magnitudes" + isa, "floatsCall", "computes a multiple of 16 magnitudes."})
}

func singleFiles() map[string][]byte {
	return map[string][]byte{
		"singles_avx2_amd64.s": singles(), "gemm_float_avx2_amd64.s": pairFloatGemm(), "singles_amd64.go": stubsOf(append(singleStubs("AVX2"), pairFloatStubs()...)),
		"singles_neon_arm64.s": neonSingles(), "singles_arm64.go": stubsOf(singleStubs("NEON")),
	}
}

func (p floatPair) write(o *out) {
	o.line("\n// func float%sAVX2(c *pairCall)", p.name)
	o.line("// DI c, R8 a, R9 b, R10 out, CX elements left, R11 R12 bytes from 16 of a and b to the next, Y14 least, Y15 most.")
	o.line("TEXT ·float%sAVX2(SB), NOSPLIT, $0-8", p.name)
	o.op("MOVQ c+0(FP), DI")
	for _, l := range [][2]string{{"a", "R8"}, {"b", "R9"}, {"out", "R10"}, {"n", "CX"}, {"stepA", "R11"}, {"stepB", "R12"}} {
		o.op("MOVQ pairCall_%s(DI), %s", l[0], l[1])
	}
	o.op("VBROADCASTSS pairCall_lo(DI), Y14")
	o.op("VBROADCASTSS pairCall_hi(DI), Y15")
	o.blocks(16, func() {
		for i := range 2 {
			o.op("VMOVUPS %d(R8), Y%d", 32*i, i)
			o.op("%s %d(R9), Y%d, Y%d", p.amd, 32*i, i, i)
			o.op("VMAXPS Y%d, Y14, Y%d // NaN stays", i, i)
			o.op("VMINPS Y%d, Y15, Y%d", i, i)
		}
		for i := range 2 {
			o.op("VMOVUPS Y%d, %d(R10)", i, 32*i)
		}
	}, "ADDQ R11, R8", "ADDQ R12, R9", "ADDQ $64, R10")
}

// logConstants are those of kernel.Log: L1 … L7 are the polynomial's. bias makes a double's exponent, taken for the last bits of
// 2⁵², the one of a number of ½ … 1.
var logConstants = []struct {
	name string
	bits uint64
}{
	{"mantissa", 0x000FFFFFFFFFFFFF}, {"half", math.Float64bits(0.5)}, {"whole", math.Float64bits(1 << 52)}, {"bias", math.Float64bits(1<<52 + 0x3FE)},
	{"root", math.Float64bits(math.Sqrt2 / 2)}, {"one", math.Float64bits(1)}, {"two", math.Float64bits(2)},
	{"L1", 0x3FE5555555555593}, {"L2", 0x3FD999999997FA04}, {"L3", 0x3FD2492494229359}, {"L4", 0x3FCC71C51D8E78AF},
	{"L5", 0x3FC7466496CB03DE}, {"L6", 0x3FC39A09D078C69F}, {"L7", 0x3FC2F112DF3E5244},
	{"ln2Hi", 0x3FE62E42FEE00000}, {"ln2Lo", 0x3DEA39EF35793C76}, {"inf", math.Float64bits(math.Inf(1))}, {"minusInf", math.Float64bits(math.Inf(-1))},
}

// constants writes them, each so many times.
func (o *out) constants(times int) {
	o.line("")
	for i, c := range logConstants {
		for j := range times {
			o.line("DATA logs<>+%d(SB)/8, $0x%016X // %s", 8*(times*i+j), c.bits, c.name)
		}
	}
	o.line("GLOBL logs<>(SB), RODATA|NOPTR, $%d", 8*times*len(logConstants))
}

// logs is where four of a constant lie.
func logs(name string) int {
	for i, c := range logConstants {
		if c.name == name {
			return i
		}
	}
	panic("gen: no constant " + name)
}

// logAVX2 writes kernel.Log, four lanes of float64, operation by operation.
func logAVX2(o *out) {
	o.constants(4)
	o.line("\n// func logAVX2(c *floatsCall)")
	o.line("// SI in, DI out, CX elements left; Y0 x, Y1 f, Y2 k, Y3 s, Y4 s² and R, Y5 s⁴ and ½f², Y6 terms.")
	o.line("TEXT ·logAVX2(SB), NOSPLIT, $0-8")
	o.op("MOVQ c+0(FP), DI")
	o.op("MOVQ floatsCall_in(DI), SI")
	o.op("MOVQ floatsCall_n(DI), CX")
	o.op("MOVQ floatsCall_out(DI), DI")
	o.op("VXORPD Y7, Y7, Y7")
	of := func(op, constant string, from, to int) {
		o.op("%s logs<>+%d(SB), Y%d, Y%d // %s", op, 32*logs(constant), from, to, constant)
	}
	o.blocks(4, func() {
		o.op("VCVTPS2PD (SI), Y0")
		of("VANDPD", "mantissa", 0, 1)
		of("VORPD", "half", 1, 1)
		o.op("VPSRLQ $52, Y0, Y2")
		of("VORPD", "whole", 2, 2)
		of("VSUBPD", "bias", 2, 2)
		of("VCMPPD $2,", "root", 1, 3)
		of("VANDPD", "one", 3, 3)
		o.op("VSUBPD Y3, Y2, Y2")
		of("VADDPD", "one", 3, 3)
		o.op("VMULPD Y3, Y1, Y1")
		of("VSUBPD", "one", 1, 1)
		of("VADDPD", "two", 1, 3)
		o.op("VDIVPD Y3, Y1, Y3")
		o.op("VMULPD Y3, Y3, Y4")
		o.op("VMULPD Y4, Y4, Y5")
		for _, terms := range [][]string{{"L7", "L5", "L3", "L1"}, {"L6", "L4", "L2"}} {
			of("VMULPD", terms[0], 5, 6)
			for _, l := range terms[1 : len(terms)-1] {
				of("VADDPD", l, 6, 6)
				o.op("VMULPD Y5, Y6, Y6")
			}
			of("VADDPD", terms[len(terms)-1], 6, 6)
			at := 4 + len(terms)%2
			o.op("VMULPD Y6, Y%d, Y%d", at, at)
		}
		o.op("VADDPD Y5, Y4, Y4")
		of("VMULPD", "half", 1, 5)
		o.op("VMULPD Y1, Y5, Y5")
		o.op("VADDPD Y5, Y4, Y4")
		o.op("VMULPD Y4, Y3, Y3")
		of("VMULPD", "ln2Lo", 2, 4)
		o.op("VADDPD Y4, Y3, Y3")
		o.op("VSUBPD Y3, Y5, Y5")
		o.op("VSUBPD Y1, Y5, Y5")
		of("VMULPD", "ln2Hi", 2, 2)
		o.op("VSUBPD Y5, Y2, Y2")
		of("VCMPPD $5,", "inf", 0, 6)
		o.op("VBLENDVPD Y6, Y0, Y2, Y2 // infinity and NaN stay")
		o.op("VCMPPD $1, Y7, Y0, Y6")
		o.op("VORPD Y6, Y2, Y2 // NaN below 0")
		o.op("VCMPPD $0, Y7, Y0, Y6")
		o.op("VBLENDVPD Y6, logs<>+%d(SB), Y2, Y2", 32*logs("minusInf"))
		o.op("VCVTPD2PSY Y2, X2")
		o.op("VMOVUPS X2, (DI)")
	}, "ADDQ $16, SI", "ADDQ $16, DI")
}

// magnitudesAVX2 writes kernel.Magnitude, four lanes of float64.
func magnitudesAVX2(o *out) {
	o.line("\n// func magnitudesAVX2(c *floatsCall)")
	o.line("// SI in, DI out, CX elements left; Y2 squares of real parts, Y3 of imaginary ones, Y7 infinity.")
	o.line("TEXT ·magnitudesAVX2(SB), NOSPLIT, $0-8")
	o.op("MOVQ c+0(FP), DI")
	o.op("MOVQ floatsCall_in(DI), SI")
	o.op("MOVQ floatsCall_n(DI), CX")
	o.op("MOVQ floatsCall_out(DI), DI")
	o.op("VMOVUPD logs<>+%d(SB), Y7", 32*logs("inf"))
	o.blocks(4, func() {
		for i := range 2 {
			o.op("VCVTPS2PD %d(SI), Y%d", 16*i, i)
			o.op("VMULPD Y%d, Y%d, Y%d", i, i, i)
		}
		o.op("VUNPCKLPD Y1, Y0, Y2 // of the numbers 0, 2, 1, 3")
		o.op("VUNPCKHPD Y1, Y0, Y3")
		o.op("VADDPD Y3, Y2, Y0")
		o.op("VSQRTPD Y0, Y0")
		o.op("VCMPPD $0, Y7, Y2, Y2")
		o.op("VCMPPD $0, Y7, Y3, Y3")
		o.op("VORPD Y3, Y2, Y2")
		o.op("VBLENDVPD Y2, Y7, Y0, Y0")
		o.op("VCVTPD2PSY Y0, X0")
		o.op("VPERMILPS $0xD8, X0, X0")
		o.op("VMOVUPS X0, (DI)")
	}, "ADDQ $32, SI", "ADDQ $16, DI")
}
