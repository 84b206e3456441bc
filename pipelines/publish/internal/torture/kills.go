package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"sync"
	"time"
)

// plan is what torture kills is told.
type plan struct {
	dir           string
	events        uint64
	kills, broker int
	pipelines     int
	every         time.Duration
	seed          uint64
	memory        bool
	patience      time.Duration
}

func (p *plan) parse(args []string) error {
	set := flag.NewFlagSet("kills", flag.ContinueOnError)
	set.StringVar(&p.dir, "dir", ".", "the `folder` for logs and the outbox")
	set.Uint64Var(&p.events, "events", 3000, "how many events are accepted, at least")
	set.IntVar(&p.kills, "kills", 30, "how often the daemon is killed")
	set.IntVar(&p.broker, "brokers", 6, "how often the broker is killed")
	set.IntVar(&p.pipelines, "pipelines", 16, "how many pipelines put events")
	set.DurationVar(&p.every, "every", 20*time.Millisecond, "the least time from one event of a pipeline to the next")
	set.Uint64Var(&p.seed, "seed", 1, "draws the moments")
	set.BoolVar(&p.memory, "memory", false, "without an outbox on disk: to see that the judge sees losses")
	set.DurationVar(&p.patience, "patience", time.Minute, "how long nothing may arrive before what is missing is lost")
	return set.Parse(args)
}

// kills has a stream of events go through a daemon and a broker that are killed (SIGKILL) at random moments.
func kills(ctx context.Context, args []string) error {
	var p plan
	if err := p.parse(args); err != nil {
		return err
	}
	l := newLedger()
	m, err := judged(ctx, p.dir, "", l.arrive)
	if err != nil {
		return err
	}
	defer m.close()
	began := time.Now()
	if err := p.stream(ctx, l, m); err != nil {
		return err
	}
	s := l.total()
	fmt.Printf("kills: %d of the daemon, %d of the broker in %.1f s (seed %d)\n", p.kills, p.broker, time.Since(began).Seconds(), p.seed)
	fmt.Printf("kills: %v\n", s)
	return errors.Join(l.verdict(), p.enough(s))
}

func (p *plan) enough(s sums) error {
	if s.Accepted < p.events {
		return fmt.Errorf("only %d of %d events were accepted", s.Accepted, p.events)
	}
	return nil
}

// stream has daemons live and die, and the broker beside them, until enough is accepted and all has arrived.
func (p *plan) stream(ctx context.Context, l *ledger, m *mosquitto) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	r := rand.New(rand.NewPCG(p.seed, 0))
	brokers := moments(r, p.broker, p.events)
	lives := append(moments(r, p.kills-1, p.events), p.events)
	var breaking sync.WaitGroup
	breaking.Go(func() {
		for _, at := range brokers {
			if err := until(ctx, l.reached(at)); err != nil {
				return
			}
			if err := m.restart(ctx); err != nil {
				stop(err)
				return
			}
		}
	})
	for i, at := range lives {
		if err := p.one(ctx, r, l, m, i, at); err != nil {
			return err
		}
	}
	breaking.Wait()
	if err := context.Cause(ctx); err != nil {
		return err
	}
	return p.last(ctx, l, m)
}

// one is a daemon's life from its start until so many events are accepted, and a moment more; one in eight ends sooner,
// while it reads what the one before has left.
func (p *plan) one(ctx context.Context, r *rand.Rand, l *ledger, m *mosquitto, i int, at uint64) error {
	v, err := p.daemon(ctx, l, m, i)
	if err != nil {
		return err
	}
	defer v.kill()
	if r.IntN(8) == 0 && at < p.events {
		sleep(ctx, time.Duration(r.IntN(30))*time.Millisecond)
	} else if err := v.until(ctx, l.reached(at)); err != nil {
		return err
	} else {
		sleep(ctx, time.Duration(r.IntN(20_000))*time.Microsecond)
	}
	v.kill()
	return v.bad
}

// last is the daemon that is not killed: it puts one event more in each pipeline, and ends when all is delivered.
func (p *plan) last(ctx context.Context, l *ledger, m *mosquitto) error {
	v, err := p.daemon(ctx, l, m, p.kills, "-events", "1")
	if err != nil {
		return err
	}
	defer v.kill()
	l.await(ctx, p.patience, v.over)
	v.kill()
	l.settle(ctx, time.Second) // what the broker has
	return errors.Join(v.bad, v.err)
}

func (p *plan) daemon(ctx context.Context, l *ledger, m *mosquitto, i int, args ...string) (*life, error) {
	args = append(args, "-broker", m.gate.url(), "-pipelines", fmt.Sprint(p.pipelines), "-every", p.every.String())
	if !p.memory {
		args = append(args, "-outbox", filepath.Join(p.dir, "outbox"), "-alerts", "30ms")
	}
	return live(ctx, l, filepath.Join(p.dir, "source.log"), "torture", fmt.Sprintf("b%04d", i), args...)
}

// until waits for a mark. It is an error if the life is over sooner.
func (v *life) until(ctx context.Context, reached <-chan struct{}) error {
	select {
	case <-v.done:
		return fmt.Errorf("the source of boot %s has ended by itself: %w (see %s)", v.boot, v.err, v.log.Name())
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-reached:
		return nil
	}
}

func until(ctx context.Context, reached <-chan struct{}) error {
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-reached:
		return nil
	}
}

// moments draws when n things happen, as numbers of events, in order.
func moments(r *rand.Rand, n int, events uint64) []uint64 {
	m := make([]uint64, n)
	for i := range m {
		m[i] = 1 + r.Uint64N(events)
	}
	slices.Sort(m)
	return m
}
