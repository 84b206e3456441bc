package kernel

import "fmt"

// SignalEnergyOptions are those of the custom operator SignalEnergy.
type SignalEnergyOptions struct {
	Start int // "start_index", int: first bin
	End   int // "end_index", int: one past the last bin
}

// SignalEnergy gives the energy of the bins of a spectrum:
//
//	out[k] = re(k)² + im(k)² for Start ≤ k < End, else 0
//
//	in  [2·K] int16: real, imaginary, …
//	out [K]   uint32
//
// TFLite Micro leaves the other bins as the memory was; nobody reads them. Source: signal/src/energy.cc.
type SignalEnergy struct {
	start, end int
}

// NewSignalEnergy checks the options against the numbers of the input and the bins of the output.
func NewSignalEnergy(o SignalEnergyOptions, in, out int) (*SignalEnergy, error) {
	if o.Start < 0 || o.Start > o.End || o.End > in/2 || o.End > out {
		return nil, fmt.Errorf("bins %d to %d of %d in and %d out", o.Start, o.End, in/2, out)
	}
	return &SignalEnergy{start: o.Start, end: o.End}, nil
}

// Run fills out.
func (s *SignalEnergy) Run(in []int16, out []uint32) {
	clear(out)
	for k := s.start; k < s.end; k++ {
		re, im := int32(in[2*k]), int32(in[2*k+1])
		out[k] = uint32(re*re) + uint32(im*im)
	}
}

// SignalFilterBankOptions are those of the custom operator SignalFilterBank.
type SignalFilterBankOptions struct {
	Channels int // "num_channels", int
}

// SignalFilterBankTables are the constant operands of SignalFilterBank, in their order. The last three have one entry
// a band: band 0 only prepares channel 0.
type SignalFilterBankTables struct {
	Weights, Unweights []int16
	Starts             []int16 // first bin of a band
	WeightStarts       []int16 // where a band's weights begin
	Widths             []int16 // how many bins a band has
}

// SignalFilterBank sums a spectrum's bins into overlapping triangular channels. Each bin lies in one band b, where it
// counts for the channel that falls and the one that rises:
//
//	out[c] = Σ_{k in band c} u[k]·in[k] + Σ_{k in band c+1} w[k]·in[k]
//
//	in  [K] uint32
//	out [C] uint64, wrapping
//
// Source: TFLite Micro, signal/src/filter_bank.cc.
type SignalFilterBank struct {
	bands []filterBand // C+1
}

type filterBand struct {
	bin                int
	weights, unweights []int16
}

// NewSignalFilterBank checks that every band lies within the bins of the input and within the weights. The tables are
// kept, not copied.
func NewSignalFilterBank(o SignalFilterBankOptions, t SignalFilterBankTables, bins, out int) (*SignalFilterBank, error) {
	n := out + 1
	if o.Channels != out || out < 1 {
		return nil, fmt.Errorf("num_channels is %d, the output has %d", o.Channels, out)
	}
	if len(t.Starts) < n || len(t.WeightStarts) < n || len(t.Widths) < n {
		return nil, fmt.Errorf("tables of %d, %d and %d bands for %d channels",
			len(t.Starts), len(t.WeightStarts), len(t.Widths), out)
	}
	s := &SignalFilterBank{bands: make([]filterBand, n)}
	weights := min(len(t.Weights), len(t.Unweights))
	for b := range s.bands {
		bin, first, width := int(t.Starts[b]), int(t.WeightStarts[b]), int(t.Widths[b])
		if width <= 0 {
			continue
		}
		if bin < 0 || bin+width > bins || first < 0 || first+width > weights {
			return nil, fmt.Errorf("band %d: %d bins from %d of %d, weights from %d of %d", b, width, bin, bins, first, weights)
		}
		s.bands[b] = filterBand{bin, t.Weights[first : first+width], t.Unweights[first : first+width]}
	}
	return s, nil
}

// Run fills out.
func (s *SignalFilterBank) Run(in []uint32, out []uint64) {
	var rising, falling uint64
	for b := range s.bands {
		band := &s.bands[b]
		for j, w := range band.weights {
			x := int64(in[band.bin+j])
			rising += uint64(int64(w) * x)
			falling += uint64(int64(band.unweights[j]) * x)
		}
		if b > 0 {
			out[b-1] = rising
		}
		rising, falling = falling, 0
	}
}
