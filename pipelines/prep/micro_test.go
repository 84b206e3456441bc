package prep

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"edged/models"
	"edged/runtime/tensor"
	"edged/sensors"
)

// recorded plays back what the real front-end model answered, and wants just the windows that it was given then.
type recorded struct {
	t       *testing.T
	in, out tensor.Tensor
	windows []byte // [n,480] int16
	rows    []byte // [n,40] int8
	n       int    // invokes so far
	closed  bool
}

func playback(t *testing.T, name string) *recorded {
	return &recorded{
		t:       t,
		in:      *newTensor(tensor.Info{DType: tensor.Int16, Shape: tensor.Shape{1, 480}}),
		out:     *newTensor(tensor.Info{DType: tensor.Int8, Shape: tensor.Shape{40}}),
		windows: corpusBytes(t, "golden/audio_preprocessor_int8/"+name+".in0.bin"),
		rows:    corpusBytes(t, "golden/audio_preprocessor_int8/"+name+".out0.bin"),
	}
}

func (r *recorded) Input(int) *tensor.Tensor  { return &r.in }
func (r *recorded) Output(int) *tensor.Tensor { return &r.out }
func (r *recorded) Close() error              { r.closed = true; return nil }

func (r *recorded) Invoke(context.Context) error {
	if r.n*960 == len(r.windows) {
		return errors.New("more windows than in the record")
	}
	if !bytes.Equal(r.in.Data, r.windows[r.n*960:][:960]) {
		r.t.Errorf("window %d is not the recorded one", r.n)
	}
	copy(r.out.Data, r.rows[r.n*40:][:40])
	r.n++
	return nil
}

func microInfo() tensor.Info {
	return tensor.Info{Name: "Reshape_1", DType: tensor.Int8, Shape: tensor.Shape{1, 1960},
		Quant: tensor.Quant{Scale: []float32{0.10171568393707275}, ZeroPoint: []int64{-128}}}
}

// TestMicroSpeechOfCorpus hears two recordings, in clips of 10 ms: each gives one input, the corpus's, by a front end
// of its own.
func TestMicroSpeechOfCorpus(t *testing.T) {
	var opened []*recorded
	names := []string{"yes", "no"}
	p, err := NewMicroSpeech(microInfo(), models.Input{}, Options{FrontEnd: func() (Extractor, error) {
		opened = append(opened, playback(t, "real-"+names[len(opened)]+"_1000ms"))
		return opened[len(opened)-1], nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	dst := newTensor(microInfo())
	for _, name := range names {
		whole := corpusWAV(t, name+"_1000ms.wav")
		got := 0
		for i := 0; i < len(whole.Samples); i += 160 {
			c := *whole
			c.Samples = whole.Samples[i : i+160]
			c.End = t0.Add(time.Duration(i+160) * time.Second / 16000)
			if i > 0 {
				c.Lost = 0
			}
			if err := p.Add(&c); err != nil {
				t.Fatal(err)
			}
			win, ok, err := p.Next(dst)
			if err != nil {
				t.Fatal(err)
			}
			if !ok {
				continue
			}
			got++
			if want := corpusBytes(t, "golden/micro_speech_quantized/real-"+name+".in0.bin"); !bytes.Equal(dst.Data, want) {
				t.Errorf("%s: the features are not the corpus's", name)
			}
			if win.Start.Sub(t0) != 0 || win.End.Sub(t0) != 990*time.Millisecond { // 48 hops of 20 ms, and 30 ms
				t.Errorf("%s: got window %v…%v, want 0…990ms", name, win.Start.Sub(t0), win.End.Sub(t0))
			}
		}
		if got != 1 {
			t.Errorf("%s: got %d inputs, want 1", name, got)
		}
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	if len(opened) != 2 || !opened[0].closed || !opened[1].closed {
		t.Errorf("got %d front ends, want 2, both closed", len(opened))
	}
}

// counting is a front end that answers with the number of the window in all features.
type counting struct {
	recorded
	fail error
}

func newCounting() *counting {
	return &counting{recorded: recorded{
		in:  *newTensor(tensor.Info{DType: tensor.Int16, Shape: tensor.Shape{1, 480}}),
		out: *newTensor(tensor.Info{DType: tensor.Int8, Shape: tensor.Shape{40}}),
	}}
}

func (c *counting) Invoke(context.Context) error {
	for i := range c.out.Data {
		c.out.Data[i] = byte(c.n)
	}
	c.n++
	return c.fail
}

func TestMicroSpeechEvery(t *testing.T) {
	info := tensor.Info{DType: tensor.Int8, Shape: tensor.Shape{1, 3, 40}}
	for _, c := range []struct {
		every time.Duration
		want  []byte // the newest frame of each input
	}{
		{20 * time.Millisecond, []byte{2, 3, 4, 5, 6, 7, 8, 9}},
		{time.Millisecond, []byte{2, 3, 4, 5, 6, 7, 8, 9}},
		{50 * time.Millisecond, []byte{2, 5, 8}}, // 2.5 frames, rounded up
		{100 * time.Millisecond, []byte{2, 7}},
		{0, []byte{2}},
	} {
		p, err := NewMicroSpeech(info, models.Input{}, Options{Every: c.every, FrontEnd: func() (Extractor, error) { return newCounting(), nil }})
		if err != nil {
			t.Fatal(err)
		}
		if err := p.Add(ramp(16000, 0, 9*320+480, -1)); err != nil {
			t.Fatal(err)
		}
		var got []byte
		dst := newTensor(info)
		for {
			_, ok, err := p.Next(dst)
			if err != nil {
				t.Fatal(err)
			}
			if !ok {
				break
			}
			if newest := dst.Data[119]; dst.Data[0] != newest-2 || dst.Data[40] != newest-1 {
				t.Errorf("every %v: rows %d, %d, %d are not in a row", c.every, dst.Data[0], dst.Data[40], newest)
			}
			got = append(got, dst.Data[119])
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("every %v: got inputs after frames %v, want %v", c.every, got, c.want)
		}
	}
}

func TestMicroSpeechRefuses(t *testing.T) {
	front := func() (Extractor, error) { return newCounting(), nil }
	for _, c := range []struct {
		name string
		info tensor.Info
		in   models.Input
		o    Options
		want string
	}{
		{"no front end", microInfo(), models.Input{}, Options{}, "micro_speech needs its front-end model"},
		{"a float input", tensor.Info{DType: tensor.Float32, Shape: tensor.Shape{1, 1960}}, models.Input{}, Options{FrontEnd: front}, "float32 1x1960 cannot hold"},
		{"half a row", tensor.Info{DType: tensor.Int8, Shape: tensor.Shape{1, 1950}}, models.Input{}, Options{FrontEnd: front}, "1x1950"},
		{"another rate", microInfo(), models.Input{RateHz: 8000}, Options{FrontEnd: front}, "micro_speech at 8000 Hz"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := NewMicroSpeech(c.info, c.in, c.o)
			wantError(t, err, c.want)
		})
	}
	broken := newCounting()
	broken.fail = errors.New("no memory")
	wrong := newCounting()
	wrong.in.DType = tensor.Float32
	narrow := newCounting()
	narrow.out.Data = narrow.out.Data[:8]
	for _, c := range []struct {
		open func() (Extractor, error)
		want string
	}{
		{func() (Extractor, error) { return nil, errors.New("no such file") }, "micro_speech front end: no such file"},
		{func() (Extractor, error) { return broken, nil }, "micro_speech front end: no memory"},
		{func() (Extractor, error) { return wrong, nil }, "the model is not a front end"},
		{func() (Extractor, error) { return narrow, nil }, "gave 8 features, want 40"},
	} {
		p, err := NewMicroSpeech(microInfo(), models.Input{}, Options{FrontEnd: c.open})
		if err != nil {
			t.Fatal(err)
		}
		if err := p.Add(ramp(16000, 0, 480, -1)); err != nil {
			t.Fatal(err)
		}
		_, _, err = p.Next(newTensor(microInfo()))
		wantError(t, err, c.want)
	}
	if !wrong.closed {
		t.Error("a model that is not a front end was left open")
	}
	var none sensors.Clip
	p, err := NewMicroSpeech(microInfo(), models.Input{}, Options{FrontEnd: front})
	if err != nil {
		t.Fatal(err)
	}
	wantError(t, p.Add(&none), "rate is 0 Hz")
}
