package pipelines

import (
	"fmt"
	"strings"
	"time"

	"edged/runtime"
)

// AcceleratorStats say how TensorFlow Lite and its delegate fare for an encoder.
type AcceleratorStats struct {
	Library  string // its version; empty if it has not been loaded
	Delegate string // empty if there is none
	Degraded string // why another engine answers, or that the outputs drift; empty if all is well

	Taken, Of int               // operators of the model: those that the delegate took, and all
	Shares    map[string]string // the same by kind: "CONV_2D" has "12/13"

	Restarts int64         // of the process that runs it
	Swaps    int64         // Invokes after another model's on the same accelerator
	SwapCost time.Duration // how much longer those take; 0 while that is not known

	Checks, Drifts int64   // comparisons with the builtin engine, and those beyond the bound
	Largest        float64 // difference seen, as a part of the output's range
}

// acceleratorStats returns those of a session; nil if it needs no accelerator. It may be called while the session runs.
func acceleratorStats(s runtime.Session) *AcceleratorStats {
	a, ok := runtime.AcceleratorOf(s)
	if !ok {
		return nil
	}
	out := &AcceleratorStats{
		Library: a.Version, Delegate: a.Delegate, Degraded: a.Degraded, Shares: map[string]string{},
		Restarts: a.Restarts, Swaps: a.Swap.Swaps, SwapCost: a.Swap.Cost(),
		Checks: a.Parity.Checks, Drifts: a.Parity.Drifts, Largest: a.Parity.Largest,
	}
	out.Taken, out.Of = a.Took()
	for _, share := range a.Shares {
		out.Shares[share.Op] = fmt.Sprintf("%d/%d", share.Taken, share.Of)
	}
	return out
}

// engineWatch is what the log has been told of an encoder's engine.
type engineWatch struct {
	told     bool
	degraded bool
}

// engine says in the log on which engine the model runs, at the start and when that changes.
func (s *stage) engine(log *quiet) {
	why := runtime.Degraded(s.Session)
	if s.watch.told && s.watch.degraded == (why != "") {
		return
	}
	s.watch = engineWatch{told: true, degraded: why != ""}
	a, ok := runtime.AcceleratorOf(s.Session)
	switch {
	case !ok:
	case a.Degraded != "":
		log.warn(s.name + a.Degraded)
	default:
		log.log.Info(s.name + onAccelerator(&a))
	}
}

// onAccelerator says what TensorFlow Lite made of the model: "on TensorFlow Lite 2.9.0; xnnpack takes 30 of 31 operators in 1
// partition: CONV_2D 13/13, SOFTMAX 0/1".
func onAccelerator(a *runtime.Accelerator) string {
	text := "on TensorFlow Lite " + a.Version
	if a.Delegate != "" {
		var shares []string
		for _, s := range a.Shares {
			shares = append(shares, s.String())
		}
		taken, of := a.Took()
		text += fmt.Sprintf("; %s takes %d of %d operators in %d partition", a.Delegate, taken, of, a.Partitions)
		if a.Partitions != 1 {
			text += "s"
		}
		text += ": " + strings.Join(shares, ", ")
	}
	if a.Note != "" {
		text += " (" + a.Note + ")"
	}
	return text
}
