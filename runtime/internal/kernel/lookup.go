package kernel

import (
	"math"

	"edged/runtime/internal/simd"
)

// Table is an operator on bytes written out: Table[uint8(x)] is its value at x.
type Table [256]uint8

// Tabulate returns what run, which works on each byte alone, makes of all bytes.
func Tabulate(run func(out, in []byte)) *Table {
	var all [256]byte
	for i := range all {
		all[i] = byte(i)
	}
	t := &Table{}
	run(t[:], all[:])
	return t
}

// Map computes out[i] = t[in[i]].
func (t *Table) Map(out, in []byte) {
	out = out[:len(in)]
	if simd.Lookup(out, in, (*[256]byte)(t)) {
		return
	}
	for i, v := range in {
		out[i] = t[v]
	}
}

// MapRows is Map into rows of size bytes, which stand stride apart in out.
func (t *Table) MapRows(out, in []byte, size, stride int) {
	for at := 0; len(in) >= size && size > 0; at += stride {
		t.Map(out[at:at+size], in[:size])
		in = in[size:]
	}
}

// NewTable returns f as a table, by XNNPACK's rule for quantized unary operators: dequantize, compute in float32,
// quantize as rint(y·(1/outScale) + outZero). Source: XNNPACK, src/reference/unary-elementwise.cc, from which the
// operator's lookup table is made. signed is true for int8.
func NewTable(signed bool, inScale float32, inZero int32, outScale float32, outZero int32, f func(float32) float32) *Table {
	t := &Table{}
	inverse := 1 / outScale
	lo, hi := float64(0), float64(255)
	if signed {
		lo, hi = -128, 127
	}
	for i := range 256 {
		q := int32(i)
		if signed {
			q = int32(int8(i))
		}
		x := float32(float32(q-inZero) * inScale)
		y := float32(f(x)*inverse) + float32(outZero)
		t[i] = uint8(int32(min(max(math.RoundToEven(float64(y)), lo), hi)))
	}
	return t
}

// Logistic returns 1/(1+e⁻ˣ) as XNNPACK's reference operator computes it: in float64, from eˣ.
func Logistic(x float32) float32 {
	switch {
	case x > 100:
		return 1
	case x < -100:
		return 0
	}
	e := math.Exp(float64(x))
	return float32(e / (1 + e))
}
