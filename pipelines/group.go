package pipelines

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"edged/sensors"
)

// Options are a Group's. The zero value is a daemon that logs nothing.
type Options struct {
	Boot         string    // names this run in events; empty takes a random name
	Start        time.Time // when the run begins, by Clock; zero is when Run is called
	Recorder     Recorder  // is told all that happens; may be nil. With one, Start must be set
	Cores        int       // that encoders keep busy at once, those whose results are due first; 0 is as many as they want
	Ready        func()    // is called once all models have been warmed up; with nil none is. Samples do not wait for it
	StopWhenDone bool      // let Run return when all sensors have finished and their last events are out
	Log          *slog.Logger

	Clock *sensors.Clock // of the sensors, and so of all that is said of their times; Run lets it run. nil is the machine's
}

// Group is all that runs together: sensors, pipelines and what serves them. It is built, then runs once.
type Group struct {
	opts       Options
	inputs     []*Input // each once
	pipelines  []*Pipeline
	companions []companion
	moments    moments

	mu      sync.Mutex
	started time.Time
	failure error // the first
}

type companion struct {
	name string
	run  func(context.Context) error
}

// NewGroup returns an empty group.
func NewGroup(o Options) *Group {
	if o.Boot == "" {
		o.Boot = rand.Text()[:8]
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	g := &Group{opts: o}
	g.moments.clock = o.Clock
	return g
}

// Boot returns the name of this run.
func (g *Group) Boot() string { return g.opts.Boot }

// AddPipeline adds p, whose encoders have been added, and their sensors.
func (g *Group) AddPipeline(p *Pipeline) {
	g.pipelines = append(g.pipelines, p)
	for _, in := range p.inputs {
		g.AddInput(in)
	}
}

// AddInput adds a sensor. One that has encoders comes with their pipelines; one of which only the readings are wanted
// must be added.
func (g *Group) AddInput(in *Input) {
	if !slices.Contains(g.inputs, in) {
		g.inputs = append(g.inputs, in)
	}
}

// Serve adds something that runs beside the pipelines, such as a publisher. Its context ends only after the last event
// has been put, so that it can flush. An error of run stops the group; nil does not.
func (g *Group) Serve(name string, run func(context.Context) error) {
	g.companions = append(g.companions, companion{name, run})
}

// Run reads, infers and emits until ctx ends, a companion fails, or with StopWhenDone all sensors have finished. It
// waits for all that it has started, and returns the first failure; the end of ctx is none.
func (g *Group) Run(ctx context.Context) error {
	if err := g.begin(); err != nil {
		return err
	}
	return g.beside(ctx, func(ctx context.Context) {
		var watch, work sync.WaitGroup
		watching, stop := context.WithCancel(context.WithoutCancel(ctx))
		defer watch.Wait()
		defer stop()
		watch.Go(func() { g.watch(watching) })
		for _, p := range g.pipelines {
			if len(p.watchings) > 0 {
				watch.Go(func() { p.lookOn(watching) })
			}
		}
		g.work(ctx, &work)
		work.Wait()
		if !g.opts.StopWhenDone {
			<-ctx.Done()
		}
	})
}

// beside runs the companions as long as work lasts, and a little longer, and returns the first failure.
func (g *Group) beside(ctx context.Context, work func(context.Context)) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	besideCtx, stopBeside := context.WithCancel(context.WithoutCancel(ctx))
	defer stopBeside()
	var beside sync.WaitGroup
	for _, c := range g.companions {
		beside.Go(func() {
			if err := c.run(besideCtx); err != nil && !errors.Is(err, context.Canceled) {
				g.fail(fmt.Errorf("%s: %w", c.name, err))
				stop()
			}
		})
	}
	work(ctx)
	stopBeside()
	beside.Wait()
	return g.failure
}

// begin checks the set and marks it as running.
func (g *Group) begin() error {
	var names, sensors []string
	for _, p := range g.pipelines {
		names = append(names, p.name)
	}
	for _, in := range g.inputs {
		sensors = append(sensors, in.name)
	}
	if twice, ok := repeated(names); ok {
		return fmt.Errorf("pipelines: two pipelines are named %q", twice)
	}
	if twice, ok := repeated(sensors); ok {
		return fmt.Errorf("pipelines: two sensors are named %q", twice)
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.started.IsZero() {
		return errors.New("pipelines: this group has run already")
	}
	g.opts.Clock.Run()
	if g.started = g.opts.Start; g.started.IsZero() {
		g.started = g.opts.Clock.Now()
	}
	g.moments.start, g.moments.to, g.moments.next = g.started, g.opts.Recorder, g.started.Add(watchEvery)
	desk := newDesk(g.opts.Cores)
	for _, p := range g.pipelines {
		p.boot, p.log, p.moments, p.desk = g.opts.Boot, newQuiet(g.opts.Log), &g.moments, desk
		g.moments.watchings = append(g.moments.watchings, p.watchings...)
		for _, w := range p.works {
			desk.fit(w.of().seat)
		}
	}
	for _, in := range g.inputs {
		in.moments = &g.moments
		in.health.start(g.started)
	}
	return nil
}

func repeated(names []string) (string, bool) {
	for i, n := range names {
		if slices.Contains(names[:i], n) {
			return n, true
		}
	}
	return "", false
}

// work starts a goroutine for each sensor, one for each encoder, and one for what joins them.
func (g *Group) work(ctx context.Context, wg *sync.WaitGroup) {
	g.divide()
	ready := &readiness{tell: g.opts.Ready}
	ready.expect(ctx, g.pipelines, wg)
	for _, p := range g.pipelines {
		p.work(ctx, wg)
	}
	for _, in := range g.inputs {
		wg.Go(func() { in.feed.run(ctx, in, newQuiet(g.opts.Log)) })
	}
}

func (g *Group) fail(err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.failure == nil {
		g.failure = err
	}
}

// watch says in the log when a sensor falls silent and when it is back. A failing sensor's own goroutine has said why;
// one that fails and delivers between two looks has never been away.
func (g *Group) watch(ctx context.Context) {
	tick := time.NewTicker(g.opts.Clock.Real(time.Second))
	defer tick.Stop()
	looks := make([]look, len(g.inputs))
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		for i, in := range g.inputs {
			looks[i].see(in, g.moments.look(), g.opts.Log)
		}
	}
}

// look is what watch saw of a sensor last.
type look struct {
	away    bool
	samples uint64
}

func (l *look) see(in *Input, now time.Time, log *slog.Logger) {
	s := in.stats(now)
	quiet := s.Samples == l.samples
	l.samples = s.Samples
	switch {
	case s.State == Stale && !l.away:
		log.Warn(fmt.Sprintf("sensor %q: %s; is it connected?", in.name, s.Reason))
		l.away = true
	case s.State == Failing && quiet:
		l.away = true
	case s.State == OK && l.away:
		log.Info(fmt.Sprintf("sensor %q: delivers again", in.name))
		l.away = false
	}
}
