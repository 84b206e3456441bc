package kernel

import (
	"errors"
	"fmt"
	"math"
)

// DetectionOperand is a tensor of real numbers: Reals themselves or, where there is a Table, what it gives for Bytes.
type DetectionOperand struct {
	Reals []float32
	Bytes []byte
	Table *DetectionTable
}

func (o *DetectionOperand) at(i int) float32 {
	if o.Table != nil {
		return o.Table.real[o.Bytes[i]]
	}
	return o.Reals[i]
}

// read fills dst with the numbers from the one at first on.
func (o *DetectionOperand) read(dst []float32, first int) {
	if o.Table != nil {
		o.Table.Read(dst, o.Bytes[first:][:len(dst)])
		return
	}
	copy(dst, o.Reals[first:])
}

// Upright tells of anchors whether no side is negative. Then no box ends before it begins, whatever its encoding: half a
// side is not negative, or NaN, and takes from the centre no less than it adds.
func (o *DetectionOperand) Upright() bool {
	for i := 2; i < max(len(o.Reals), len(o.Bytes)); i += 4 {
		if o.at(i) < 0 || o.at(i+1) < 0 {
			return false
		}
	}
	return true
}

// DetectionTable gives the real number of each byte of a quantized operand: (q − zero point)·scale in float32. A larger
// q gives no smaller number.
type DetectionTable struct {
	real [256]float32
	flip byte // makes of a byte its rank: 0 for the smallest number, 255 for the largest
}

// NewDetectionTable makes the table of a tensor of int8 (signed) or uint8.
func NewDetectionTable(scale float32, zeroPoint int64, signed bool) (*DetectionTable, error) {
	if !(scale > 0) || math.IsInf(float64(scale), 0) {
		return nil, fmt.Errorf("scale is %g", scale)
	}
	t, low := &DetectionTable{}, int64(0)
	if signed {
		t.flip, low = 0x80, math.MinInt8
	}
	if zeroPoint < low || zeroPoint > low+255 {
		return nil, errors.New("zero point is outside the type")
	}
	for q := low; q < low+256; q++ {
		t.real[uint8(q)] = float32(q-zeroPoint) * scale
	}
	return t, nil
}

// Read sets dst[i] to the real number of src[i].
func (t *DetectionTable) Read(dst []float32, src []byte) {
	for i, q := range src {
		dst[i] = t.real[q]
	}
}

// ranked returns the number of a rank.
func (t *DetectionTable) ranked(rank int) float32 { return t.real[byte(rank)^t.flip] }
