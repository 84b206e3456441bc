package prep

import "math"

// axes are what an accelerometer's readings hold, in g.
var axes = [3]string{"acceleration_x", "acceleration_y", "acceleration_z"}

// shake measures how a thing shakes, from some time's readings of an accelerometer: the root of the mean square, and the
// largest, of what is left of the acceleration when its mean, in which is gravity, is taken away. All readings are added,
// and then all measured.
type shake struct {
	n       int
	sum     [3]float64
	squares float64 // g²
	peak    float64 // g²
}

// add takes a reading of three axes; one without them, or with not a number, does not count.
func (s *shake) add(axes []float64) {
	if !complete(axes) {
		return
	}
	s.n++
	for i, v := range axes {
		s.sum[i] += v
	}
}

// measure takes a reading again, all having been added.
func (s *shake) measure(axes []float64) {
	if !complete(axes) {
		return
	}
	left := 0.0
	for i, v := range axes {
		v -= s.sum[i] / float64(s.n)
		left += float64(v * v)
	}
	s.squares += left
	s.peak = max(s.peak, left)
}

// result returns both in g; one reading alone tells nothing.
func (s *shake) result() (rms, peak float64, ok bool) {
	if s.n < 2 {
		return 0, 0, false
	}
	return math.Sqrt(s.squares / float64(s.n)), math.Sqrt(s.peak), true
}

func complete(axes []float64) bool {
	return len(axes) == 3 && !math.IsNaN(axes[0]) && !math.IsNaN(axes[1]) && !math.IsNaN(axes[2])
}
