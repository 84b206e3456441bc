package prep

import (
	"fmt"
	"testing"

	"edged/models"
	"edged/runtime/tensor"
)

func TestForSensor(t *testing.T) {
	picture := tensor.Info{Name: "in", DType: tensor.Uint8, Shape: tensor.Shape{1, 8, 8, 3}}
	row := tensor.Info{Name: "in", DType: tensor.Float32, Shape: tensor.Shape{1, 2}}
	front := Options{FrontEnd: func() (Extractor, error) { return newCounting(), nil }}
	frame := func(info tensor.Info, in models.Input) (any, error) { return ForFrame(info, in, front) }
	clip := func(info tensor.Info, in models.Input) (any, error) { return ForClip(info, in, front) }
	read := func(info tensor.Info, in models.Input) (any, error) { return ForReading(info, in, front) }
	for _, c := range []struct {
		name string
		make func(tensor.Info, models.Input) (any, error)
		info tensor.Info
		in   models.Input
		want string // a type, or an error
	}{
		{"a picture", frame, picture, models.Input{Kind: models.Image}, "*prep.Image"},
		{"a picture by its shape", frame, picture, models.Input{}, "*prep.Image"},
		{"coefficients", clip, kwsInfo(), models.Input{Kind: models.MFCC}, "*prep.MFCC"},
		{"micro_speech", clip, microInfo(), models.Input{Kind: models.MicroSpeech}, "*prep.MicroSpeech"},
		{"a spectrogram", clip, kwsInfo(), models.Input{Kind: models.LogMel}, "*prep.LogMel"},
		{"a waveform", clip, row, models.Input{Kind: models.Waveform}, "*prep.Waveform"},
		{"a vector", read, row, models.Input{Kind: models.Vector, Fields: []string{"a", "b"}}, "*prep.Vector"},
		{"a vector by its fields", read, row, models.Input{Fields: []string{"a", "b"}}, "*prep.Vector"},
		{"a vector with gaps", read, row, models.Input{Kind: models.Vector, Fields: []string{"a"}, Missing: models.Mask, Period: 1e9}, "*prep.Series"},
		{"sound from a camera", frame, kwsInfo(), models.Input{Kind: models.MFCC},
			`input "input_1": the model wants sound (mfcc), the sensor gives pictures`},
		{"pictures from a microphone", clip, picture, models.Input{Kind: models.Image},
			`input "in": the model wants pictures (image), the sensor gives sound`},
		{"readings from a microphone", clip, row, models.Input{Kind: models.Vector},
			`input "in": the model wants readings (vector), the sensor gives sound`},
		{"pictures from a chip", read, picture, models.Input{Kind: models.Image},
			`input "in": the model wants pictures (image), the sensor gives readings`},
		{"sound without a card", clip, row, models.Input{},
			`input "in": nothing says how float32 1x2 is made from sound; give the model a card with input.kind`},
		{"an unknown kind", frame, picture, models.Input{Kind: "smell"}, `input "in": card has the unknown input.kind "smell"`},
		{"a vector from a camera", frame, row, models.Input{}, `input "in": shape 1x2 is not a picture's; want 1xHxWx1 or 1xHxWx3`},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, err := c.make(c.info, c.in)
			got := fmt.Sprintf("%T", p)
			if err != nil {
				got = err.Error()
			}
			if got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}
