package native

import "time"

// Fault is why a worker did not answer.
type Fault string

// The faults.
const (
	Crashed Fault = "crashed" // the process ended: a signal, or an exit of the library's own
	Hung    Fault = "hung"    // no answer within the timeout
	Leaked  Fault = "leaked"  // more memory than the limit
	Refused Fault = "refused" // the library or the delegate says no, and goes on
	Down    Fault = "down"    // it failed before, and is not back yet
	Missing Fault = "missing" // no library, or no worker could be started
)

// WorkerError is a failure of TensorFlow Lite or of a delegate, outside of edged's own process.
type WorkerError struct {
	Fault Fault
	What  string        // with what the library printed
	Hint  string        // may be empty
	Retry time.Duration // until the next start of the worker; 0 where none is due

	lasting bool // a crash that comes of the code, as far as one can tell, and not of somebody who ended the process
}

// later is the error of a call after e, until the worker is tried again.
func (e *WorkerError) later(again time.Time) *WorkerError {
	retry := max(0, time.Until(again)).Round(time.Millisecond)
	return &WorkerError{Fault: Down, What: string(e.Fault) + ": " + e.What, Hint: e.Hint, Retry: retry}
}

func (e *WorkerError) Error() string { return "tflite worker " + string(e.Fault) + ": " + e.What }

// LibraryError says why TensorFlow Lite's library, or a delegate's, cannot be used.
type LibraryError struct {
	Path string // of the file; empty if none was found
	What string
	Hint string // what the user can do; may be empty
}

func (e *LibraryError) Error() string {
	if e.Path == "" {
		return e.What
	}
	return e.Path + ": " + e.What
}
