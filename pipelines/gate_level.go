package pipelines

import (
	"math"
	"time"

	"edged/runtime/tensor"
	"edged/sensors"
)

// knock is how long a sound must be to count at its full level: the RMS over a whole clip would not notice a shorter one.
const knock = 10 * time.Millisecond

// levelGate is shut for a window in which nothing was loud, if the model ran last on such a one.
type levelGate struct {
	least float64 // mean square of what is loud

	loud  time.Time // the end of the last clip in which something was
	quiet bool      // the window that still was last asked of
	knows bool      // the last result is of a quiet window
}

// newLevelGate makes a gate that opens at dBFS. By AES17 a full-scale sine, whose mean square is a half, is 0 dBFS.
func newLevelGate(dBFS float64) *levelGate {
	return &levelGate{least: math.Pow(10, dBFS/10) / 2}
}

func (g *levelGate) hear(s any) {
	if c := s.(*sensors.Clip); c.Lost != 0 || loudest(c) >= g.least { // nobody knows what was lost
		g.loud = c.End
	}
}

// loudest returns the largest mean square of a knock's time in a clip, all channels together.
func loudest(c *sensors.Clip) float64 {
	n := max(1, c.Channels*int(int64(c.RateHz)*int64(knock)/int64(time.Second)))
	top, rest := 0.0, c.Samples
	for len(rest) > 0 {
		part := rest[:min(n, len(rest))]
		rest = rest[len(part):]
		sum := 0.0
		for _, v := range part {
			sum += float64(v) * float64(v)
		}
		top = max(top, sum/float64(len(part)))
	}
	return top
}

func (g *levelGate) still(w Window, _ *tensor.Tensor) bool {
	g.quiet = !g.loud.After(w.Start)
	return g.quiet && g.knows
}

func (g *levelGate) ran(ok bool) { g.knows = ok && g.quiet }
