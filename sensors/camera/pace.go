package camera

import "time"

// pace picks pictures so that no more than one comes in each period, without drifting: every third of a camera's 30 a
// second is 10 a second, though the camera's clock is not ours.
type pace struct {
	period time.Duration // 0 takes all
	next   time.Time
}

// due reports whether the picture taken at now is to be given.
func (p *pace) due(now time.Time) bool {
	if p.period == 0 {
		return true
	}
	early := p.next.Sub(now)
	if early > p.period/4 { // a picture that is a little early is the right one
		return false
	}
	if early < -p.period { // the first, or after a pause
		p.next = now
	}
	p.next = p.next.Add(p.period)
	return true
}

// period returns the time between two pictures at a rate; 0 if the rate is 0.
func period(rate float64) time.Duration {
	if rate == 0 {
		return 0
	}
	return time.Duration(min(float64(time.Second)/rate, float64(time.Hour)))
}
