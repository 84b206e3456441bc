package sensors

import (
	"context"
	"time"
)

// silence makes contexts that end when a Read lasts too long. It makes one for many Reads, since context.WithTimeout
// would allocate for each picture.
type silence struct {
	limit time.Duration

	parent context.Context // of watched; nil if there is none
	ctx    context.Context
	cancel context.CancelFunc
	timer  *time.Timer // cancels ctx
}

// watch returns a context that ends with parent, or once limit has passed before rest is called.
func (s *silence) watch(parent context.Context) context.Context {
	if s.parent == parent && s.ctx.Err() == nil {
		s.timer.Reset(s.limit)
		return s.ctx
	}
	s.end()
	s.parent = parent
	s.ctx, s.cancel = context.WithCancel(parent)
	s.timer = time.AfterFunc(s.limit, s.cancel)
	return s.ctx
}

// rest stops the clock until the next watch, and reports whether it had run out.
func (s *silence) rest() bool {
	if s.timer.Stop() {
		return false
	}
	s.end() // the context has ended, or is about to
	return true
}

// end frees what watch holds.
func (s *silence) end() {
	if s.parent != nil {
		s.timer.Stop()
		s.cancel()
		s.parent = nil
	}
}
