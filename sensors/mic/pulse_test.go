package mic

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	goruntime "runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"edged/sensors"
)

// server is a real PulseAudio with one sink that leads nowhere, whose monitor "null.monitor" is a source.
type server struct {
	dir string // its home
	cmd *exec.Cmd
	log bytes.Buffer
}

func (s *server) socket() string { return "unix:" + filepath.Join(s.dir, "native") }

// start starts the server and waits until it answers.
func (s *server) start(t *testing.T) {
	t.Helper()
	s.cmd = exec.Command("pulseaudio", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no", "--disable-shm=yes", "-n",
		"-L", "module-null-sink sink_name=null rate=48000 channels=2", "-L", "module-native-protocol-unix auth-anonymous=1 socket="+filepath.Join(s.dir, "native"))
	s.cmd.Env = append(os.Environ(), "HOME="+s.dir, "XDG_RUNTIME_DIR="+s.dir, "DBUS_SESSION_BUS_ADDRESS=unix:path=/nowhere")
	s.cmd.Stderr = &s.log
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	s.ask(t, "info")
}

// ask runs pactl until the server answers.
func (s *server) ask(t *testing.T, args ...string) {
	t.Helper()
	for begin := time.Now(); ; {
		cmd := exec.Command("pactl", args...)
		cmd.Env = append(os.Environ(), "PULSE_SERVER="+s.socket(), "HOME="+s.dir, "XDG_RUNTIME_DIR="+s.dir)
		out, err := cmd.CombinedOutput()
		if err == nil {
			return
		}
		if time.Since(begin) > 20*time.Second {
			t.Fatalf("pactl %v: %v: %s; the server says: %s", args, err, out, &s.log)
		}
	}
}

func (s *server) stop() {
	_ = s.cmd.Process.Kill()
	_ = s.cmd.Wait() // was killed
}

// play plays a sine of 1 kHz and the given amplitude until the test ends.
func (s *server) play(t *testing.T, amplitude float64) {
	t.Helper()
	second := make([]byte, 2*48000)
	for i := range 48000 {
		v := int16(math.Round(amplitude * math.Sin(2*math.Pi*1000*float64(i)/48000)))
		second[2*i], second[2*i+1] = byte(v), byte(v>>8)
	}
	cmd := exec.Command("pacat", "--playback", "--device=null", "--format=s16le", "--rate=48000", "--channels=1", "--raw")
	cmd.Env = append(os.Environ(), "PULSE_SERVER="+s.socket(), "HOME="+s.dir, "XDG_RUNTIME_DIR="+s.dir)
	cmd.Stdin = bytes.NewReader(bytes.Repeat(second, 600))
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // was killed
	})
}

func startServer(t *testing.T) *server {
	t.Helper()
	for _, program := range []string{"pulseaudio", "pactl", "pacat"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("needs %s (Debian packages pulseaudio and pulseaudio-utils)", program)
		}
	}
	s := &server{dir: t.TempDir()}
	s.start(t)
	t.Cleanup(func() { s.stop() })
	return s
}

// power returns the level of samples against a full-scale sine's, in dB.
func power(samples []float32) float64 {
	sum := 0.0
	for _, v := range samples {
		sum += float64(v) * float64(v)
	}
	return 10 * math.Log10(2*sum/float64(len(samples)))
}

func TestPulse(t *testing.T) {
	s := startServer(t)
	s.play(t, 8000)
	open, err := New(Options{Device: "pulse:null.monitor", Pulse: Pulse{Server: s.socket()}})
	if err != nil {
		t.Fatal(err)
	}
	before := goruntime.NumGoroutine()
	src, err := open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var c sensors.Clip
	var loud []float64
	for i := 0; i < 300 && len(loud) < 20; i++ { // the player may be late
		if err := src.Read(t.Context(), &c); err != nil {
			t.Fatal(err)
		}
		if age := time.Since(c.End); c.RateHz != 16000 || c.Channels != 1 || len(c.Samples) != 1600 || age < 0 || age > 10*time.Second {
			t.Fatalf("clip %d: got %d Hz, %d channels, %d samples, %v old", i, c.RateHz, c.Channels, len(c.Samples), age)
		}
		if i == 0 && c.Lost != -1 {
			t.Errorf("got %d lost before the first clip, want -1", c.Lost)
		}
		if p := power(c.Samples); p > -60 {
			loud = append(loud, p)
		}
	}
	slices.Sort(loud)
	const want = -12.247 // 20·log10(8000/32768); the median, for the player may stumble on a busy machine
	if len(loud) < 20 || math.Abs(loud[10]-want) > 0.05 {
		t.Errorf("got clips of %.3f dBFS, want %.3f", loud, want)
	}
	if err := src.Close(); err != nil {
		t.Error(err)
	}
	for begin := time.Now(); goruntime.NumGoroutine() > before; goruntime.Gosched() { // the library's is about to return
		if time.Since(begin) > 5*time.Second {
			t.Fatalf("got %d goroutines, %d before the microphone was opened", goruntime.NumGoroutine(), before)
		}
	}
}

func TestPulseServerDiesAndComesBack(t *testing.T) {
	s := startServer(t)
	open, err := New(Options{Device: "pulse", Pulse: Pulse{Server: s.socket()}})
	if err != nil {
		t.Fatal(err)
	}
	live := sensors.NewLive(open, sensors.LiveOptions{})
	defer live.Close()
	var c sensors.Clip
	if err := live.Read(t.Context(), &c); err != nil {
		t.Fatal(err)
	}
	s.stop()
	for err == nil {
		err = live.Read(t.Context(), &c)
	}
	if !errors.Is(err, sensors.ErrLost) || !strings.HasSuffix(err.Error(), "the server is gone") {
		t.Errorf("got %v, want that the server is gone", err)
	}
	if err := live.Read(t.Context(), &c); err == nil || !strings.Contains(err.Error(), "no sound server: dial unix") {
		t.Errorf("got %v, want that there is no server", err)
	}
	s.start(t)
	if err := live.Read(t.Context(), &c); err != nil || c.Lost != -1 || live.Opens() != 2 {
		t.Errorf("got %v, %d lost, %d opens, want a clip, -1, 2", err, c.Lost, live.Opens())
	}
}

func TestPulseSourceGoes(t *testing.T) {
	s := startServer(t)
	for source, want := range map[string]string{
		"none.monitor": `microphone pulse:none.monitor: the server has no source "none.monitor"; it has null.monitor`,
	} {
		open, err := New(Options{Device: "pulse:" + source, Pulse: Pulse{Server: s.socket()}})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := open(t.Context()); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	open, err := New(Options{Device: "pulse:null.monitor", Pulse: Pulse{Server: s.socket()}})
	if err != nil {
		t.Fatal(err)
	}
	src, err := open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer src.Close()
	s.ask(t, "unload-module", "module-null-sink")
	var c sensors.Clip
	for err == nil {
		err = src.Read(t.Context(), &c)
	}
	if !errors.Is(err, sensors.ErrLost) || !strings.HasSuffix(err.Error(), "its source is gone") {
		t.Errorf("got %v, want that the source is gone", err)
	}
}

// TestPulseServersThatAreNone says wrong things to the library, or nothing.
func TestPulseServersThatAreNone(t *testing.T) {
	for name, answer := range map[string]string{
		"nothing":           "",
		"half a frame":      "\x00\x00\x00\x20\xff\xff\xff\xff\x00\x00",
		"a frame of 4 GiB":  "\xff\xff\xff\xff\xff\xff\xff\xff" + strings.Repeat("\x00", 12),
		"a command of none": "\x00\x00\x00\x01\xff\xff\xff\xff" + strings.Repeat("\x00", 13),
		"sound unasked":     "\x00\x00\x00\x04\x00\x00\x00\x00" + strings.Repeat("\x00", 16),
	} {
		t.Run(name, func(t *testing.T) {
			l, err := net.Listen("unix", filepath.Join(t.TempDir(), "native"))
			if err != nil {
				t.Fatal(err)
			}
			defer l.Close()
			go func() {
				conn, err := l.Accept()
				if err == nil {
					_, _ = conn.Write([]byte(answer))
					_ = conn.Close()
				}
			}()
			open, err := New(Options{Device: "pulse", Pulse: Pulse{Server: "unix:" + l.Addr().String()}})
			if err != nil {
				t.Fatal(err)
			}
			if src, err := open(t.Context()); err == nil {
				t.Errorf("got %v, want an error", src)
			}
		})
	}
}

func TestInflow(t *testing.T) {
	var q inflow
	q.init(8, 2)
	now := time.Now()
	q.put([]byte{1, 1, 2, 2, 3, 3}, now)
	q.put([]byte{4, 4, 5, 5, 9}, now.Add(time.Second))
	dst := make([]byte, 4)
	if got := q.take(dst); !got.whole || got.lost != 1 || got.left != 2 || !bytes.Equal(dst, []byte{2, 2, 3, 3}) || !got.at.Equal(now.Add(time.Second)) {
		t.Errorf("got %v, %+v, want 2 2 3 3, one lost and two left", dst, got)
	}
	q.skip()
	q.put([]byte{6, 6, 7, 7, 8, 8, 9, 9, 10, 10}, now)
	if got := q.take(dst); got.lost != 3 || got.left != 2 || !got.gap || !bytes.Equal(dst, []byte{7, 7, 8, 8}) {
		t.Errorf("got %v, %+v, want 7 7 8 8, three lost and two left, after a gap", dst, got)
	}
	q.end("over", true)
	if got := q.take(dst); !got.whole || got.lost != 0 || got.gap || !bytes.Equal(dst, []byte{9, 9, 10, 10}) {
		t.Errorf("got %v, %+v, want 9 9 10 10", dst, got)
	}
	if got := q.take(dst); got.whole || got.why != "over" {
		t.Errorf("got %+v, want that it is over", got)
	}
}

func TestPulsePlaces(t *testing.T) {
	for server, want := range map[string]string{
		"":                              "[unix /run/user/7/pulse/native] [unix /run/pulse/native]",
		"/a/b":                          "[unix /a/b]",
		"unix:/a/b tcp:host":            "[unix /a/b] [tcp host:4713]",
		"{name}tcp4:host:99 tcp6:[::1]": "[tcp4 host:99] [tcp6 [::1]:4713]",
		"host":                          `sound server "host" is not known`,
	} {
		p := Pulse{Server: server, Run: "/run/user/7"}
		list, err := p.places()
		got := strings.Trim(strings.Join(strings.Fields(fmt.Sprint(list)), " "), "[]")
		if err != nil {
			got = err.Error()
		}
		if !strings.HasPrefix(got, strings.Trim(want, "[]")) {
			t.Errorf("%q: got %s, want %s", server, got, want)
		}
	}
}

// FuzzFrames cuts a server's words anywhere and anyhow: the library gets whole frames of bounded length and then the end.
func FuzzFrames(f *testing.F) {
	f.Add([]byte("\x00\x00\x00\x04\x00\x00\x00\x07" + strings.Repeat("\x00", 12) + "\x01\x02\x03\x04"))
	f.Add([]byte("\x00\x00\x00\x0a\xff\xff\xff\xff" + strings.Repeat("\x00", 12) + "L\x00\x00\x00\x5fL\x00\x00\x00\x01"))
	f.Add([]byte("\xff\xff\xff\xff\xff\xff\xff\xff\x00"))
	f.Fuzz(func(t *testing.T, said []byte) {
		here, there := net.Pipe()
		go func() {
			_, _ = there.Write(said)
			_ = there.Close()
		}()
		got, err := io.ReadAll(&framed{Conn: here})
		_ = here.Close()
		if err != nil {
			t.Fatal(err)
		}
		for len(got) > 0 {
			if len(got) < frameHead {
				t.Fatalf("got %d bytes, less than a frame's head", len(got))
			}
			size := frameHead + int(binary.BigEndian.Uint32(got))
			if size > frameHead+frameLimit || size > len(got) {
				t.Fatalf("got a frame of %d bytes, of which %d are there", size, len(got))
			}
			got = got[size:]
		}
	})
}
