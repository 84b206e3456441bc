package pipelines

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// deaf is a Session whose Invoke comes back when it is let go, whatever its context says.
type deaf struct {
	*twice
	letGo chan struct{}
}

func (s *deaf) Invoke(context.Context) error {
	<-s.letGo
	return nil
}

// TestStuck has a model that does not come back for a while, beside one that takes its time.
func TestStuck(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sink := &keep{}
		p, s := New("hall", sink), &deaf{newTwice(0), make(chan struct{})}
		in := NewInput("n", &ticker{period: time.Second}, InputOptions{})
		if err := AddEncoder(p, in, &each{}, Encoder{Model: "deaf", Session: s, Heads: []Head{scoreHead{}}, Deadline: 5 * time.Second}); err != nil {
			t.Fatal(err)
		}
		attach(t, p, in, newTwice(4*time.Second), Encoder{Deadline: 5 * time.Second})
		g := NewGroup(Options{})
		g.AddPipeline(p)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		ended := make(chan error)
		go func() { ended <- g.Run(ctx) }()

		time.Sleep(10 * time.Second) // the Invoke began after one
		if err := g.Stuck(5 * time.Second); err != nil {
			t.Errorf("got %v within the time", err)
		}
		time.Sleep(2 * time.Second)
		if err := g.Stuck(5 * time.Second); err == nil || !strings.Contains(err.Error(), `model "deaf" on sensor "n": no progress for 11.0 s`) {
			t.Errorf("got %v of a model that does not come back", err)
		}
		close(s.letGo)
		time.Sleep(time.Second)
		if err := g.Stuck(5 * time.Second); err != nil {
			t.Errorf("got %v of a model that has come back", err)
		}
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if err := g.Stuck(0); err != nil {
			t.Errorf("got %v after the end", err)
		}
	})
}
