package pipelines

import (
	"fmt"
	"sync"
	"time"
)

// State says how a sensor fares.
type State string

// The states of a sensor.
const (
	Waiting  State = "waiting"  // no sample yet, and not yet overdue
	OK       State = "ok"       // delivers
	Stale    State = "stale"    // no sample for too long
	Failing  State = "failing"  // the newest read failed
	Finished State = "finished" // a recording that is over
)

// health is what an Input knows of its sensor. All times carry the monotonic clock.
type health struct {
	limit time.Duration // without a sample for longer, the sensor is stale
	sound bool          // what is lost leaves a gap in what follows it

	mu       sync.Mutex
	started  time.Time // zero before Run
	newest   time.Time // what the newest sample says of its own time
	arrived  time.Time // when it came
	samples  uint64
	errors   uint64
	lost     uint64    // what the driver gave and nobody took in time
	gap      int       // frames of sound that were lost last
	mended   time.Time // when sound came again
	refused  uint64    // readings and pictures that their sink did not take
	lastErr  error     // of the last failed read, even if reads have succeeded since
	failing  bool
	finished bool
}

func (h *health) start(now time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.started = now
}

// deliver counts a sample and returns which one it is, from 1.
func (h *health) deliver(at, now time.Time, lost int) uint64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.samples++
	h.lost += uint64(max(0, lost))
	h.newest, h.arrived, h.failing = at, now, false
	if h.sound && lost > 0 {
		h.gap, h.mended = lost, now
	}
	return h.samples
}

func (h *health) fail(err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.errors++
	h.lastErr, h.failing = err, true
}

func (h *health) refuse() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.refused++
}

func (h *health) finish() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.finished, h.failing = true, false
}

// age returns how old the newest sample is at now, and whether there is one.
func (h *health) age(now time.Time) (time.Duration, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return max(0, now.Sub(h.newest)), h.samples > 0
}

// state returns the sensor's state at now and, where it is degraded, why.
func (h *health) state(now time.Time) (State, string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.stateLocked(now)
}

// sick says whether the sensor has something to say of itself.
func (in *Input) sick(now time.Time) bool {
	_, why := in.health.state(now)
	return why != ""
}

func (h *health) stateLocked(now time.Time) (State, string) {
	since := h.arrived
	if h.samples == 0 {
		since = h.started
	}
	switch silent := now.Sub(since); {
	case h.finished:
		return Finished, ""
	case h.failing:
		return Failing, h.lastErr.Error()
	case h.started.IsZero():
		return Waiting, ""
	case silent > h.limit:
		return Stale, fmt.Sprintf("no samples for %.1f s", silent.Seconds())
	case h.samples == 0:
		return Waiting, ""
	}
	return OK, h.hole(now)
}

// hole tells of a gap in the sound that a model may just be hearing: one older than what makes a sensor stale is over.
func (h *health) hole(now time.Time) string {
	ago := now.Sub(h.mended)
	if h.gap == 0 || ago > h.limit {
		return ""
	}
	return fmt.Sprintf("%d frames of sound lost %.1f s ago", h.gap, ago.Seconds())
}
