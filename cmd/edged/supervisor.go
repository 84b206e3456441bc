package main

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"time"

	systemd "github.com/coreos/go-systemd/v22/daemon"

	"edged/pipelines"
)

// supervisor is systemd, where it wants to be told how the service fares: sd_notify(3), for units of Type=notify and
// Type=notify-reload. A nil one is told nothing.
type supervisor struct {
	send  func(state string) error
	every time.Duration // in which it wants to hear that edged is alive, WatchdogSec; 0 is never
	log   *slog.Logger
}

// newSupervisor returns nil unless systemd, or somebody in its place, has started edged and listens.
func newSupervisor(env func(string) string, log *slog.Logger) *supervisor {
	if env("NOTIFY_SOCKET") == "" {
		return nil
	}
	every, err := systemd.SdWatchdogEnabled(false)
	if err != nil {
		log.Warn("systemd's watchdog: " + err.Error())
	}
	send := func(state string) error {
		_, err := systemd.SdNotify(false, state)
		return err
	}
	return &supervisor{send: send, every: every, log: log}
}

// tell sends a state; trouble with that is logged.
func (s *supervisor) tell(state string) {
	if s == nil {
		return
	}
	if err := s.send(state); err != nil {
		s.log.Warn("systemd is not told: " + err.Error())
	}
}

// ready tells that all runs, but for something.
func (s *supervisor) ready(what, but string) {
	if but != "" {
		what += "; " + strings.ReplaceAll(but, "\n", "; ")
	}
	s.tell(systemd.SdNotifyReady + "\nSTATUS=" + what)
}

func (s *supervisor) stopping() {
	s.tell(systemd.SdNotifyStopping + "\nSTATUS=delivers what still waits")
}

// reloading must be followed by ready.
func (s *supervisor) reloading() {
	s.tell(systemd.SdNotifyReloading + "\n" + systemd.SdNotifyMonotonicUsec())
}

// guards says whether a watchdog is to be fed.
func (s *supervisor) guards() bool { return s != nil && s.every > 0 }

// feed keeps the watchdog from biting, as long as all work of g gets on, until ctx ends. When it does not for half of the
// watchdog's time longer than it may, the feeding ends: systemd then kills and restarts the service.
func (s *supervisor) feed(ctx context.Context, g *pipelines.Group) error {
	tick := time.NewTicker(max(s.every/4, time.Millisecond))
	defer tick.Stop()
	for told := false; ; {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		err := g.Stuck(s.every / 2)
		if err == nil {
			s.tell(systemd.SdNotifyWatchdog)
		} else if !told {
			s.log.Error(fmt.Sprintf("%v: the watchdog is not fed", err))
		}
		told = err != nil
	}
}
