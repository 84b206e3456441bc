package chips

import "time"

// sampler is a converter that runs by itself: its first result comes after takes, each further one after period.
type sampler struct {
	takes, period time.Duration
	began         time.Time
	done          int64 // results so far
	on            bool
}

// run starts the converter at now.
func (s *sampler) run(now time.Time, takes, period time.Duration) {
	*s = sampler{takes: takes, period: period, began: now, on: true}
}

// next says whether there is a result since it last said so. One that runs once (period 0) then stops.
func (s *sampler) next(now time.Time) bool {
	ran := now.Sub(s.began)
	if !s.on || ran < s.takes {
		return false
	}
	done := int64(1)
	if s.period > 0 {
		done += int64((ran - s.takes) / s.period)
	} else {
		s.on = false
	}
	fresh := done > s.done
	s.done = done
	return fresh
}
