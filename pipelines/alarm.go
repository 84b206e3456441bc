package pipelines

import (
	"context"
	"time"
)

// alarm makes contexts that end when an Invoke lasts too long. It makes one for many Invokes, since context.WithTimeout would
// allocate for each.
type alarm struct {
	after time.Duration
	cause error // of the context's end

	parent context.Context // of ctx; nil if there is none
	ctx    context.Context
	timer  *time.Timer // ends ctx
}

// set returns a context that ends with parent, or once the time has passed before rest is called.
func (a *alarm) set(parent context.Context) context.Context {
	if a.parent == parent && a.ctx.Err() == nil {
		a.timer.Reset(a.after)
		return a.ctx
	}
	ctx, cancel := context.WithCancelCause(parent)
	a.parent, a.ctx = parent, ctx
	a.timer = time.AfterFunc(a.after, func() { cancel(a.cause) })
	return ctx
}

// rest stops the clock until the next set. A context that has ended is not used again.
func (a *alarm) rest() { a.timer.Stop() }
