package runtime

import (
	"context"
	"errors"
	"fmt"
	"math"
	"sync"

	"edged/runtime/tensor"
)

// failover runs a model on TensorFlow Lite, and on the builtin engine while that cannot. Its tensors are the builtin
// engine's; they are copied to the worker's and back.
type failover struct {
	*builtin
	fast  *accelerated
	o     TFLite
	count int

	mu     sync.Mutex
	why    error // why the builtin engine answers; nil while TensorFlow Lite does
	parity ParityStats
}

// ParityStats is what the comparisons with the builtin engine have shown.
type ParityStats struct {
	Checks  int64
	Drifts  int64   // checks beyond the bound
	Largest float64 // difference seen, as a part of the output's range
	drifted bool    // in the last check
}

func newFailover(fast *accelerated, slow *builtin, o TFLite) *failover {
	if o.ParityBound <= 0 {
		o.ParityBound = 0.05
	}
	return &failover{builtin: slow, fast: fast, o: o}
}

// Invoke runs the model once.
func (f *failover) Invoke(ctx context.Context) error {
	err := f.accelerated(ctx)
	if err == nil || ctx.Err() != nil {
		f.because(nil)
		return err
	}
	f.because(err)
	return f.builtin.Invoke(ctx)
}

// because notes why the builtin engine answers.
func (f *failover) because(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.why = err
}

func (f *failover) accelerated(ctx context.Context) error {
	if err := f.fast.Ready(); err != nil {
		return err
	}
	for i := range f.builtin.signature.Inputs {
		if err := carry(f.fast.Input(i), f.Input(i)); err != nil {
			return fmt.Errorf("input %d: %w", i, err)
		}
	}
	if err := f.fast.Invoke(ctx); err != nil {
		return err
	}
	if f.count++; f.o.ParityEvery > 0 && f.count%f.o.ParityEvery == 0 {
		if err := f.compare(ctx); err != nil {
			return err
		}
	}
	for i := range f.builtin.signature.Outputs {
		if err := carry(f.Output(i), f.fast.Output(i)); err != nil {
			return fmt.Errorf("output %d: %w", i, err)
		}
	}
	return nil
}

// carry copies a tensor to where the other engine has it; strings, which move anyway, are handed over.
func carry(to, from *tensor.Tensor) error {
	if to.DType == tensor.String {
		to.Data = from.Data
		return nil
	}
	if len(to.Data) != len(from.Data) {
		return fmt.Errorf("the engines disagree on its size: %d and %d bytes", len(from.Data), len(to.Data))
	}
	copy(to.Data, from.Data)
	return nil
}

// compare is the parity guard: the same inputs on the builtin engine.
func (f *failover) compare(ctx context.Context) error {
	if err := f.builtin.Invoke(ctx); err != nil {
		return err
	}
	largest := 0.0
	for i := range f.builtin.signature.Outputs {
		largest = max(largest, apart(f.fast.Output(i), f.Output(i)))
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.parity.Checks++
	f.parity.Largest = max(f.parity.Largest, largest)
	if f.parity.drifted = largest > f.o.ParityBound; f.parity.drifted {
		f.parity.Drifts++
	}
	return nil
}

// apart returns the mean difference of two outputs as a part of the second's range: of all values of the type for
// integers, of those that are there for floats.
func apart(got, want *tensor.Tensor) float64 {
	n := min(len(got.Data), len(want.Data))
	switch want.DType {
	case tensor.Float32:
		return apartOf(tensor.As[float32](got.Data[:n]), tensor.As[float32](want.Data[:n]), 0)
	case tensor.Int8:
		return apartOf(tensor.As[int8](got.Data[:n]), tensor.As[int8](want.Data[:n]), 255)
	case tensor.Uint8:
		return apartOf(got.Data[:n], want.Data[:n], 255)
	case tensor.Int16:
		return apartOf(tensor.As[int16](got.Data[:n]), tensor.As[int16](want.Data[:n]), 65535)
	}
	return 0 // indices and the like have no distance
}

func apartOf[T int8 | uint8 | int16 | float32](got, want []T, span float64) float64 {
	var sum float64
	lo, hi := math.Inf(1), math.Inf(-1)
	for i, w := range want {
		lo, hi = min(lo, float64(w)), max(hi, float64(w))
		d := math.Abs(float64(got[i]) - float64(w))
		if math.IsNaN(d) {
			d = math.MaxFloat32
		}
		sum += d
	}
	if len(want) == 0 || sum == 0 {
		return 0
	}
	if span == 0 {
		span = max(hi-lo, math.Abs(lo), math.Abs(hi), 1e-30)
	}
	return sum / float64(len(want)) / span
}

// Degraded says why the builtin engine answers, or that the accelerator drifts; it is empty if all is well.
func (f *failover) Degraded() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.why != nil {
		return onBuiltin(f.why)
	}
	if f.parity.drifted {
		return fmt.Sprintf("accelerator_drift: its outputs lie up to %.2g of the range from the builtin engine's", f.parity.Largest)
	}
	return ""
}

// Reset forgets what the model remembers, on both engines.
func (f *failover) Reset() bool {
	ok := f.fast.Reset()
	return f.builtin.Reset() && ok
}

// Close closes both engines' sessions.
func (f *failover) Close() error { return errors.Join(f.fast.Close(), f.builtin.Close()) }

// Stats returns those of the engine that answers, with how TensorFlow Lite fares.
func (f *failover) Stats() Stats {
	f.mu.Lock()
	why, parity := f.why, f.parity
	f.mu.Unlock()
	fast := f.fast.Stats()
	fast.TFLite.Parity = parity
	if why == nil {
		return fast
	}
	slow := f.builtin.Stats()
	slow.TFLite = fast.TFLite
	return slow
}

// Degraded says why s does not run as it was asked to: as another model, on another engine, or with an accelerator that drifts.
// It is empty if all is well.
func Degraded(s Session) string {
	if v, ok := s.(*Variants); ok {
		if why := v.degraded(); why != "" {
			return why
		}
	}
	if d, ok := under(s).(interface{ Degraded() string }); ok {
		return d.Degraded()
	}
	return ""
}
