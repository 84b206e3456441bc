package kernel

func floatLayerWorks() []work {
	w := picture(14, 32, 3, 1)
	in, weights, bias, out := drawn[float32](w.in()), drawn[float32](32*9*32), drawn[float32](32), make([]float32, w.pixels()*32)
	packed, plain, taps := NewFloatConv2D(w, 1, 32, nil), NewFloatConv2D(w, 1, 32, nil), NewFloatDepthwise(w, 1, nil)
	packed.Pack(weights)
	many, few := NewFloatFullyConnected(16, 128, 64, nil), NewFloatFullyConnected(1, 128, 64, nil)
	many.Pack(weights[:128*64])
	rows, cells := drawn[float32](16*128), make([]float32, 16*64)
	hybrid := HybridParams{Weights: drawn[int8](32 * 9 * 32), Scale: []float32{1e-2}, Range: QuantizeRowXNN, Lo: -1e9, Hi: 1e9}
	hybridConv, hybridTaps := NewHybridConv2D(w, 1, 32, hybrid), NewHybridDepthwise(w, 1, hybrid)
	turned := NewHybridTransposeConv(w, 32, hybrid)
	hybrid.Weights = hybrid.Weights[:128*64]
	hybridRows := NewHybridFC(1, 128, 64, hybrid)
	cube := Window3D{Window: picture(7, 8, 3, 1), D: 7, Z: 7, KernelD: 3, StrideD: 1, DilationD: 1, PadFront: 1}
	room, space, volume := NewConv3D(cube, 8, nil), NewConv3DTranspose(cube, 8, nil), 7*7*7*8
	voxels, back := drawn[float32](volume), make([]float32, volume)
	return []work{
		{"FloatConv2D.Run/packed", len(out) * 288, len(out), func() { packed.Run(out, in, weights, bias) }},
		{"FloatConv2D.Run/weights computed", len(out) * 288, len(out), func() { plain.Run(out, in, weights, bias) }},
		{"FloatDepthwise.Run", len(out) * 9, len(out), func() { taps.Run(out, in, weights, bias) }},
		{"FloatFullyConnected.Run/16 rows", 16 * 128 * 64, 16 * 64, func() { many.Run(cells, rows, weights[:128*64], nil) }},
		{"FloatFullyConnected.Run/1 row", 128 * 64, 64, func() { few.Run(cells[:64], rows[:128], weights[:128*64], nil) }},
		{"HybridConv2D.Run", len(out) * 288, len(out), func() { hybridConv.Run(out, in, bias) }},
		{"HybridDepthwise.Run", len(out) * 9, len(out), func() { hybridTaps.Run(out, in, bias) }},
		{"HybridTransposeConv.Run", len(out) * 288, len(out), func() { turned.Run(out, in, bias) }},
		{"HybridFC.Run", 128 * 64, 64, func() { hybridRows.Run(cells[:64], rows[:128], nil) }},
		{"Conv3D.Run", volume * 27 * 8, volume, func() { room.Run(back, voxels, weights[:27*64], nil) }},
		{"Conv3DTranspose.Run", volume * 27 * 8, volume, func() { space.Run(back, voxels, weights[:27*64], nil) }},
		{"FloatRow", 0, len(out), func() { FloatRow(out, in, 0, 6) }},
		{"Clamp", 0, len(out), func() { Clamp(out, 0, 6) }},
	}
}

func wordLayerWorks() []work {
	w := picture(7, 16, 3, 1)
	fixed := Fixed{Scale: []Multiplier{NewMultiplier(1e-3)}, Real: []float64{1e-3}, Lo: -32768, Hi: 32767}
	p := Params16{Weights: drawn[int8](16 * 9 * 16), Bias: drawn[int64](16), Fixed: fixed}
	in, out := drawn[int16](w.in()), make([]int16, w.pixels()*16)
	c, d := NewConv2D16(w, 1, 16, p), NewDepthwise16(w, 1, p)
	rows := Params16{Weights: drawn[int8](32 * 64), Bias: drawn[int64](32), Fixed: fixed}
	weights := drawn[int16](16 * 9 * 16)
	turned := NewTransposeConv[uint8, int16, int32](w, 16, weights, nil)
	bytes, bias, result := drawn[uint8](w.in()), drawn[int32](16), make([]uint8, len(out))
	byteRule := Fixed{Scale: fixed.Scale, Lo: 0, Hi: 255}
	finish := func(pixel int, acc []int32) { FixedRow(&byteRule, result[pixel*16:][:16], acc, 0) }
	sums, few := drawn[int32](1024), make([]int8, 1024)
	req := NewRequant([]float32{1e-2}, 3, -128, 127)
	params := ConvParams[int8]{Req: req}
	return []work{
		{"Conv2D16.Run", len(out) * 144, len(out), func() { c.Run(in, out) }},
		{"Depthwise16.Run", len(out) * 9, len(out), func() { d.Run(in, out) }},
		{"FullyConnected16", 64 * 32, 32, func() { FullyConnected16(&rows, out[:32], in[:64], 64) }},
		{"TransposeConv.Run", len(out) * 144, len(out), func() { turned.Run(bytes, 3, bias, finish) }},
		{"TransposeConv.Weigh", 0, len(weights), func() { turned.Weigh(weights) }},
		{"Row", 0, len(few), func() { Row(&req, few, sums, 0) }},
		{"FixedRow", 0, len(few), func() { FixedRow(&byteRule, result[:784], sums[:784], 0) }},
		{"ConvParams.Finish", 0, len(few), func() { params.Finish(few, sums, 0) }},
	}
}

func matrixWorks() []work {
	batch := func() *Broadcast {
		w, _, _ := NewBroadcast([]int{4}, []int{4})
		return &w
	}
	const m, k, n, macs = 16, 32, 24, 4 * 16 * 32 * 24
	a, b, out := drawn[float32](4*m*k), drawn[float32](4*k*n), make([]float32, 4*m*n)
	a8, b8, out8 := drawn[int8](4*m*k), drawn[int8](4*k*n), make([]int8, 4*m*n)
	a16, b16, out16 := drawn[int16](4*m*k), drawn[int16](4*k*n), make([]int16, 4*m*n)
	req, fixed := NewRequant([]float32{1e-3}, 0, -128, 127), Fixed{Scale: []Multiplier{NewMultiplier(1e-3)}, Lo: -32768, Hi: 32767}
	floats, bytes := NewMatMulFloat(MatMul[float32]{Batch: batch(), M: m, K: k, N: n}), NewMatMul8(MatMul8{MatMul: MatMul[int8]{Batch: batch(), M: m, K: k, N: n}, Req: &req})
	words := NewMatMul16(MatMul16{MatMul: MatMul[int16]{Batch: batch(), M: m, K: k, N: n}, Fixed: fixed})
	hybrid := NewHybridMatMul(MatMul[float32]{Batch: batch(), M: m, K: k, N: n}, HybridParams{Scale: []float32{1e-2}, Range: QuantizeRowXNN, Lo: -1e9, Hi: 1e9})
	matrix, row, sums := NewMatrix8(drawn[int8](64*k), k, 1e-2, QuantizeRowTFLite), NewQuantizedRow(k, QuantizeRowTFLite), make([]float32, 64)
	return []work{
		{"MatMulFloat.Run", macs, len(out), func() { floats.Run(out, a, b) }},
		{"MatMul8.Run", macs, len(out), func() { bytes.Run(out8, a8, b8) }},
		{"MatMul16.Run", macs, len(out), func() { words.Run(out16, a16, b16) }},
		{"HybridMatMul.Run", macs, len(out), func() { hybrid.Run(out, a, b8) }},
		{"Widen", 0, len(a8), func() { Widen(a16, a8) }},
		{"QuantizedRow.Set", 0, k, func() { row.Set(a[:k]) }},
		{"Matrix.AddTo", 64 * k, 64, func() { matrix.AddTo(sums, row) }},
		{"Hadamard", 0, 64 * 16, func() { Hadamard(a[:64*16], 64, nil) }},
	}
}
