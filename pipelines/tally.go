package pipelines

import (
	"sync"
	"time"
)

// Stages are how long each part of an encoder's work took.
type Stages struct {
	Wait    Histogram // from when a sample came to when it was taken, or from when a result was due: for those before it, and for a core
	Prepare Histogram // making a sample a model's input, or joining embeddings
	Invoke  Histogram
	Decode  Histogram // finding the words of an event
	Sink    Histogram // giving an event to all sinks
}

// tally counts an encoder's work.
type tally struct {
	mu      sync.Mutex
	errors  uint64
	gated   uint64 // windows for which the last result stood
	skipped uint64 // windows that there was no time for
	stages  Stages
	moving  time.Time // when the work under way last got on; zero if there is none
}

// spent notes how long a stage of t took.
func (t *tally) spent(stage *Histogram, d time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	stage.Add(d)
	if !t.moving.IsZero() {
		t.moving = time.Now()
	}
}

// moved notes that work begins now, or with no time that it is done.
func (t *tally) moved(now time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.moving = now
}

// still returns for how long the work under way has not got on; 0 if there is none.
func (t *tally) still(now time.Time) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.moving.IsZero() {
		return 0
	}
	return now.Sub(t.moving)
}

func (t *tally) rested() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.gated++
}

func (t *tally) leftOut() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.skipped++
}

func (t *tally) failed() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.errors++
}

// stats adds to out what t has counted.
func (t *tally) stats(out EncoderStats) EncoderStats {
	t.mu.Lock()
	defer t.mu.Unlock()
	out.Errors, out.Gated, out.Skipped, out.Stages = t.errors, t.gated, t.skipped, t.stages
	out.Invokes, out.Mean, out.Max = t.stages.Invoke.Count, t.stages.Invoke.Mean(), t.stages.Invoke.Max
	return out
}
