package kernel

import "math"

// elements are those of a small picture of 64 channels.
const elements = 14 * 14 * 64

// alike walks two operands of the same shape, mixed one whose second operand is a value for each channel.
func alike() *Broadcast {
	w, _, _ := NewBroadcast([]int{196, 64}, []int{196, 64})
	return &w
}

func mixed() *Broadcast {
	w, _, _ := NewBroadcast([]int{196, 64}, []int{64})
	return &w
}

func elementWorks() []work {
	a, b, out := drawn[float32](elements), drawn[float32](elements), make([]float32, elements)
	a8, b8, out8 := drawn[int8](elements), drawn[int8](elements), make([]int8, elements)
	u8, v8, to8 := drawn[uint8](elements), drawn[uint8](elements), make([]uint8, elements)
	a32, b32, out32 := drawn[int32](elements), drawn[int32](elements), make([]int32, elements)
	truth, sevens := make([]byte, elements), make([]int32, elements)
	fill(sevens, 7)
	add, _ := NewAddQ(0.1, 0.2, 0.25, 3, -5, 1, -128, 127)
	q := Affine{Scale: 0.1, Zero: 3}
	product, _ := NewProductQ(q, q, q, -128, 127)
	same, each, scaled := alike(), mixed(), NewScaled(0.1, 3)
	inf := float32(math.Inf(1))
	z, y, x := make([]complex64, elements), make([]complex64, elements), make([]complex64, elements)
	return []work{
		{"Add/int8", 0, elements, func() { Add(&add, same, out8, a8, b8) }},
		{"Add/uint8", 0, elements, func() { Add(&add, same, to8, u8, v8) }},
		{"Add/int8 by channel", 0, elements, func() { Add(&add, each, out8, a8, b8[:64]) }},
		{"AddTo", 0, elements, func() { AddTo(out, a) }},
		{"BinaryFloat/sum", 0, elements, func() { BinaryFloat(same, FloatSum, FloatBounds{Lo: -inf, Hi: inf}, out, a, b) }},
		{"BinaryFloat/product by channel", 0, elements, func() { BinaryFloat(each, FloatProduct, FloatBounds{Lo: -inf, Hi: inf}, out, a, b[:64]) }},
		{"Binary/int32 sum", 0, elements, func() { Binary(same, Sum[int32], math.MinInt32, math.MaxInt32, out32, a32, b32) }},
		{"BinaryQ", 0, elements, func() { BinaryQ(same, product.one, out8, a8, b8) }},
		{"Multiply/int8", 0, elements, func() { Multiply(product, same, out8, a8, b8) }},
		{"Multiply/int8 by channel", 0, elements, func() { Multiply(product, each, out8, a8, b8[:64]) }},
		{"Extremes/int8", 0, elements, func() { Extremes(same, true, out8, a8, b8) }},
		{"Compare", 0, elements, func() { Compare(same, less[float32], truth, a, b) }},
		{"CompareScaled", 0, elements, func() { CompareScaled(same, less[int32], scaled, scaled, truth, a8, b8) }},
		{"Integers", 0, elements, func() { Integers(same, Xor[int32], out32, a32, b32) }},
		{"Logic", 0, elements, func() { Logic(same, both, truth, u8, v8) }},
		{"Not", 0, elements, func() { Not(truth, u8) }},
		{"JoinEach", 0, elements, func() { JoinEach(Larger[float32], out, a, b) }},
		{"Map", 0, elements, func() { Map(out, a, AbsFloat) }},
		{"Powers", 0, elements, func() { Powers(out, a, 3) }},
		{"HasZero", 0, elements, func() { HasZero(sevens) }},
		{"FakeQuant.Run", 0, elements, fakeQuantRun(out, a)},
		{"Complexes", 0, elements, func() { Complexes(z, a) }},
		{"Logs", 0, elements, func() { Logs(out, a) }},
		{"Magnitudes", 0, elements, func() { Magnitudes(out, z) }},
		{"ImagParts", 0, elements, func() { ImagParts(out, z) }},
		{"RealParts", 0, elements, func() { RealParts(out, z) }},
		{"ComplexProduct", 0, elements, func() { ComplexProduct(same, x, z, y) }},
	}
}

func less[T Number](a, b T) bool { return a < b }
func both(a, b bool) bool        { return a && b }

func fakeQuantRun(out, in []float32) func() {
	q := NewFakeQuant(-6, 6, 8)
	return func() { q.Run(out, in) }
}

func quantizeWorks() []work {
	floats, scales, zeros := drawn[float32](elements), make([]float32, 64), make([]int32, 64)
	for i := range scales {
		scales[i] = 0.5
	}
	bytes, unsigned, words := drawn[int8](elements), drawn[uint8](elements), drawn[int32](elements)
	halves, nibbles, wide, longs := make([]uint16, elements), make([]byte, elements/2), make([]int16, elements), make([]int64, elements)
	m := NewMultiplier(0.3)
	return []work{
		{"QuantizeFloat", 0, elements, func() { QuantizeFloat(bytes, floats, 0.5, 3) }},
		{"QuantizeRound", 0, elements, func() { QuantizeRound(wide, floats, 0.5, 0) }},
		{"QuantizeChannels", 0, elements, func() { QuantizeChannels(bytes, floats, 1, scales, zeros) }},
		{"QuantizeInt4", 0, elements, func() { QuantizeInt4(nibbles, floats, 15, 0) }},
		{"QuantizeRowXNN", 0, elements, func() { QuantizeRowXNN(bytes, floats) }},
		{"QuantizeRowTFLite", 0, elements, func() { QuantizeRowTFLite(bytes, floats) }},
		{"QuantizeRowSymmetric", 0, elements, func() { QuantizeRowSymmetric(bytes, floats) }},
		{"Dequantize/int8", 0, elements, func() { Dequantize(floats, bytes, 0.5, 3) }},
		{"Dequantize/uint8", 0, elements, func() { Dequantize(floats, unsigned, 0.5, 131) }},
		{"DequantizeChannels", 0, elements, func() { DequantizeChannels(floats, bytes, 1, scales, zeros) }},
		{"DequantizeInt4", 0, elements, func() { DequantizeInt4(floats, nibbles, 0.5, 0) }},
		{"DequantizeHalf", 0, elements, func() { DequantizeHalf(floats, halves) }},
		{"Requantize", 0, elements, func() { Requantize(bytes, wide, m, 0, 3) }},
		{"Convert", 0, elements, func() { Convert(bytes, bytes, 200, 3, 3) }},
		{"Cast", 0, elements, func() { Cast(floats, words) }},
		{"Truncate", 0, elements, func() { Truncate(longs, floats) }},
		{"Saturate", 0, elements, func() { Saturate(wide, floats, 0) }},
		{"Truth", 0, elements, func() { Truth(unsigned, words) }},
		{"Halves", 0, elements, func() { Halves(halves, floats) }},
		{"Floats", 0, elements, func() { Floats(floats, halves) }},
		{"PackInt4", 0, elements, func() { PackInt4(nibbles, bytes) }},
		{"UnpackInt4", 0, elements, func() { UnpackInt4(bytes, nibbles) }},
	}
}

func tableWorks() []work {
	in, out, wide, to := drawn[uint8](elements), make([]uint8, elements), drawn[int16](elements), make([]int16, elements)
	t, channels := NewTable(true, 0.1, 3, 1.0/256, -128, Logistic), drawn[uint8](256*64)
	words := NewTable16[float32](1e-3, 0, 1.0/32768, 0, Tanh)
	bytes, signed, probabilities := NewSoftmax(0.1, 1, 1.0/256, -128), drawn[int8](elements), make([]int8, elements)
	s16 := NewSoftmax16(1e-3, 1)
	floats, result := drawn[float32](elements), make([]float32, elements)
	norm := &LocalResponse{Depth: 64, Radius: 2, Bias: 1, Alpha: 1, Beta: 0.5}
	return []work{
		{"Table.Map", 0, elements, func() { t.Map(out, in) }},
		{"Table.MapRows", 0, elements, func() { t.MapRows(out, in, 64, 64) }},
		{"MapChannels", 0, elements, func() { MapChannels(out, in, channels, 64, nil) }},
		{"Table16.Map", 0, elements, func() { words.Map(to, wide) }},
		{"SoftmaxRows", 0, elements, func() { SoftmaxRows(bytes, probabilities, signed, 64) }},
		{"Softmax16.Rows", 0, elements, func() { s16.Rows(to, wide, 64) }},
		{"SoftmaxFloat", 0, elements, func() { SoftmaxFloat(result, floats, 64, 1) }},
		{"LogSoftmaxFloat", 0, elements, func() { LogSoftmaxFloat(result, floats, 64) }},
		{"LogSoftmaxQ", 0, elements, func() { LogSoftmaxQ(bytes, 0.1, probabilities, signed, 64) }},
		{"L2NormFloat", 0, elements, func() { L2NormFloat(result, floats, 64) }},
		{"L2NormFixed", 0, elements, func() { L2NormFixed(probabilities, signed, 64, 3) }},
		{"LocalResponse.Run", 0, elements, func() { norm.Run(result, floats) }},
	}
}
