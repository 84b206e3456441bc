package models

import (
	"encoding/hex"
	"fmt"
	"math"
)

// Rates that a card may ask for.
const (
	minRateHz = 1000
	maxRateHz = 768000
)

// check returns the key of the first value that cannot be, and why.
func (c *Card) check() (key string, err error) {
	if c.SHA256 != "" && !isSum(c.SHA256) {
		return "sha256", fmt.Errorf("%q is not 64 lower-case hexadecimal digits", c.SHA256)
	}
	switch c.Task {
	case "", Labels, Detections, Embedding, Captions:
	default:
		return "task", fmt.Errorf("%q is none of %s, %s, %s, %s", c.Task, Labels, Detections, Embedding, Captions)
	}
	if len(c.Labels) > 0 && c.LabelsFile != "" {
		return "labels_file", fmt.Errorf("there are labels in the card too; give one of the two")
	}
	if key, err := c.Answer.check(len(c.Labels)); err != nil {
		return key, err
	}
	return c.Input.check()
}

// check looks at the answers of a model with so many labels, 0 if they are not known.
func (a *Answer) check(labels int) (key string, err error) {
	if n := len(a.Thresholds); n > 0 && labels > 0 && n != labels {
		return "answer.thresholds", fmt.Errorf("there are %d, and %d labels", n, labels)
	}
	for i, v := range a.Thresholds {
		if !(v >= 0 && v <= 1) {
			return fmt.Sprintf("answer.thresholds[%d]", i), fmt.Errorf("%v is not within 0…1", v)
		}
	}
	return "", nil
}

func (in *Input) check() (key string, err error) {
	switch in.Kind {
	case "", Image, MicroSpeech, MFCC, Waveform, Vector:
	default:
		return "input.kind", fmt.Errorf("%q is none of %s, %s, %s, %s, %s", in.Kind, Image, MicroSpeech, MFCC, Waveform, Vector)
	}
	switch in.Crop {
	case "", NoCrop, CenterCrop:
	default:
		return "input.crop", fmt.Errorf("%q is neither %s nor %s", in.Crop, NoCrop, CenterCrop)
	}
	for i, v := range in.Mean {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Sprintf("input.mean[%d]", i), fmt.Errorf("is %v", v)
		}
	}
	for i, v := range in.Std {
		if v == 0 || math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Sprintf("input.std[%d]", i), fmt.Errorf("is %v", v)
		}
	}
	if in.RateHz != 0 && (in.RateHz < minRateHz || in.RateHz > maxRateHz) {
		return "input.rate", fmt.Errorf("%d Hz is outside %d…%d", in.RateHz, minRateHz, maxRateHz)
	}
	if in.Kind == Vector && len(in.Fields) == 0 {
		return "input.kind", fmt.Errorf("a vector needs fields")
	}
	return "", nil
}

func isSum(s string) bool {
	b, err := hex.DecodeString(s)
	return err == nil && len(b) == 32 && s == hex.EncodeToString(b)
}
