package pipelines

import (
	"time"

	"edged/sensors"
)

// Thrift is what a Group leaves out so as to need less of its machine. The zero value leaves out nothing. Recordings that end
// are used whole whatever it says, and of a live sensor so much is left that it does not look dead.
type Thrift struct {
	Level, Of int    // how much that is of what could be left out: 0 is nothing
	Why       string // Level is above 0, with numbers: "76.2 °C, at most 75 °C"
	What      string // in words: "pictures at half their rate"

	Pictures int // cameras' pictures are handed on so many times as far apart; below 2 as they come
	Duty     int // encoders run so many times as seldom; below 2 as ever
}

// String says what is left out and why; it is empty at level 0.
func (t *Thrift) String() string {
	if t.Level == 0 {
		return ""
	}
	return t.What + ": " + t.Why
}

// Save leaves out from now on what t says, and no more what the call before has said. It may be called at any time, also before
// Run. A run that is recorded must not: its recording would not say so.
func (g *Group) Save(t Thrift) {
	said := t.String()
	g.moments.mu.Lock()
	defer g.moments.mu.Unlock()
	g.moments.saving.Store(&thrift{Thrift: t, said: said})
}

// thrift is a Thrift, put into words once.
type thrift struct {
	Thrift
	said string
}

// said is what events say; empty if nothing is left out.
func (m *moments) said() string {
	if t := m.saving.Load(); t != nil {
		return t.said
	}
	return ""
}

// saved is what Stats say; nil if nobody has called Save.
func (m *moments) saved() *Thrift {
	if t := m.saving.Load(); t != nil {
		return &t.Thrift
	}
	return nil
}

// apart returns how far apart pictures are handed on: 0 as they come. They stay near enough for the sensor not to be stale.
func (in *Input) apart() time.Duration {
	t := in.moments.saving.Load()
	if t == nil || t.Pictures < 2 || in.opts.Whole {
		return 0
	}
	d := min(time.Duration(t.Pictures)*in.opts.Period, in.opts.StaleAfter/2)
	if d <= in.opts.Period {
		return 0
	}
	return d
}

// spares says whether a picture is not handed on. What was lost before it then counts with the next.
func (f *feed[T]) spares(in *Input, s *T) bool {
	frame, ok := any(s).(*sensors.Frame)
	if !ok {
		return false
	}
	f.pace.every = in.apart()
	if !f.pace.due(frame.Time) {
		f.lost += frame.Lost
		return true
	}
	frame.Lost, f.lost = frame.Lost+f.lost, 0
	return false
}

// saves says whether the encoder runs more seldom to save.
func (s *stage) saves() bool {
	t := s.pipeline.moments.saving.Load()
	return t != nil && t.Duty > 1 && !s.Block
}

// thrifty returns how far apart the encoder runs to save, if it may run so far apart in any case: 0 is as often as ever.
func (s *stage) thrifty(shared time.Duration) time.Duration {
	if !s.saves() {
		return shared
	}
	clock := s.pipeline.moments.clock
	d := time.Duration(s.pipeline.moments.saving.Load().Duty) * max(shared, clock.Real(s.Period))
	if s.Longest > 0 {
		d = min(d, clock.Real(s.Longest))
	}
	if d <= clock.Real(s.Period) {
		return shared
	}
	return max(d, shared)
}
