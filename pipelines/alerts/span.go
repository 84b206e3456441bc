package alerts

import (
	"fmt"
	"strings"
	"time"
)

const day = 24 * time.Hour

// Span is a part of each day by the clock on the wall, from From until before To, both since midnight and in whole minutes. If
// To is not after From, it ends on the next day.
type Span struct{ From, To time.Duration }

// ParseSpan reads a span as a config has it: 22:00-07:00. The end of a day is 24:00.
func ParseSpan(s string) (Span, error) {
	from, to, ok := strings.Cut(s, "-")
	var sp Span
	var errs [2]error
	sp.From, errs[0] = parseClock(strings.TrimSpace(from))
	sp.To, errs[1] = parseClock(strings.TrimSpace(to))
	if !ok || errs[0] != nil || errs[1] != nil {
		return Span{}, fmt.Errorf("quiet %q: want two times of a day, as in 22:00-07:00", s)
	}
	return sp, checkQuiet([]Span{sp})
}

// parseClock reads a time of day, hh:mm.
func parseClock(s string) (time.Duration, error) {
	if s == "24:00" {
		return day, nil
	}
	t, err := time.Parse("15:04", s)
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute, err
}

// String returns s as a config has it.
func (s Span) String() string {
	clock := func(d time.Duration) string { return fmt.Sprintf("%02d:%02d", int(d.Hours()), int(d.Minutes())%60) }
	return clock(s.From) + "-" + clock(s.To)
}

// MarshalText returns what String does.
func (s Span) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads what MarshalText returns.
func (s *Span) UnmarshalText(b []byte) (err error) {
	*s, err = ParseSpan(string(b))
	return err
}

// has says whether a clock that shows at, since midnight, is in s.
func (s Span) has(at time.Duration) bool {
	if s.From < s.To {
		return s.From <= at && at < s.To
	}
	return at >= s.From || at < s.To
}

// quietAt returns which of the spans it is in at a place; nil if in none.
func quietAt(spans []Span, now time.Time, in *time.Location) *Span {
	if len(spans) == 0 {
		return nil
	}
	h, m, s := now.In(in).Clock()
	at := time.Duration(h)*time.Hour + time.Duration(m)*time.Minute + time.Duration(s)*time.Second
	for i := range spans {
		if spans[i].has(at) {
			return &spans[i]
		}
	}
	return nil
}

// quietEnd returns when it is in none of the spans any more. It tries minute by minute, since the clock on the wall jumps, and
// no formula knows where to.
func quietEnd(spans []Span, now time.Time, in *time.Location) time.Time {
	at := now.Truncate(time.Minute)
	for range 3 * day / time.Minute {
		if at = at.Add(time.Minute); quietAt(spans, at, in) == nil {
			return at
		}
	}
	return time.Time{} // spans that cover the day are refused
}

// checkQuiet returns what is wrong with quiet hours.
func checkQuiet(spans []Span) error {
	for _, s := range spans {
		if s.From < 0 || s.From >= day || s.To < 0 || s.To > day || s.From%time.Minute != 0 || s.To%time.Minute != 0 {
			return fmt.Errorf("quiet %v to %v: want whole minutes of a day", s.From, s.To)
		}
		if s.From == s.To || s.From == 0 && s.To == day {
			return fmt.Errorf("quiet %v: it would never open", s)
		}
	}
	for at := time.Duration(0); len(spans) > 1; at += time.Minute {
		if at == day {
			return fmt.Errorf("quiet %v: together they are the whole day: it would never open", spans)
		}
		if quietAt(spans, time.Unix(0, 0).UTC().Add(at), time.UTC) == nil {
			break
		}
	}
	return nil
}
