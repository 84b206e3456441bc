package media

import (
	"math"
	"sync"
	"time"

	"edged/sensors"
)

// Mic holds the newest sound of a microphone.
type Mic struct {
	name string
	span time.Duration // that it holds; set before anything comes

	mu       sync.Mutex
	rateHz   int
	channels int
	ring     []int16   // of whole frames
	next     int       // where the next sample goes
	full     bool      // all of the ring is sound
	end      time.Time // when the newest frame ended
	until    time.Time // up to when somebody waits for it, the soonest; zero if nobody does
	wake     chan struct{}
}

const (
	mostSound = 16 << 20 // bytes that one microphone's sound takes
	jitter    = 50 * time.Millisecond
)

// Hear copies sound that has come. Where some is missing it is silent, so that times stay true.
func (m *Mic) Hear(c *sensors.Clip) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.rateHz != c.RateHz || m.channels != c.Channels {
		m.begin(c)
	}
	switch gap := c.Start.Sub(m.end); {
	case m.end.IsZero():
	case gap < -jitter || gap > m.span:
		m.next, m.full = 0, false
	case gap > jitter:
		for range m.frames(gap) * m.channels {
			m.push(0)
		}
	}
	for _, v := range c.Samples {
		m.push(int16(math.Round(float64(min(max(v, -1), 1)) * math.MaxInt16)))
	}
	m.end = c.End
	if !m.until.IsZero() && !m.end.Before(m.until) {
		m.until = time.Time{}
		signal(m.wake)
	}
}

// expect wakes who waits for m's sound when it is there up to a time.
func (m *Mic) expect(to time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.until.IsZero() || to.Before(m.until) {
		m.until = to
	}
}

// begin makes room for sound such as c.
func (m *Mic) begin(c *sensors.Clip) {
	m.rateHz, m.channels = c.RateHz, c.Channels
	frames := min(m.frames(m.span), mostSound/2/c.Channels)
	m.ring, m.next, m.full, m.end = make([]int16, max(1, frames)*c.Channels), 0, false, time.Time{}
}

// frames returns how many last so long, as many as a ring can hold at most.
func (m *Mic) frames(d time.Duration) int {
	return int(min(max(0, math.Round(d.Seconds()*float64(m.rateHz))), mostSound/2))
}

func (m *Mic) push(v int16) {
	m.ring[m.next] = v
	if m.next++; m.next == len(m.ring) {
		m.next, m.full = 0, true
	}
}

// heard returns up to when m has sound.
func (m *Mic) heard() time.Time {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.end
}

// cut copies what there is from one time to another.
func (m *Mic) cut(from, to time.Time) Take {
	m.mu.Lock()
	defer m.mu.Unlock()
	t := Take{Sensor: m.name, RateHz: m.rateHz, Channels: m.channels}
	if m.rateHz == 0 || !from.Before(m.end) {
		return t
	}
	have := m.next
	if m.full {
		have = len(m.ring)
	}
	first := min(m.frames(m.end.Sub(from)), have/m.channels) // both count back from the newest
	last := min(m.frames(m.end.Sub(to)), first)
	t.Start = m.end.Add(-time.Duration(float64(first) / float64(m.rateHz) * float64(time.Second)))
	t.Samples = make([]int16, 0, (first-last)*m.channels)
	at := m.next - first*m.channels
	if at < 0 {
		at += len(m.ring)
	}
	for range (first - last) * m.channels {
		t.Samples = append(t.Samples, m.ring[at])
		if at++; at == len(m.ring) {
			at = 0
		}
	}
	return t
}
