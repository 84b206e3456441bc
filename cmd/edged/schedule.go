package main

import (
	"time"

	"edged/cmd/edged/internal/config"
	"edged/pipelines"
)

// schedule says how often an encoder on some sensors works, and how many cores that takes.
func schedule(all []*sensor, c *config.Encoder, p *config.Pipeline) pipelines.Encoder {
	return pipelines.Encoder{Period: max(p.Period(c), fastest(all)), Cores: cores(c)}
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
