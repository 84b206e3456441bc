package kernel

import "math"

func poolWorks() []work {
	w := picture(14, 64, 2, 2)
	average, all, most := NewAveragePool[int8](w, -128, 127, nil), NewAveragePool[int8](picture(14, 64, 14, 14), -128, 127, nil), NewMaxPool[int8](w, -128, 127, nil)
	in, out := drawn[int8](w.in()), make([]int8, w.pixels()*64)
	floats, results := drawn[float32](w.in()), make([]float32, len(out))
	averageF, mostF, lengthF := NewAveragePoolFloat(w, -1e9, 1e9, nil), NewMaxPoolFloat(w, -1e9, 1e9, nil), NewL2PoolFloat(w, -1e9, 1e9, nil)
	fold := func() *Fold { return NewFold([]int{14 * 14, 64}, []bool{true, false}) }
	q := Affine{Scale: 0.1, Zero: 3}
	mean, fixed, prod := NewMean(fold(), false, q, q), NewMeanFixed(fold(), q, q), NewProdFixed(fold(), Affine{Scale: 1}, Affine{Scale: 1})
	sums, walk := make([]int32, 64), fold()
	windows := NewWindowReduce(nil, WindowAxis{In: 14, Out: 7, Size: 2, Stride: 2, Dilation: 1}, WindowAxis{In: 14, Out: 7, Size: 2, Stride: 2, Dilation: 1}, WindowAxis{In: 64, Out: 64, Size: 1, Stride: 1, Dilation: 1})
	return []work{
		{"Pooling.Run/average", 0, len(out), func() { average.Run(out, in) }},
		{"Pooling.Run/average of all", 0, 64, func() { all.Run(out[:64], in) }},
		{"Pooling.Run/max", 0, len(out), func() { most.Run(out, in) }},
		{"Pooling.Run/float average", 0, len(out), func() { averageF.Run(results, floats) }},
		{"Pooling.Run/float max", 0, len(out), func() { mostF.Run(results, floats) }},
		{"Pooling.Run/float L2", 0, len(out), func() { lengthF.Run(results, floats) }},
		{"RunMean", 0, len(in), func() { RunMean(mean, out[:64], in) }},
		{"RunMeanFixed", 0, len(in), func() { RunMeanFixed(fixed, out[:64], in) }},
		{"RunProdFixed", 0, len(in), func() { RunProdFixed(prod, out[:64], in) }},
		{"SumFloatRule", 0, len(in), func() { SumFloatRule(walk, sums, q, q, out[:64], in) }},
		{"Reduce", 0, len(in), func() { Reduce(walk, results[:64], floats, 0, Sum[float32]) }},
		{"ReduceWindow", 0, len(out), func() { ReduceWindow(windows, results, floats, float32(math.Inf(-1)), Larger[float32]) }},
	}
}

func pictureWorks() []work {
	r := Resize{N: 1, H: 16, W: 16, C: 24, Y: 48, X: 48, HalfPixelCenters: true}
	n := r.Y * r.X * r.C
	floats, to := drawn[float32](r.H*r.W*r.C), make([]float32, n)
	signed, toSigned := drawn[int8](r.H*r.W*r.C), make([]int8, n)
	unsigned, toUnsigned := drawn[uint8](r.H*r.W*r.C), make([]uint8, n)
	linear, fixed, bytes, nearest := NewBilinear(r), NewBilinearFixed(r), NewBilinearUint8(r), NewNearest(r, false)
	blocks := &Blocks{N: 1, H: 16, W: 16, C: 24, Y: 8, X: 8, BlockH: 2, BlockW: 2}
	batch := make([]byte, len(unsigned))
	index, scores := make([]int32, 10), make([]float32, 10)
	boxes, candidates := make([]float32, 4*200), upTo[float32](200, 100)
	for i := range candidates {
		y, x := float32(i%20), float32(i/20)
		copy(boxes[4*i:], []float32{y, x, y + 2, x + 2})
	}
	nms, table := NewNMS(200), &DetectionTable{}
	nms.IoU = 0.5
	return []work{
		{"Bilinear.Float", 0, n, func() { linear.Float(to, floats) }},
		{"BilinearBytes/int8", 0, n, func() { BilinearBytes(linear, toSigned, signed) }},
		{"BilinearBytes/uint8", 0, n, func() { BilinearBytes(linear, toUnsigned, unsigned) }},
		{"RunBilinearFixed", 0, n, func() { RunBilinearFixed(fixed, toSigned, signed) }},
		{"BilinearUint8.Run", 0, n, func() { bytes.Run(toUnsigned, unsigned) }},
		{"Nearest.Run", 0, n, func() { nearest.Run(toUnsigned, unsigned, 1) }},
		{"Blocks.SpaceToBatch", 0, len(batch), func() { blocks.SpaceToBatch(batch, unsigned, []byte{0}) }},
		{"Blocks.BatchToSpace", 0, len(batch), func() { blocks.BatchToSpace(unsigned, batch) }},
		{"NMS.Run", 0, len(candidates), func() { nms.Run(index, scores, boxes, candidates) }},
		{"DetectionTable.Read", 0, len(unsigned), func() { table.Read(floats, unsigned) }},
	}
}
