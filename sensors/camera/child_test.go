package camera

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"edged/sensors"
)

// TestMain lets the test's own binary be the program that writes pictures.
func TestMain(m *testing.M) {
	if len(os.Args) > 2 && os.Args[1] == "pictures" {
		os.Exit(program(os.Args[2], os.Args[3:]))
	}
	os.Exit(m.Run())
}

// program is what the tests start: it writes three pictures and then does what how says.
func program(how string, args []string) int {
	for n := range 3 {
		switch how {
		case "jpeg", "truncated":
			_, _ = os.Stdout.Write(photo(48, 32, n))
		case "yuyv", "silent", "stubborn", "parent":
			_, _ = os.Stdout.Write(bytes.Repeat([]byte{byte(n)}, 2*8*4))
		}
	}
	switch how {
	case "truncated":
		_, _ = os.Stdout.Write(photo(48, 32, 3)[:200])
	case "garbage":
		_, _ = os.Stdout.Write(bytes.Repeat([]byte("usage: camera "), 10000))
	case "failed":
		fmt.Fprint(os.Stderr, "looking for cameras\n\nERROR: *** no cameras available ***\n")
		return 3
	case "parent": // a child of its own holds the pipes
		child := exec.Command(args[0], args[1:]...)
		child.Stdout, child.Stderr = os.Stdout, os.Stderr
		if err := child.Start(); err != nil {
			fmt.Fprint(os.Stderr, err)
			return 1
		}
	case "stubborn":
		signal.Ignore(syscall.SIGTERM)
		time.Sleep(time.Hour)
	case "silent":
		time.Sleep(time.Hour)
	}
	return 0
}

// self is the command line that makes this test's binary write pictures.
func self(t testing.TB, how ...string) string {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	words := append(strings.Fields(os.Getenv("EDGED_EMULATOR")), exe, "pictures") // which a kernel cannot start by itself
	return `"` + strings.Join(append(words, how...), `" "`) + `"`
}

// started opens the camera that o describes.
func started(t *testing.T, o Options) sensors.Source[sensors.Frame] {
	t.Helper()
	open, err := opener(o)
	if err != nil {
		t.Fatal(err)
	}
	src, err := open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := src.Close(); err != nil {
			t.Error(err)
		}
	})
	return src
}

var rawOptions = Options{Width: 8, Height: 4, Formats: []sensors.PixelFormat{sensors.YUYV}}

// last reads until an error comes and returns that with the last picture. How many pictures came before it depends on
// how fast the reader was.
func last(t *testing.T, src sensors.Source[sensors.Frame]) (f sensors.Frame, seen int, err error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for {
		if err := src.Read(ctx, &f); err != nil {
			return f, seen, err
		}
		seen += 1 + f.Lost
		if f.Time.IsZero() {
			t.Error("got a picture without its time")
		}
	}
}

func TestProgramsThatEnd(t *testing.T) {
	jpegs := Options{}
	tests := []struct {
		how    string
		o      Options
		size   string
		seen   int
		reason string
	}{
		{"yuyv", rawOptions, "8x4", 3, "the stream ended"},
		{"jpeg", jpegs, "48x32", 3, "the stream ended"},
		{"truncated", jpegs, "48x32", 3, "inside a picture"},
		{"garbage", jpegs, "0x0", 0, "no JPEG in 65536 bytes"},
		{"failed", jpegs, "0x0", 0, "says: ERROR: *** no cameras available ***"},
		{"failed", rawOptions, "0x0", 0, "says: ERROR: *** no cameras available ***"},
	}
	for _, tt := range tests {
		tt.o.Device = "exec:" + self(t, tt.how)
		src := started(t, tt.o)
		f, seen, err := last(t, src)
		if !errors.Is(err, sensors.ErrLost) || !strings.Contains(err.Error(), tt.reason) {
			t.Errorf("%s: got %v, want that it is lost: %s", tt.how, err, tt.reason)
		}
		if size := fmt.Sprintf("%dx%d", f.Width, f.Height); size != tt.size || seen != tt.seen {
			t.Errorf("%s: got %d pictures, the last of %s; want %d, %s", tt.how, seen, size, tt.seen, tt.size)
		}
		if tt.how == "yuyv" && (f.Format != sensors.YUYV || len(f.Pix) != 64 || f.Pix[0] != 2) {
			t.Errorf("got %v with %d bytes, the first %v; want the third picture", f.Format, len(f.Pix), f.Pix[:1])
		}
	}
}

func TestASilentProgramHoldsNobodyUp(t *testing.T) {
	for _, how := range []string{"silent", "stubborn"} {
		o := rawOptions
		o.Device = "exec:" + self(t, how)
		src := started(t, o)
		ctx, cancel := context.WithCancel(t.Context())
		var f sensors.Frame
		for seen := 0; seen < 3; seen += 1 + f.Lost {
			if err := src.Read(ctx, &f); err != nil {
				t.Fatal(err)
			}
		}
		cancel()
		if err := src.Read(ctx, &f); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: got %v, want that the reader gave up", how, err)
		}
		pid := src.(*child).cmd.Process.Pid
		if err := src.Close(); err != nil {
			t.Error(err)
		}
		if err := syscall.Kill(pid, 0); err != syscall.ESRCH {
			t.Errorf("%s: got %v from process %d after Close, want that it is gone", how, err, pid)
		}
	}
}

// TestWhatAProgramStartedEndsWithIt has a program that ends at once but leaves a child with its pipes.
func TestWhatAProgramStartedEndsWithIt(t *testing.T) {
	o := rawOptions
	words, err := sensors.Words(self(t, "stubborn"))
	if err != nil {
		t.Fatal(err)
	}
	o.Device = "exec:" + self(t, append([]string{"parent"}, words...)...)
	src := started(t, o)
	var f sensors.Frame
	for seen := 0; seen < 6; seen += 1 + f.Lost {
		if err := src.Read(t.Context(), &f); err != nil {
			t.Fatal(err)
		}
	}
	group := src.(*child).cmd.Process.Pid
	if err := src.Close(); err != nil {
		t.Error(err)
	}
	for deadline := time.Now().Add(10 * time.Second); syscall.Kill(-group, 0) != syscall.ESRCH; { // killed, but not yet reaped by init
		if time.Now().After(deadline) {
			t.Fatalf("process group %d is still there", group)
		}
		if state := groupState(group); state == "" {
			break // zombies only
		}
	}
}

// groupState returns the names of the processes of a group that are not zombies.
func groupState(group int) (alive string) {
	entries, _ := os.ReadDir("/proc")
	for _, e := range entries {
		text, err := os.ReadFile("/proc/" + e.Name() + "/stat")
		if err != nil {
			continue
		}
		fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:])) // state, parent, group
		if len(fields) > 2 && fields[2] == strconv.Itoa(group) && fields[0] != "Z" {
			alive += e.Name() + " "
		}
	}
	return alive
}

func TestAProgramThatIsNotThere(t *testing.T) {
	live, err := New(Options{Device: "exec:/no/such/program -x"})
	if err != nil {
		t.Fatal(err)
	}
	defer live.Close()
	var f sensors.Frame
	if err := live.Read(t.Context(), &f); err == nil || !strings.Contains(err.Error(), "no such file") {
		t.Errorf("got %v, want that there is no such file", err)
	}
}

// TestLiveStartsAProgramAgain reads on after the program has died.
func TestLiveStartsAProgramAgain(t *testing.T) {
	o := rawOptions
	o.Device = "exec:" + self(t, "yuyv")
	live, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	defer live.Close()
	var f sensors.Frame
	for seen, lost := 0, 0; lost < 3; {
		switch err := live.Read(t.Context(), &f); {
		case err == nil:
			seen += 1 + f.Lost
		case !errors.Is(err, sensors.ErrLost):
			t.Fatal(err)
		default:
			lost++
			if seen != 3*lost || live.Opens() != uint64(lost) {
				t.Errorf("got %d pictures and %d opens after %d losses", seen, live.Opens(), lost)
			}
		}
	}
}

func TestLastLine(t *testing.T) {
	tests := []struct {
		writes []string
		want   string
	}{
		{[]string{"one\ntwo\n"}, "two"},
		{[]string{"one\ntw", "o"}, "two"},
		{[]string{"one\ntw", "o\n", "\n  \n"}, "two"},
		{[]string{"one\r\n"}, "one"},
		{[]string{"a\xffb"}, "a?b"},
		{[]string{strings.Repeat("x", 1000), strings.Repeat("y", 1000) + "\n"}, strings.Repeat("x", longestLine)},
		{nil, ""},
	}
	for _, tt := range tests {
		var l lastLine
		for _, w := range tt.writes {
			_, _ = l.Write([]byte(w))
		}
		if got := l.String(); got != tt.want {
			t.Errorf("%q: got %q, want %q", tt.writes, got, tt.want)
		}
	}
}
