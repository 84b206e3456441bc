package pipelines

import (
	"fmt"
	"time"
)

// Stuck returns an error that names work of g that has begun, and has not got on since its deadline and for so long after it: a
// model that does not come back, or a sink that does not. An Invoke that outlives its deadline is ended by it; who finds work
// stuck finds that this had no effect.
//
// Stuck waits for what holds all of g. Should that be for ever, it does not return either.
func (g *Group) Stuck(after time.Duration) error {
	g.moments.look()
	now := time.Now()
	for _, p := range g.pipelines {
		for _, w := range p.works {
			if s := w.of(); s.still(now) > s.Deadline+after {
				return fmt.Errorf("%sno progress for %.1f s", s.name, s.still(now).Seconds())
			}
		}
	}
	return nil
}
