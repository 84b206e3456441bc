package pipelines

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"edged/sensors"
)

// Shot is a picture that somebody has asked for.
type Shot struct {
	Time          time.Time // when it was taken, by the sensor
	Width, Height int
}

// Snapshot waits for the sensor's next picture, gives it to a sink, and returns what it was. It is an error if the sensor
// gives no pictures, has ended, or gives none before ctx ends; and if the sink does not accept it. Any goroutine may ask.
func (in *Input) Snapshot(ctx context.Context, to SnapshotSink) (Shot, error) {
	if _, ok := in.feed.(*feed[sensors.Frame]); !ok {
		return Shot{}, fmt.Errorf("sensor %q gives no pictures", in.name)
	}
	a := &asked{to: to, done: make(chan struct{})}
	if !in.shots.ask(a) {
		return Shot{}, fmt.Errorf("sensor %q has ended", in.name)
	}
	select {
	case <-a.done:
		return a.shot, a.err
	case <-ctx.Done():
	}
	if in.shots.forget(a) {
		return Shot{}, fmt.Errorf("sensor %q: no picture in time: %w", in.name, ctx.Err())
	}
	<-a.done // it is being given
	return a.shot, a.err
}

// asked is one question for a picture.
type asked struct {
	to   SnapshotSink
	done chan struct{} // closed when there is an answer
	shot Shot
	err  error
}

func (a *asked) answer(s Shot, err error) {
	a.shot, a.err = s, err
	close(a.done)
}

// shots are the questions that wait for a sensor's next picture.
type shots struct {
	some atomic.Bool // spares each picture the lock

	mu      sync.Mutex
	waiting []*asked
	over    bool // there will be no more pictures
}

// ask lets a wait, unless there will be no more pictures.
func (s *shots) ask(a *asked) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.over {
		return false
	}
	s.waiting = append(s.waiting, a)
	s.some.Store(true)
	return true
}

// forget reports whether a was still waiting.
func (s *shots) forget(a *asked) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := len(s.waiting)
	s.waiting = slices.DeleteFunc(s.waiting, func(one *asked) bool { return one == a })
	return len(s.waiting) < n
}

// take returns all that wait.
func (s *shots) take() []*asked {
	if !s.some.Load() {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	all := s.waiting
	s.waiting = nil
	s.some.Store(false)
	return all
}

// give gives a sensor's picture to all who wait for one.
func (s *shots) give(ctx context.Context, sensor string, f *sensors.Frame) {
	for _, a := range s.take() {
		a.answer(Shot{f.Time, f.Width, f.Height}, a.to.PutSnapshot(ctx, sensor, f))
	}
}

// end tells all who wait, and who will ask, that there are no more pictures.
func (s *shots) end(sensor string) {
	s.mu.Lock()
	s.over = true
	s.mu.Unlock()
	for _, a := range s.take() {
		a.answer(Shot{}, fmt.Errorf("sensor %q has ended", sensor))
	}
}
