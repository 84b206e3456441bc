//go:build linux && (amd64 || arm64 || arm) && !nonative

package native

import (
	"context"
	"errors"
	"fmt"
	"time"

	"edged/runtime/tensor"
	"edged/runtime/tflite"
)

// prober holds what a worker knows of its libraries from their probe. The worker's structure guards it.
type prober struct {
	hashes hashes
	last   *Verdict
}

// probe tries the worker's libraries before their first use, in a process of its own, on the smallest model. What ends that
// process is not let into the one that has the models, and is not tried again while it would be the same: the verdict is
// kept, in Options.Cache too. Whatever else goes wrong the models themselves will show.
func (w *Worker) probe() *WorkerError {
	if w.options.probing {
		return nil
	}
	is := w.prober.hashes.identify(w.options)
	if !w.prober.last.holds(is) {
		w.prober.last = recall(w.options, is)
	}
	if w.prober.last == nil {
		return w.examine(is)
	}
	return w.prober.last.fault()
}

// examine runs the probe and keeps its verdict.
func (w *Worker) examine(is identity) *WorkerError {
	one, err := newProbe(w.options)
	if err != nil {
		return &WorkerError{Fault: Missing, What: err.Error()}
	}
	w.opens(opening{probe: one})
	_, err = one.run(context.Background())
	w.opens(opening{})
	w.mu.Lock()
	ended := w.ended
	w.mu.Unlock()
	if ended {
		return &WorkerError{Fault: Down, What: "is closed"}
	}
	w.prober.last = keep(w.options, is, err)
	e, _ := errors.AsType[*WorkerError](err)
	if e == nil || e.Fault == Refused {
		return nil
	}
	return &WorkerError{Fault: e.Fault, What: "in its probe: " + e.What, Hint: e.Hint}
}

// newProbe returns a worker that is not itself probed.
func newProbe(o Options) (*Worker, error) {
	o.probing, o.AllowCPU = true, true
	return NewWorker(o)
}

// run computes an addition and ends the worker.
func (w *Worker) run(ctx context.Context) (r Report, err error) {
	defer func() { err = errors.Join(err, w.Close()) }()
	m := addition()
	file, err := tflite.Write(m)
	if err != nil {
		return r, err
	}
	s, err := w.Open(file, m, w.options, false)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	copy(tensor.As[float32](s.Input(0).Data), []float32{1, 2})
	if err := s.Invoke(ctx); err != nil {
		return r, err
	}
	if out := tensor.As[float32](s.Output(0).Data); out[0] != 2 || out[1] != 4 {
		return r, &WorkerError{Fault: Refused, What: fmt.Sprintf("computes %v of [1 2] plus itself", out)}
	}
	return s.Report(), nil
}

// addition is x+x of two floats.
func addition() *tflite.Model {
	at := func(i int, name string) tflite.Tensor {
		return tflite.Tensor{Info: tensor.Info{Name: name, Index: i, DType: tensor.Float32, Shape: tensor.Shape{1, 2}}}
	}
	return &tflite.Model{Version: 3, Graphs: []tflite.Graph{{
		Tensors: []tflite.Tensor{at(0, "x"), at(1, "sum")}, Inputs: []int{0}, Outputs: []int{1},
		Ops: []tflite.Op{{Code: tflite.OpAdd, Version: 1, Inputs: []int{0, 0}, Outputs: []int{1}, Options: &tflite.ArithmeticOptions{}}},
	}}}
}

// Examined is what a probe has found out.
type Examined struct {
	Report     Report
	Err        error    // why it did not run to its end
	Remembered *Verdict // of an earlier probe, which still holds; nil if there is none
}

// Examine probes the library and the delegate of o, unless a crash is remembered, and keeps the verdict.
func Examine(ctx context.Context, o Options) (x Examined) {
	one, err := newProbe(o)
	if err != nil {
		return Examined{Err: err}
	}
	is := new(hashes).identify(one.options)
	if x.Remembered = recall(one.options, is); x.Remembered.crashed() {
		x.Err = errors.Join(x.Remembered.fault(), one.Close())
		return x
	}
	x.Report, x.Err = one.run(ctx)
	keep(one.options, is, x.Err)
	return x
}

// keep makes a verdict of a probe's error, and writes it where the next edged finds it; nil if the error may be gone the next
// time: a device that is not there, or no right to it.
func keep(o Options, is identity, err error) *Verdict {
	v := &Verdict{Libraries: is.libraries, Time: time.Now()}
	if e, ok := errors.AsType[*WorkerError](err); ok && e.Fault == Crashed && e.lasting {
		v.Machine, v.Crash = is.machine, e.What
	} else if err != nil {
		return nil
	}
	v.write(o)
	return v
}
