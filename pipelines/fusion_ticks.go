package pipelines

import "time"

// tick is when a part was put last, and the time from one put to the next. It is guarded by the moments' lock.
type tick struct {
	last   time.Time
	period time.Duration // 0 before the second
}

// put notes an embedding. What comes at once, after a wait, says nothing of the period; nor does what comes faster than
// every.
func (t *tick) put(now time.Time, every time.Duration) {
	if p := now.Sub(t.last); !t.last.IsZero() && p > every/2 {
		t.period = p
	}
	t.last = now
}

// awaits returns how long a result that is due waits for parts that should come about now: 0 if for none. Senses that tick
// together are told together so; a result that did not wait would come between two ticks for ever, and speak of the one
// before.
//
// Where parts come evenly spread, there is always one more to wait for, and results would come more and more slowly: by no
// more than a period, and little in the long run.
func (f *fusion) awaits(now time.Time) time.Duration {
	slack := f.how.Every / 10
	latest := f.next.Add(f.how.Every / 4)
	wait := time.Duration(0)
	if f.crept >= f.how.Every {
		return 0
	}
	for _, t := range f.ticks {
		due := t.last.Add(t.period)
		if t.period > 0 && !due.After(latest) {
			wait = max(wait, due.Add(slack).Sub(now))
		}
	}
	return min(wait, max(0, latest.Sub(now)))
}

// creep sets the time from which the next result counts: what is late is not made up for, and what has waited for news
// counts from these.
func (f *fusion) creep(now time.Time, fresh bool) {
	slack := f.how.Every / 10
	late := now.Sub(f.next)
	switch {
	case fresh && late > 0:
		f.crept += min(late, f.how.Every/4)
		f.next = now
	case late > slack:
		f.next = now.Add(-slack)
	}
	f.crept = max(0, f.crept-f.how.Every/64)
}
