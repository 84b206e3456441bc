package prep

import (
	"fmt"
	"time"

	"edged/models"
	"edged/pipelines"
	"edged/runtime/tensor"
	"edged/sensors"
)

// Options says what the card and the input leave open. The zero value works for all but micro_speech.
type Options struct {
	// Every is the time between two inputs. 0 means: each picture, each reading, and for sound 500 ms.
	Every time.Duration

	// FrontEnd opens micro_speech's front-end model, once for each recording.
	FrontEnd func() (Extractor, error)
}

const defaultHop = 500 * time.Millisecond

// tooSoon reports whether a sample comes too short after the last one used. It forgives a tenth of the period, or a
// sensor that ticks at just the period would lose every second sample to jitter.
func tooSoon(since, every time.Duration) bool { return since < every-every/10 }

// ForFrame returns the preparer that makes the input info, described by the card's in, from pictures. A card that says
// no kind gets a picture if the input's shape is one.
func ForFrame(info tensor.Info, in models.Input, o Options) (pipelines.Preparer[sensors.Frame], error) {
	if in.Kind != "" && in.Kind != models.Image {
		return nil, misfit(info, in, "pictures")
	}
	m, err := NewImage(info, in, o)
	if err != nil {
		return nil, err
	}
	return m, nil
}

// ForClip returns the preparer that makes the input info from sound. The card must say the kind: shapes do not tell.
func ForClip(info tensor.Info, in models.Input, o Options) (pipelines.Preparer[sensors.Clip], error) {
	var p pipelines.Preparer[sensors.Clip]
	var err error
	switch in.Kind {
	case models.MFCC:
		p, err = NewMFCC(info, in, o)
	case models.MicroSpeech:
		p, err = NewMicroSpeech(info, in, o)
	case models.LogMel:
		p, err = NewLogMel(info, in, o)
	case models.Waveform:
		p, err = NewWaveform(info, in, o)
	default:
		return nil, misfit(info, in, "sound")
	}
	if err != nil {
		return nil, err
	}
	return p, nil
}

// ForReading returns the preparer that makes the input info from readings. A card that says no kind but names fields is
// taken for a vector's; one that masks what is missing, for a Series'.
func ForReading(info tensor.Info, in models.Input, o Options) (pipelines.Preparer[sensors.Reading], error) {
	if in.Kind != models.Vector && !(in.Kind == "" && len(in.Fields) > 0) {
		return nil, misfit(info, in, "readings")
	}
	var p pipelines.Preparer[sensors.Reading]
	var err error
	if in.Missing == models.Mask {
		p, err = NewSeries(info, in, o)
	} else {
		p, err = NewVector(info, in, o)
	}
	if err != nil {
		return nil, err
	}
	return p, nil
}

// misfit is the error of a sensor that gives what the model does not take.
func misfit(info tensor.Info, in models.Input, gives string) error {
	wants := ""
	switch in.Kind {
	case models.Image:
		wants = "pictures"
	case models.MFCC, models.MicroSpeech, models.LogMel, models.Waveform:
		wants = "sound"
	case models.Vector:
		wants = "readings"
	case "":
		return fmt.Errorf("input %q: nothing says how %v %v is made from %s; give the model a card with input.kind",
			info.Name, info.DType, info.Shape, gives)
	default:
		return fmt.Errorf("input %q: card has the unknown input.kind %q", info.Name, in.Kind)
	}
	return fmt.Errorf("input %q: the model wants %s (%s), the sensor gives %s", info.Name, wants, in.Kind, gives)
}
