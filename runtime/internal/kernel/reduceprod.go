package kernel

import "math"

// ProdFixed is a quantized product over some dimensions: each factor is scaled as it is multiplied on, so that the product
// keeps to 32 bits. Source: TFLite, reduce.cc (PrepareProd) and optimized_ops::QuantizedReduceProd.
type ProdFixed struct {
	fold    *Fold
	m       Multiplier
	in, out Affine
	acc     []int32
	begun   []bool
}

// NewProdFixed prepares a product over a walk.
func NewProdFixed(f *Fold, in, out Affine) *ProdFixed {
	scale := float64(in.Scale) / math.Pow(float64(out.Scale), 1/float64(f.Count))
	return &ProdFixed{fold: f, m: NewMultiplier(scale), in: in, out: out, acc: make([]int32, f.Out), begun: make([]bool, f.Out)}
}

// RunProdFixed computes out from in.
func RunProdFixed[T int8 | int16](p *ProdFixed, out, in []T) {
	lo, hi := quantLimits[T]()
	fill(p.begun, false)
	fill(p.fold.index, 0)
	at := 0
	for _, v := range in {
		x := int32(v) - p.in.Zero
		if p.begun[at] {
			x = p.m.ApplyWide(int64(p.acc[at]) * int64(x))
		}
		p.acc[at], p.begun[at] = x, true
		at = p.fold.advance(at)
	}
	for i, a := range p.acc {
		out[i] = T(min(max(p.m.ApplyWide(int64(a))+p.out.Zero, lo), hi))
	}
}
