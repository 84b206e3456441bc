package kernel

import (
	"fmt"
	"math"
	"math/bits"
)

// SignalWindowOptions are those of the custom operator SignalWindow.
type SignalWindowOptions struct {
	Shift int // "shift", int: right shift of each product
}

// SignalWindow multiplies frames of sound by a window:
//
//	out[f·W+i] = clamp(in[f·W+i]·w[i] >> shift)
//
//	in, out [F·W] int16, F frames of W samples
//	w       [W]   int16
//
// The shift rounds down, the clamp is to int16. Source: TFLite Micro, signal/src/window.cc.
type SignalWindow struct {
	shift uint
}

// NewSignalWindow checks the options and how many samples and weights Run will get.
func NewSignalWindow(o SignalWindowOptions, samples, weights int) (*SignalWindow, error) {
	if err := checkRange("shift", o.Shift, 0, 31); err != nil {
		return nil, err
	}
	if weights < 1 || samples%weights != 0 {
		return nil, fmt.Errorf("%d samples are no whole number of windows of %d", samples, weights)
	}
	return &SignalWindow{shift: uint(o.Shift)}, nil
}

// Run fills out; in and out may be the same slice.
func (s *SignalWindow) Run(in, weights, out []int16) {
	for n := len(weights); len(in) > 0; in, out = in[n:], out[n:] {
		for i, w := range weights {
			v := int32(in[i]) * int32(w) >> s.shift
			out[i] = int16(max(math.MinInt16, min(v, math.MaxInt16)))
		}
	}
}

// SignalFftAutoScale shifts a frame left until its largest sample uses all 16 bits, writes it to out and returns the
// shift, 0 to 14; silence is not shifted. in and out are [N] int16 and may be the same slice.
//
// The largest magnitude is held in 16 bits, so −32768 counts as itself, less than any later sample: a frame that holds
// it beside smaller ones is shifted by those, and the loud samples wrap. Source: TFLite Micro,
// signal/src/fft_auto_scale.cc and max_abs.cc, msb_32.cc as gcc and clang build it.
func SignalFftAutoScale(in, out []int16) (shift int) {
	var loudest int16
	for _, x := range in {
		if x > loudest {
			loudest = x
		} else if -int32(x) > int32(loudest) {
			loudest = -x
		}
	}
	if loudest > 0 {
		shift = 15 - bits.Len16(uint16(loudest))
	}
	for i, x := range in {
		out[i] = x << shift
	}
	return shift
}

// checkRange returns an error unless lo ≤ v ≤ hi.
func checkRange(name string, v, lo, hi int) error {
	if v < lo || v > hi {
		return fmt.Errorf("%s is %d, not from %d to %d", name, v, lo, hi)
	}
	return nil
}
