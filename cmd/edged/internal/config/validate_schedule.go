package config

import "time"

// Period returns the least time between two results of e, an encoder of p.
func (p *Pipeline) Period(e *Encoder) time.Duration {
	if e.Every != 0 {
		return time.Duration(e.Every)
	}
	return time.Duration(p.Every)
}

// schedule checks when an encoder works.
func (v *validator) schedule(path string, e *Encoder, p *Pipeline) {
	if e.Every != 0 {
		v.atLeast(path+".every", e.Every, time.Millisecond)
	}
	if f := p.Fusion; f != nil && e.Every > f.StaleAfter {
		v.errorAt(path+".every", "raise fusion.stale_after, or lower every", "%s is above %s, after which the fusion model takes it for missing",
			time.Duration(e.Every), time.Duration(f.StaleAfter))
	}
}
