//go:build !noasm

package simd

import "golang.org/x/sys/cpu"

func paths() []path {
	x := &cpu.X86
	lookup := lookupVBMI
	if !x.HasAVX512VBMI {
		lookup = nil
	}
	avx2 := path{
		name: "avx2", ok: x.HasAVX2,
		gemm: avx2Blocks(), depthwise: &taps{words: &[2]wordTaps{
			{any: depthwiseUint8AVX2, nine: depthwise9Uint8AVX2, columns: &[2]func(*depthwiseCall){depthwiseColumnsUint8AVX2, depthwiseApartUint8AVX2}, pairs: true},
			{any: depthwiseInt8AVX2, nine: depthwise9Int8AVX2, columns: &[2]func(*depthwiseCall){depthwiseColumnsInt8AVX2, depthwiseApartInt8AVX2}, pairs: true},
		}},
		floats:   &floats{widths: [][]floatBlock{{{6, gemmF32AVX2x6}, {4, gemmF32AVX2x4}, {2, gemmF32AVX2x2}, {1, gemmF32AVX2x1}}}, whole: true},
		elements: &elements{plain: true, addRow: [2]func(*int32, *byte, int){addRowUint8Blocks, addRowInt8Blocks}, lookup: lookupBlocks},
	}
	return []path{
		avx2,
		avx2.dots("avxvnni", x.HasAVX2 && x.HasAVXVNNI, blocksAVXVNNI()),
		{
			name: "avx512vnni", ok: x.HasAVX2 && x.HasAVX512F && x.HasAVX512BW && x.HasAVX512VL && x.HasAVX512VNNI,
			gemm: vnniBlocks(), depthwise: &taps{plain: depthwiseVNNI, offset: depthwiseOffsetVNNI},
			floats:   &floats{widths: floatBlocks()},
			elements: &elements{addRow: [2]func(*int32, *byte, int){addRowUint8VNNI, addRowInt8VNNI}, lookup: lookup},
		},
	}
}

// dots returns p with a product of bytes, four to a sum.
func (p path) dots(name string, ok bool, gemm *blocks) path {
	gemm.flip = flipAVX2
	p.name, p.ok, p.gemm = name, ok, gemm
	return p
}

// add runs a sum over bytes. Plain loops are those of AVX2.
func (e *elements) add(c *sumCall, signed bool) {
	switch {
	case e.plain:
		addBlocks(c, signed)
	case signed:
		addInt8VNNI(c)
	default:
		addUint8VNNI(c)
	}
}

func (e *elements) quantize(c *quantizeCall) {
	if e.plain {
		quantizeBlocks(c)
	} else {
		quantizeVNNI(c)
	}
}

func (*elements) between(c *bilinearCall) { bilinearVNNI(c) }

// argMax searches rows of up to 32 bytes, or of up to 64.
func (*elements) argMax(c *argMaxCall) {
	if c.n <= fewArgs {
		argMaxAVX2(c)
	} else {
		argMaxVNNI(c)
	}
}

func (*elements) mix(c *mixCall, signed, wide bool) {
	switch {
	case signed && wide:
		mixInt8DoublesAVX2(c)
	case signed:
		mixInt8WordsAVX2(c)
	case wide:
		mixUint8DoublesAVX2(c)
	default:
		mixUint8WordsAVX2(c)
	}
}

func (*elements) spread(c *spreadCall, signed, wide bool) {
	switch {
	case signed && wide:
		spreadInt8DoublesAVX2(c)
	case signed:
		spreadInt8WordsAVX2(c)
	case wide:
		spreadUint8DoublesAVX2(c)
	default:
		spreadUint8WordsAVX2(c)
	}
}
