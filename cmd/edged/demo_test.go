package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// TestDemoOnATerminal runs the demo on a pseudo terminal until it has drawn and said something, and types ^C: the terminal
// is then as it was, and has what was shown last.
func TestDemoOnATerminal(t *testing.T) {
	master, slave := openPTY(t, 100, 30)
	before, err := unix.IoctlGetTermios(int(slave.Fd()), unix.TCGETS)
	if err != nil {
		t.Fatal(err)
	}
	demo := exec.Command("edged", "demo")
	demo.Env = append(os.Environ(), "TERM=xterm-256color", "COLORTERM=truecolor", "NO_COLOR=")
	demo.Stdin, demo.Stdout, demo.Stderr = slave, slave, slave
	demo.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := demo.Start(); err != nil {
		t.Fatal(err)
	}
	patient := time.AfterFunc(patience, func() { _ = demo.Process.Kill() })
	defer patient.Stop()

	shown := readUntil(t, master, regexp.MustCompile(`▀[\s\S]*says\x1b\[0m +\x1b\[1m[a-z]`))
	if _, err := master.WriteString("\x03"); err != nil {
		t.Fatal(err)
	}
	ended := make(chan string)
	go func() { ended <- string(readAll(master)) }()
	if err := demo.Wait(); err != nil {
		t.Errorf("got %v", err)
	}
	after, err := unix.IoctlGetTermios(int(slave.Fd()), unix.TCGETS)
	if err != nil || *after != *before {
		t.Errorf("got terminal modes %+v, %v, want %+v", after, err, before)
	}
	if err := slave.Close(); err != nil { // which ends what is read
		t.Fatal(err)
	}
	shown += <-ended
	for _, want := range []string{"edged: a simulated room, seed 1; its broker is mqtt://127.0.0.1:", "mosquitto_sub -h 127.0.0.1 -p ", "what it finds", "truth", "\x1b[38;2;"} {
		if !strings.Contains(shown, want) {
			t.Errorf("got no %q", want)
		}
	}
	if !strings.HasSuffix(shown, "\x1b[?7h\x1b[?25h\x1b[?2026l") || strings.Contains(shown, "\x1b[?1049h") {
		t.Errorf("got an end of %q", shown[max(0, len(shown)-100):])
	}
}

// openPTY opens a pseudo terminal of a size.
func openPTY(t *testing.T, cols, rows uint16) (master, slave *os.File) {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { master.Close() })
	n, err := unix.IoctlGetInt(int(master.Fd()), unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(int(master.Fd()), unix.TIOCSPTLCK, 0)
	}
	if err == nil {
		slave, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|syscall.O_NOCTTY, 0)
	}
	if err == nil {
		err = unix.IoctlSetWinsize(int(slave.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Col: cols, Row: rows})
	}
	if err != nil {
		t.Fatal(err)
	}
	return master, slave
}

// readUntil reads until what has come matches.
func readUntil(t *testing.T, f *os.File, want *regexp.Regexp) string {
	t.Helper()
	var all bytes.Buffer
	part := make([]byte, 1<<16)
	for !want.Match(all.Bytes()) {
		n, err := f.Read(part)
		all.Write(part[:n])
		if err != nil {
			t.Fatalf("the output ended, %v, before %v: %q", err, want, all.String())
		}
	}
	return all.String()
}

// readAll reads until there is no more; a terminal that nobody has open any more is an error.
func readAll(f *os.File) []byte {
	var all bytes.Buffer
	_, _ = all.ReadFrom(f)
	return all.Bytes()
}

// TestLinesSayWhatIsNew sends messages again and again: a line comes when labels are others, and with every caption that is
// another; readings come every ten seconds.
func TestLinesSayWhatIsNew(t *testing.T) {
	var b strings.Builder
	l := lines{w: &b, said: map[string]line{}}
	noon := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	for i := range 30 {
		at := noon.Add(time.Duration(i) * 500 * time.Millisecond)
		label, caption := "knock", "somebody knocks."
		if i >= 10 {
			label, caption = "pet", `a cat \u001b[2J is there.`
		}
		l.message("edged/demo/room/labels", fmt.Appendf(nil, `{"labels":[{"name":"%s","score":0.%d}],"degraded":[]}`, label, 60+i), at)
		l.message("edged/demo/room/caption", fmt.Appendf(nil, `{"caption":"%s","labels":[],"degraded":["mic: silent"]}`, caption), at)
		l.message("edged/demo/air/reading", []byte(`{"values":{"temperature":{"value":21.44,"unit":"°C"}}}`), at)
		l.message("edged/demo/cam/snapshot", []byte("\xff\xd8"), at)
	}
	want := `12:00:00.000  room/labels    knock 0.60
12:00:00.000  room/caption   somebody knocks.  mic: silent
12:00:00.000  air/reading    temperature 21.4 °C
12:00:05.000  room/labels    pet 0.70
12:00:05.000  room/caption   a cat ` + "\ufffd" + `[2J is there.  mic: silent
12:00:10.000  air/reading    temperature 21.4 °C
`
	got := b.String()
	if got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}
