package models

import (
	"encoding/hex"
	"fmt"
	"math"
	"slices"
	"time"
)

// Rates that a card may ask for.
const (
	minRateHz = 1000
	maxRateHz = 768000
)

const maxPart = 1 << 20 // elements of an embedding

// Periods that a card may ask for.
const (
	leastPeriod = Duration(10 * time.Millisecond)
	mostPeriod  = Duration(time.Hour)
)

// check returns the key of the first value that cannot be, and why.
func (c *Card) check() (key string, err error) {
	if c.SHA256 != "" && !isSum(c.SHA256) {
		return "sha256", fmt.Errorf("%q is not 64 lower-case hexadecimal digits", c.SHA256)
	}
	switch c.Task {
	case "", Labels, Detections, Yolo, Embedding, Fusion, Captions:
	default:
		return "task", fmt.Errorf("%q is none of %s, %s, %s, %s, %s, %s", c.Task, Labels, Detections, Yolo, Embedding, Fusion, Captions)
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
	if key, err := checkThresholds("answer.thresholds", a.Thresholds, labels); err != nil {
		return key, err
	}
	if a.Boxes != "" && a.Boxes != Fractions && a.Boxes != Pixels {
		return "answer.boxes", fmt.Errorf("%q is neither %s nor %s", a.Boxes, Fractions, Pixels)
	}
	for i, c := range a.Anchors {
		if !(c[0] > 0 && c[1] > 0) {
			return fmt.Sprintf("answer.anchors[%d]", i), fmt.Errorf("%v is not above 0", c)
		}
	}
	if !(a.Sure >= 0 && a.Sure <= 1) {
		return "answer.sure", fmt.Errorf("%v is not within 0…1", a.Sure)
	}
	for i, p := range a.Parts {
		switch {
		case p.Model == "":
			return fmt.Sprintf("answer.parts[%d]", i), fmt.Errorf("has no model")
		case p.Size < 1 || p.Size > maxPart:
			return fmt.Sprintf("answer.parts[%d].size", i), fmt.Errorf("%d is outside 1…%d", p.Size, maxPart)
		}
	}
	for i := range a.Missing {
		if key, err := a.checkMissing(i, labels); err != nil {
			return key, err
		}
	}
	return "", nil
}

func checkThresholds(path string, all []float64, labels int) (key string, err error) {
	if n := len(all); n > 0 && labels > 0 && n != labels {
		return path, fmt.Errorf("there are %d, and %d labels", n, labels)
	}
	for i, v := range all {
		if !(v >= 0 && v <= 1) {
			return fmt.Sprintf("%s[%d]", path, i), fmt.Errorf("%v is not within 0…1", v)
		}
	}
	return "", nil
}

// checkMissing looks at what is said of one set of missing parts. A name must be that of one part, so that it is clear
// which is missing.
func (a *Answer) checkMissing(i, labels int) (key string, err error) {
	path, m := fmt.Sprintf("answer.missing[%d]", i), &a.Missing[i]
	switch {
	case len(m.Parts) == 0:
		return path, fmt.Errorf("has no parts")
	case len(m.Thresholds) == 0:
		return path, fmt.Errorf("has no thresholds")
	}
	for k, name := range m.Parts {
		key := fmt.Sprintf("%s.parts[%d]", path, k)
		switch n := len(a.Places([]string{name})); {
		case n != 1:
			return key, fmt.Errorf("%q is the model of %d parts, want one", name, n)
		case slices.Contains(m.Parts[:k], name):
			return key, fmt.Errorf("%q stands twice", name)
		}
	}
	for k := range a.Missing[:i] {
		if slices.Equal(a.Places(a.Missing[k].Parts), a.Places(m.Parts)) {
			return path + ".parts", fmt.Errorf("the same as those of missing[%d]", k)
		}
	}
	return checkThresholds(path+".thresholds", m.Thresholds, labels)
}

func (in *Input) check() (key string, err error) {
	switch in.Kind {
	case "", Image, MicroSpeech, MFCC, LogMel, Waveform, Vector:
	default:
		return "input.kind", fmt.Errorf("%q is none of %s, %s, %s, %s, %s, %s", in.Kind, Image, MicroSpeech, MFCC, LogMel, Waveform, Vector)
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
	if key, err := in.Mel.check(); err != nil {
		return key, err
	}
	return in.checkMissing()
}

func (m *Mel) check() (key string, err error) {
	switch {
	case m.Frame < 0:
		return "input.mel.frame", fmt.Errorf("%d samples", m.Frame)
	case m.Hop < 0:
		return "input.mel.hop", fmt.Errorf("%d samples", m.Hop)
	case !(m.LowHz >= 0 && m.LowHz <= maxRateHz):
		return "input.mel.low", fmt.Errorf("%v Hz", m.LowHz)
	case !(m.HighHz >= 0 && m.HighHz <= maxRateHz):
		return "input.mel.high", fmt.Errorf("%v Hz", m.HighHz)
	}
	return "", nil
}

func (in *Input) checkMissing() (key string, err error) {
	switch {
	case in.Missing != "" && in.Missing != Mask:
		return "input.missing", fmt.Errorf("%q is not %s", in.Missing, Mask)
	case in.Missing == Mask && in.Period == 0:
		return "input.missing", fmt.Errorf("%s needs a period, the time of a row", Mask)
	case in.Missing == "" && in.Period != 0:
		return "input.period", fmt.Errorf("rows in time have gaps; say missing: %s", Mask)
	case in.Period != 0 && (in.Period < leastPeriod || in.Period > mostPeriod):
		return "input.period", fmt.Errorf("%v is outside %v…%v", time.Duration(in.Period), time.Duration(leastPeriod), time.Duration(mostPeriod))
	}
	return "", nil
}

func isSum(s string) bool {
	b, err := hex.DecodeString(s)
	return err == nil && len(b) == 32 && s == hex.EncodeToString(b)
}
