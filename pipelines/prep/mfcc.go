package prep

import (
	"fmt"
	"math"
	"math/cmplx"

	"gonum.org/v1/gonum/dsp/fourier"

	"edged/models"
	"edged/pipelines"
	"edged/runtime/tensor"
	"edged/sensors"
)

// MLPerf Tiny's keyword-spotting reference (mlcommons/tiny, benchmark/training/keyword_spotting, get_dataset.py and
// kws_util.py, feature type mfcc).
const (
	mfccRateHz = 16000
	mfccFrame  = 480 // 30 ms
	mfccHop    = 320 // 20 ms
	mfccFFT    = 512 // tf.signal.stft's default: the next power of two
	mfccBands  = 40
	mfccLowHz  = 20.0
	mfccHighHz = 4000.0
	mfccFloor  = 1e-6 // added before the logarithm
	maxRows    = 3000 // a minute
)

// MFCC prepares sound for keyword models: an input [1,T,K] or [1,T,K,1] gets K mel-frequency cepstral coefficients for
// each of T frames, from a window of (T+1)·20 ms, 1 s for the reference's 49 frames.
//
// As in the reference, a window is first divided by its largest sample (the largest, not the largest magnitude), so
// loudness does not matter. A window whose largest sample is not positive stays as it is; the reference would divide by
// zero. Integers are truncated, not rounded: that is the reference's NumPy cast, and what the model's published inputs
// were made with.
type MFCC struct {
	win     windows
	enc     encoder
	rows, k int
	samples []float32
	vals    []float64 // [rows, k]
	cepstra cepstra
}

// NewMFCC returns a preparer for the input info.
func NewMFCC(info tensor.Info, in models.Input, o Options) (*MFCC, error) {
	s := info.Shape
	if len(s) < 3 || len(s) > 4 || s[0] != 1 || (len(s) == 4 && s[3] != 1) ||
		s[1] < 1 || s[1] > maxRows || s[2] < 1 || s[2] > mfccBands {
		return nil, fmt.Errorf("input %q: shape %v is not that of coefficients; want 1xTxK or 1xTxKx1, K up to %d",
			info.Name, s, mfccBands)
	}
	if in.RateHz != 0 && in.RateHz != mfccRateHz {
		return nil, fmt.Errorf("card: mfcc at %d Hz; it is defined for %d Hz", in.RateHz, mfccRateHz)
	}
	if len(in.Mean)+len(in.Std) > 0 {
		return nil, fmt.Errorf("card: mfcc takes no mean and no std")
	}
	m := &MFCC{rows: s[1], k: s[2], vals: make([]float64, s[1]*s[2])}
	m.samples = make([]float32, (m.rows+1)*mfccHop)
	m.cepstra.init()
	var err error
	if m.enc, err = newEncoder(info); err != nil {
		return nil, err
	}
	m.enc.truncate = true
	if m.win, err = newWindows(in, len(m.samples), o); err != nil {
		return nil, err
	}
	return m, nil
}

// Add takes a clip of any rate and number of channels.
func (m *MFCC) Add(c *sensors.Clip) error { return m.win.add(c) }

// Next gives the coefficients of the next window.
func (m *MFCC) Next(dst *tensor.Tensor) (pipelines.Window, bool, error) {
	if err := m.enc.fits(dst); err != nil {
		return pipelines.Window{}, false, err
	}
	span, ok := m.win.take(m.samples)
	if !ok {
		return span, false, nil
	}
	gain := 1.0
	var peak float32
	for _, v := range m.samples {
		peak = max(peak, v)
	}
	if peak > 0 {
		gain = 1 / float64(peak)
	}
	for t := range m.rows {
		m.cepstra.of(m.vals[t*m.k:(t+1)*m.k], m.samples[t*mfccHop:][:mfccFrame], gain)
	}
	fill(&m.enc, dst, m.vals)
	return span, true, nil
}

// cepstra computes the coefficients of one frame.
type cepstra struct {
	fft     *fourier.FFT
	hann    [mfccFrame]float64
	mel     [mfccBands]melBand
	dct     [mfccBands][mfccBands]float64 // [coefficient][band]
	frame   [mfccFFT]float64
	bins    [mfccFFT/2 + 1]complex128
	logMels [mfccBands]float64
}

func (c *cepstra) init() {
	c.fft = fourier.NewFFT(mfccFFT)
	for i := range c.hann { // periodic, as tf.signal.hann_window
		c.hann[i] = 0.5 - 0.5*math.Cos(2*math.Pi*float64(i)/mfccFrame)
	}
	mel := melScale{mfccBands, mfccFFT, mfccRateHz, mfccLowHz, mfccHighHz}
	for b := range c.mel {
		c.mel[b] = mel.band(b)
	}
	for k := range c.dct { // DCT-II as tf.signal.mfccs_from_log_mel_spectrograms scales it
		for b := range c.dct[k] {
			c.dct[k][b] = 2 * math.Cos(math.Pi/mfccBands*(float64(b)+0.5)*float64(k)) / math.Sqrt(2*mfccBands)
		}
	}
}

// of fills dst with the first coefficients of a frame of samples times gain.
func (c *cepstra) of(dst []float64, samples []float32, gain float64) {
	for i, v := range samples {
		c.frame[i] = float64(v) * gain * c.hann[i]
	}
	c.fft.Coefficients(c.bins[:], c.frame[:])
	for b := range c.mel {
		sum := 0.0
		for i, w := range c.mel[b].weights {
			sum += w * cmplx.Abs(c.bins[c.mel[b].first+i])
		}
		c.logMels[b] = math.Log(sum + mfccFloor)
	}
	for k := range dst {
		sum := 0.0
		for b, v := range c.logMels {
			sum += c.dct[k][b] * v
		}
		dst[k] = sum
	}
}
