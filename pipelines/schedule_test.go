package pipelines

import (
	"testing"
	"testing/synctest"
	"time"

	"edged/runtime/tensor"
	"edged/sensors"
)

// TestEncodersShareCoresByDeadline has one core for encoders that together need four fifths of it: the longest does not keep
// the others from their deadlines, though its samples come first.
func TestEncodersShareCoresByDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const ms = time.Millisecond
		sink := &keep{}
		p := New("room", sink)
		for _, e := range []struct {
			name         string
			period, cost time.Duration
		}{{"slow", 1000 * ms, 300 * ms}, {"mid", 499 * ms, 100 * ms}, {"quick", 503 * ms, 150 * ms}} {
			in := NewInput(e.name, &ticker{period: e.period}, InputOptions{})
			attach(t, p, in, newTwice(e.cost), Encoder{Every: e.period})
		}
		g := NewGroup(Options{Cores: 1})
		g.AddPipeline(p)
		if _, err := run(t, g, time.Minute+10*ms); err != nil {
			t.Fatal(err)
		}
		for name, want := range map[string]int{"slow": 59, "mid": 119, "quick": 118} {
			if n := len(sink.of(name)); n < want || n > want+1 {
				t.Errorf("got %d events of %s in a minute, want all, %d", n, name, want)
			}
		}
		for i, e := range g.Stats().Pipelines[0].Encoders {
			if period := []time.Duration{1000, 499, 503}[i] * ms; e.Stages.Wait.Max+e.Max > period {
				t.Errorf("%s waited up to %v, and took %v of its %v", e.Sensor, e.Stages.Wait.Max, e.Max, period)
			}
		}
	})
}

// TestOneCoreIsOneAtATime lets encoders want twice what there is.
func TestOneCoreIsOneAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const ms = time.Millisecond
		p := New("room")
		for _, name := range []string{"a", "b", "c", "d"} {
			attach(t, p, NewInput(name, &ticker{period: 200 * ms}, InputOptions{}), newTwice(100*ms), Encoder{Depth: 1})
		}
		g := NewGroup(Options{Cores: 1})
		g.AddPipeline(p)
		if _, err := run(t, g, 10*time.Second); err != nil {
			t.Fatal(err)
		}
		var all uint64
		for _, e := range g.Stats().Pipelines[0].Encoders {
			all += e.Invokes
			if e.Invokes < 20 || e.Dropped < 20 {
				t.Errorf("%s ran %d times and dropped %d, want each a quarter of the time", e.Sensor, e.Invokes, e.Dropped)
			}
		}
		if all < 97 || all > 98 {
			t.Errorf("got %d invokes of 100 ms in 9.8 s", all)
		}
	})
}

// TestStages has each stage of an encoder last for a known time.
func TestStages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const ms = time.Millisecond
		sink := &keep{refuse: func(*Event) error { time.Sleep(20 * ms); return nil }}
		p := New("room", sink)
		in := NewInput("air", &ticker{period: time.Second, last: 5}, InputOptions{})
		e := Encoder{Model: "m", Session: newTwice(40 * ms), Heads: []Head{slowHead{5 * ms}}}
		if err := AddEncoder(p, in, &slowly{delay: 10 * ms}, e); err != nil {
			t.Fatal(err)
		}
		g := NewGroup(Options{StopWhenDone: true})
		g.AddPipeline(p)
		if _, err := run(t, g, time.Minute); err != nil {
			t.Fatal(err)
		}
		s := &g.Stats().Pipelines[0].Encoders[0].Stages
		for _, c := range []struct {
			name string
			h    *Histogram
			want time.Duration
		}{{"wait", &s.Wait, 0}, {"prepare", &s.Prepare, 20 * ms}, {"invoke", &s.Invoke, 40 * ms}, {"decode", &s.Decode, 5 * ms}, {"sink", &s.Sink, 20 * ms}} {
			if c.h.Count != 5 || c.h.Mean() != c.want || c.h.Max != c.want {
				t.Errorf("%s: got %d times, mean %v, max %v; want 5 of %v", c.name, c.h.Count, c.h.Mean(), c.h.Max, c.want)
			}
		}
	})
}

// slowly is each, and takes its time: twice for a sample's input.
type slowly struct {
	each
	delay time.Duration
}

func (p *slowly) Add(s *sensors.Reading) error { time.Sleep(p.delay); return p.each.Add(s) }

func (p *slowly) Next(dst *tensor.Tensor) (Window, bool, error) {
	if p.s != nil {
		time.Sleep(p.delay)
	}
	return p.each.Next(dst)
}

// slowHead is a scoreHead that takes its time.
type slowHead struct{ delay time.Duration }

func (h slowHead) Decode(out []*tensor.Tensor, ev *Event) error {
	time.Sleep(h.delay)
	return scoreHead{}.Decode(out, ev)
}

// TestStepAllocatesNothing takes a sample through an encoder to the fusion's embeddings.
func TestStepAllocatesNothing(t *testing.T) {
	p := joined(t, &keep{}, &ticker{}, &ticker{}, Fusion{Head: scoreHead{}})
	g := NewGroup(Options{Cores: 1})
	g.AddPipeline(p)
	if err := g.begin(); err != nil {
		t.Fatal(err)
	}
	e, log, ctx := p.works[0].(*encoder[sensors.Reading]), newQuiet(g.opts.Log), t.Context()
	s := sensors.Reading{Time: time.Now(), Values: []sensors.Value{{Name: "n", Value: 3}}}
	n := number(0)
	step := func() {
		n++
		e.ring.push(ctx, &s, n)
		e.turn(ctx, log)
	}
	if got := testing.AllocsPerRun(100, step); got != 0 {
		t.Errorf("got %v allocations, want 0", got)
	}
	if e.stages.Invoke.Count != 101 || e.errors != 0 {
		t.Errorf("got %d invokes, %d errors", e.stages.Invoke.Count, e.errors)
	}
}
