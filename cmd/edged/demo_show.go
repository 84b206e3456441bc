package main

import (
	"fmt"
	"io"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"edged/cmd/edged/internal/view"
)

// demoShow shows what reaches the demo's broker: as a view on a terminal, or else as lines.
type demoShow struct {
	stdio
	view    *view.View // nil: lines
	lines   lines
	profile bool

	began time.Time
	first atomic.Int64 // how long after that the first labels came, in ns; 0 is not yet
}

// newDemoShow looks whether a's output is a terminal that can show the view.
func newDemoShow(a *app, f *demoFlags) *demoShow {
	s := &demoShow{stdio: a.stdio, lines: lines{w: a.out, said: map[string]line{}}, profile: f.profile, began: time.Now()}
	size, terminal := view.Terminal(a.out)
	ink, able := view.InkOf(a.env)
	if terminal && able && !f.headless {
		s.view = &view.View{Device: view.NewDevice("demo"), Screen: view.NewScreen(a.out, size), Ink: ink}
	}
	return s
}

// log is where the log goes: what would fall into the view stands above it.
func (s *demoShow) log() io.Writer {
	if _, terminal := view.Terminal(s.err); terminal && s.view != nil {
		return s.view.Screen
	}
	return s.err
}

// begin lets the view run with the daemon.
func (s *demoShow) begin(d *daemon, listen string) {
	if s.view == nil {
		return
	}
	room := d.room
	s.view.Options = view.Options{
		Title:  fmt.Sprintf("edged demo: a simulated room, seed %d", d.config.Sim.Seed),
		Footer: listen + "   ^C ends",
		Story: func(now time.Time) view.Moment {
			at := room.clock.Now().Sub(room.begin) % room.story.Length
			return view.Moment{At: at, Of: room.story.Length, Truth: room.story.Truth(at).Facts.Caption()}
		},
	}
	d.group.Serve("view", s.view.Run)
}

// message takes one message.
func (s *demoShow) message(topic string, payload []byte) {
	now := time.Now()
	if strings.HasSuffix(topic, "/labels") {
		s.first.CompareAndSwap(0, int64(now.Sub(s.began)))
	}
	if s.view != nil {
		s.view.Device.Take(topic, payload, now)
		return
	}
	s.lines.message(topic, payload, now)
}

// end says what the log has said since the view was drawn last, and prints the profile.
func (s *demoShow) end(d *daemon) error {
	if s.view != nil {
		if _, err := s.err.Write(s.view.Screen.Rest()); err != nil {
			return err
		}
	}
	if !s.profile {
		return nil
	}
	if err := writeProfile(s.out, d.group.Stats()); err != nil {
		return err
	}
	share := 100 * cpuTime().Seconds() / time.Since(s.began).Seconds()
	_, err := fmt.Fprintf(s.out, "the process, which makes up the room too: %.1f %% of a core, %d MiB at most\nfirst labels after %.2f s\n",
		share, peakRSS()>>20, time.Duration(s.first.Load()).Seconds())
	return err
}

// cpuTime is how long cores have worked for this process, 0 where the system does not say.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
