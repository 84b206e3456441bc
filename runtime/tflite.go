package runtime

import (
	"errors"
	"fmt"
	"maps"
	"sync"
	"time"

	"edged/runtime/internal/native"
	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// TFLite says how models run on TensorFlow Lite itself, in a worker process. The zero value looks for the library, uses no
// delegate, and gives up with the worker.
type TFLite struct {
	Library  string   // its path; "" looks beside the program and in the system's folders
	Delegate Delegate // the accelerator
	AllowCPU bool     // a delegate that takes no operator of the model is no error

	Timeout     time.Duration // of one Invoke; 0 is 10 s
	LoadTimeout time.Duration // of opening a model; 0 is 60 s
	MemoryLimit int64         // of the worker's resident memory, in bytes; 0 is none
	Pause       time.Duration // between a worker's end and its next start, doubled with each failure; 0 is 100 ms

	// Fallback makes the builtin engine answer while TensorFlow Lite cannot; Degraded then says why.
	Fallback bool
	// ParityEvery runs every so many Invokes on the builtin engine too, and compares, if Fallback is set; 0 never does.
	ParityEvery int
	// ParityBound is how far outputs may lie from the builtin engine's, in the mean over an output, as a part of its range;
	// 0 is 0.05.
	ParityBound float64

	Workers *Workers // shares a worker between sessions of one accelerator; nil gives the session its own
	Worker  []string // the command that starts a worker; nil is edged itself with "worker"

	// Cache is the folder where the verdicts of probes are kept: a library is tried in a process of its own before its first
	// use, and one that has crashed there not again. "" forgets them with the worker.
	Cache string
}

// Delegate names an accelerator of TensorFlow Lite, by name ("xnnpack", "gpu", "nnapi", "edgetpu") or, as "external", by its
// library's path and options.
type Delegate = native.Delegate

// WorkerError is a failure of TensorFlow Lite or of a delegate, in the worker process.
type WorkerError = native.WorkerError

// LibraryError says why a library cannot be used.
type LibraryError = native.LibraryError

// ServeWorker is the whole of the process that runs TensorFlow Lite for another one. exit must end the process at once.
func ServeWorker(exit func(status int)) error { return native.Serve(exit) }

// TFLiteStats says what TensorFlow Lite made of a model, and how the worker fares.
type TFLiteStats struct {
	native.Report
	native.Stats
	Parity ParityStats
}

func (t *TFLite) options(o Options) native.Options {
	return native.Options{Library: t.Library, Delegate: t.Delegate, Threads: o.Threads, Shapes: o.Shapes, Signature: o.Signature, Timeout: t.Timeout,
		LoadTimeout: t.LoadTimeout, MemoryLimit: t.MemoryLimit, AllowCPU: t.AllowCPU, Pause: t.Pause, Worker: t.Worker, Cache: t.Cache}
}

// newTFLite opens a model on TensorFlow Lite, with the builtin engine behind it if o asks for a fallback.
func newTFLite(m *tflite.Model, o Options) (Session, error) {
	var slow *builtin
	if o.TFLite.Fallback {
		var err error
		if slow, err = newBuiltin(m, o); err != nil {
			slow = nil // then there is none to fall back to
		}
	}
	fast, err := openTFLite(m, o, slow != nil)
	switch {
	case err == nil && slow != nil:
		return newFailover(fast, slow, o.TFLite), nil
	case err == nil:
		return fast, nil
	case slow != nil: // not even a worker: no library, as a rule
		return &fixed{slow, err, o.TFLite.Delegate}, nil
	}
	return nil, err
}

// fixed is the builtin engine in the place of TensorFlow Lite, for good.
type fixed struct {
	*builtin
	why      error
	delegate Delegate
}

// Degraded says why.
func (f *fixed) Degraded() string { return onBuiltin(f.why) }

// accelerated is a Session on TensorFlow Lite.
type accelerated struct {
	*native.Session
	signature tensor.Signature
	worker    *native.Worker
	own       bool // the worker is the session's
	delegate  Delegate
}

func openTFLite(m *tflite.Model, o Options, keep bool) (*accelerated, error) {
	data := o.Source
	if data == nil {
		var err error
		if data, err = tflite.Write(m); err != nil {
			return nil, err
		}
	}
	d, err := signatureOf(m, o.Signature)
	if err != nil {
		return nil, err
	}
	w, err := o.TFLite.Workers.worker(o.TFLite.options(o))
	if err != nil {
		return nil, err
	}
	a := &accelerated{worker: w, own: o.TFLite.Workers == nil, delegate: o.TFLite.Delegate}
	if a.Session, err = w.Open(data, m, o.TFLite.options(o), keep); err != nil {
		return nil, errors.Join(err, a.release())
	}
	a.signature = named(a.Session.Signature(), d)
	return a, nil
}

// Signature says what goes in and out, in the order of the model's graph.
func (a *accelerated) Signature() tensor.Signature { return a.signature }

// Close closes the model, and the worker if it is the session's own.
func (a *accelerated) Close() error {
	if a.own {
		a.worker.Quit()
	}
	return errors.Join(a.Session.Close(), a.release())
}

func (a *accelerated) release() error {
	if !a.own {
		return nil
	}
	return a.worker.Close()
}

// Stats returns what the session holds and has done.
func (a *accelerated) Stats() Stats {
	return Stats{Engine: "tflite", Invokes: a.Invokes(), TFLite: &TFLiteStats{Report: a.Report(), Stats: a.worker.Stats()}}
}

// Workers are worker processes, one for each accelerator, that sessions share. Close ends them, after their sessions.
type Workers struct {
	mu  sync.Mutex
	all map[string]*native.Worker
}

// worker returns the worker of an accelerator; without Workers it is a new one, which the caller closes.
func (w *Workers) worker(o native.Options) (*native.Worker, error) {
	if w == nil {
		return native.NewWorker(o)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if shared := w.all[o.Key()]; shared != nil {
		return shared, nil
	}
	shared, err := native.NewWorker(o)
	if err != nil {
		return nil, err
	}
	if w.all == nil {
		w.all = map[string]*native.Worker{}
	}
	w.all[o.Key()] = shared
	return shared, nil
}

// Quit lets no process start any more, and ends those that are starting: the sessions' Close does not wait for them.
func (w *Workers) Quit() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, one := range w.all {
		one.Quit()
	}
}

// Close ends the processes.
func (w *Workers) Close() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	var err error
	for one := range maps.Values(w.all) {
		err = errors.Join(err, one.Close())
	}
	w.all = nil
	return err
}

// ParseDelegate reads a delegate as the command line and the config name it: a name, or the path of an external one.
func ParseDelegate(name string, options map[string]string) (Delegate, error) {
	switch name {
	case "", "none":
		return Delegate{}, nil
	case "xnnpack", "gpu", "nnapi", "edgetpu":
		return Delegate{Name: name, Options: options}, nil
	}
	if !isPath(name) {
		return Delegate{}, fmt.Errorf("delegate %q: want xnnpack, edgetpu, gpu, nnapi, or the path of a library", name)
	}
	return Delegate{Name: "external", Path: name, Options: options}, nil
}

func isPath(name string) bool {
	for _, c := range name {
		if c == '/' {
			return true
		}
	}
	return false
}
