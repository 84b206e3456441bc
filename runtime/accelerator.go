package runtime

import "edged/runtime/internal/native"

// Accelerator says how TensorFlow Lite and its delegate fare in a session.
type Accelerator struct {
	TFLiteStats
	Delegate string // "" if there is none
	Degraded string // as of the function Degraded
}

// Share is how many operators of one kind a delegate took.
type Share = native.Share

// Took returns how many of the graph's operators the delegate took.
func (a *Accelerator) Took() (taken, of int) {
	for _, s := range a.Shares {
		taken, of = taken+s.Taken, of+s.Of
	}
	return taken, of
}

// AcceleratorOf returns how TensorFlow Lite fares in s; false if it has no part in it. Unlike s itself it may be asked by
// other goroutines, and while s runs.
func AcceleratorOf(s Session) (Accelerator, bool) {
	a, ok := under(s).(interface{ accelerator() Accelerator })
	if !ok {
		return Accelerator{}, false
	}
	return a.accelerator(), true
}

func (a *accelerated) accelerator() Accelerator {
	return Accelerator{TFLiteStats: TFLiteStats{Report: a.Report(), Stats: a.worker.Stats()}, Delegate: a.delegate.String()}
}

func (f *failover) accelerator() Accelerator {
	a := f.fast.accelerator()
	a.Degraded = f.Degraded()
	if err := f.fast.Ready(); a.Degraded == "" && err != nil {
		a.Degraded = onBuiltin(err)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	a.Parity = f.parity
	return a
}

func (f *fixed) accelerator() Accelerator {
	return Accelerator{Delegate: f.delegate.String(), Degraded: f.Degraded()}
}

func onBuiltin(why error) string { return "on the builtin engine: " + why.Error() }
