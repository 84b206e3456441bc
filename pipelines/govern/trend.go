package govern

import "time"

// trend is where a temperature is heading: a line through what it was now and some seconds ago. That is long enough for a
// sensor whose steps are half a degree, as a Raspberry Pi's are.
type trend struct {
	at    [window]time.Time
	milli [window]int
	n     int // how many have been added
}

// window is of how many values, about a second apart, the line is.
const window = 5

// add takes the temperature of a time. After a gap it begins anew.
func (t *trend) add(now time.Time, milli int) {
	if t.n > 0 {
		if gap := now.Sub(t.at[(t.n-1)%window]); gap <= 0 || gap > window*time.Second {
			t.n = 0
		}
	}
	t.at[t.n%window], t.milli[t.n%window] = now, milli
	t.n++
}

// rise returns by how much it will rise in a time, should it go on so; below 0 if it falls.
func (t *trend) rise(ahead time.Duration) int {
	if t.n < window {
		return 0
	}
	first, last := t.n%window, (t.n-1)%window
	return int(float64(t.milli[last]-t.milli[first]) * float64(ahead) / float64(t.at[last].Sub(t.at[first])))
}
