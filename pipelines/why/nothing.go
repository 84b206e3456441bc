package why

import (
	"fmt"
	"strings"
	"time"
)

// NothingError says that a ring has nothing about an alert at a moment.
type NothingError struct {
	What string
	Hint string // how to know more the next time
}

func (e *NothingError) Error() string { return e.What }

// nothing says why nobody looked at k at m.
func (h *History) nothing(k Key, c course, m Moment, in *time.Location) error {
	w := clock{m.From, in}
	switch {
	case len(c.all) == 0:
		return &NothingError{fmt.Sprintf("alert %s: nothing is on record", k.Alert), h.Known()}
	case len(c.before) == 0:
		e := &NothingError{What: fmt.Sprintf("%s at %s: the ring begins at %s", k.Alert, w.at(m.From), w.at(c.all[0].Time))}
		if c.all[0].Time.After(h.From) {
			e.What = fmt.Sprintf("%s at %s: the first look at it is of %s", k.Alert, w.at(m.From), w.at(c.all[0].Time))
		}
		e.Hint = "alerts.why_limit in the config says how large the ring may become"
		return e
	case len(c.after) == 0:
		last := &c.before[len(c.before)-1]
		return &NothingError{fmt.Sprintf("%s at %s: the last look at it is of %s, and came to %q", k.Alert, w.at(m.From), w.at(last.Time), last.Outcome), "was edged running, with this alert in its config?"}
	}
	last, next := &c.before[len(c.before)-1], &c.after[0]
	what := fmt.Sprintf("%s at %s: nobody looked from %s to %s", k.Alert, w.at(m.From), w.at(last.Time), w.at(next.Time))
	if h.Lost+h.Damaged > 0 {
		what += fmt.Sprintf(", or it is not on record: %d lines found no room, %d are damaged", h.Lost, h.Damaged)
	}
	return &NothingError{what, "edged did not run then, or the alert was not in its config"}
}

// Known says which alerts there are.
func (h *History) Known() string {
	if len(h.Keys) == 0 {
		return "the ring is empty"
	}
	var names []string
	for _, k := range h.Keys {
		names = append(names, k.Pipeline+"/"+k.Alert)
	}
	return "on record: " + strings.Join(names, ", ")
}
