package pipelines

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"testing"
	"time"

	"edged/runtime/tensor"
	"edged/sensors"
)

// ticker is a Source of Readings "n" = 1, 2, 3, …, one each period. fail may turn a turn into an error.
type ticker struct {
	period time.Duration
	last   int // io.EOF after this many turns; 0 never
	fail   func(n int) error
	n      int
	reads  []time.Time
}

func (s *ticker) Read(ctx context.Context, into *sensors.Reading) error {
	s.reads = append(s.reads, time.Now())
	if s.last > 0 && s.n == s.last {
		return io.EOF
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(s.period):
	}
	s.n++
	if s.fail != nil {
		if err := s.fail(s.n); err != nil {
			return err
		}
	}
	into.Time = time.Now()
	into.Values = append(into.Values[:0], sensors.Value{Name: "n", Value: float64(s.n)})
	return nil
}

func (s *ticker) Close() error { return nil }

// mute is a Source that never delivers.
type mute struct{}

func (mute) Read(ctx context.Context, _ *sensors.Clip) error { <-ctx.Done(); return ctx.Err() }
func (mute) Close() error                                    { return nil }

// each makes an input of every reading: its one value, as float32.
type each struct {
	s    *sensors.Reading
	fail error
}

func (p *each) Add(s *sensors.Reading) error { p.s = s; return p.fail }

func (p *each) Next(dst *tensor.Tensor) (Window, bool, error) {
	if p.s == nil {
		return Window{}, false, nil
	}
	tensor.As[float32](dst.Data)[0] = float32(p.s.Values[0].Value)
	w := Window{p.s.Time, p.s.Time}
	p.s = nil
	return w, true, nil
}

// never takes clips and never has enough of them.
type never struct{}

func (never) Add(*sensors.Clip) error                   { return nil }
func (never) Next(*tensor.Tensor) (Window, bool, error) { return Window{}, false, nil }

// twice is a Session that doubles a float32, after a delay. A delay below zero lasts until the context ends.
type twice struct {
	in, out tensor.Tensor
	delay   time.Duration
}

func newTwice(delay time.Duration) *twice {
	t := tensor.Tensor{Info: tensor.Info{DType: tensor.Float32, Shape: tensor.Shape{1}}}
	s := &twice{in: t, out: t, delay: delay}
	s.in.Data, s.out.Data = make([]byte, 4), make([]byte, 4)
	return s
}

func (s *twice) Signature() tensor.Signature {
	return tensor.Signature{Inputs: []tensor.Info{s.in.Info}, Outputs: []tensor.Info{s.out.Info}}
}
func (s *twice) Input(int) *tensor.Tensor  { return &s.in }
func (s *twice) Output(int) *tensor.Tensor { return &s.out }
func (s *twice) Close() error              { return nil }

func (s *twice) Invoke(ctx context.Context) error {
	if s.delay != 0 {
		var done <-chan time.Time
		if s.delay > 0 {
			done = time.After(s.delay)
		}
		select {
		case <-done:
		case <-ctx.Done():
			return fmt.Errorf("op 3: %w", ctx.Err())
		}
	}
	tensor.As[float32](s.out.Data)[0] = 2 * tensor.As[float32](s.in.Data)[0]
	return nil
}

// scoreHead makes the output the score of one label. It cannot decode the outputs in bad.
type scoreHead struct{ bad map[float32]bool }

func (h scoreHead) Decode(out []*tensor.Tensor, ev *Event) error {
	var v float32
	if _, err := binary.Decode(out[0].Data, binary.LittleEndian, &v); err != nil {
		return err
	}
	if h.bad[v] {
		return errors.New("undecodable")
	}
	ev.Kind, ev.Labels = KindLabels, append(ev.Labels, Label{"twice", v})
	return nil
}

// still is a camera whose pictures all show the same.
type still struct{ period time.Duration }

func (s still) Read(ctx context.Context, into *sensors.Frame) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(s.period):
	}
	*into = sensors.Frame{Time: time.Now(), Format: sensors.Grey, Width: 1, Height: 1, Pix: []byte{9}}
	return nil
}

func (still) Close() error { return nil }

// keep is a Sink, ReadingSink and SnapshotSink that keeps all, and refuses what refuse says.
type keep struct {
	refuse func(*Event) error

	mu       sync.Mutex
	events   []*Event
	readings []time.Time
	pictures []time.Time
}

func (k *keep) Put(_ context.Context, ev *Event) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.refuse != nil {
		if err := k.refuse(ev); err != nil {
			return err
		}
	}
	k.events = append(k.events, ev.Clone())
	return nil
}

func (k *keep) PutReading(_ context.Context, _ string, r *sensors.Reading) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.readings = append(k.readings, r.Time)
	return nil
}

func (k *keep) PutSnapshot(_ context.Context, _ string, f *sensors.Frame) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.pictures = append(k.pictures, f.Time)
	return nil
}

func (k *keep) of(sensor string) []*Event {
	var out []*Event
	for _, ev := range k.events {
		if ev.Sensor == sensor {
			out = append(out, ev)
		}
	}
	return out
}

// attach adds an encoder of readings with session s.
func attach(t *testing.T, p *Pipeline, in *Input, s *twice, e Encoder) {
	t.Helper()
	if e.Heads == nil {
		e.Heads = []Head{scoreHead{}}
	}
	e.Model, e.Session = "twice", s
	if err := AddEncoder(p, in, &each{}, e); err != nil {
		t.Fatal(err)
	}
}

// run runs the group for d and returns its error and its log.
func run(t *testing.T, g *Group, d time.Duration) (string, error) {
	t.Helper()
	var log bytes.Buffer
	g.opts.Log = slog.New(slog.NewTextHandler(&log, nil))
	ctx, cancel := context.WithTimeout(t.Context(), d)
	defer cancel()
	err := g.Run(ctx)
	return log.String(), err
}
