package main

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"edged/pipelines"
	"edged/pipelines/publish"
	"edged/pipelines/publish/mqtt"
	"edged/pipelines/publish/outbox"
)

// sourceFlags are what a source is told.
type sourceFlags struct {
	device, boot string
	broker       string
	outbox       string
	limit        int64

	pipelines, events int
	every, alerts     time.Duration
	depth             int
	flush             time.Duration
}

func (f *sourceFlags) parse(args []string) error {
	set := flag.NewFlagSet("source", flag.ContinueOnError)
	set.StringVar(&f.device, "device", "torture", "the device's `name`")
	set.StringVar(&f.boot, "boot", "b1", "the `name` of this run")
	set.StringVar(&f.broker, "broker", "mqtt://127.0.0.1:1883", "the broker's `URL`")
	set.StringVar(&f.outbox, "outbox", "", "the `folder` of the outbox; none is in memory")
	set.Int64Var(&f.limit, "limit", 0, "the most `bytes` of the outbox; 0 is its own")
	set.IntVar(&f.pipelines, "pipelines", 16, "how many pipelines put events, each by itself")
	set.IntVar(&f.events, "events", 0, "how many events each of them puts; 0 is no end")
	set.DurationVar(&f.every, "every", 0, "the least time from one event of a pipeline to the next")
	set.DurationVar(&f.alerts, "alerts", 0, "the time from one event of an alert to its next; 0 is no alert")
	set.IntVar(&f.depth, "depth", 0, "put nothing while more than this wait for the broker; 0 is no bound")
	set.DurationVar(&f.flush, "flush", 3*time.Second, "how long the end may take to deliver what waits")
	return set.Parse(args)
}

// source publishes numbered events until it is ended, or, after -events, until all are delivered. What becomes of each
// it says in lines on stdout: "+ PIPELINE NUMBER" is durable, "- PIPELINE NUMBER WHY" is not (it may arrive all the
// same), "= TEXT" are figures at the end. A line is one write to a pipe, so that SIGKILL takes all of it or nothing
// (pipe(7), PIPE_BUF).
func source(ctx context.Context, args []string) error {
	var f sourceFlags
	if err := f.parse(args); err != nil {
		return err
	}
	p, err := f.open()
	if err != nil {
		return err
	}
	end, stop := context.WithCancel(ctx)
	defer stop()
	h := &harvest{sourceFlags: f, to: p, places: make(chan struct{}, unsure)}
	var running, putting, ringing, telling sync.WaitGroup
	running.Go(func() { err = p.Run(end) })
	for i := range f.pipelines {
		putting.Go(func() { h.put(ctx, fmt.Sprintf("p%02d", i)) })
	}
	sounding, hush := context.WithCancel(ctx)
	defer hush()
	if f.alerts > 0 {
		ringing.Go(func() { h.ring(sounding) })
	}
	all, over := context.WithCancel(context.Background())
	defer over()
	telling.Go(func() { h.tell(ctx, all) })
	putting.Wait()
	hush()
	ringing.Wait()
	over()
	telling.Wait()
	for p.Stats().Queue.Depth > 0 && sleep(ctx, 10*time.Millisecond) {
	}
	stop()
	running.Wait()
	fmt.Println("=", figures(p.Stats()))
	return err
}

func (f *sourceFlags) open() (*publish.Publisher, error) {
	ledger := ""
	if f.alerts > 0 {
		ledger = filepath.Join(f.outbox, "alerts.json")
	}
	return publish.New(publish.Options{
		Ledger:    ledger,
		Device:    f.device,
		Broker:    mqtt.Options{URL: f.broker},
		Outbox:    outbox.Options{Path: f.outbox, Limit: f.limit},
		FlushTime: f.flush,
		Log:       slog.New(slog.NewTextHandler(os.Stderr, nil)),
	})
}

// unsure is how many events may be put of which it is not known yet whether they are durable.
const unsure = 256

// harvest puts events and says what becomes of them.
type harvest struct {
	sourceFlags
	to     *publish.Publisher
	places chan struct{} // one is taken by each event of which nothing is said yet

	mu  sync.Mutex
	new []numbered // put since the last Sync was begun
}

type numbered struct {
	pipeline string
	seq      uint64
}

// put makes the events of one pipeline.
func (h *harvest) put(ctx context.Context, name string) {
	pace := newPace(h.every)
	defer pace.stop()
	for seq := uint64(1); h.events == 0 || seq <= uint64(h.events); seq++ {
		if !pace.wait(ctx) {
			return
		}
		select {
		case h.places <- struct{}{}:
		case <-ctx.Done():
			return
		}
		h.give(ctx, h.event(name, seq))
	}
}

// give puts an event, for which there is a place.
func (h *harvest) give(ctx context.Context, ev *pipelines.Event) {
	n := numbered{ev.Pipeline, ev.Seq}
	if err := h.to.Put(ctx, ev); err != nil {
		n.refused(err)
		<-h.places
		return
	}
	h.mu.Lock()
	h.new = append(h.new, n)
	h.mu.Unlock()
}

// tell says which events are durable, until all are put and told, or ctx ends.
func (h *harvest) tell(ctx, all context.Context) {
	for ctx.Err() == nil {
		last := all.Err() != nil
		h.mu.Lock()
		events := h.new
		h.new = nil
		h.mu.Unlock()
		if len(events) == 0 {
			if last {
				return
			}
			sleep(ctx, time.Millisecond)
			continue
		}
		err := h.to.Sync(ctx)
		for _, ev := range events {
			if err == nil {
				fmt.Fprintf(os.Stdout, "+ %s %d\n", ev.pipeline, ev.seq)
			} else if ctx.Err() == nil {
				ev.refused(err)
			}
		}
		h.room(ctx)
		for range events {
			<-h.places
		}
	}
}

func (n numbered) refused(err error) {
	fmt.Fprintf(os.Stdout, "- %s %d %.200s\n", n.pipeline, n.seq, strings.ReplaceAll(err.Error(), "\n", " "))
}

// room waits until no more than -depth events wait for the broker.
func (h *harvest) room(ctx context.Context) {
	for h.depth > 0 && h.to.Stats().Queue.Depth > h.depth && sleep(ctx, time.Millisecond) {
	}
}

// event is of the size that those of a pipeline with a few labels have.
func (f *sourceFlags) event(pipeline string, seq uint64) *pipelines.Event {
	now := time.Now()
	return &pipelines.Event{
		Seq: seq, Boot: f.boot,
		Time: now, Window: pipelines.Window{Start: now.Add(-time.Second), End: now},
		Pipeline: pipeline, Sensor: "cam", Model: "room-eye", Kind: pipelines.KindLabels,
		Labels: []pipelines.Label{{Name: "person", Score: 0.75}, {Name: fmt.Sprintf("n%d", seq), Score: 0.5}},
		Ages:   map[string]time.Duration{"cam": 12 * time.Millisecond}, Latency: 12 * time.Millisecond,
	}
}

// pace lets events come no faster than one in a time.
type pace struct{ tick *time.Ticker }

func newPace(every time.Duration) pace {
	if every <= 0 {
		return pace{}
	}
	return pace{time.NewTicker(every)}
}

func (p pace) wait(ctx context.Context) bool {
	if p.tick != nil {
		select {
		case <-p.tick.C:
		case <-ctx.Done():
		}
	}
	return ctx.Err() == nil
}

func (p pace) stop() {
	if p.tick != nil {
		p.tick.Stop()
	}
}

func figures(s publish.Stats) string {
	text := fmt.Sprintf("%d delivered, event to acknowledgement p50 %v, p99 %v", s.Delivered, s.Latency.Quantile(0.5), s.Latency.Quantile(0.99))
	if s.Outbox != nil {
		text += fmt.Sprintf("; %d commits, %.1f MiB to the device, the longest sync %v", s.Outbox.Commits, float64(s.Outbox.Written)/(1<<20), s.Outbox.SyncMax)
	}
	return text
}

func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
	return ctx.Err() == nil
}
