package pipelines

import (
	"context"
	"sync"
	"time"

	"edged/runtime"
)

// warmUps are how often a model runs before its first sample: once for its memory and the machine's caches, once to know what
// it costs.
const warmUps = 2

// warmUp runs the model on nothing, and makes it forget that. A model that cannot forget is left alone.
func (s *stage) warmUp(ctx context.Context, log *quiet) {
	if !runtime.Reset(s.Session) || !s.enter(ctx, time.Now()) {
		return
	}
	defer s.leave()
	for range warmUps {
		start := time.Now()
		if err := s.bounded(ctx); err != nil {
			if ctx.Err() == nil {
				log.warn(s.name + "warming up: " + err.Error())
			}
			break
		}
		s.rate.cost.Store(int64(time.Since(start)) * int64(s.seat.cores))
	}
	runtime.Reset(s.Session)
}

// warmUp warms up the Teller too, with what the model finds in nothing. A caption depends on no caption before it.
func (f *fusion) warmUp(ctx context.Context, log *quiet) {
	f.stage.warmUp(ctx, log)
	words := &f.how.Words
	if words.Teller == nil || !f.enter(ctx, time.Now()) {
		return
	}
	defer f.leave()
	defer f.alarm.rest()
	if _, err := words.Teller.Caption(f.alarm.set(ctx), f.Session.Output(words.Fused)); err != nil && ctx.Err() == nil {
		log.warn(f.name + "warming up: " + err.Error())
	}
}

// readiness waits for models to be warmed up.
type readiness struct {
	tell func() // nil: none is
	wait sync.WaitGroup
}

// expect starts a goroutine that tells when all of a group's models are warm.
func (r *readiness) expect(ctx context.Context, pipelines []*Pipeline, wg *sync.WaitGroup) {
	if r.tell == nil {
		return
	}
	for _, p := range pipelines {
		p.ready = r
		r.wait.Add(len(p.works))
	}
	wg.Go(func() {
		if r.wait.Wait(); ctx.Err() == nil {
			r.tell()
		}
	})
}

// warm warms up w, one of the group's, if that is wanted. The others need not wait for it.
func (r *readiness) warm(ctx context.Context, w worker, log *quiet) {
	if r != nil {
		w.warmUp(ctx, log)
		r.wait.Done()
	}
}
