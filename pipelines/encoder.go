package pipelines

import (
	"context"
	"fmt"
	"time"

	"edged/runtime"
	"edged/sensors"
)

// Encoder says which model a pipeline runs on a sensor, and how. Session must be set, and Heads or Share.
type Encoder struct {
	Model   string // its name in events
	Session runtime.Session
	Heads   []Head // each makes one event of every result
	Share   Share  // in the pipeline's Fusion

	// Also are more sensors, whose samples come in one stream with those of the first.
	Also []*Input

	Every    time.Duration // at most one result in this time; 0 runs the model on every window
	Period   time.Duration // between the windows that its samples make, as far as known; 0 is Every
	Longest  time.Duration // how far apart Save may let it run; 0 is as far as it likes
	Deadline time.Duration // of one Invoke; 0 is 30 s
	Depth    int           // samples that may wait; 0 is 2 pictures, or 64 clips or readings
	Block    bool          // make the sensor wait instead of dropping the oldest: for recordings, never for live sensors
	Gate     Gate          // lets it rest while its input stays as it is
	Cores    int           // that an Invoke keeps busy; 0 is 1, -1 none: an accelerator does the work
}

// encoder is an Encoder at work on samples of one type. What does not depend on the type is in stage.
type encoder[T sensors.Sample] struct {
	prep   Preparer[T]
	ring   *ring[T]
	sample T // being worked on
	came   time.Time

	preparing time.Duration // what samples have cost since the last window
	prepared  time.Duration // what those of the last window have
	*stage
}

// worker is an encoder, its type of samples hidden.
type worker interface {
	run(ctx context.Context, log *quiet)
	warmUp(ctx context.Context, log *quiet)
	stats() EncoderStats
	of() *stage

	// take begins a turn with sample n, and event goes on with it until it has made an event.
	take(n number) error
	event(ctx context.Context) (made bool, err error)
	// advance goes on to the next embedding, or joins those that are there.
	advance(ctx context.Context) error
	// pass leaves out the next window.
	pass() error
	// replaying readies it for samples that come one by one.
	replaying()
}

// AddEncoder lets p run e on what prep makes of in's samples. It is an error if in's samples are of another type than
// prep's, or e lacks something. The session must be e's alone. The caller closes it once the Group's Run has returned.
func AddEncoder[T sensors.Sample](p *Pipeline, in *Input, prep Preparer[T], e Encoder) error {
	inputs := append([]*Input{in}, e.Also...)
	for _, in := range inputs {
		if _, ok := in.feed.(*feed[T]); !ok {
			var want T
			return fmt.Errorf("pipeline %q: model %q takes %T, sensor %q gives something else", p.name, e.Model, want, in.name)
		}
	}
	switch {
	case e.Session == nil || len(e.Session.Signature().Inputs) == 0:
		return fmt.Errorf("pipeline %q: model %q has no input", p.name, e.Model)
	case e.Share.Part != 0 && (e.Share.Output < 0 || e.Share.Output >= len(e.Session.Signature().Outputs)):
		return fmt.Errorf("pipeline %q: model %q has no output %d", p.name, e.Model, e.Share.Output)
	case len(e.Heads) == 0 && e.Share.Part == 0:
		return fmt.Errorf("pipeline %q: model %q has no head", p.name, e.Model)
	}
	if e.Depth <= 0 {
		e.Depth = defaultDepth[T]()
	}
	if e.Deadline <= 0 {
		e.Deadline = 30 * time.Second
	}
	if e.Period <= 0 {
		e.Period = e.Every
	}
	shut, err := newGate(e.Gate, any(new(T)), e.Session.Signature().Inputs[0])
	if err != nil {
		return fmt.Errorf("pipeline %q: model %q: %w", p.name, e.Model, err)
	}
	r := newRing[T](e.Depth, e.Block)
	r.sensors = uint64(len(inputs))
	for i, in := range inputs {
		f := in.feed.(*feed[T])
		f.outlets = append(f.outlets, outlet[T]{r, uint64(i)})
	}
	st := newStage(p, inputs, e)
	st.gate, r.took = shut, st.took
	p.add(&encoder[T]{prep: prep, ring: r, stage: st})
	return nil
}

// defaultDepth is short for pictures, where only the newest matters and each is large, and some seconds of sound.
func defaultDepth[T sensors.Sample]() int {
	var s T
	if _, ok := any(s).(sensors.Frame); ok {
		return 2
	}
	return 64
}

// run works until the sensor has finished and its ring is empty, or ctx ends.
func (e *encoder[T]) run(ctx context.Context, log *quiet) {
	e.engine(log)
	for e.turn(ctx, log) {
	}
}

// turn waits for a sample and then for a core, and does all that the sample gives rise to. It returns false when there will
// be no other. What a result is due by counts from when the sample came: a sensor's own clock may be wrong.
func (e *encoder[T]) turn(ctx context.Context, log *quiet) bool {
	came, ok := e.ring.await(ctx)
	if !ok || !e.enter(ctx, came.Add(e.pipeline.moments.clock.Real(e.Period))) {
		return false
	}
	defer e.leave()
	e.came = e.ring.pop(&e.sample)
	e.spent(&e.stages.Wait, time.Since(e.came))
	if e.without() {
		return true
	}
	err := e.add()
	for made := true; made && err == nil; {
		made, err = e.event(ctx)
	}
	e.engine(log)
	e.wrong(ctx, err, log)
	return true
}

// without leaves out a sample that there is no time for, before it costs anything, if the preparer can do without it.
func (e *encoder[T]) without() bool {
	p, ok := e.prep.(Passer[T])
	if !ok || !e.broke(e.came) {
		return false
	}
	if p.Pass(&e.sample) {
		e.skip()
	}
	return true
}

// add gives the sample to the preparer.
func (e *encoder[T]) add() error {
	start := time.Now()
	if e.gate != nil {
		e.gate.hear(&e.sample)
	}
	err := e.prep.Add(&e.sample)
	e.preparing += time.Since(start)
	return err
}

// next makes the input of the next window. What its samples cost counts with it.
func (e *encoder[T]) next() (Window, bool, error) {
	start := time.Now()
	w, ok, err := e.prep.Next(e.Session.Input(0))
	e.preparing += time.Since(start)
	if ok {
		e.spent(&e.stages.Prepare, e.preparing)
		e.prepared, e.preparing = e.preparing, 0
	}
	return w, ok, err
}

func (e *encoder[T]) take(n number) error {
	if !e.ring.take(n, &e.sample) {
		return fmt.Errorf("sample %d was not there to be taken", n)
	}
	return e.add()
}

func (e *encoder[T]) replaying() { e.ring.replaying() }

// event runs the model on the windows that are ready until it has made an event; it returns false when none is left. An
// error ends the turn; the next sample begins another.
func (e *encoder[T]) event(ctx context.Context) (made bool, err error) {
	for {
		if made, err := e.decode(ctx); made || err != nil {
			return made, err
		}
		if ok, err := e.result(ctx); !ok || err != nil {
			return false, err
		}
	}
}

// result runs the model on the next window that is ready and due, and shares its embedding.
func (e *encoder[T]) result(ctx context.Context) (bool, error) {
	for {
		w, ok, err := e.next()
		if err != nil || !ok {
			return false, err
		}
		if !e.pace.due(w.End) {
			continue
		}
		if !e.affords(e.came) {
			e.skip()
			continue
		}
		if err := e.find(ctx, w); err != nil {
			return false, err
		}
		e.window, e.heads, e.news = w, e.Heads, true
		return true, e.share()
	}
}

// find runs the model on the input of a window, unless the gate is shut: then what it found last stands.
func (e *encoder[T]) find(ctx context.Context, w Window) error {
	start := time.Now()
	defer func() { e.rate.costs(e.prepared + time.Since(start)*time.Duration(e.seat.cores)) }()
	if e.gate == nil {
		return e.infer(ctx)
	}
	if e.gate.still(w, e.Session.Input(0)) {
		e.rested()
		return nil
	}
	err := e.infer(ctx)
	e.gate.ran(err == nil)
	return err
}

func (e *encoder[T]) advance(ctx context.Context) error {
	e.heads = nil // those of the last window said nothing when this was recorded
	_, err := e.result(ctx)
	return err
}

// pass leaves out the next window, as was done when this was recorded.
func (e *encoder[T]) pass() error {
	e.heads = nil
	defer e.skip()
	for {
		w, ok, err := e.next()
		if err != nil || !ok || e.pace.due(w.End) {
			return err
		}
	}
}

func (e *encoder[T]) stats() EncoderStats {
	s := e.stage.stats()
	s.Dropped = e.ring.drops()
	return s
}
