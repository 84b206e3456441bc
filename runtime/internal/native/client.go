//go:build linux && (amd64 || arm64 || arm) && !nonative

package native

import (
	"errors"
	"fmt"
	"strings"
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
	closed    bool

	mu     sync.Mutex
	p      *process // nil while there is none
	state  health
	timer  *time.Timer // of the next start
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

// Backoff between a worker's end and its next start: doubled with each failure in a row, which a while of good running ends.
const (
	firstPause = 100 * time.Millisecond
	longPause  = 30 * time.Second
	goodAfter  = 10 * time.Second
	lookEvery  = 250 * time.Millisecond // at the worker's memory
)

// NewWorker returns a worker for sessions of one library. The process starts with the first session.
func NewWorker(o Options) (*Worker, error) {
	path, err := Find(o.Library)
	if err != nil {
		return nil, err
	}
	o.Library = path
	return &Worker{options: o, sessions: map[uint32]*Session{}}, nil
}

// Close ends the process and waits for it. Sessions that are still open answer with an error.
func (w *Worker) Close() error {
	w.structure.Lock()
	w.closed = true
	w.structure.Unlock()
	w.mu.Lock()
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
	return nil
}

// start starts a process and opens all sessions in it. The caller holds structure.
func (w *Worker) start() (*process, error) {
	p, err := startProcess(w.options.Worker)
	if err != nil {
		return nil, &WorkerError{Fault: Missing, What: err.Error()}
	}
	for _, s := range w.sessions {
		if err := s.load(p); err != nil {
			return nil, w.diagnose(p, err)
		}
	}
	return p, nil
}

// install makes p the worker's process.
func (w *Worker) install(p *process) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.p, w.state.fault, w.state.since = p, nil, time.Now()
}

// diagnose ends a process after err and says what happened to it.
func (w *Worker) diagnose(p *process, err error) *WorkerError {
	if e, ok := errors.AsType[*WorkerError](err); ok && e.Fault == Refused {
		p.kill()
		p.release()
		return e
	}
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
	if time.Since(w.state.since) > goodAfter {
		w.state.failures = 0
	}
	w.p = nil
	w.later(e)
	return e
}

// later plans the next start. The caller holds mu.
func (w *Worker) later(e *WorkerError) {
	pause := min(firstPause<<min(w.state.failures, 10), longPause)
	w.state.failures++
	w.state.fault, w.state.retryAt = e, time.Now().Add(pause)
	w.starts.Add(1)
	w.timer = time.AfterFunc(pause, w.restart)
}

// restart starts the process again. Close waits for it.
func (w *Worker) restart() {
	defer w.starts.Done()
	w.structure.Lock()
	defer w.structure.Unlock()
	if w.closed {
		return
	}
	p, err := w.start()
	if err == nil {
		w.install(p)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.state.restarts++
	if e, ok := errors.AsType[*WorkerError](err); ok {
		w.later(e)
	}
}

// down is the error of a call while there is no process.
func (w *Worker) down() *WorkerError {
	f := w.state.fault
	if f == nil {
		return &WorkerError{Fault: Down, What: "is not started"}
	}
	retry := max(0, time.Until(w.state.retryAt)).Round(time.Millisecond)
	return &WorkerError{Fault: Down, What: strings.TrimPrefix(f.Error(), "tflite worker "), Hint: f.Hint, Retry: retry}
}

// Stats says how a worker fares.
type Stats struct {
	Restarts      int64
	ResidentBytes int64
	Fault         error // why it does not run; nil if it does
}

// Stats returns how the worker fares now.
func (w *Worker) Stats() Stats {
	w.mu.Lock()
	defer w.mu.Unlock()
	s := Stats{Restarts: w.state.restarts}
	if w.p != nil {
		s.ResidentBytes = w.p.residentBytes()
	} else {
		s.Fault = w.down()
	}
	return s
}

// overLimit looks at the process's memory now and then.
func (w *Worker) overLimit() bool {
	if w.options.MemoryLimit <= 0 || time.Since(w.p.checked) < lookEvery {
		return false
	}
	w.p.checked = time.Now()
	w.p.printed.bound()
	return w.p.residentBytes() > w.options.MemoryLimit
}

func closeFD(fd int) {
	if fd >= 0 {
		unix.Close(fd)
	}
}
