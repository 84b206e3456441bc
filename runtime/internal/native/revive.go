//go:build linux && (amd64 || arm64 || arm) && !nonative

package native

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// revive makes sure that there is a process and that it has every session. Sessions that the library refuses are tried
// again later, and so is a process that fails. The caller holds structure.
func (w *Worker) revive() *WorkerError {
	p, err := w.process()
	if err != nil {
		return w.failed(nil, err)
	}
	defer w.opens(opening{})
	w.mu.Lock()
	used := w.p == p
	w.mu.Unlock()
	if used {
		w.io.Lock()
		defer w.io.Unlock()
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
	return w.install(p, refusals)
}

// process returns the worker's process, or a new one, as the one that is opening sessions.
func (w *Worker) process() (*process, error) {
	w.mu.Lock()
	p := w.p
	w.mu.Unlock()
	if p != nil {
		w.opens(opening{p: p})
		return p, nil
	}
	if e := w.probe(); e != nil {
		return nil, e
	}
	p, err := startProcess(w.options.Worker)
	if err != nil {
		return nil, &WorkerError{Fault: Missing, What: err.Error()}
	}
	w.opens(opening{p: p})
	return p, nil
}

// opens notes what is being waited for; what comes after Quit ends at once.
func (w *Worker) opens(o opening) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.opening = o
	if !w.ended {
		return
	}
	if o.p != nil {
		_ = o.p.cmd.Process.Kill()
	}
	if o.probe != nil {
		o.probe.Quit()
	}
}

// install makes p the worker's process.
func (w *Worker) install(p *process, refusals int) *WorkerError {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.ended && w.p != p {
		p.kill()
		p.release()
		return w.down()
	}
	if w.p != p {
		w.p, w.state.since = p, time.Now()
	}
	w.state.fault = nil
	if refusals > 0 {
		w.again()
	}
	return nil
}

// failed plans another try after a process has failed, or could not be started. The caller holds io if p is in use.
func (w *Worker) failed(p *process, err error) *WorkerError {
	e, ok := errors.AsType[*WorkerError](err)
	if p != nil && p.dead {
		w.mu.Lock()
		defer w.mu.Unlock()
		return w.state.fault // an Invoke has found out before
	}
	if p != nil {
		e = w.diagnose(p, err)
	} else if !ok {
		e = &WorkerError{Fault: Missing, What: err.Error()}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.p, w.state.fault = nil, e
	w.again()
	return e
}

// fail ends the process, which has failed in a call, and plans its next start. The caller holds io.
func (w *Worker) fail(p *process, err error) *WorkerError {
	e := w.diagnose(p, err)
	w.mu.Lock()
	defer w.mu.Unlock()
	if time.Since(w.state.since) > goodAfter*w.options.Pause {
		w.state.failures = 0
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
		e.lasting = slices.Contains(faulty, p.signal)
	}
	if said := p.printed.take(); said != "" {
		e.What += ": " + said
	}
	p.release()
	return explain(e, w.options.Delegate)
}

// explain adds to a fault what can be found out about the accelerator.
func explain(e *WorkerError, d Delegate) *WorkerError {
	if d.Name == "edgetpu" {
		return explainEdgeTPU(e, ThisMachine())
	}
	return e
}

var errLeaked = errors.New("over the memory limit")

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

// overLimit looks at the process's memory now and then, and at how much it has printed. The caller holds io.
func (w *Worker) overLimit(p *process) bool {
	if time.Since(p.checked) < lookEvery {
		return false
	}
	p.checked = time.Now()
	p.printed.bound()
	return w.options.MemoryLimit > 0 && p.residentBytes() > w.options.MemoryLimit
}
