package config

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"edged/models"
)

// Gate lets an encoder rest while its input is as good as what it ran on last. Its last result then counts as of now, in the
// fusion and in its own events; health counts how often. One of the two is set.
type Gate struct {
	// A camera: it runs when a part of the picture, an eighth of each side, has changed by this part of full brightness since
	// it ran, such as 0.02.
	Motion float64 `yaml:"motion,omitempty"`
	// A microphone: it runs when something in its window is this loud, in dBFS, such as -50dB, and once on the silence after
	// it. A full-scale sine is 0dB.
	Level Level `yaml:"level,omitempty"`
}

// Level is how loud something is in dBFS, written -50dB or -50. 0 is none.
type Level float64

// UnmarshalText reads a level.
func (l *Level) UnmarshalText(text []byte) error {
	v, err := strconv.ParseFloat(strings.TrimSpace(strings.TrimSuffix(string(text), "dB")), 64)
	if err != nil || math.IsNaN(v) {
		return fmt.Errorf("%q is not a level; write it as -50dB", text)
	}
	if !(v < 0 && v >= quietest) {
		return fmt.Errorf("%s is not between %d dB, which is silence, and 0 dB, full scale", text, quietest)
	}
	*l = Level(v)
	return nil
}

// MarshalYAML writes what UnmarshalText reads.
func (l Level) MarshalYAML() ([]byte, error) {
	return []byte(strconv.FormatFloat(float64(l), 'f', -1, 64) + "dB"), nil
}

// quietest is what silence measures, in dBFS.
const quietest = -120

// gate checks that the first of the encoder's sensors has what the gate is of.
func (v *validator) gate(path string, g *Gate, s *Sensor) {
	if (g.Motion == 0) == (g.Level == 0) {
		v.errorAt(path, "write { motion: 0.02 } or { level: -50dB }", "want one of motion and level")
		return
	}
	if g.Motion != 0 {
		v.fraction(path+".motion", g.Motion)
	}
	switch {
	case s == nil:
	case g.Motion != 0 && !fits(models.Image, s):
		v.errorAt(path+".motion", "a microphone has a level", "only a camera sees motion")
	case g.Level != 0 && !fits(models.Waveform, s):
		v.errorAt(path+".level", "a camera has motion", "only a microphone has a level")
	}
}

// Period returns the least time between two results of e, an encoder of p.
func (p *Pipeline) Period(e *Encoder) time.Duration {
	if e.Every != 0 {
		return time.Duration(e.Every)
	}
	return time.Duration(p.Every)
}

// Limit returns how many cores p may keep busy on average; 0 is as many as there are.
func (p *Pipeline) Limit() float64 { return float64(p.Budget) / float64(p.Every) }

// schedule checks when an encoder works.
func (v *validator) schedule(path string, e *Encoder, p *Pipeline) {
	if e.Every != 0 {
		v.atLeast(path+".every", e.Every, time.Millisecond)
	}
	if e.Gate != nil && len(e.Sensor) > 0 {
		v.gate(path+".gate", e.Gate, v.c.Sensors[e.Sensor[0]])
	}
	if f := p.Fusion; f != nil && e.Every > f.StaleAfter {
		v.errorAt(path+".every", "raise fusion.stale_after, or lower every", "%s is above %s, after which the fusion model takes it for missing",
			time.Duration(e.Every), time.Duration(f.StaleAfter))
	}
}
