package kernel

import (
	"math"
	"sort"
)

// RandomUniform fills out with numbers of [0, 1). Source: TFLite, random_ops.cc; TSL, random_distributions_utils.h, as for
// all of this file.
func RandomUniform(p *Philox, out []float32) {
	for len(out) > 0 {
		words := p.Next()
		n := min(len(words), len(out))
		for i, w := range words[:n] {
			out[i] = unit32(w)
		}
		out = out[n:]
	}
}

// unit32 makes a float32 of [0, 1) of 23 bits.
func unit32(w uint32) float32 { return math.Float32frombits(127<<23|w&0x7fffff) - 1 }

// unit64 makes a float64 of [0, 1) of 52 bits.
func unit64(hi, lo uint32) float64 {
	return math.Float64frombits(1023<<52|uint64(hi&0xfffff)<<32|uint64(lo)) - 1
}

// RandomNormal fills out with numbers of mean 0 and deviation 1, by Box and Muller's method.
func RandomNormal(p *Philox, out []float32) {
	for len(out) > 0 {
		words := p.Next()
		var four [4]float32
		four[0], four[1] = boxMuller(words[0], words[1])
		four[2], four[3] = boxMuller(words[2], words[3])
		out = out[copy(out, four[:]):]
	}
}

// boxMuller makes two normally distributed numbers of two words.
func boxMuller(a, b uint32) (x, y float32) {
	u := max(unit32(a), 1e-7)
	angle := float32(2 * math.Pi * float64(unit32(b)))
	radius := float32(math.Sqrt(float64(-2 * float32(math.Log(float64(u))))))
	sin, cos := math.Sincos(float64(angle))
	return float32(sin) * radius, float32(cos) * radius
}

// Multinomial draws classes by the odds e^logits.
type Multinomial struct {
	batch, classes int
	Samples        int // draws for each row
	sums           []float64
}

// NewMultinomial prepares for logits [batch,classes].
func NewMultinomial(batch, classes int) *Multinomial {
	return &Multinomial{batch: batch, classes: classes, sums: make([]float64, classes)}
}

// DrawMultinomial fills out [batch,Samples]. A class of infinite or undefined odds is never drawn; where all are, the answer is the number of
// classes. p moves on by a fixed number of words, whatever is drawn.
func DrawMultinomial[T int32 | int64](m *Multinomial, p *Philox, out []T, logits []float32) {
	draws := *p
	p.Skip(uint64(m.batch) * (uint64(m.Samples+3) / 4 * 4) * 2 * 256)
	var words [4]uint32
	for i := range out {
		if i%m.Samples == 0 {
			m.accumulate(logits[i/m.Samples*m.classes:][:m.classes])
		}
		if i%2 == 0 {
			words = draws.Next()
		}
		find := unit64(words[i%2*2], words[i%2*2+1]) * m.sums[m.classes-1]
		out[i] = T(sort.Search(m.classes, func(k int) bool { return m.sums[k] > find }))
	}
}

// accumulate adds up the odds, over that of the likeliest class.
func (m *Multinomial) accumulate(logits []float32) {
	most := float32(-math.MaxFloat32)
	for _, v := range logits {
		if finite(v) && v > most {
			most = v
		}
	}
	sum := 0.0
	for k, v := range logits {
		if finite(v) {
			sum += math.Exp(float64(v) - float64(most))
		}
		m.sums[k] = sum
	}
}

func finite(v float32) bool { return v-v == 0 }
