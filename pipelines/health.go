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
	started  time.Time     // zero before Run
	newest   time.Time     // what the newest sample says of its own time
	arrived  time.Time     // when it came
	behind   time.Duration // how old it was then; below 0 if it is of the future
	samples  uint64
	errors   uint64
	lost     uint64    // what the driver gave and nobody took in time
	gap      int       // frames of sound that were lost last
	mended   time.Time // when sound came again
	odd      string    // what was odd about a sample
	oddAt    time.Time // when it came
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

// arrival is what health wants to know of a sample that comes.
type arrival struct {
	at, now time.Time // of the sample's own time, and when it comes
	lost    int
	odd     string
}

// deliver counts a sample and returns which one it is, from 1.
func (h *health) deliver(a arrival) uint64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.samples++
	h.lost += uint64(max(0, a.lost))
	h.newest, h.arrived, h.behind, h.failing = a.at, a.now, a.now.Sub(a.at), false
	if h.sound && a.lost > 0 {
		h.gap, h.mended = a.lost, a.now
	}
	if a.odd != "" {
		h.odd, h.oddAt = a.odd, a.now
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
	return OK, together(h.clock(), together(h.hole(now), h.strange(now)))
}

// together joins what there is of two texts.
func together(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + "; " + b
}

// What a sensor's times may be off by before it is told.
const (
	aheadMost = 100 * time.Millisecond // a sample of the future is a wrong clock
	lateMost  = 500 * time.Millisecond // an old one is a wrong clock, or a long way: nobody can know
)

// clock tells of a newest sample that came late, or before it was taken.
func (h *health) clock() string {
	switch {
	case h.behind < -aheadMost:
		return fmt.Sprintf("its clock is %.1f s ahead", -h.behind.Seconds())
	case h.behind > lateMost:
		return fmt.Sprintf("samples come %.1f s late", h.behind.Seconds())
	}
	return ""
}

// strange tells of the newest sample what is odd about it, and of sound as long as a model may be hearing it.
func (h *health) strange(now time.Time) string {
	switch ago := now.Sub(h.oddAt); {
	case h.odd == "":
		return ""
	case h.oddAt.Equal(h.arrived):
		return h.odd
	case h.sound && ago <= h.limit:
		return fmt.Sprintf("%s %.1f s ago", h.odd, ago.Seconds())
	}
	return ""
}

// hole tells of a gap in the sound that a model may just be hearing: one older than what makes a sensor stale is over.
func (h *health) hole(now time.Time) string {
	ago := now.Sub(h.mended)
	if h.gap == 0 || ago > h.limit {
		return ""
	}
	return fmt.Sprintf("%d frames of sound lost %.1f s ago", h.gap, ago.Seconds())
}
