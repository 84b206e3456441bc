package prep

import (
	"cmp"
	"fmt"
	"math"
	"math/bits"

	"gonum.org/v1/gonum/dsp/fourier"

	"edged/models"
	"edged/pipelines"
	"edged/runtime/tensor"
	"edged/sensors"
)

// What a log_mel input is made with if its card does not say, at 16 kHz: frames of 32 ms, 20 ms apart.
const (
	melFrame    = 512
	melHop      = 320
	melLowHz    = 60.0
	melHighHz   = 7600.0
	melFloor    = 1e-6 // added to a band's energy before the logarithm
	maxMelBands = 256
	maxMelFrame = 1 << 14
)

// LogMel prepares sound as a spectrogram: an input [1,T,B] or [1,T,B,1] gets the logarithms of the energies in B mel
// bands of T frames, oldest first, as (ln(energy + 1e-6) − mean)/std. A frame's energy in a band is the sum of the
// squared magnitudes of its Fourier transform under the band's triangle; the frame is weighted with a periodic Hann window
// and filled up with zeros to a power of two.
//
// Windows overlap: the frames that a window has in common with the one before are not computed again.
type LogMel struct {
	win         windows
	enc         encoder
	norm        norm
	rows, bands int
	frame, hop  int // samples
	samples     []float32
	vals        []float64 // [rows, bands]
	start       int64     // of the window in vals
	solid       int       // rows of vals that more sound will not change
	spectrum    spectrum
}

// NewLogMel returns a preparer for the input info.
func NewLogMel(info tensor.Info, in models.Input, o Options) (*LogMel, error) {
	s := info.Shape
	if len(s) < 3 || len(s) > 4 || s[0] != 1 || (len(s) == 4 && s[3] != 1) ||
		s[1] < 1 || s[1] > maxRows || s[2] < 1 || s[2] > maxMelBands {
		return nil, fmt.Errorf("input %q: shape %v is not a spectrogram's; want 1xTxB or 1xTxBx1, B up to %d",
			info.Name, s, maxMelBands)
	}
	l := &LogMel{rows: s[1], bands: s[2], vals: make([]float64, s[1]*s[2])}
	l.frame, l.hop = cmp.Or(in.Mel.Frame, melFrame), cmp.Or(in.Mel.Hop, melHop)
	if l.frame < 2 || l.frame > maxMelFrame || l.hop < 1 || l.hop > maxMelFrame {
		return nil, fmt.Errorf("card: mel frames of %d samples every %d; want at most %d", l.frame, l.hop, maxMelFrame)
	}
	l.samples = make([]float32, (l.rows-1)*l.hop+l.frame)
	if len(l.samples) > maxWindow {
		return nil, fmt.Errorf("input %q: %d frames every %d samples are longer than a minute", info.Name, l.rows, l.hop)
	}
	var err error
	if l.enc, err = newEncoder(info); err != nil {
		return nil, err
	}
	if l.norm, err = newNorm(in, l.bands, "band"); err != nil {
		return nil, err
	}
	if l.win, err = newWindows(in, len(l.samples), o); err != nil {
		return nil, err
	}
	return l, l.spectrum.init(l.win.rateHz, l.frame, l.bands, in.Mel)
}

// Add takes a clip of any rate and number of channels.
func (l *LogMel) Add(c *sensors.Clip) error { return l.win.add(c) }

// Next gives the spectrogram of the next window.
func (l *LogMel) Next(dst *tensor.Tensor) (pipelines.Window, bool, error) {
	if err := l.enc.fits(dst); err != nil {
		return pipelines.Window{}, false, err
	}
	start := l.win.next
	span, ok := l.win.take(l.samples)
	if !ok {
		return span, false, nil
	}
	for t := l.keep(start); t < l.rows; t++ {
		l.spectrum.of(l.row(t), l.samples[t*l.hop:][:l.frame])
		for b, v := range l.row(t) {
			l.row(t)[b] = l.norm.apply(v, b)
		}
	}
	l.start = start
	l.solid = min(max(int(l.win.first+int64(l.win.final)-start)-l.frame+l.hop, 0)/l.hop, l.rows)
	fill(&l.enc, dst, l.vals)
	return span, true, nil
}

func (l *LogMel) row(t int) []float64 { return l.vals[t*l.bands:][:l.bands] }

// keep moves the rows that the window from start on has in common with the last one, and returns how many there are. A
// window that starts no later is another recording's.
func (l *LogMel) keep(start int64) int {
	step := start - l.start
	if step <= 0 || step%int64(l.hop) != 0 || step/int64(l.hop) >= int64(l.solid) {
		return 0
	}
	skip := int(step) / l.hop
	return copy(l.vals, l.vals[skip*l.bands:l.solid*l.bands]) / l.bands
}

// spectrum computes the mel bands of one frame.
type spectrum struct {
	fft    *fourier.FFT
	window []float64 // [frame]
	padded []float64 // [fft]
	bins   []complex128
	mel    []melBand
}

func (s *spectrum) init(rateHz, frame, bands int, card models.Mel) error {
	n := 1 << bits.Len(uint(frame-1))
	scale := melScale{bands, n, rateHz, cmp.Or(card.LowHz, melLowHz), cmp.Or(card.HighHz, melHighHz)}
	if !(scale.lowHz >= 0 && scale.lowHz < scale.highHz && 2*scale.highHz <= float64(rateHz)) {
		return fmt.Errorf("card: mel bands from %v to %v Hz, of sound at %d Hz; want them rising, up to half the rate",
			scale.lowHz, scale.highHz, rateHz)
	}
	s.fft = fourier.NewFFT(n)
	s.window, s.padded, s.bins = make([]float64, frame), make([]float64, n), make([]complex128, n/2+1)
	for i := range s.window {
		s.window[i] = 0.5 - 0.5*math.Cos(2*math.Pi*float64(i)/float64(frame))
	}
	for b := range bands {
		s.mel = append(s.mel, scale.band(b))
	}
	return nil
}

// of fills dst with the logarithms of the bands' energies.
func (s *spectrum) of(dst []float64, samples []float32) {
	for i, v := range samples {
		s.padded[i] = float64(v) * s.window[i]
	}
	s.fft.Coefficients(s.bins, s.padded)
	for b := range dst {
		sum := 0.0
		for i, w := range s.mel[b].weights {
			c := s.bins[s.mel[b].first+i]
			sum += w * (real(c)*real(c) + imag(c)*imag(c))
		}
		dst[b] = math.Log(sum + melFloor)
	}
}
