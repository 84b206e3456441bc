package pipelines

import (
	"sync"
	"sync/atomic"
	"time"

	"edged/sensors"
)

// What says what a Step is.
type What uint8

// What happens in a Group.
const (
	Sampled  What = iota // a sensor gave a sample
	Failed               // reading a sensor failed
	Ended                // a sensor, itself a recording, ended
	Taken                // an encoder took a sample; those that it did not take were dropped
	Emitted              // an encoder, or what joins them, made an event
	Embedded             // an encoder gave an embedding to be joined
	Joined               // embeddings were joined
	Skipped              // an encoder left out a window that there was no time for
)

// Step is one thing that happens in a Group. All steps of a run, in their order, say all that its events depend on beside
// the config and the models.
type Step struct {
	What     What
	At       time.Time // never earlier than the step before
	Sensor   string    // of Sampled, Failed and Ended
	Sample   any       // of Sampled: a *sensors.Frame, *sensors.Clip or *sensors.Reading
	Err      error     // of Failed
	Pipeline string    // of Taken, Emitted, Embedded, Joined and Skipped
	Encoder  int       // its place in the pipeline; a fusion is the last
	Number   uint64    // of Taken: which of its sensor's samples, from 1; sample n of sensor k of K is n·K + k
	Event    *Event    // of Emitted
}

// Recorder is told each Step as it happens. All sensors and encoders wait for it, so that the order is that of the run: a
// disk that stalls makes them drop samples, which the recording then says. What it gets is valid until it returns.
type Recorder interface{ Record(s *Step) }

// moments puts what happens in a Group into one order, and gives each thing its time.
type moments struct {
	mu    sync.Mutex
	clock *sensors.Clock
	start time.Time
	to    Recorder  // nil if nobody records
	at    time.Time // in a replay, the time of the newest step
	step  Step      // what to is being told

	saving atomic.Pointer[thrift] // what is left out; nil if nobody has said; changes under mu

	watchings []*watching // of all pipelines
	next      time.Time   // when they look, unless something happens before
}

// now returns the time, which in a replay is the recording's. m.mu must be held.
//
// In a recorded run it is start's wall clock plus what the monotonic clock has counted since, so that one number stands
// for both, and no time changes its distance from others when it is read back.
//
// Before anything happens now, who watches has looked at all that was due: what they see depends on the times of steps alone.
func (m *moments) now() time.Time {
	now := m.time()
	for ; len(m.watchings) > 0 && !m.next.After(now); m.next = m.next.Add(watchEvery) {
		at := now.Add(m.next.Sub(now)) // by the wall clock of now, which somebody may have set
		for _, w := range m.watchings {
			w.look(at)
		}
	}
	return now
}

func (m *moments) time() time.Time {
	switch {
	case !m.at.IsZero():
		return m.at
	case m.to != nil:
		return m.aligned(m.clock.Now())
	}
	return m.clock.Now()
}

// look is now for who does not hold m.mu.
func (m *moments) look() time.Time {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.now()
}

func (m *moments) aligned(t time.Time) time.Time { return m.start.Add(t.Sub(m.start)) }

// replay sets the time.
func (m *moments) replay(at time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.at = at
	m.now()
}

// tell records a step. m.mu must be held.
func (m *moments) tell(s Step) {
	if m.to != nil {
		m.step = s
		m.to.Record(&m.step)
		m.step = Step{}
	}
}

// align makes the times of a sample that is recorded such as will be read back. m.mu must be held.
func align[T sensors.Sample](m *moments, s *T) {
	if m.to != nil {
		retime(s, m.aligned)
	}
}

// shift moves a sample in time.
func shift[T sensors.Sample](s *T, by time.Duration) {
	retime(s, func(t time.Time) time.Time { return t.Add(by) })
}

func retime[T sensors.Sample](s *T, to func(time.Time) time.Time) {
	switch s := any(s).(type) {
	case *sensors.Frame:
		s.Time = to(s.Time)
	case *sensors.Clip:
		s.Start, s.End = to(s.Start), to(s.End)
	case *sensors.Reading:
		s.Time = to(s.Time)
	}
}
