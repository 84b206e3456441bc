package pipelines

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"edged/sensors"
)

// TestSavePictures has cameras whose pictures somebody looks at for 20 s, of which the middle 10 are to be saved in.
func TestSavePictures(t *testing.T) {
	const ms = time.Millisecond
	for _, c := range []struct {
		name   string
		period time.Duration
		whole  bool
		want   int
	}{
		{"a quarter of ten a second", 100 * ms, false, 50 + 25 + 50},
		{"a recording is used whole", 100 * ms, true, 200},
		{"one a second would look dead", 1000 * ms, false, 20},
		{"two a second come once in half of stale after", 500 * ms, false, 10 + 10 + 10},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				sink := &keep{}
				in := NewInput("cam", still{c.period}, InputOptions{Period: c.period, Whole: c.whole, Snapshots: sink})
				g := NewGroup(Options{})
				g.AddInput(in)
				time.AfterFunc(5*time.Second, func() { g.Save(Thrift{Level: 1, Of: 1, Pictures: 4}) })
				time.AfterFunc(15*time.Second, func() {
					if s := g.Stats(); s.Sensors[0].State != OK || s.Saving == nil || s.Saving.Level != 1 {
						t.Errorf("got state %v, saving %+v", s.Sensors[0].State, s.Saving)
					}
					g.Save(Thrift{Of: 1})
				})
				if _, err := run(t, g, 20*time.Second); err != nil {
					t.Fatal(err)
				}
				if n := len(sink.pictures); n < c.want-4 || n > c.want+4 {
					t.Errorf("got %d pictures, want about %d", n, c.want)
				}
			})
		})
	}
}

// TestLostCountsWhatIsSpared leaves out pictures, before which the driver has lost some.
func TestLostCountsWhatIsSpared(t *testing.T) {
	g := NewGroup(Options{})
	in := NewInput("cam", still{}, InputOptions{Period: 100 * time.Millisecond})
	g.AddInput(in)
	g.Save(Thrift{Level: 1, Pictures: 2})
	in.moments = &g.moments
	f := in.feed.(*feed[sensors.Frame])
	at, lost, given := time.Now(), 0, 0
	for range 11 {
		s := sensors.Frame{Time: at, Lost: 3}
		if !f.spares(in, &s) {
			lost, given = lost+s.Lost, given+1
		}
		at = at.Add(100 * time.Millisecond)
	}
	if lost != 33 || given != 6 {
		t.Errorf("%d of 11 pictures, %d lost; want 6, 33", given, lost)
	}
}

// TestSaveDuty has an encoder that runs ten times a second for 10 s, to be saved in.
func TestSaveDuty(t *testing.T) {
	const ms = time.Millisecond
	for _, c := range []struct {
		name  string
		e     Encoder
		cores int
		cost  time.Duration
		want  int
	}{
		{"a quarter", Encoder{}, 0, 0, 25},
		{"no further apart than it may", Encoder{Longest: 200 * ms}, 0, 0, 50},
		{"as ever, if it may be no further apart", Encoder{Longest: 50 * ms}, 0, 0, 99},
		{"a recording is used whole", Encoder{Block: true}, 0, 0, 99},
		{"a quarter of what its share of the core allows", Encoder{}, 1, 180 * ms, 12},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				sink := &keep{}
				p := New("room", sink)
				c.e.Every = 100 * ms
				attach(t, p, NewInput("air", &ticker{period: 100 * ms}, InputOptions{}), newTwice(c.cost), c.e)
				g := NewGroup(Options{Cores: c.cores})
				g.AddPipeline(p)
				g.Save(Thrift{Level: 2, Of: 3, Duty: 4, What: "encoders at a quarter of their rate", Why: "76.0 °C, at most 75 °C"})
				if _, err := run(t, g, 10*time.Second); err != nil {
					t.Fatal(err)
				}
				if n := len(sink.events); n < c.want-2 || n > c.want+2 {
					t.Errorf("got %d events, want about %d", n, c.want)
				}
				said := strings.Join(sink.events[len(sink.events)-1].Degraded, "; ")
				if want := "encoders at a quarter of their rate: 76.0 °C, at most 75 °C"; !strings.Contains(said, want) {
					t.Errorf("events say %q, want %q in it", said, want)
				}
				if left := strings.Contains(said, "to stay within the limits"); left != (c.want < 99) {
					t.Errorf("events say %q of %d events", said, len(sink.events))
				}
			})
		})
	}
}

// TestSaveNoMore runs as ever once nothing is to be saved.
func TestSaveNoMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sink := &keep{}
		p := New("room", sink)
		attach(t, p, NewInput("air", &ticker{period: 100 * time.Millisecond}, InputOptions{}), newTwice(0), Encoder{Every: 100 * time.Millisecond})
		g := NewGroup(Options{})
		g.AddPipeline(p)
		g.Save(Thrift{Level: 1, Of: 1, Duty: 10, What: "less"})
		time.AfterFunc(10*time.Second, func() { g.Save(Thrift{Of: 1}) })
		if _, err := run(t, g, 20*time.Second); err != nil {
			t.Fatal(err)
		}
		if n := len(sink.events); n < 107 || n > 111 {
			t.Errorf("got %d events, want about 109", n)
		}
		if last := sink.events[len(sink.events)-1]; len(last.Degraded) != 0 {
			t.Errorf("events still say %q", last.Degraded)
		}
	})
}
