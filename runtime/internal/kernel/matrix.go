package kernel

import "math"

// Matrix is weights [rows,cols] of a recurrent layer, float32 or, if F is nil, int8 with one scale; or a diagonal of
// float32. The zero Matrix stands for none.
type Matrix struct {
	F     []float32
	Q     []int8
	Scale float32
	Diag  bool
	Rule  QuantizeRow // for what a Matrix of int8 is multiplied with; nil for float32
	sums  []int32     // of Q's rows
}

// NewMatrix8 returns a Matrix of int8 weights with cols columns.
func NewMatrix8(q []int8, cols int, scale float32, rule QuantizeRow) Matrix {
	return Matrix{Q: q, Scale: scale, Rule: rule, sums: rowSums(q, cols)}
}

// None reports whether there are no weights.
func (m *Matrix) None() bool { return m.F == nil && m.Q == nil }

// QuantizedRow is a vector that is multiplied with several matrices, quantized once if they need it.
type QuantizedRow struct {
	f     []float32
	q     []int8
	scale float32
	zero  int32
	rule  QuantizeRow
}

// NewQuantizedRow makes room for n elements; rule is nil where no matrix is int8.
func NewQuantizedRow(n int, rule QuantizeRow) *QuantizedRow {
	r := &QuantizedRow{rule: rule}
	if rule != nil {
		r.q = make([]int8, n)
	}
	return r
}

// Set makes x the row.
func (r *QuantizedRow) Set(x []float32) {
	if r.f = x; r.rule != nil {
		r.scale, r.zero = r.rule(r.q, x)
	}
}

// AddTo computes acc += m·x.
func (m *Matrix) AddTo(acc []float32, x *QuantizedRow) {
	switch {
	case m.Diag:
		for i, w := range m.F {
			acc[i] += float32(w * x.f[i])
		}
	case m.F != nil:
		k := len(x.f)
		for o := range acc {
			var s float32
			for i, w := range m.F[o*k : (o+1)*k] {
				s += float32(w * x.f[i])
			}
			acc[o] += s
		}
	case m.Q != nil:
		k, scale := len(x.q), float32(x.scale*m.Scale)
		for o := range acc {
			acc[o] += float32(float32(dot(x.q, m.Q[o*k:(o+1)*k])-x.zero*m.sums[o]) * scale)
		}
	}
}

// QuantizeRowSymmetric quantizes with zero point 0 to −127 … 127.
// Source: TFLite, PortableSymmetricQuantizeFloats.
func QuantizeRowSymmetric(out []int8, in []float32) (scale float32, zero int32) {
	lo, hi := span32(in)
	size := max(-lo, hi)
	if size == 0 {
		fill(out, 0)
		return 1, 0
	}
	inverse := 127 / size
	for i, v := range in {
		out[i] = int8(min(max(math.Round(float64(float32(v*inverse))), -127), 127))
	}
	return size / 127, 0
}
