package kernel

import (
	"sync/atomic"
	"syscall"
	"unsafe"
)

// gate is a number that threads wait for to change.
//
// They sleep in the kernel, not on a channel: of a thread that goes on running, as a session's does, Go's scheduler does not give
// away what a message has made ready for tens of microseconds, or until it blocks (runqgrab in runtime/proc.go). On two cores of a
// Zen 4 server beside much other work a goroutine woken so began after 5 µs, by a channel after 80 µs at best and 800 as a rule.
type gate struct{ atomic.Int32 }

func (*gate) init() {}

// Operations of futex(2), on memory that no other process sees.
const (
	futexWait = 0 | 128
	futexWake = 1 | 128
)

// sleepWhile returns when the number is not v.
func (g *gate) sleepWhile(v int32) {
	for g.Load() == v {
		_, _, _ = syscall.Syscall6(syscall.SYS_FUTEX, uintptr(unsafe.Pointer(g)), futexWait, uintptr(v), 0, 0, 0) // looks again after an error
	}
}

// wake has who sleeps look again, after a change. It does not block.
func (g *gate) wake() {
	_, _, _ = syscall.RawSyscall6(syscall.SYS_FUTEX, uintptr(unsafe.Pointer(g)), futexWake, 1, 0, 0, 0)
}

// yield lets another thread run that waits for this processor: it may be the one that is looked for.
func yield() { _, _, _ = syscall.RawSyscall(syscall.SYS_SCHED_YIELD, 0, 0, 0) }
