package pipelines

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"edged/runtime"
	"edged/runtime/tensor"
)

// Pipeline is a set of encoders, and perhaps a model that joins what they find, whose events share a name, a count and
// sinks. Build it with New, AddEncoder and AddFusion, then give it to a Group.
type Pipeline struct {
	name   string
	sinks  []Sink
	inputs []*Input // each once, in the order of AddEncoder
	works  []worker
	fusion *fusion // the last of works; nil if there is none
	limit  float64 // cores that works may keep busy; 0 is all that there are

	narration *narration // nil if nobody tells
	watchings []*watching
	looked    chan struct{} // 1 deep: there are events of watchings

	boot    string // set by the Group's Run
	log     *quiet
	moments *moments
	desk    *desk
	ready   *readiness // nil if no model is warmed up

	emitting sync.Mutex // held from an event's count to its last sink, so that sinks see events in order
	events   atomic.Uint64
	sinkErrs atomic.Uint64
}

// New returns a pipeline without encoders. Every event goes to every sink.
func New(name string, sinks ...Sink) *Pipeline {
	return &Pipeline{name: name, sinks: sinks, looked: make(chan struct{}, 1)}
}

// Name returns the pipeline's name.
func (p *Pipeline) Name() string { return p.name }

// Limit lets p's models keep no more cores busy than that on average, 0.4 being 200 ms of each 500. The fusion has what it
// needs; encoders that want more than an equal share of the rest lower their rates, which Stats count and events say.
func (p *Pipeline) Limit(cores float64) { p.limit = cores }

func (p *Pipeline) add(w worker) {
	p.works = append(p.works, w)
	for _, in := range w.of().inputs {
		p.addInput(in)
	}
}

func (p *Pipeline) addInput(in *Input) {
	if !slices.Contains(p.inputs, in) {
		p.inputs = append(p.inputs, in)
	}
}

// work starts a goroutine for each worker, and one that tells the fusion when the encoders have finished.
func (p *Pipeline) work(ctx context.Context, wg *sync.WaitGroup) {
	var encoders sync.WaitGroup
	for _, w := range p.works {
		if p.fusion != nil && p.fusion == w {
			continue
		}
		encoders.Add(1)
		wg.Go(func() {
			defer encoders.Done()
			p.ready.warm(ctx, w, p.log)
			w.run(ctx, p.log)
		})
	}
	if f := p.fusion; f != nil {
		wg.Go(func() {
			encoders.Wait()
			close(f.over)
		})
		wg.Go(func() {
			p.ready.warm(ctx, f, p.log)
			f.run(ctx, p.log)
		})
	}
}

// emit makes an event of st's outputs and puts it into the sinks. An event that h cannot decode is not counted, so that
// seq has no gap.
func (p *Pipeline) emit(ctx context.Context, st *stage, h Head) error {
	if st.muted {
		return nil
	}
	p.emitting.Lock()
	defer p.emitting.Unlock()
	ev := p.event(st)
	start := time.Now()
	if err := h.Decode(st.outs, ev); err != nil {
		return fmt.Errorf("decode: %w", err)
	}
	if p.fusion == nil || p.fusion.stage != st { // whose words have been found
		st.spent(&st.stages.Decode, time.Since(start))
	}
	p.events.Add(1)
	p.stamp(ev, st)
	p.put(ctx, ev, st)
	if n := p.narration; n != nil && !n.follows {
		n.tell(ctx)
	}
	p.tellDue(ctx)
	return nil
}

// put gives ev to all sinks.
func (p *Pipeline) put(ctx context.Context, ev *Event, st *stage) {
	start := time.Now()
	for _, s := range p.sinks {
		if err := s.Put(ctx, ev); err != nil {
			p.sinkErrs.Add(1)
			p.log.warn(fmt.Sprintf("pipeline %q: event not accepted: %v", p.name, err))
		}
	}
	st.spent(&st.stages.Sink, time.Since(start))
}

// event fills what of an Event does not depend on the moment, but for what its head will say. It is st's, until the next one.
func (p *Pipeline) event(st *stage) *Event {
	ev := &st.says
	clear(ev.Ages)
	*ev = Event{
		Seq:           p.events.Load() + 1,
		Boot:          p.boot,
		Window:        st.window,
		Pipeline:      p.name,
		Sensor:        st.sensor,
		Model:         st.Model,
		Contributions: st.alone,
		Ages:          ev.Ages,
		Degraded:      ev.Degraded[:0],
	}
	return ev
}

// stamp says when ev was made, and how the sensors were then.
func (p *Pipeline) stamp(ev *Event, st *stage) {
	p.moments.mu.Lock()
	defer p.moments.mu.Unlock()
	now := p.moments.now()
	st.toldOf()
	if ev.Window == (Window{}) { // of a Watcher, which speaks of now
		ev.Window = Window{now, now}
	}
	ev.Time, ev.Latency = now, max(0, now.Sub(ev.Window.End))
	for _, in := range p.inputs {
		if age, ok := in.health.age(now); ok {
			ev.Ages[in.name] = age
		}
		if _, why := in.health.state(now); why != "" {
			ev.Degraded = append(ev.Degraded, in.name+": "+why)
		}
	}
	for _, w := range p.works {
		if why := w.of().lacks(); why != "" {
			ev.Degraded = append(ev.Degraded, why)
		}
	}
	if said := p.moments.said(); said != "" {
		ev.Degraded = append(ev.Degraded, said)
	}
	if p.fusion != nil && p.fusion.stage == st {
		p.fusion.missing(ev, now)
	}
	if why := st.degraded(); why != "" {
		ev.Degraded = append(ev.Degraded, st.Model+": "+why)
	}
	by := p.show(ev, st, now)
	if n := p.narration; n != nil && n.stage != st && by == nil {
		n.hear(ev, now)
	}
	ev.Scores = nil // the head's
	p.moments.tell(Step{What: Emitted, At: now, Pipeline: p.name, Encoder: st.place, Event: ev})
}

// outputs are a session's outputs. An output may move in Invoke, so they are taken afresh each time.
type outputs []*tensor.Tensor

func (o outputs) take(s runtime.Session) {
	for i := range o {
		o[i] = s.Output(i)
	}
}
