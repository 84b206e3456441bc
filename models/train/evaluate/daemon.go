package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"edged/pipelines"
	"edged/pipelines/publish/broker"
	"edged/sensors/sim"
)

// hearer tells stories to edged itself, run as a daemon on the simulated room, and hears what it says at a broker.
type hearer struct {
	program string
	dir     string // of the models; "" is the bundle

	mu    sync.Mutex
	speed float64 // that the machine may keep up with
}

// enough is the least part of a story's steps that a daemon makes that keeps up. Of those that lack, some are but a little
// longer than they are due.
const enough = 0.97

// hear lets the daemon tell what happens in a story, again and slower until the machine keeps up.
func (h *hearer) hear(story *sim.Story, flaws map[string]flaw) (*watch, error) {
	for {
		h.mu.Lock()
		speed := h.speed
		h.mu.Unlock()
		w, err := h.hearAt(speed, story, flaws)
		if err != nil || w.share() >= enough || speed <= 1 || len(flaws) > 0 {
			return w, err
		}
		h.slow(speed)
	}
}

// slow lowers the speed, unless another has.
func (h *hearer) slow(from float64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.speed >= from {
		h.speed = max(1, from/1.5)
		fmt.Fprintf(os.Stderr, "\rthe machine does not keep up: on at %.1f times the pace\n", h.speed)
	}
}

// heardConfig is the daemon's: all that is said, and the times of package main.
const heardConfig = `
device: { id: evaluate }
mqtt: { broker: "%s" }
sim: { seed: %d, length: %v, speed: %g, start: %s, lead: %v }
sensors:
  cam: { camera: sim, rate: 2%s }
  mic: { microphone: sim, level_every: off%s }
  air: { i2c: sim%s }
pipelines:
  room:
    every: %v
    encoders:
      - { sensor: cam, model: %s, task: labels }
      - { sensor: mic, model: %s, task: labels }
      - { sensor: air, model: %s, task: labels }
    fusion: { model: %s }
    heads: { labels: { top: 16 }, caption: { model: %s, when: always } }
`

// config writes down how a story is told.
func (h *hearer) config(url string, speed float64, s *sim.Story, flaws map[string]flaw) string {
	args := []any{url, s.Seed, s.Length, speed, began.Add(lead).Format(time.RFC3339), -lead}
	for _, sensor := range []string{cam, mic, air} {
		fault := ""
		if kind := flaws[sensor].fault; kind != "" {
			fault = ", fault: { kind: " + string(kind) + " }"
		}
		args = append(args, fault)
	}
	args = append(args, hop)
	for _, m := range []string{"room-eye", "room-ear", "room-air", "room-fusion", "room-caption"} {
		if h.dir != "" {
			m = filepath.Join(h.dir, m+".tflite")
		}
		args = append(args, m)
	}
	return fmt.Sprintf(heardConfig, args...)
}

// hearAll prints the tables of what the daemon says.
func (t *teller) hearAll(out io.Writer) error {
	well, err := t.tell(nil, t.o.stories)
	if err != nil {
		return err
	}
	reportPace(out, well)
	report(out, well)
	if t.o.flawed == 0 {
		return nil
	}
	fmt.Fprintf(out, "The first %d stories with a fault of one sense, macro F1:\n\n| sense |", t.o.flawed)
	for _, kind := range sim.FaultKinds() {
		fmt.Fprintf(out, " %s |", kind)
	}
	fmt.Fprintln(out, "\n|---|---|---|---|---|---|")
	for _, s := range senseNames {
		fmt.Fprintf(out, "| %s |", s.name)
		for _, kind := range sim.FaultKinds() {
			all, err := t.tell(map[string]flaw{s.sensor: {fault: kind}}, t.o.flawed)
			if err != nil {
				return err
			}
			fmt.Fprintf(out, " %.3f |", f1(all, fused))
		}
		fmt.Fprintln(out)
	}
	return nil
}

// hearAt runs the daemon until the story has been told once.
func (h *hearer) hearAt(speed float64, story *sim.Story, flaws map[string]flaw) (*watch, error) {
	w := &watch{story: story, alone: map[string][]step{}, others: map[string][]step{}, pace: pace{speed: speed}}
	e := &ear{watch: w, end: began.Add(story.Length), over: make(chan struct{})}
	b, err := broker.Serve(broker.Options{Tap: e.message})
	if err != nil {
		return nil, err
	}
	defer b.Close()
	dir, err := os.MkdirTemp("", "evaluate")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "edged.yaml")
	if err := os.WriteFile(path, []byte(h.config(b.URL(), speed, story, flaws)), 0o600); err != nil {
		return nil, err
	}
	takes := time.Duration(float64(story.Length-lead) / speed)
	if err := h.run(path, takes, e.over); err != nil {
		return nil, err
	}
	return w, e.failure()
}

// run runs the daemon until over, which takes about so long.
func (h *hearer) run(config string, takes time.Duration, over <-chan struct{}) error {
	ctx, cancel := context.WithTimeout(background, takes+time.Minute)
	defer cancel()
	var log bytes.Buffer
	cmd := exec.CommandContext(ctx, h.program, "run", "-c", config, "--log-level", "warn")
	cmd.Stderr = &log
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 10 * time.Second
	if err := cmd.Start(); err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	select {
	case <-over:
		cancel()
		<-ended // killed by us
		return nil
	case err := <-ended:
		return errors.Join(fmt.Errorf("%s ended before the story did: %s", h.program, log.String()), err)
	}
}

// ear hears the messages of one story.
type ear struct {
	watch *watch
	end   time.Time // of the story
	over  chan struct{}

	mu   sync.Mutex
	seq  uint64 // of the last event
	done bool
	err  error
}

// spoken is what is read of an event's JSON.
type spoken struct {
	Seq     uint64
	Time    time.Time
	Sensor  string
	Model   string
	Labels  []pipelines.Label
	Caption string

	LatencyMS float64 `json:"latency_ms"`
	Degraded  []string
}

// message takes what reaches the broker.
func (e *ear) message(topic string, payload []byte) {
	kind, ok := strings.CutPrefix(topic, "edged/evaluate/room/")
	if !ok {
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.done {
		return
	}
	if err := e.take(pipelines.Kind(kind), payload); err != nil {
		e.err = errors.Join(e.err, fmt.Errorf("%s: %w", topic, err))
	}
}

func (e *ear) take(kind pipelines.Kind, payload []byte) error {
	var s spoken
	if err := json.Unmarshal(payload, &s); err != nil {
		return err
	}
	if e.seq++; s.Seq != e.seq {
		return fmt.Errorf("event %d comes after %d", s.Seq, e.seq-1)
	}
	if !s.Time.Before(e.end) {
		e.done = true
		close(e.over)
		return nil
	}
	if at := s.Time.Sub(began); at >= 0 && kind == pipelines.KindLabels && s.Sensor == "" {
		e.watch.pace.add(s)
	}
	return e.watch.Put(background, &pipelines.Event{
		Time: s.Time, Kind: kind, Sensor: s.Sensor, Model: s.Model, Labels: s.Labels, Caption: s.Caption,
	})
}

func (e *ear) failure() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.err
}
