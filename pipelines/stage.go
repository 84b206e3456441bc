package pipelines

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"edged/runtime"
)

// stage is where an encoder's model runs.
type stage struct {
	Encoder
	name     string // for the log
	pipeline *Pipeline
	inputs   []*Input
	sensor   string // the inputs' names
	outs     outputs
	pace     pacer
	watch    engineWatch
	gate     gate  // nil if it is always open
	alarm    alarm // of an Invoke that outlives its deadline
	seat     *seat
	rate     rate
	place    int // in the pipeline

	window Window             // of outs
	news   bool               // nothing has been told of outs yet
	heads  []Head             // that have not yet made their event of outs
	wrongs error              // of those that could not
	says   Event              // what is being told
	alone  map[string]float32 // the Contributions of who speaks for its own sensor; nil of who joins several
	muted  bool               // makes events that nobody gets: a replay's that were none in the recording

	tally
}

func newStage(p *Pipeline, inputs []*Input, e Encoder) *stage {
	var names []string
	for _, in := range inputs {
		names = append(names, in.name)
	}
	sensor := strings.Join(names, "+")
	name := fmt.Sprintf("pipeline %q: model %q: ", p.name, e.Model)
	if sensor != "" {
		name = fmt.Sprintf("pipeline %q: model %q on sensor %q: ", p.name, e.Model, sensor)
	}
	return &stage{
		says:     Event{Ages: map[string]time.Duration{}},
		alone:    whole(sensor),
		Encoder:  e,
		name:     name,
		pipeline: p,
		inputs:   inputs,
		sensor:   sensor,
		outs:     make(outputs, len(e.Session.Signature().Outputs)),
		pace:     pacer{every: e.Every},
		place:    len(p.works),
		alarm:    alarm{after: e.Deadline, cause: fmt.Errorf("no result after %v", e.Deadline)},
		seat:     newSeat(e.Cores),
	}
}

// whole are the contributions of one sensor; nil if there is none.
func whole(sensor string) map[string]float32 {
	if sensor == "" {
		return nil
	}
	return map[string]float32{sensor: 1}
}

// enter waits for a core until ctx ends. The result is due by a time: who is due first goes first.
func (s *stage) enter(ctx context.Context, due time.Time) bool {
	s.seat.due = due
	if !s.pipeline.desk.enter(ctx, s.seat) {
		return false
	}
	s.moved(time.Now())
	return true
}

// leave gives the core back.
func (s *stage) leave() {
	s.moved(time.Time{})
	s.pipeline.desk.leave(s.seat)
}

// infer runs the model and takes what it gives.
func (s *stage) infer(ctx context.Context) error {
	err := s.invoke(ctx)
	if err == nil {
		s.outs.take(s.Session)
	}
	return err
}

func (s *stage) invoke(ctx context.Context) error {
	start := time.Now()
	if err := s.bounded(ctx); err != nil {
		return err
	}
	s.spent(&s.stages.Invoke, time.Since(start))
	return nil
}

// bounded runs the model, for no longer than its deadline.
func (s *stage) bounded(ctx context.Context) error {
	ctx = s.alarm.set(ctx)
	defer s.alarm.rest()
	err := s.Session.Invoke(ctx)
	if err != nil && ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

// share gives the embedding to the pipeline's fusion.
func (s *stage) share() error {
	if f := s.pipeline.fusion; f != nil && s.Share.Part != 0 && !s.muted {
		return f.put(s)
	}
	return nil
}

// decode lets the next head make an event of the session's outputs and hands it to the pipeline. A head that cannot does
// not keep the others from it.
func (s *stage) decode(ctx context.Context) (made bool, err error) {
	for len(s.heads) > 0 {
		h := s.heads[0]
		s.heads = s.heads[1:]
		err := s.pipeline.emit(ctx, s, h)
		if err == nil {
			return true, nil
		}
		s.wrongs = errors.Join(s.wrongs, err)
	}
	err, s.wrongs = s.wrongs, nil
	return false, err
}

// took notes that the encoder took sample n.
func (s *stage) took(n number) {
	m := s.pipeline.moments
	m.mu.Lock()
	defer m.mu.Unlock()
	m.tell(Step{What: Taken, At: m.now(), Pipeline: s.pipeline.name, Encoder: s.place, Number: uint64(n)})
}

// wrong counts and logs an error, unless there is none or ctx made it.
func (s *stage) wrong(ctx context.Context, err error, log *quiet) {
	if err != nil && ctx.Err() == nil {
		s.failed()
		log.warn(s.name + err.Error())
	}
}

// degraded says why a stage's engine is not what was asked for; empty if it is.
func (s *stage) degraded() string {
	if s.Session == nil {
		return ""
	}
	return runtime.Degraded(s.Session)
}

func (s *stage) of() *stage { return s }
