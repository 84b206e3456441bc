package prep

import (
	"fmt"

	"edged/models"
	"edged/pipelines"
	"edged/runtime/tensor"
	"edged/sensors"
)

// maxWindow bounds a window of sound, in samples: a minute at 48 kHz.
const maxWindow = 60 * 48000

// Waveform prepares sound as samples: an input [n], [1,n] or [1,n,1] gets n samples in [-1, 1) at the card's rate, as
// (v − mean)/std if the card says so. An int16 input without a scale gets the samples times 32768.
type Waveform struct {
	win  windows
	enc  encoder
	norm norm
	vals []float32
}

// NewWaveform returns a preparer for the input info.
func NewWaveform(info tensor.Info, in models.Input, o Options) (*Waveform, error) {
	n := info.Shape.Elems()
	wide := 0
	for _, d := range info.Shape {
		if d != 1 {
			wide++
		}
	}
	if wide > 1 || n < 1 || n > maxWindow {
		return nil, fmt.Errorf("input %q: shape %v is not a waveform's; want n, 1xn or 1xnx1", info.Name, info.Shape)
	}
	if info.DType == tensor.Int16 && !info.Quant.Quantized() {
		info.Quant = tensor.Quant{Scale: []float32{1.0 / 32768}, ZeroPoint: []int64{0}}
	}
	w := &Waveform{vals: make([]float32, n)}
	var err error
	if w.enc, err = newEncoder(info); err != nil {
		return nil, err
	}
	if w.norm, err = newNorm(in, 1, "channel"); err != nil {
		return nil, err
	}
	if w.win, err = newWindows(in, n, o); err != nil {
		return nil, err
	}
	return w, nil
}

// Add takes a clip of any rate and number of channels.
func (w *Waveform) Add(c *sensors.Clip) error { return w.win.add(c) }

// Next gives the next window.
func (w *Waveform) Next(dst *tensor.Tensor) (pipelines.Window, bool, error) {
	if err := w.enc.fits(dst); err != nil {
		return pipelines.Window{}, false, err
	}
	span, ok := w.win.take(w.vals)
	if !ok {
		return span, false, nil
	}
	for i, v := range w.vals {
		w.vals[i] = float32(w.norm.apply(float64(v), 0))
	}
	fill(&w.enc, dst, w.vals)
	return span, true, nil
}
