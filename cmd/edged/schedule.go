package main

import (
	"slices"
	"time"

	"edged/cmd/edged/internal/config"
	"edged/models"
	"edged/pipelines"
)

// schedule says how often an encoder on some sensors works, and how many cores that takes.
func schedule(all []*sensor, c *config.Encoder, p *config.Pipeline) pipelines.Encoder {
	e := pipelines.Encoder{Period: max(p.Period(c), fastest(all)), Cores: cores(c)}
	if f := p.Fusion; f != nil { // for which what is older is missing
		e.Longest = time.Duration(f.StaleAfter) / 2
	}
	if g := c.Gate; g != nil {
		e.Gate = pipelines.Gate{Motion: g.Motion, Level: float64(g.Level)}
	}
	return e
}

// fullScale returns how far apart black and white are in a float picture: a pixel v enters as (v − mean)/std, or as v/255 if
// the card says neither.
func fullScale(in models.Input) float64 {
	switch {
	case len(in.Std) > 0:
		return 255 / slices.Max(in.Std)
	case len(in.Mean) > 0:
		return 255
	}
	return 1
}

// fastest returns the time between two samples of the sensor that gives most.
func fastest(all []*sensor) time.Duration {
	least := all[0].period
	for _, s := range all {
		least = min(least, s.period)
	}
	return least
}

// cores returns how many cores an encoder's model keeps busy: none if an accelerator does the work.
func cores(c *config.Encoder) int {
	if c.Delegate != nil && c.Delegate.Name != "xnnpack" {
		return -1
	}
	return c.Threads
}
