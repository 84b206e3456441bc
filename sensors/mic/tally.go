package mic

import (
	"math"
	"time"

	"edged/sensors"
)

// tally counts the frames that nobody got, and keeps the clips' times. Its zero value has lost nothing.
type tally struct {
	end  time.Time // of the newest clip
	last time.Time // of the clip given before it
	lost int       // frames since; −1 if what follows has nothing to do with what was
	gap  bool      // sound is missing since, and only the clock says how much
}

// overrun decides what to do with n frames that were read when avail more are there now, in a ring of buffer frames. Where
// all n and all avail fit the ring, the driver has overwritten nothing, and the answer is −1. Else frames were lost, and
// some of the n are newer sound in the place of older: none of them is given, and so many more are skipped that half the
// ring is left, for the reader to catch up.
func (t *tally) overrun(n, avail, buffer int) (skip int) {
	if avail < 0 || avail > math.MaxInt-n || avail+n > buffer {
		return max(0, avail-buffer/2)
	}
	return -1
}

// miss counts n frames as lost.
func (t *tally) miss(n int) {
	if t.lost >= 0 {
		t.lost = min(t.lost+n, math.MaxInt32)
	}
}

// stamp sets the times of a clip of n frames at rate that ends at t.end, and what was lost before it.
func (t *tally) stamp(n, rate int, into *sensors.Clip) {
	into.Start, into.End = t.end.Add(-t.length(n, rate)), t.end
	if t.gap && t.lost >= 0 && !t.last.IsZero() {
		between := into.Start.Sub(t.last).Seconds() * float64(rate)
		t.miss(int(min(max(between+0.5, 1), math.MaxInt32)))
	}
	into.Lost = t.lost
	t.last, t.lost, t.gap = t.end, 0, false
}

// length returns how long n frames last.
func (t *tally) length(n, rate int) time.Duration {
	return time.Duration(int64(n) * int64(time.Second) / int64(rate))
}
