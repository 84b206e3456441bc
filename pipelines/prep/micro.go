package prep

import (
	"context"
	"fmt"
	"math"

	"edged/models"
	"edged/pipelines"
	"edged/runtime/tensor"
	"edged/sensors"
)

// Extractor is micro_speech's front-end model, audio_preprocessor_int8, made ready to run: 480 int16 samples in, 40
// int8 features out, with a noise estimate that lives on from one Invoke to the next. A runtime.Session is one.
type Extractor interface {
	Input(i int) *tensor.Tensor
	Output(i int) *tensor.Tensor
	Invoke(ctx context.Context) error
	Close() error
}

// micro_speech's front end: 30 ms windows every 20 ms at 16 kHz (tflite-micro, micro_speech, micro_model_settings.h).
const (
	microRateHz   = 16000
	microFrame    = 480
	microHop      = 320
	microFeatures = 40
)

// MicroSpeech prepares sound for micro_speech: an int8 input of T·40 elements, [1,1960] for the published model, gets
// the features of the last T frames. Every recording starts with a front end newly opened: its noise estimate is
// state that a Session cannot be asked to forget.
type MicroSpeech struct {
	sound sound
	info  tensor.Info
	open  func() (Extractor, error)
	ext   Extractor // nil until the recording's first frame
	every int       // frames between two inputs

	next     int64 // the first sample of the next frame
	frame    [microFrame]float32
	features []int8 // [T,40], newest last
	frames   int    // since the recording began
	due      int    // the count of frames at which the next input is ready
}

// NewMicroSpeech returns a preparer for the input info; o.FrontEnd must be set. o.Every is rounded to frames of 20 ms.
func NewMicroSpeech(info tensor.Info, in models.Input, o Options) (*MicroSpeech, error) {
	n := info.Shape.Elems()
	if info.DType != tensor.Int8 || n < microFeatures || n%microFeatures != 0 || n > maxRows*microFeatures {
		return nil, fmt.Errorf("input %q: %v %v cannot hold micro_speech's features; want int8 of T·%d elements",
			info.Name, info.DType, info.Shape, microFeatures)
	}
	if in.RateHz != 0 && in.RateHz != microRateHz {
		return nil, fmt.Errorf("card: micro_speech at %d Hz; it is defined for %d Hz", in.RateHz, microRateHz)
	}
	if len(in.Mean)+len(in.Std) > 0 {
		return nil, fmt.Errorf("card: micro_speech takes no mean and no std")
	}
	if o.FrontEnd == nil {
		return nil, fmt.Errorf("input %q: micro_speech needs its front-end model; name it in the card as input.frontend",
			info.Name)
	}
	w, err := newWindows(in, microFrame, o)
	if err != nil {
		return nil, err
	}
	every := max((w.hop+microHop/2)/microHop, 1)
	m := &MicroSpeech{sound: w.sound, info: info, open: o.FrontEnd, every: every, features: make([]int8, n)}
	m.due = m.rows()
	return m, nil
}

func (m *MicroSpeech) rows() int { return len(m.features) / microFeatures }

// Add takes a clip of any rate and number of channels.
func (m *MicroSpeech) Add(c *sensors.Clip) error {
	fresh, err := m.sound.add(c)
	if fresh {
		m.next, m.frames, m.due = 0, 0, m.rows()
		if cerr := m.Close(); err == nil {
			err = cerr
		}
	}
	m.sound.drop(m.next)
	return err
}

// Next runs the front end over new frames until an input is due. The first of a recording is due after T frames.
func (m *MicroSpeech) Next(dst *tensor.Tensor) (pipelines.Window, bool, error) {
	if err := fits(dst, &m.info); err != nil {
		return pipelines.Window{}, false, err
	}
	for m.sound.read(m.frame[:], m.next) {
		if err := m.extract(); err != nil {
			return pipelines.Window{}, false, fmt.Errorf("micro_speech front end: %w", err)
		}
		m.next += microHop
		m.frames++
		if m.frames < m.due {
			continue
		}
		m.due += m.every
		copy(tensor.As[int8](dst.Data), m.features)
		end := m.next - microHop + microFrame
		start := m.next - int64(m.rows())*microHop
		return m.sound.window(start, end), true, nil
	}
	return pipelines.Window{}, false, nil
}

// extract appends the features of frame to features.
func (m *MicroSpeech) extract() error {
	if m.ext == nil {
		if err := m.start(); err != nil {
			return err
		}
	}
	samples := tensor.As[int16](m.ext.Input(0).Data)
	for i, v := range m.frame {
		samples[i] = int16(min(max(math.Round(float64(v)*32768), math.MinInt16), math.MaxInt16))
	}
	if err := m.ext.Invoke(context.Background()); err != nil {
		return err
	}
	copy(m.features, m.features[microFeatures:])
	row := m.features[len(m.features)-microFeatures:]
	if n := copy(row, tensor.As[int8](m.ext.Output(0).Data)); n != microFeatures {
		return fmt.Errorf("gave %d features, want %d", n, microFeatures)
	}
	return nil
}

// start opens the front end and checks that it is one.
func (m *MicroSpeech) start() error {
	ext, err := m.open()
	if err != nil {
		return err
	}
	in, out := ext.Input(0), ext.Output(0)
	if in == nil || in.DType != tensor.Int16 || len(in.Data) != 2*microFrame || out == nil || out.DType != tensor.Int8 {
		ext.Close()
		return fmt.Errorf("the model is not a front end: want %d int16 in and %d int8 out", microFrame, microFeatures)
	}
	m.ext = ext
	return nil
}

// Close closes the front end, if one is open.
func (m *MicroSpeech) Close() error {
	if m.ext == nil {
		return nil
	}
	err := m.ext.Close()
	m.ext = nil
	return err
}
