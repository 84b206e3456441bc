package kernel

import "math"

// QuantizeRow quantizes floats to int8 with the scale and zero point that their own range asks for. It returns the scale:
// in[i] ≈ scale·(out[i] − zero). Range is the rule, XNNPACK's or TFLite's.
type QuantizeRow func(out []int8, in []float32) (scale float32, zero int32)

// QuantizeRowXNN rounds half to even, as XNNPACK's dynamically quantized operators do.
// Source: XNNPACK, xnn_qd8_asymmetric_quantization_params, xnn_f32_qs8_vcvt.
func QuantizeRowXNN(out []int8, in []float32) (scale float32, zero int32) {
	lo, hi := span32(in)
	inverse := float32(1)
	if lo != hi {
		inverse = 255 / (hi - lo)
	}
	least, most := float32(lo*inverse), float32(hi*inverse)
	z := 127 - most
	if (-128+least)+(127+most) > 0 {
		z = -128 - least
	}
	zero = int32(math.RoundToEven(float64(min(max(z, -128), 127))))
	for i, v := range in {
		q := math.RoundToEven(float64(min(float32(v*inverse), math.MaxInt16)))
		out[i] = int8(min(max(int32(max(q, math.MinInt16))+zero, -128), 127))
	}
	return 1 / inverse, zero
}

// QuantizeRowTFLite rounds half away from zero, after adding the zero point.
// Source: TFLite, PortableAsymmetricQuantizeFloats.
func QuantizeRowTFLite(out []int8, in []float32) (scale float32, zero int32) {
	lo, hi := span32(in)
	if lo == hi {
		fill(out, 0)
		return 1, 0
	}
	step := (float64(hi) - float64(lo)) / 255
	down, up := float64(lo)/step, float64(hi)/step
	z := 127 - up
	if 128+math.Abs(down) < 127+math.Abs(up) {
		z = -128 - down
	}
	zero = int32(math.Round(min(max(z, -128), 127)))
	scale = float32(step)
	inverse := 1 / scale
	for i, v := range in {
		q := math.Round(float64(float32(zero) + float32(v*inverse)))
		out[i] = int8(min(max(q, -128), 127))
	}
	return scale, zero
}

// span32 returns the range of x widened to hold 0. NaN counts as nothing.
func span32(x []float32) (lo, hi float32) {
	for _, v := range x {
		if v < lo {
			lo = v
		}
		if v > hi {
			hi = v
		}
	}
	return lo, hi
}

// HybridParams are what a layer of float activations and int8 weights is made of.
type HybridParams struct {
	Weights []int8 // conv and fully connected [O,…]; depthwise [1,Kh,Kw,O]
	Scale   []float32
	Range   QuantizeRow // XNNPACK's rule for what it takes, TFLite's for the rest
	Lo, Hi  float32
	Pool    *Pool
}

// scales returns one scale a channel.
func (p *HybridParams) scales(o int) []float32 {
	if len(p.Scale) == o {
		return p.Scale
	}
	s := make([]float32, o)
	fill(s, p.Scale[0])
	return s
}

// HybridFC computes out[n,o] = clamp(bias[o] + scale·scale[o]·Σ (q[n,i] − zero)·w[o,i]), q being row n quantized.
//
//	in [N,K] float32, w [O,K] int8, bias [O] float32 or nil, out [N,O] float32
//
// Source: XNNPACK, qd8-f32-qc8w GEMM: the int32 sum times the row's scale, times the channel's, plus the bias.
type HybridFC struct {
	p        HybridParams
	n, k, o  int
	scale    []float32
	sums     []int32 // of each row of weights
	acc      [][]int32
	row      []int8
	rowScale float32
	rowZero  int32
	bias     []float32
	out      []float32
	body     func(i, thread int)
}

// NewHybridFC prepares the kernel for n rows of k inputs and o outputs.
func NewHybridFC(n, k, o int, p HybridParams) *HybridFC {
	f := &HybridFC{p: p, n: n, k: k, o: o, scale: p.scales(o), sums: rowSums(p.Weights, k), row: make([]int8, k)}
	for range p.Pool.Threads() {
		f.acc = append(f.acc, make([]int32, min(o, fcBlock)))
	}
	f.body = f.block
	return f
}

// rowSums returns the sum of each row of k weights.
func rowSums(w []int8, k int) []int32 {
	sums := make([]int32, len(w)/k)
	for i := range sums {
		sums[i] = sum(w[i*k : (i+1)*k])
	}
	return sums
}

// Run computes out from in.
func (f *HybridFC) Run(out, in, bias []float32) {
	f.bias = bias
	for n := range f.n {
		f.rowScale, f.rowZero = f.p.Range(f.row, in[n*f.k:(n+1)*f.k])
		f.out = out[n*f.o : (n+1)*f.o]
		f.p.Pool.Run((f.o+fcBlock-1)/fcBlock, productCost(1, f.k, f.o, plainRate), f.body)
	}
	f.bias, f.out = nil, nil
}

func (f *HybridFC) block(i, thread int) {
	from, to := i*fcBlock, min((i+1)*fcBlock, f.o)
	acc := f.acc[thread][:to-from]
	matVec(acc, f.row, f.p.Weights[from*f.k:to*f.k])
	var bias []float32
	if f.bias != nil {
		bias = f.bias[from:to]
	}
	f.p.dequantize(f.out[from:to], acc, f.sums[from:to], f.rowZero, f.rowScale, f.scale[from:to], bias)
}

// dequantize computes out[o] = clamp(float(acc[o] − zero·sums[o])·in·scale[o] + bias[o]).
func (p *HybridParams) dequantize(out []float32, acc, sums []int32, zero int32, in float32, scale, bias []float32) {
	for o := range out {
		v := float32(float32(float32(acc[o]-zero*sums[o])*in) * scale[o])
		if bias != nil {
			v += bias[o]
		}
		out[o] = v
	}
	Clamp(out, p.Lo, p.Hi)
}
