package pipelines

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"edged/runtime/tensor"
)

// newest is a Fuser of single numbers: the sum of the newest of each part, unless it is older than a second.
type newest struct {
	parts  []Part
	values []float32
}

func newNewest(parts int) *newest { return &newest{make([]Part, parts), make([]float32, parts)} }

func (n *newest) Put(part int, w Window, e *tensor.Tensor) error {
	n.parts[part], n.values[part] = Part{Any: true, Window: w}, tensor.As[float32](e.Data)[0]
	return nil
}

func (n *newest) Fuse(dst *tensor.Tensor, moment time.Time) ([]Part, error) {
	sum := float32(0)
	for i := range n.parts {
		p := &n.parts[i]
		p.Age = moment.Sub(p.Window.End)
		if p.Here = p.Any && p.Age <= time.Second; p.Here {
			sum += n.values[i]
		}
	}
	tensor.As[float32](dst.Data)[0] = sum
	return n.parts, nil
}

// weighing is a Session of a number: that number, and two weights of 0.75 and 0.25.
type weighing struct {
	*twice
	weights tensor.Tensor
}

func newWeighing() *weighing {
	w := tensor.Tensor{Info: tensor.Info{DType: tensor.Float32, Shape: tensor.Shape{2}}, Data: make([]byte, 8)}
	copy(tensor.As[float32](w.Data), []float32{0.75, 0.25})
	return &weighing{newTwice(0), w}
}

func (w *weighing) Signature() tensor.Signature {
	s := w.twice.Signature()
	s.Outputs = append(s.Outputs, w.weights.Info)
	return s
}

func (w *weighing) Output(i int) *tensor.Tensor {
	if i == 1 {
		return &w.weights
	}
	return w.twice.Output(0)
}

// tens is a Head whose label is how many tens the output has, and a Teller that says so. It fails on what is in bad.
type tens struct {
	said []string
	bad  string
}

func (h *tens) name(out *tensor.Tensor) string {
	return fmt.Sprintf("%d0", int(tensor.As[float32](out.Data)[0])/10)
}

func (h *tens) Decode(out []*tensor.Tensor, ev *Event) error {
	ev.Kind, ev.Labels = KindLabels, append(ev.Labels, Label{h.name(out[0]), tensor.As[float32](out[0].Data)[0]})
	return nil
}

func (h *tens) Caption(_ context.Context, fused *tensor.Tensor) (string, error) {
	name := h.name(fused)
	h.said = append(h.said, name)
	if name == h.bad {
		return "", errors.New("speechless")
	}
	return "about " + name, nil
}

// joined is a pipeline of two sensors, air and gas, whose numbers are joined.
func joined(t *testing.T, sink *keep, air, gas *ticker, f Fusion) *Pipeline {
	t.Helper()
	p := New("room", sink)
	for i, src := range []*ticker{air, gas} {
		in := NewInput([]string{"air", "gas"}[i], src, InputOptions{StaleAfter: 3 * time.Second})
		e := Encoder{Model: []string{"sniff", "smell"}[i], Session: newTwice(0), Share: Share{Part: i + 1}}
		if err := AddEncoder(p, in, &each{}, e); err != nil {
			t.Fatal(err)
		}
	}
	f.Model, f.Session, f.Fuser, f.Parts = "nose", newWeighing(), newNewest(2), 2
	if f.Contributions == 0 {
		f.Contributions = 1
	}
	if err := AddFusion(p, f); err != nil {
		t.Fatal(err)
	}
	return p
}

// TestFusionJoinsWhatIsThere lets a sensor end after two seconds, and then the other.
func TestFusionJoinsWhatIsThere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sink, start := &keep{}, time.Now()
		ms := time.Millisecond
		air, gas := &ticker{period: 70 * ms, last: 70}, &ticker{period: 100 * ms, last: 20}
		g := NewGroup(Options{StopWhenDone: true})
		g.AddPipeline(joined(t, sink, air, gas, Fusion{Head: scoreHead{}}))
		if log, err := run(t, g, time.Minute); err != nil || log != "" {
			t.Fatalf("got %v, log %q", err, log)
		}
		if n := len(sink.events); n < 9 || n > 12 {
			t.Errorf("got %d events in 4.9 s, want one every 500 ms", n)
		}
		for i, ev := range sink.events {
			at := ev.Time.Sub(start)
			airs, gases := min(int(at/(70*ms)), 70), min(int(at/(100*ms)), 20)
			sum := 2 * (airs + gases)
			gone := at > 3*time.Second
			if gone {
				sum = 2 * airs
			}
			got := int(ev.Labels[0].Score)
			sameTime := at%(70*ms) == 0 && got == 2*sum-4 // a tick at the very time, in either order
			if got != 2*sum && !sameTime && i > 0 {
				t.Errorf("at %v: got %v, want %v", at, got, 2*sum)
			}
			if ev.Sensor != "" || ev.Model != "nose" || ev.Contributions["air"] != 0.75 || ev.Contributions["gas"] != 0.25 {
				t.Errorf("got %+v", ev)
			}
			if said := strings.Join(ev.Degraded, " "); gone != strings.Contains(said, "gas: smell has found nothing for") && i > 0 {
				t.Errorf("at %v: got degraded %q", at, said)
			}
		}
		if first := sink.events[0]; !slices.Equal(first.Degraded, []string{"gas: smell has found nothing yet"}) {
			t.Errorf("got degraded %q of the first event", first.Degraded)
		}
		if s := g.Stats().Pipelines[0].Encoders; len(s) != 3 || s[2].Model != "nose" || s[2].Invokes != uint64(len(sink.events)) {
			t.Errorf("got stats %+v", s)
		}
	})
}

// named is a Head of one label.
type named string

func (h named) Decode(_ []*tensor.Tensor, ev *Event) error {
	ev.Kind, ev.Labels = KindLabels, []Label{{string(h), 1}}
	return nil
}

// TestFusionMindsWhatIsMissing has sensors that come late and end early: each set of missing parts has the head that is
// for just that set, or else the usual one.
func TestFusionMindsWhatIsMissing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ms := time.Millisecond
		sink, start := &keep{}, time.Now()
		air, gas := &ticker{period: 300 * ms, last: 10}, &ticker{period: 1900 * ms, last: 3} // to 3 s; 1.9, 3.8, 5.7 s, for a second each
		g := NewGroup(Options{StopWhenDone: true})
		g.AddPipeline(joined(t, sink, air, gas, Fusion{Head: named("both"), Every: 100 * ms,
			Lacking: []Lacking{{Parts: []int{1}, Head: named("no gas")}, {Parts: []int{0, 1}, Head: named("nothing")}}}))
		if _, err := run(t, g, time.Minute); err != nil {
			t.Fatal(err)
		}
		said := map[string]int{}
		for _, ev := range sink.events {
			at, want := ev.Time.Sub(start), "both" // and for want of a head for it, while air alone is missing
			if at < 1900*ms || at > 2900*ms && at < 3800*ms {
				want = "no gas"
			}
			said[want]++
			if got := ev.Labels[0].Name; got != want && at%(100*ms) != 0 {
				t.Errorf("at %v: got %q, want %q", at, got, want)
			}
		}
		if said["both"] < 10 || said["no gas"] < 15 {
			t.Errorf("got a dull run: %v", said)
		}
	})
}

// TestFusionFollowsItsOnlySensor has a sensor that ticks at just the period: no result waits for the next tick.
func TestFusionFollowsItsOnlySensor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sink := &keep{}
		p := joined(t, sink, &ticker{period: 500 * time.Millisecond}, &ticker{period: time.Hour}, Fusion{Head: scoreHead{}, Every: 500 * time.Millisecond})
		g := NewGroup(Options{})
		g.AddPipeline(p)
		if _, err := run(t, g, 10*time.Second+time.Millisecond); err != nil {
			t.Fatal(err)
		}
		if len(sink.events) != 20 {
			t.Errorf("got %d events, want 20", len(sink.events))
		}
		for _, ev := range sink.events {
			if ev.Latency != 0 || ev.Ages["air"] != 0 {
				t.Errorf("got latency %v, ages %v, want none", ev.Latency, ev.Ages)
			}
		}
	})
}

// TestFusionGoesOnForAWhile has nothing new for longer than the period: what is there is joined again until it is stale.
func TestFusionGoesOnForAWhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sink := &keep{}
		p := joined(t, sink, &ticker{period: 3 * time.Second}, &ticker{period: time.Hour}, Fusion{Head: scoreHead{}, Every: 400 * time.Millisecond})
		g := NewGroup(Options{})
		g.AddPipeline(p)
		if _, err := run(t, g, 8*time.Second); err != nil {
			t.Fatal(err)
		}
		var ages []time.Duration
		for _, ev := range sink.events {
			ages = append(ages, ev.Ages["air"])
		}
		ms := time.Millisecond
		if want := []time.Duration{0, 500 * ms, 960 * ms, 0, 500 * ms, 960 * ms}; !slices.Equal(ages, want) {
			t.Errorf("got events when the newest was %v old, want %v", ages, want)
		}
	})
}

// TestCaptionsComeWithChanges has a Teller that fails once.
func TestCaptionsComeWithChanges(t *testing.T) {
	for _, always := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			sink, words := &keep{}, &tens{bad: "20"}
			p := joined(t, sink, &ticker{period: time.Second, last: 10}, &ticker{period: time.Hour}, // 4, 8, …, 40
				Fusion{Head: words, Words: Words{Teller: words, Model: "speech", Always: always}, Every: 900 * time.Millisecond})
			g := NewGroup(Options{})
			g.AddPipeline(p)
			log, err := run(t, g, 10500*time.Millisecond)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, ev := range sink.events {
				if ev.Kind == KindCaption {
					got = append(got, fmt.Sprint(ev.Caption, " ", ev.Labels[0].Score))
				}
			}
			want := []string{"about 00 4", "about 10 12", "about 30 32", "about 40 40"}
			if always {
				want = []string{"about 00 4", "about 00 8", "about 10 12", "about 10 16", "about 30 32", "about 30 36", "about 40 40"}
			}
			if !slices.Equal(got, want) || !strings.Contains(log, "speechless") {
				t.Errorf("always %v: got %q, want %q; log %q", always, got, want, log)
			}
			said := 0
			for _, ev := range sink.events {
				if ev.Kind == KindLabels {
					said++
				}
			}
			s := g.Stats().Pipelines[0].Encoders
			if words := s[len(s)-1]; said != 10 || words.Model != "speech" || words.Invokes != uint64(len(want)) || words.Errors != 3 {
				t.Errorf("got %d labels, %+v", said, words)
			}
		})
	}
}

// TestCaptionsAreChecked compares them with all labels, of which events have but one.
func TestCaptionsAreChecked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sink, words := &keep{}, &tens{}
		check := func(said string, labels []Label) (string, bool) {
			switch said {
			case "about 00":
				return said, true
			case "about 10":
				return "nearly " + labels[0].Name + " and " + labels[1].Name, false
			}
			return "", false
		}
		translate := func(labels []Label) map[string]string { return map[string]string{"de": "etwa " + labels[0].Name} }
		p := joined(t, sink, &ticker{period: time.Second, last: 8}, &ticker{period: time.Hour}, // 4, 8, …, 32
			Fusion{Head: both{words, named("more")}, Top: 1, Words: Words{Teller: words, Check: check, Translate: translate}, Every: 900 * time.Millisecond})
		g := NewGroup(Options{})
		g.AddPipeline(p)
		if _, err := run(t, g, 8500*time.Millisecond); err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, ev := range sink.events {
			if len(ev.Labels) != 1 {
				t.Errorf("got labels %v, want one", ev.Labels)
			}
			if ev.Kind == KindCaption {
				got = append(got, ev.Caption+", "+ev.Captions["de"])
			}
		}
		if want := []string{"about 00, etwa 00", "nearly 10 and more, etwa 10"}; !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
		s := g.Stats().Pipelines[0].Encoders
		if words := s[len(s)-1]; words.Replaced != 3 || words.Invokes != 4 {
			t.Errorf("got %+v, want 3 of 4 replaced", words)
		}
	})
}

// both is a Head of the labels of two.
type both struct{ first, second Head }

func (h both) Decode(out []*tensor.Tensor, ev *Event) error {
	err := h.first.Decode(out, ev)
	labels := ev.Labels
	err = errors.Join(err, h.second.Decode(out, ev))
	ev.Labels = append(labels, ev.Labels...)
	return err
}

// TestReplayJoinsWhatTheRunJoined records a pipeline whose encoders and joiner are late in ways that a replay cannot know,
// and replays it.
func TestReplayJoinsWhatTheRunJoined(t *testing.T) {
	const ms = time.Millisecond
	room := func(t *testing.T, o Options, sink *keep, live bool) *Group {
		air, gas, delay := &ticker{last: 1, period: time.Hour}, &ticker{last: 1, period: time.Hour}, time.Duration(0)
		if live {
			delay = 23 * ms
			air, gas = &ticker{period: 31 * ms}, &ticker{period: 17 * ms}
		}
		words := &tens{bad: "30"}
		p := joined(t, sink, air, gas, Fusion{Head: words, Words: Words{Teller: words}, Every: 50 * ms})
		p.works[0].of().Session.(*twice).delay = delay
		p.works[1].of().Heads = []Head{scoreHead{}}
		p.fusion.Session.(*weighing).delay = delay / 3
		g := NewGroup(o)
		g.AddPipeline(p)
		return g
	}
	synctest.Test(t, func(t *testing.T) {
		film, sink := &reel{}, &keep{}
		o := Options{Boot: "b1", Start: time.Now(), Recorder: film}
		if _, err := run(t, room(t, o, sink, true), 2*time.Second); err != nil {
			t.Fatal(err)
		}
		want := tellAll(sink.events)
		if len(want) < 60 {
			t.Fatalf("got a dull run: %d events", len(want))
		}
		again := &keep{}
		done, err := room(t, Options{Boot: "b1", Start: o.Start.Round(0)}, again, false).Replay(t.Context(), film, true)
		if err != nil || done.Missing+done.Uncalled+done.Unmatched > 0 {
			t.Errorf("got %+v, %v", done, err)
		}
		compareEvents(t, tellAll(again.events), want)

		film.next = 0
		free := &keep{}
		if _, err := room(t, Options{Boot: "b1", Start: o.Start.Round(0)}, free, false).Replay(t.Context(), film, false); err != nil {
			t.Fatal(err)
		}
		fused := 0
		for _, ev := range free.events {
			if ev.Sensor == "" && ev.Kind == KindLabels {
				fused++
			}
		}
		if fused < 38 || fused > 41 {
			t.Errorf("got %d results in 2 s, want one every 50 ms", fused)
		}
	})
}

func TestFusionErrors(t *testing.T) {
	sensor := func() *Input { return NewInput("air", &ticker{}, InputOptions{}) }
	ok := Fusion{Model: "nose", Session: newWeighing(), Fuser: newNewest(1), Head: scoreHead{}, Parts: 1, Contributions: -1}
	for _, c := range []struct {
		name   string
		shares []Share
		change func(f *Fusion)
		want   string
	}{
		{"nothing to join", nil, func(*Fusion) {}, `pipeline "room": model "nose" has nothing to join`},
		{"a part too many", []Share{{Part: 2}}, func(*Fusion) {}, `pipeline "room": model "m" is part 2 of 1`},
		{"a part twice", []Share{{Part: 1}, {Part: 1}}, func(*Fusion) {}, `pipeline "room": models "m" and "m" are both part 1`},
		{"no head", []Share{{Part: 1}}, func(f *Fusion) { f.Head = nil }, `pipeline "room": model "nose" cannot join`},
		{"an output that there is not", []Share{{Part: 1}}, func(f *Fusion) { f.Contributions = 2 }, `model "nose" has 2 outputs; contributions are in 2`},
		{"an embedding that there is not", []Share{{Part: 1, Output: 1}}, func(*Fusion) {}, `model "m" has no output 1`},
	} {
		p := New("room")
		var err error
		for _, s := range c.shares {
			err = errors.Join(err, AddEncoder(p, sensor(), &each{}, Encoder{Model: "m", Session: newTwice(0), Share: s}))
		}
		f := ok
		c.change(&f)
		if err = errors.Join(err, AddFusion(p, f)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %s", c.name, err, c.want)
		}
	}
}
