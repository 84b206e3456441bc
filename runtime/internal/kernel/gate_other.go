//go:build !linux

package kernel

import (
	goruntime "runtime"
	"sync/atomic"
)

// gate is a number that threads wait for to change, one at a time.
type gate struct {
	atomic.Int32
	changed chan struct{}
}

func (g *gate) init() { g.changed = make(chan struct{}, 1) }

// sleepWhile returns when the number is not v.
func (g *gate) sleepWhile(v int32) {
	for g.Load() == v {
		<-g.changed // may be an old change's message
	}
}

// wake has who sleeps look again, after a change. It does not block.
func (g *gate) wake() {
	select {
	case g.changed <- struct{}{}:
	default:
	}
}

// yield lets another goroutine run that waits for this processor.
func yield() { goruntime.Gosched() }
