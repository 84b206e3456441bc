package main

import (
	"fmt"
	"io"
	"time"

	"edged/cmd/edged/internal/view"
)

// demoShow shows what reaches the demo's broker: as a view on a terminal, or else as lines.
type demoShow struct {
	stdio
	view  *view.View // nil: lines
	lines lines
}

// newDemoShow looks whether a's output is a terminal that can show the view.
func newDemoShow(a *app, headless bool) *demoShow {
	s := &demoShow{stdio: a.stdio, lines: lines{w: a.out, said: map[string]line{}}}
	size, terminal := view.Terminal(a.out)
	ink, able := view.InkOf(a.env)
	if terminal && able && !headless {
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
	if s.view != nil {
		s.view.Device.Take(topic, payload, now)
		return
	}
	s.lines.message(topic, payload, now)
}

// end says what the log has said since the view was drawn last.
func (s *demoShow) end() error {
	if s.view == nil {
		return nil
	}
	_, err := s.err.Write(s.view.Screen.Rest())
	return err
}
