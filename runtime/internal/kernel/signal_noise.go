package kernel

import (
	"fmt"
	"math/bits"
)

// SignalSubtractionOptions are those of the custom operator SignalFilterBankSpectralSubtraction. The factors are fixed
// point with Bits fractional bits.
type SignalSubtractionOptions struct {
	Channels             int    // "num_channels", int
	Smoothing            uint32 // "smoothing", int: how fast even channels' noise follows
	OneMinusSmoothing    uint32 // "one_minus_smoothing", int
	AltSmoothing         uint32 // "alternate_smoothing", int: the same for odd channels
	AltOneMinusSmoothing uint32 // "alternate_one_minus_smoothing", int
	MinSignalRemaining   uint32 // "min_signal_remaining", int: the share of the signal that always stays
	SmoothingBits        int    // "smoothing_bits", int: further fractional bits of the noise
	Bits                 int    // "spectral_subtraction_bits", int
	Clamping             bool   // "clamping", bool: the noise falls at once with the signal
}

// SignalSubtraction subtracts from each channel a running estimate of its noise, and keeps the estimate:
//
//	noise[c] = smoothing·in[c]·2^SmoothingBits + (1−smoothing)·noise[c]
//	out[c]   = max(in[c] − noise[c]·2^−SmoothingBits, MinSignalRemaining·in[c])
//
// all [C] uint32, rounding down, wrapping. Source: TFLite Micro, signal/src/filter_bank_spectral_subtraction.cc.
type SignalSubtraction struct {
	opts  SignalSubtractionOptions
	noise []uint32
}

// NewSignalSubtraction checks the options against the channels of the input. The noise begins as zero.
func NewSignalSubtraction(o SignalSubtractionOptions, channels int) (*SignalSubtraction, error) {
	if o.Channels != channels || channels < 1 {
		return nil, fmt.Errorf("num_channels is %d, the input has %d", o.Channels, channels)
	}
	if err := checkRange("smoothing_bits", o.SmoothingBits, 0, 31); err != nil {
		return nil, err
	}
	if err := checkRange("spectral_subtraction_bits", o.Bits, 0, 63); err != nil {
		return nil, err
	}
	return &SignalSubtraction{opts: o, noise: make([]uint32, channels)}, nil
}

// Run fills out with the signal and noise with the estimate after it.
func (s *SignalSubtraction) Run(in, out, noise []uint32) {
	for c, x := range in {
		rate, keep := s.opts.Smoothing, s.opts.OneMinusSmoothing
		if c%2 == 1 {
			rate, keep = s.opts.AltSmoothing, s.opts.AltOneMinusSmoothing
		}
		scaled := x << s.opts.SmoothingBits
		estimate := uint32((uint64(scaled)*uint64(rate) + uint64(s.noise[c])*uint64(keep)) >> s.opts.Bits)
		below := min(estimate, scaled)
		if s.opts.Clamping {
			estimate = below
		}
		s.noise[c] = estimate
		floor := uint32(uint64(x) * uint64(s.opts.MinSignalRemaining) >> s.opts.Bits)
		out[c] = max((scaled-below)>>s.opts.SmoothingBits, floor)
	}
	copy(noise, s.noise)
}

// SignalPCANOptions are those of the custom operator SignalPCAN.
type SignalPCANOptions struct {
	SNRShift int // "snr_shift", int
}

// pcanGains is the length of the gain table: 3 entries for 0, 1, 2, then 4 for each further bit of the noise, less
// one for the last.
const pcanGains = 4*32 - 3

// SignalPCAN is per-channel amplitude normalisation, a gain that the noise sets and a soft floor:
//
//	snr    = in[c]·gain(noise[c]) >> shift            12 fractional bits
//	out[c] = snr²/4 where snr < 2, else snr − 1        6 fractional bits
//
// in, noise, out are [C] uint32. Source: TFLite Micro, signal/src/pcan_argc_fixed.cc.
type SignalPCAN struct {
	shift uint
}

// NewSignalPCAN checks the options and the lengths of input, noise estimate and gain table.
func NewSignalPCAN(o SignalPCANOptions, channels, noise, gains int) (*SignalPCAN, error) {
	if err := checkRange("snr_shift", o.SNRShift, 0, 63); err != nil {
		return nil, err
	}
	if noise != channels {
		return nil, fmt.Errorf("noise of %d channels for %d", noise, channels)
	}
	if gains < pcanGains {
		return nil, fmt.Errorf("gain table of %d entries, not %d", gains, pcanGains)
	}
	return &SignalPCAN{shift: uint(o.SNRShift)}, nil
}

// Run fills out; in and out may be the same slice.
func (s *SignalPCAN) Run(in, noise []uint32, gains []int16, out []uint32) {
	for c, x := range in {
		snr := uint32(uint64(x) * uint64(uint32(pcanGain(noise[c], gains))) >> s.shift)
		if snr < 2<<12 {
			out[c] = snr * snr >> 20
		} else {
			out[c] = snr>>6 - 1<<6
		}
	}
}

// pcanGain reads the gain at a noise level: a parabola between powers of two, its three coefficients in the table.
func pcanGain(noise uint32, gains []int16) int16 {
	if noise <= 2 {
		return gains[noise]
	}
	octave := bits.Len32(noise)
	at := gains[4*octave-6:]
	var t int32 // where in the octave, 10 fractional bits
	if octave < 11 {
		t = int32(noise<<(11-octave)) & 0x3ff
	} else {
		t = int32(noise>>(octave-11)) & 0x3ff
	}
	y := int32(at[2])*t>>5 + int32(at[1])<<5
	y = (y*t + 1<<14) >> 15
	return int16(y + int32(at[0]))
}
