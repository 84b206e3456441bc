// Instructions that Go's assembler lacks, by the numbers of their vector registers.
// Source: Arm Architecture Reference Manual for A-profile, C7.2.

// sdot vd.4s, vn.16b, vm.4b[i]: four signed products into each sum
#define SDOT(d, n, m, i) WORD $(0x4F80E000 | ((i)&1)<<21 | ((i)>>1)<<11 | (m)<<16 | (n)<<5 | (d))

// udot vd.4s, vn.16b, vm.4b[i]: four unsigned ones
#define UDOT(d, n, m, i) WORD $(0x6F80E000 | ((i)&1)<<21 | ((i)>>1)<<11 | (m)<<16 | (n)<<5 | (d))

// sdot vd.4s, vn.16b, vm.16b; udot
#define SDOTV(d, n, m) WORD $(0x4E809400 | (m)<<16 | (n)<<5 | (d))
#define UDOTV(d, n, m) WORD $(0x6E809400 | (m)<<16 | (n)<<5 | (d))

// smlal vd.4s, vn.4h, vm.h[i]: m is 15 at most
#define SMLALI(d, n, m, i) WORD $(0x0F402000 | ((i)>>2)<<11 | (((i)>>1)&1)<<21 | ((i)&1)<<20 | (m)<<16 | (n)<<5 | (d))

// smlal2 vd.4s, vn.8h, vm.h[i]: of the upper half of n
#define SMLAL2I(d, n, m, i) WORD $(0x4F402000 | ((i)>>2)<<11 | (((i)>>1)&1)<<21 | ((i)&1)<<20 | (m)<<16 | (n)<<5 | (d))

// smlal vd.4s, vn.4h, vm.4h
#define SMLAL(d, n, m) WORD $(0x0E608000 | (m)<<16 | (n)<<5 | (d))

// smlal2 vd.4s, vn.8h, vm.8h: of the upper halves
#define SMLAL2(d, n, m) WORD $(0x4E608000 | (m)<<16 | (n)<<5 | (d))

// sxtl vd.8h, vn.8b; sxtl2 vd.8h, vn.16b
#define SXTL(d, n) WORD $(0x0F08A400 | (n)<<5 | (d))
#define SXTL2(d, n) WORD $(0x4F08A400 | (n)<<5 | (d))

// uxtl vd.8h, vn.8b; uxtl2 vd.8h, vn.16b
#define UXTL(d, n) WORD $(0x2F08A400 | (n)<<5 | (d))
#define UXTL2(d, n) WORD $(0x6F08A400 | (n)<<5 | (d))

// scvtf vd.4s, vn.4s
#define SCVTF(d, n) WORD $(0x4E21D800 | (n)<<5 | (d))

// fcvtns vd.4s, vn.4s: to nearest, ties to even; out of range is the last number
#define FCVTNS(d, n) WORD $(0x4E21A800 | (n)<<5 | (d))

// fmul vd.4s, vn.4s, vm.4s
#define FMUL(d, n, m) WORD $(0x6E20DC00 | (m)<<16 | (n)<<5 | (d))

// sqxtn vd.4h, vn.4s; sqxtn2 vd.8h, vn.4s: out of range is the last number
#define SQXTN(d, n) WORD $(0x0E614800 | (n)<<5 | (d))
#define SQXTN2(d, n) WORD $(0x4E614800 | (n)<<5 | (d))

// smax vd.8h, vn.8h, vm.8h; smin
#define SMAX(d, n, m) WORD $(0x4E606400 | (m)<<16 | (n)<<5 | (d))
#define SMIN(d, n, m) WORD $(0x4E606C00 | (m)<<16 | (n)<<5 | (d))

// addv sd, vn.4s
#define ADDV(d, n) WORD $(0x4EB1B800 | (n)<<5 | (d))

// ldr qt, [xn, xm]
#define LDRQ(t, n, m) WORD $(0x3CE06800 | (m)<<16 | (n)<<5 | (t))

// sxtl vd.4s, vn.4h; sxtl2 vd.4s, vn.8h
#define SXTLH(d, n) WORD $(0x0F10A400 | (n)<<5 | (d))
#define SXTLH2(d, n) WORD $(0x4F10A400 | (n)<<5 | (d))

// mla vd.4s, vn.4s, vm.4s
#define MLA(d, n, m) WORD $(0x4EA09400 | (m)<<16 | (n)<<5 | (d))

// sshl vd.4s, vn.4s, vm.4s: to the left by m, to the right where it is negative
#define SSHL(d, n, m) WORD $(0x4EA04400 | (m)<<16 | (n)<<5 | (d))

// sqadd vd.8h, vn.8h, vm.8h: out of range is the last number
#define SQADD(d, n, m) WORD $(0x4E600C00 | (m)<<16 | (n)<<5 | (d))

// saddw vd.4s, vn.4s, vm.4h; saddw2 vd.4s, vn.4s, vm.8h
#define SADDW(d, n, m) WORD $(0x0E601000 | (m)<<16 | (n)<<5 | (d))
#define SADDW2(d, n, m) WORD $(0x4E601000 | (m)<<16 | (n)<<5 | (d))

// fminnm vd.4s, vn.4s, vm.4s; fmaxnm: of a number and NaN the number
#define FMINNM(d, n, m) WORD $(0x4EA0C400 | (m)<<16 | (n)<<5 | (d))
#define FMAXNM(d, n, m) WORD $(0x4E20C400 | (m)<<16 | (n)<<5 | (d))

// fmul vd.4s, vn.4s, vm.s[i]; fmul vd.2d, vn.2d, vm.d[i]
#define FMULI(d, n, m, i) WORD $(0x4F809000 | ((i)&1)<<21 | ((i)>>1)<<11 | (m)<<16 | (n)<<5 | (d))
#define FMULID(d, n, m, i) WORD $(0x4FC09000 | (i)<<11 | (m)<<16 | (n)<<5 | (d))

// fadd vd.4s, vn.4s, vm.4s; fadd vd.2d, vn.2d, vm.2d; fsub
#define FADD4(d, n, m) WORD $(0x4E20D400 | (m)<<16 | (n)<<5 | (d))
#define FADD2(d, n, m) WORD $(0x4E60D400 | (m)<<16 | (n)<<5 | (d))
#define FSUB2(d, n, m) WORD $(0x4EE0D400 | (m)<<16 | (n)<<5 | (d))

// mul vd.8h, vn.8h, vm.8h; mla; mul vd.4s, vn.4s, vm.4s
#define MULH(d, n, m) WORD $(0x4E609C00 | (m)<<16 | (n)<<5 | (d))
#define MLAH(d, n, m) WORD $(0x4E609400 | (m)<<16 | (n)<<5 | (d))
#define MULS(d, n, m) WORD $(0x4EA09C00 | (m)<<16 | (n)<<5 | (d))

// shrn vd.8b, vn.8h, #8; shrn2 vd.16b, vn.8h, #8: the upper bytes of words
#define SHRN8(d, n) WORD $(0x0F088400 | (n)<<5 | (d))
#define SHRN8B(d, n) WORD $(0x4F088400 | (n)<<5 | (d))

// umin vd.16b, vn.16b, vm.16b; uminv bd, vn.16b
#define UMINB(d, n, m) WORD $(0x6E206C00 | (m)<<16 | (n)<<5 | (d))
#define UMINV(d, n) WORD $(0x6E31A800 | (n)<<5 | (d))

// fsub vd.4s, vn.4s, vm.4s; fdiv
#define FSUB4(d, n, m) WORD $(0x4EA0D400 | (m)<<16 | (n)<<5 | (d))
#define FDIV4(d, n, m) WORD $(0x6E20FC00 | (m)<<16 | (n)<<5 | (d))

// fmul vd.2d, vn.2d, vm.2d; fdiv; fsqrt vd.2d, vn.2d
#define FMUL2(d, n, m) WORD $(0x6E60DC00 | (m)<<16 | (n)<<5 | (d))
#define FDIV2(d, n, m) WORD $(0x6E60FC00 | (m)<<16 | (n)<<5 | (d))
#define FSQRT2(d, n) WORD $(0x6EE1F800 | (n)<<5 | (d))

// fcmgt vd.4s, vn.4s, vm.4s: all bits where n is more, else none
#define FCMGT4(d, n, m) WORD $(0x6EA0E400 | (m)<<16 | (n)<<5 | (d))

// fcmgt vd.2d, vn.2d, vm.2d; fcmge; fcmeq; fcmlt vd.2d, vn.2d, #0; fcmeq
#define FCMGT2(d, n, m) WORD $(0x6EE0E400 | (m)<<16 | (n)<<5 | (d))
#define FCMGE2(d, n, m) WORD $(0x6E60E400 | (m)<<16 | (n)<<5 | (d))
#define FCMEQ2(d, n, m) WORD $(0x4E60E400 | (m)<<16 | (n)<<5 | (d))
#define FCMLT02(d, n) WORD $(0x4EE0E800 | (n)<<5 | (d))
#define FCMEQ02(d, n) WORD $(0x4EE0D800 | (n)<<5 | (d))

// fcvtl vd.2d, vn.2s; fcvtl2 vd.2d, vn.4s; fcvtn vd.2s, vn.2d; fcvtn2 vd.4s, vn.2d
#define FCVTL(d, n) WORD $(0x0E617800 | (n)<<5 | (d))
#define FCVTLB(d, n) WORD $(0x4E617800 | (n)<<5 | (d))
#define FCVTN(d, n) WORD $(0x0E616800 | (n)<<5 | (d))
#define FCVTNB(d, n) WORD $(0x4E616800 | (n)<<5 | (d))

// smax vd.16b, vn.16b, vm.16b; smin; umax
#define SMAXB(d, n, m) WORD $(0x4E206400 | (m)<<16 | (n)<<5 | (d))
#define SMINB(d, n, m) WORD $(0x4E206C00 | (m)<<16 | (n)<<5 | (d))
#define UMAXB(d, n, m) WORD $(0x6E206400 | (m)<<16 | (n)<<5 | (d))
