//go:build linux && (amd64 || arm64 || arm) && !nonative

package native

import (
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// Worker is an accelerator: a process that runs the models of its sessions, one call at a time, and is started again when
// it has died. Its methods may be called from several goroutines.
type Worker struct {
	options Options // Library, Delegate, Worker, MemoryLimit and LoadTimeout of the first session

	structure sync.Mutex // held while sessions come and go, and while a process opens them; taken before io and mu
	sessions  map[uint32]*Session
	next      uint32
	prober    prober

	turns turns
	io    sync.Mutex // held while somebody talks to the process p; taken before mu

	mu      sync.Mutex
	p       *process // nil while there is none
	opening opening
	state   health
	timer   *time.Timer // of the next revival; nil if none is planned
	ended   bool
	starts  sync.WaitGroup
}

// opening is what a worker waits for while it opens sessions. All of it may hang.
type opening struct {
	p     *process // that loads a model
	probe *Worker  // that tries the libraries
}

// health is how a worker fares.
type health struct {
	fault    *WorkerError // why there is no process; nil if there is
	failures int          // in a row
	restarts int64
	since    time.Time // of the process's start
	retryAt  time.Time
}

// The pause between a worker's end and its next start is doubled with each failure in a row, which a while of good running
// ends. Both are multiples of Options.Pause.
const (
	defaultPause = 100 * time.Millisecond
	longest      = 300                    // 30 s
	goodAfter    = 100                    // 10 s
	lookEvery    = 250 * time.Millisecond // at the worker's memory
)

// NewWorker returns a worker for sessions of one library and delegate. The process starts with the first session.
func NewWorker(o Options) (*Worker, error) {
	path, err := Find(o.Library)
	if err != nil {
		return nil, err
	}
	o.Library = path
	if o.Pause <= 0 {
		o.Pause = defaultPause
	}
	return &Worker{options: o, sessions: map[uint32]*Session{}}, nil
}

// Quit lets no process start any more, and ends one that is starting, so that no session's Close waits for it.
func (w *Worker) Quit() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ended = true
	if w.timer != nil && w.timer.Stop() {
		w.timer = nil
		w.starts.Done()
	}
	if w.opening.p != nil {
		_ = w.opening.p.cmd.Process.Kill() // whoever talks to it finds out and waits for it
	}
	if w.opening.probe != nil {
		w.opening.probe.Quit()
	}
	if w.options.probing && w.p != nil {
		_ = w.p.cmd.Process.Kill()
	}
}

// Close ends the process and waits for it. Sessions that are still open answer with an error.
func (w *Worker) Close() error {
	w.Quit()
	w.mu.Lock()
	if w.p != nil {
		_ = w.p.cmd.Process.Kill() // an Invoke that hangs answers
	}
	w.mu.Unlock()
	w.starts.Wait()
	w.io.Lock()
	defer w.io.Unlock()
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.p != nil {
		w.p.kill()
		w.p.release()
		w.p = nil
	}
	w.state.fault = &WorkerError{Fault: Down, What: "is closed"}
	return nil
}

// Stats returns how the worker fares now. It waits for nothing.
func (w *Worker) Stats() Stats {
	w.mu.Lock()
	defer w.mu.Unlock()
	s := Stats{Restarts: w.state.restarts, Swap: w.turns.stats()}
	if w.p != nil {
		s.PID, s.ResidentBytes = w.p.cmd.Process.Pid, w.p.residentBytes()
	} else {
		s.Fault = w.down()
	}
	return s
}

// down is the error of a call while there is no process.
func (w *Worker) down() *WorkerError {
	f := w.state.fault
	if f == nil {
		return &WorkerError{Fault: Down, What: "is starting"}
	}
	return f.later(w.state.retryAt)
}

func closeFD(fd int) {
	if fd >= 0 {
		unix.Close(fd)
	}
}
