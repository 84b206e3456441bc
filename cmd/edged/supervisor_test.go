package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/coreos/go-systemd/v22/journal"

	"edged/cmd/edged/internal/config"
)

// manager takes what a service tells systemd.
type manager struct {
	t    *testing.T
	conn *net.UnixConn
}

// newManager listens where NOTIFY_SOCKET says from now on.
func newManager(t *testing.T) *manager {
	t.Helper()
	path := filepath.Join(t.TempDir(), "notify")
	conn, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	t.Setenv("NOTIFY_SOCKET", path)
	return &manager{t, conn}
}

// hear returns the next message that begins so, and passes over those of the watchdog.
func (m *manager) hear(begins string) string {
	m.t.Helper()
	m.conn.SetReadDeadline(time.Now().Add(time.Minute))
	for b := make([]byte, 4096); ; {
		n, err := m.conn.Read(b)
		if err != nil {
			m.t.Fatalf("waiting for %s: %v", begins, err)
		}
		switch got := string(b[:n]); {
		case strings.HasPrefix(got, begins):
			return got
		case got != "WATCHDOG=1":
			m.t.Fatalf("got %q, want %s", got, begins)
		}
	}
}

// TestSupervised runs the daemon from its start to its end, with a config that is loaded anew twice, wrong and right.
func TestSupervised(t *testing.T) {
	m := newManager(t)
	t.Setenv("WATCHDOG_USEC", "20000")
	path := filepath.Join(t.TempDir(), "edged.yaml")
	const good = "device: { id: hall }\nmqtt: { broker: embedded }\nsensors: { air: { i2c: sim, chip: bme280 } }\n"
	write(t, path, good)
	c, err := config.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	hangUp := make(chan os.Signal)
	r := runs{s: surroundings{log: log, env: os.Getenv, supervisor: newSupervisor(os.Getenv, log)}, path: path, hangUp: hangUp,
		begin: func(*daemon) {}, end: func(*daemon) error { return nil }}
	ctx, stop := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() {
		if err := r.run(ctx, c); err != nil {
			t.Error(err)
		}
	})
	defer running.Wait()
	defer stop()

	if got := m.hear("READY=1"); !strings.Contains(got, "STATUS=1 sensors, 0 pipelines") {
		t.Errorf("got %q", got)
	}
	m.hear("WATCHDOG=1")
	write(t, path, "sensors: { air: { i2c: sim, chip: bme999 } }\n")
	hangUp <- syscall.SIGHUP
	if got := m.hear("RELOADING=1"); !strings.Contains(got, "MONOTONIC_USEC=") {
		t.Errorf("got %q", got)
	}
	if got := m.hear("READY=1"); !strings.Contains(got, "the config of before goes on") || !strings.Contains(got, "bme999") {
		t.Errorf("got %q", got)
	}
	write(t, path, strings.Replace(good, "air:", "porch: { i2c: sim, chip: bme280 }, air:", 1))
	hangUp <- syscall.SIGHUP
	m.hear("RELOADING=1")
	if got := m.hear("READY=1"); !strings.Contains(got, "STATUS=2 sensors") {
		t.Errorf("got %q", got)
	}
	stop()
	m.hear("STOPPING=1")
}

// TestHangUps sends the signal itself.
func TestHangUps(t *testing.T) {
	c, stop := hangUps()
	defer stop()
	if err := syscall.Kill(os.Getpid(), syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	if got := <-c; got != syscall.SIGHUP {
		t.Errorf("got %v", got)
	}
}

// TestUnsupervised has nobody who listens.
func TestUnsupervised(t *testing.T) {
	s := newSupervisor(func(string) string { return "" }, slog.New(slog.DiscardHandler))
	if s != nil || s.guards() {
		t.Error("got a supervisor")
	}
	s.ready("all", "")
	s.reloading()
	s.stopping()
}

// TestJournal gives the journal a line with all that it can have.
func TestJournal(t *testing.T) {
	var got []string
	h := &journaled{level: slog.LevelInfo, send: func(message string, p journal.Priority, fields map[string]string) error {
		if !strings.HasSuffix(fields["CODE_FILE"], "supervisor_test.go") || fields["CODE_LINE"] == "" || !strings.HasSuffix(fields["CODE_FUNC"], "TestJournal") {
			t.Errorf("got fields %v", fields)
		}
		got = append(got, fmt.Sprintf("%d %s %s %s %s", p, message, fields["EDGED_SENSOR"], fields["EDGED_BUS_I2C_NO"], fields["SYSLOG_IDENTIFIER"]))
		return nil
	}}
	log := slog.New(h)
	log.Debug("quiet")
	log.Info("hello")
	log.With("sensor", "air").WithGroup("bus").Warn("odd", "i2c-no", 7)
	log.Error("bad", slog.Group("bus", slog.Int("i2c no", 9)))
	want := "6 hello   edged, 4 odd air 7 edged, 3 bad  9 edged"
	if s := strings.Join(got, ", "); s != want {
		t.Errorf("got %s, want %s", s, want)
	}
}
