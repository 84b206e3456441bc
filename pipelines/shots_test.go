package pipelines

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"edged/sensors"
)

// shy takes no pictures.
type shy struct{}

func (shy) PutSnapshot(context.Context, string, *sensors.Frame) error { return errors.New("no room") }

func TestSnapshotOnDemand(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sink := &keep{}
		cam := NewInput("cam", still{time.Second}, InputOptions{})
		late := NewInput("late", still{time.Minute}, InputOptions{})
		air := NewInput("air", &ticker{period: time.Second}, InputOptions{})
		g := NewGroup(Options{})
		for _, in := range []*Input{cam, late, air} {
			g.AddInput(in)
		}
		ctx, stop := context.WithCancel(t.Context())
		var running sync.WaitGroup
		running.Go(func() {
			if err := g.Run(ctx); err != nil {
				t.Error(err)
			}
		})
		ask := func(in *Input, to SnapshotSink) (Shot, string) {
			ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
			defer cancel()
			shot, err := in.Snapshot(ctx, to)
			if err != nil {
				return shot, err.Error()
			}
			return shot, ""
		}
		asked := time.Now()
		shot, err := ask(cam, sink)
		if err != "" || shot.Width != 1 || shot.Height != 1 || shot.Time.Before(asked) {
			t.Errorf("got %+v, %s", shot, err)
		}
		time.Sleep(5500 * time.Millisecond) // fake time: nobody asks, until between two pictures
		if len(sink.pictures) != 1 {
			t.Errorf("got %d pictures, want 1", len(sink.pictures))
		}
		var both sync.WaitGroup
		for range 2 {
			both.Go(func() {
				if _, err := ask(cam, sink); err != "" {
					t.Error(err)
				}
			})
		}
		both.Wait()
		if n := len(sink.pictures); n != 3 || !sink.pictures[1].Equal(sink.pictures[2]) {
			t.Errorf("got pictures of %v, want the same one for both who ask", sink.pictures)
		}
		for in, want := range map[*Input]string{
			late: `sensor "late": no picture in time: context deadline exceeded`, air: `sensor "air" gives no pictures`,
		} {
			if _, err := ask(in, sink); err != want {
				t.Errorf("got %s, want %s", err, want)
			}
		}
		if _, err := ask(cam, shy{}); err != "no room" {
			t.Errorf("got %s", err)
		}
		time.Sleep(20 * time.Second) // fake time: what nobody waits for any more does not go out
		if n := len(sink.pictures); n != 3 {
			t.Errorf("got %d pictures, want 3", n)
		}
		both.Go(func() {
			if _, err := ask(late, sink); !strings.HasSuffix(err, "has ended") {
				t.Errorf("got %s", err)
			}
		})
		synctest.Wait()
		stop()
		running.Wait()
		both.Wait()
		if _, err := ask(cam, sink); err != `sensor "cam" has ended` {
			t.Errorf("got %s", err)
		}
	})
}
