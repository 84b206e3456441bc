package pipelines

import (
	"context"
	"errors"
	"io"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"edged/runtime/tensor"
	"edged/sensors"
)

// picture is a tensor of 64x96 RGB pixels, as p says of each row, column and channel, 0 to 255.
func picture(d tensor.DType, p func(y, x, c int) float64) *tensor.Tensor {
	t := &tensor.Tensor{Info: tensor.Info{Name: "p", DType: d, Shape: tensor.Shape{1, 64, 96, 3}}}
	t.Data = make([]byte, d.Bytes(t.Shape.Elems()))
	for i := range t.Shape.Elems() {
		v := min(max(p(i/3/96, i/3%96, i%3), 0), 255)
		switch d {
		case tensor.Float32:
			tensor.As[float32](t.Data)[i] = float32(v/127.5 - 1)
		case tensor.Int8:
			tensor.As[int8](t.Data)[i] = int8(v - 128)
		default:
			t.Data[i] = uint8(v)
		}
	}
	return t
}

func TestMotionGate(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	room := func(y, x, c int) float64 { return 60 + float64(x) + float64(y+40*c)/2 }
	brighter := func(by float64) func(int, int, int) float64 {
		return func(y, x, c int) float64 { return room(y, x, c) + by }
	}
	tests := []struct {
		name string
		p    func(y, x, c int) float64
		want bool
	}{
		{"the same", room, true},
		{"the noise of a camera in the dark", func(y, x, c int) float64 { return room(y, x, c) + 6*rng.NormFloat64() }, true},
		{"a hand's breadth in a corner", func(y, x, c int) float64 {
			if y >= 58 && x >= 86 {
				return 250
			}
			return room(y, x, c)
		}, false},
		{"one pixel", func(y, x, c int) float64 {
			if y == 5 && x == 50 {
				return 255
			}
			return room(y, x, c)
		}, true},
		{"a little more light", brighter(3), true},
		{"much more light", brighter(10), false},
	}
	for _, d := range []tensor.DType{tensor.Uint8, tensor.Int8, tensor.Float32} {
		m, err := newMotionGate(Gate{Motion: 0.02, Span: 2}, picture(d, room).Info)
		if err != nil {
			t.Fatal(err)
		}
		if m.still(Window{}, picture(d, room)) {
			t.Errorf("%s: got shut before anything has run", d)
		}
		m.ran(true)
		for _, tt := range tests {
			if got := m.still(Window{}, picture(d, tt.p)); got != tt.want {
				t.Errorf("%s: %s: got shut %v, want %v", d, tt.name, got, tt.want)
			}
		}
		opened := 0
		for dim := range 20 { // dusk: half a hundredth at a time
			if !m.still(Window{}, picture(d, brighter(float64(dim)*255/200))) {
				opened++
				m.ran(true)
			}
		}
		if opened < 3 || opened > 5 {
			t.Errorf("%s: got open %d times while the light changed by five times what is motion", d, opened)
		}
		m.ran(false)
		if m.still(Window{}, picture(d, room)) {
			t.Errorf("%s: got shut with no result to stand for it", d)
		}
	}
}

func TestDotsAreMeans(t *testing.T) {
	for _, size := range [][2]int{{32, 32}, {96, 96}, {224, 224}, {33, 47}, {300, 171}} {
		in := &tensor.Tensor{Info: tensor.Info{DType: tensor.Uint8, Shape: tensor.Shape{1, size[0], size[1], 3}}}
		in.Data = make([]byte, in.Shape.Elems())
		for i := range in.Data {
			in.Data[i] = 51
		}
		m, err := newMotionGate(Gate{Motion: 0.1}, in.Info)
		if err != nil {
			t.Fatal(err)
		}
		m.still(Window{}, in)
		for i, v := range m.now {
			if math.Abs(float64(v)-0.2) > 1e-5 {
				t.Fatalf("%v: dot %d is %v, want 0.2", size, i, v)
			}
		}
		if n := testing.AllocsPerRun(5, func() { m.still(Window{}, in); m.ran(true) }); n != 0 {
			t.Errorf("got %v allocations, want 0", n)
		}
	}
}

// TestLevelGate hears a room in clips of 100 ms, in windows of 500 ms.
func TestLevelGate(t *testing.T) {
	const ms = time.Millisecond
	quiet, loud := sine(0.0005), sine(0.1) // -66 and -20 dBFS
	click := func(i, _ int) float64 {
		if i/160 == 3 {
			return sine(0.1)(i, 0)
		}
		return 0
	}
	g, start := newLevelGate(-50), time.Now()
	var got []bool
	for i, f := range []func(int, int) float64{
		quiet, quiet, quiet, quiet, quiet, // the first silence is news
		quiet, quiet, click, quiet, quiet, quiet, quiet, // a click is in each window of the next 500 ms
		quiet, quiet, // it has gone, which is news
		loud, quiet, nil,
	} {
		at := start.Add(time.Duration(i) * 100 * ms)
		c := sound(2, quiet)
		if f != nil {
			c = sound(2, f)
		} else {
			c.Lost = 160
		}
		c.Start, c.End = at, at.Add(100*ms)
		g.hear(c)
		if i < 4 {
			continue
		}
		shut := g.still(Window{Start: c.End.Add(-500 * ms), End: c.End}, nil)
		if got = append(got, shut); !shut {
			g.ran(true)
		}
	}
	want := []bool{false, true, true, false, false, false, false, false, false, true, false, false, false}
	for i := range want {
		if got[i] != want[i] {
			t.Fatalf("got shut %v,\nwant     %v", got, want)
		}
	}
	c := sound(1, quiet)
	if n := testing.AllocsPerRun(5, func() { g.hear(c) }); n != 0 {
		t.Errorf("got %v allocations, want 0", n)
	}
}

// tune is a microphone that gives a clip of 100 ms of each of some amplitudes, and ends.
type tune struct {
	clips []*sensors.Clip
	n     int
}

func newTune(amplitudes ...float64) *tune {
	t := &tune{}
	for _, a := range amplitudes {
		t.clips = append(t.clips, sound(1, sine(a)))
	}
	return t
}

func (s *tune) Read(ctx context.Context, into *sensors.Clip) error {
	if s.n == len(s.clips) {
		return io.EOF
	}
	start := time.Now()
	select {
	case <-time.After(100 * time.Millisecond):
	case <-ctx.Done():
		return ctx.Err()
	}
	sensors.Copy(into, s.clips[s.n])
	into.Start, into.End = start, time.Now()
	s.n++
	return nil
}

func (*tune) Close() error { return nil }

// peaks makes an input of every clip: its highest sample, in hundredths.
type peaks struct{ c *sensors.Clip }

func (p *peaks) Add(c *sensors.Clip) error { p.c = c; return nil }

func (p *peaks) Next(dst *tensor.Tensor) (Window, bool, error) {
	if p.c == nil {
		return Window{}, false, nil
	}
	tensor.As[float32](dst.Data)[0] = float32(math.Round(100 * float64(slices.Max(p.c.Samples))))
	w := Window{p.c.Start, p.c.End}
	p.c = nil
	return w, true, nil
}

// hoarse is a Session that fails on the nth of its Invokes.
type hoarse struct {
	*twice
	nth, n int
}

func (h *hoarse) Invoke(ctx context.Context) error {
	if h.n++; h.n == h.nth {
		return errors.New("hoarse")
	}
	return h.twice.Invoke(ctx)
}

// TestGatedResultsCountAsOfNow hears a room that is quiet but for two sounds, with a model that fails on the silence after
// the first: it runs when there is something to hear, and its last result goes on, by its own head and in the fusion.
func TestGatedResultsCountAsOfNow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const q = 0.001 // -60 dBFS
		sink, p := &keep{}, New("room")
		p.sinks = []Sink{sink}
		in := NewInput("mic", newTune(q, q, q, 0.5, 0.4, q, q, q, q, q, q, 0.3), InputOptions{})
		e := Encoder{Model: "ear", Session: &hoarse{twice: newTwice(0), nth: 4}, Heads: []Head{scoreHead{}}, Gate: Gate{Level: -50}, Share: Share{Part: 1}}
		if err := AddEncoder(p, in, &peaks{}, e); err != nil {
			t.Fatal(err)
		}
		f := Fusion{Model: "all", Session: newTwice(0), Fuser: newNewest(1), Head: scoreHead{}, Parts: 1, Contributions: -1, Every: 300 * time.Millisecond}
		if err := AddFusion(p, f); err != nil {
			t.Fatal(err)
		}
		g := NewGroup(Options{StopWhenDone: true})
		g.AddPipeline(p)
		if log, err := run(t, g, time.Minute); err != nil || strings.Count(log, "hoarse") != 1 {
			t.Fatalf("got %v, log %q", err, log)
		}
		var scores []float32
		for _, ev := range sink.of("mic") {
			scores = append(scores, ev.Labels[0].Score)
			if ev.Latency != 0 || ev.Window.End.Sub(ev.Window.Start) != 100*time.Millisecond {
				t.Errorf("got latency %v, window %v", ev.Latency, ev.Window)
			}
		}
		want := []float32{0, 0, 0, 100, 80, 0, 0, 0, 0, 0, 60} // of the clip that failed there is none
		if !slices.Equal(scores, want) {
			t.Errorf("got %v, want %v", scores, want)
		}
		for _, ev := range sink.of("") {
			if age := ev.Ages["mic"]; age >= 200*time.Millisecond { // one clip of 100 ms failed, six in a row were gated
				t.Errorf("got a fused event whose embedding is %v old", age)
			}
		}
		if s := g.Stats().Pipelines[0].Encoders[0]; s.Gated != 6 || s.Invokes != 5 || s.Errors != 1 {
			t.Errorf("got %d gated, %d invokes, %d errors, want 6, 5 and 1", s.Gated, s.Invokes, s.Errors)
		}
	})
}

func TestGateErrors(t *testing.T) {
	air := NewInput("air", &ticker{}, InputOptions{})
	mic := NewInput("mic", mute{}, InputOptions{})
	cam := NewInput("cam", still{}, InputOptions{})
	e := func(g Gate) Encoder {
		return Encoder{Model: "m", Session: newTwice(0), Heads: []Head{scoreHead{}}, Gate: g}
	}
	p := New("room")
	for _, tt := range []struct {
		name, want string
		err        error
	}{
		{"readings that move", `pipeline "room": model "m": only a picture moves; the gate's motion is 0.1`, AddEncoder(p, air, &each{}, e(Gate{Motion: 0.1}))},
		{"readings that are loud", `pipeline "room": model "m": only sound has a level; the gate's is -50 dBFS`, AddEncoder(p, air, &each{}, e(Gate{Level: -50}))},
		{"both", `pipeline "room": model "m": a gate is of motion or of level, not of both`, AddEncoder(p, mic, &peaks{}, e(Gate{Motion: 0.1, Level: -50}))},
		{"a picture of one pixel", `pipeline "room": model "m": input "": motion is seen in pictures of at least 32x32, not in 1`,
			AddEncoder(p, cam, blind{}, e(Gate{Motion: 0.1}))},
	} {
		if tt.err == nil || tt.err.Error() != tt.want {
			t.Errorf("%s: got %v, want %s", tt.name, tt.err, tt.want)
		}
	}
	wide := picture(tensor.Float32, func(int, int, int) float64 { return 0 }).Info
	wide.DType = tensor.Int16
	if _, err := newMotionGate(Gate{Motion: 0.1}, wide); err == nil || !strings.Contains(err.Error(), "not int16") {
		t.Errorf("got %v of 16 bits", err)
	}
}

// blind takes pictures and makes nothing of them.
type blind struct{}

func (blind) Add(*sensors.Frame) error                  { return nil }
func (blind) Next(*tensor.Tensor) (Window, bool, error) { return Window{}, false, nil }
