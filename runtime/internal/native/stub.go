//go:build !linux || nonative || !(amd64 || arm64 || arm)

package native

import (
	"context"
	"errors"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

var errStub = errors.New("this build has no tflite engine (built with -tags nonative, or for a system without it)")

// Built says whether this build has the engine.
const Built = false

// Library is TensorFlow Lite loaded into this process.
type Library struct{ Path, Version string }

// Worker runs models in another process.
type Worker struct{}

// Session is a model on a Worker.
type Session struct{}

// Serve runs a worker.
func Serve(func(int)) error { return errStub }

// Find looks for the library.
func Find(string) (string, error) { return "", errStub }

// Examined is what a probe has found out.
type Examined struct {
	Report     Report
	Err        error
	Remembered *Verdict
}

// Examine returns the error that this build has no tflite engine.
func Examine(context.Context, Options) Examined { return Examined{Err: errStub} }

// NewWorker returns the error that this build has no tflite engine.
func NewWorker(Options) (*Worker, error) { return nil, &LibraryError{What: errStub.Error()} }

// The rest is never reached: there is no Worker.

// Open opens a model.
func (w *Worker) Open([]byte, *tflite.Model, Options, bool) (*Session, error) { return nil, errStub }

// Stats returns how the worker fares.
func (w *Worker) Stats() Stats { return Stats{Fault: errStub} }

// Quit lets no process start.
func (w *Worker) Quit() {}

// Close ends the worker.
func (w *Worker) Close() error { return nil }

// Signature says what goes in and out.
func (s *Session) Signature() tensor.Signature { return tensor.Signature{} }

// Input returns graph input i.
func (s *Session) Input(int) *tensor.Tensor { return nil }

// Output returns graph output i.
func (s *Session) Output(int) *tensor.Tensor { return nil }

// Invoke runs the model.
func (s *Session) Invoke(context.Context) error { return errStub }

// Ready returns why the model does not run.
func (s *Session) Ready() error { return errStub }

// Reset forgets what the model remembers.
func (s *Session) Reset() bool { return false }

// Report says what the library made of the model.
func (s *Session) Report() Report { return Report{} }

// Invokes counts the Invokes that succeeded.
func (s *Session) Invokes() int64 { return 0 }

// Close closes the model.
func (s *Session) Close() error { return nil }
