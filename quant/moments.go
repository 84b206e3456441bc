package quant

import (
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// moments are the mean of a layer's patches, and the mean of the products of each two of their values. A depthwise layer
// keeps products within one input channel only.
type moments struct {
	n      float64
	in     int       // input channels of a depthwise layer
	mean   []float64 // by place in the patch
	second []float64 // [taps, taps], of a depthwise layer [input channels, taps, taps]; nil where not asked for
}

// How many patches of a sample are looked at, and up to how many taps products are kept: they take 8·taps² bytes.
const (
	meanPatches   = 512
	secondPatches = 96
	maxTaps       = 1536
)

// moments reports whether an option needs those of a layer.
func (o *Options) moments(l *layer) bool {
	return (o.CorrectBias || o.Round) && l.op.Code != tflite.OpTransposeConv && (l.window.kh == 0) == (l.rule.axis < 0)
}

func newMoments(l *layer, second bool) *moments {
	m := &moments{}
	if second && l.taps <= maxTaps {
		m.second = []float64{} // made with the first patch
	}
	return m
}

// see takes in a sample's input of the layer.
func (m *moments) see(l *layer, x []float32, shape tensor.Shape) {
	most := meanPatches
	if m.second != nil {
		most = secondPatches
	}
	l.patches(x, shape, most, func(patch []float32) {
		if m.mean == nil {
			m.begin(l, len(patch))
		}
		m.n++
		for i, v := range patch {
			m.mean[i] += (float64(v) - m.mean[i]) / m.n
		}
		if m.second != nil {
			m.products(l, patch)
		}
	})
}

func (m *moments) begin(l *layer, size int) {
	m.mean = make([]float64, size)
	if m.in = 1; l.depthwise {
		m.in = size / l.taps
	}
	if m.second != nil {
		m.second = make([]float64, m.in*l.taps*l.taps)
	}
}

func (m *moments) products(l *layer, patch []float32) {
	t := l.taps
	for c := range m.in {
		to := m.second[c*t*t:]
		for i := range t {
			a := float64(patch[i*m.in+c])
			if a == 0 {
				continue
			}
			row := to[i*t : (i+1)*t]
			for j := range row {
				row[j] += a * float64(patch[j*m.in+c])
			}
		}
	}
}

// input returns the input channel that an output channel of the layer sees.
func (m *moments) input(l *layer, channel int) int {
	if m.in == 1 {
		return 0
	}
	return channel / (l.channels / m.in)
}

// meanOf returns the mean of what a channel's tap is multiplied with.
func (m *moments) meanOf(l *layer, channel, tap int) float64 {
	return m.mean[tap*m.in+m.input(l, channel)]
}

// productsOf returns the products [taps, taps] of what a channel's taps are multiplied with.
func (m *moments) productsOf(l *layer, channel int) []float64 {
	t := l.taps
	return m.second[m.input(l, channel)*t*t:][:t*t]
}
