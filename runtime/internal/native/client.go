//go:build linux && (amd64 || arm64 || arm) && !nonative

package native

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// Worker is an accelerator: a process that runs the models of its sessions, one call at a time, and is started again when
// it has died. Its methods may be called from several goroutines.
type Worker struct {
	options Options // Library, Worker, MemoryLimit and LoadTimeout of the first session

	structure sync.Mutex // held while sessions come and go, and while a new process opens them; taken before mu
	sessions  map[uint32]*Session
	next      uint32

	turns turns

	mu     sync.Mutex
	p      *process // nil while there is none
	state  health
	timer  *time.Timer // of the next revival; nil if none is planned
	ended  bool
	starts sync.WaitGroup
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

// NewWorker returns a worker for sessions of one library. The process starts with the first session.
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

// Close ends the process and waits for it. Sessions that are still open answer with an error.
func (w *Worker) Close() error {
	w.mu.Lock()
	w.ended = true
	if w.timer != nil && w.timer.Stop() {
		w.starts.Done()
	}
	if w.p != nil {
		w.p.kill()
		w.p.release()
		w.p = nil
	}
	w.state.fault = &WorkerError{Fault: Down, What: "is closed"}
	w.mu.Unlock()
	w.starts.Wait()
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.p != nil { // a revival was under way
		w.p.kill()
		w.p.release()
		w.p = nil
	}
	return nil
}

// revive makes sure that there is a process and that it has every session. Sessions that the library refuses are tried
// again later, and so is a process that fails. The caller holds structure.
func (w *Worker) revive() *WorkerError {
	p, err := w.process()
	if err != nil {
		return w.failed(nil, err)
	}
	refusals := 0
	for _, s := range w.sessions {
		if s.in == p {
			continue
		}
		if err := s.enter(p); err != nil {
			return w.failed(p, err)
		}
		if s.fault != nil {
			refusals++
		}
	}
	w.install(p, refusals)
	return nil
}

// process returns the worker's process, or a new one.
func (w *Worker) process() (*process, error) {
	w.mu.Lock()
	p := w.p
	w.mu.Unlock()
	if p != nil {
		return p, nil
	}
	p, err := startProcess(w.options.Worker)
	if err != nil {
		return nil, &WorkerError{Fault: Missing, What: err.Error()}
	}
	return p, nil
}

// install makes p the worker's process.
func (w *Worker) install(p *process, refusals int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.p != p {
		w.p, w.state.since = p, time.Now()
	}
	w.state.fault = nil
	if refusals > 0 {
		w.again()
	}
}

// failed plans another try after a process has failed, or could not be started.
func (w *Worker) failed(p *process, err error) *WorkerError {
	w.mu.Lock()
	defer w.mu.Unlock()
	e, ok := errors.AsType[*WorkerError](err)
	if p != nil && p.dead {
		return w.state.fault // an Invoke has found out before
	}
	if p != nil {
		e = w.diagnose(p, err)
	} else if !ok {
		e = &WorkerError{Fault: Missing, What: err.Error()}
	}
	w.p, w.state.fault = nil, e
	w.again()
	return e
}

// diagnose ends a process after err and says what happened to it.
func (w *Worker) diagnose(p *process, err error) *WorkerError {
	p.dead = true
	e := &WorkerError{Fault: Crashed}
	switch {
	case errors.Is(err, errNoAnswer):
		e.Fault = Hung
		p.kill()
		e.What = fmt.Sprintf("no answer within %v", p.timeout)
	case errors.Is(err, errLeaked):
		e.Fault = Leaked
		p.kill()
		e.What = fmt.Sprintf("over %d MiB of memory, the limit", w.options.MemoryLimit>>20)
	default:
		e.What = p.ended()
	}
	if said := p.printed.take(); said != "" {
		e.What += ": " + said
	}
	p.release()
	return e
}

var errLeaked = errors.New("over the memory limit")

// fail ends the process, which has failed, and plans its next start. The caller holds mu.
func (w *Worker) fail(err error) *WorkerError {
	e := w.diagnose(w.p, err)
	if time.Since(w.state.since) > goodAfter*w.options.Pause {
		w.state.failures = 0
	}
	w.p, w.state.fault = nil, e
	w.again()
	return e
}

// again plans the next revival, unless one is planned. The caller holds mu.
func (w *Worker) again() {
	if w.timer != nil || w.ended {
		return
	}
	pause := min(w.options.Pause<<min(w.state.failures, 10), longest*w.options.Pause)
	w.state.failures++
	w.state.retryAt = time.Now().Add(pause)
	w.starts.Add(1)
	w.timer = time.AfterFunc(pause, w.restart)
}

// restart revives the worker. Close waits for it.
func (w *Worker) restart() {
	defer w.starts.Done()
	w.structure.Lock()
	defer w.structure.Unlock()
	w.mu.Lock()
	w.timer = nil
	w.state.restarts++
	ended := w.ended
	w.mu.Unlock()
	if !ended {
		w.revive()
	}
}

// down is the error of a call while there is no process.
func (w *Worker) down() *WorkerError {
	f := w.state.fault
	if f == nil {
		return &WorkerError{Fault: Down, What: "is not started"}
	}
	return f.later(w.state.retryAt)
}

// Stats returns how the worker fares now.
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

// overLimit looks at the process's memory now and then, and at how much it has printed.
func (w *Worker) overLimit() bool {
	if time.Since(w.p.checked) < lookEvery {
		return false
	}
	w.p.checked = time.Now()
	w.p.printed.bound()
	return w.options.MemoryLimit > 0 && w.p.residentBytes() > w.options.MemoryLimit
}

func closeFD(fd int) {
	if fd >= 0 {
		unix.Close(fd)
	}
}
