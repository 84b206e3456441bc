package main

import (
	"bufio"
	"fmt"
	"maps"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// patience is how long a test waits for what must come; an emulated daemon on a busy machine needs most of it.
const patience = 2 * time.Minute

// findCorpus returns the folder of the conformance corpus, which lies beside the repository.
func findCorpus(t *testing.T) string {
	t.Helper()
	corpus := filepath.Join(filepath.Dir(repository(t)), "shared", "corpus")
	if _, err := os.Stat(filepath.Join(corpus, "manifest.json")); err != nil {
		t.Skipf("needs the conformance corpus: %v", err)
	}
	return corpus
}

// mosquitto is Debian's broker on a loopback port, with one user.
type mosquitto struct {
	t              *testing.T
	dir            string
	port           int
	user, password string
	process        *exec.Cmd
	lines          <-chan string // of its log
}

func newMosquitto(t *testing.T) *mosquitto {
	t.Helper()
	for _, program := range []string{"mosquitto", "mosquitto_sub", "mosquitto_passwd"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("needs %s (Debian packages mosquitto and mosquitto-clients): %v", program, err)
		}
	}
	b := &mosquitto{t: t, dir: t.TempDir(), port: freePort(t), user: "edged", password: "hunter2 is not my password"}
	passwords := filepath.Join(b.dir, "passwords")
	if out, err := exec.Command("mosquitto_passwd", "-b", "-c", passwords, b.user, b.password).CombinedOutput(); err != nil {
		t.Fatalf("mosquitto_passwd: %v\n%s", err, out)
	}
	write(t, filepath.Join(b.dir, "mosquitto.conf"), fmt.Sprintf(
		"listener %d 127.0.0.1\nallow_anonymous false\npassword_file %s\npersistence false\nuser root\n", b.port, passwords))
	t.Cleanup(b.kill)
	return b
}

func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

func (b *mosquitto) url() string { return fmt.Sprintf("mqtt://127.0.0.1:%d", b.port) }

// start starts the broker and waits until it runs.
func (b *mosquitto) start() {
	b.t.Helper()
	b.process = exec.Command("mosquitto", "-v", "-c", filepath.Join(b.dir, "mosquitto.conf"))
	stderr, err := b.process.StderrPipe()
	if err == nil {
		err = b.process.Start()
	}
	if err != nil {
		b.t.Fatal(err)
	}
	b.lines = readLines(stderr)
	await(b.t, "mosquitto runs", b.lines, func(line string) bool { return strings.HasSuffix(line, " running") })
	go drain(b.lines)
}

// kill ends the broker without a farewell.
func (b *mosquitto) kill() {
	if b.process != nil {
		_ = b.process.Process.Kill()
		drain(b.lines)
		_ = b.process.Wait()
		b.process = nil
	}
}

// message is one message that mosquitto_sub printed.
type message struct{ topic, payload string }

// listener hears all that the broker has of edged.
type listener struct {
	t     *testing.T
	lines <-chan string
}

// listen starts mosquitto_sub.
func (b *mosquitto) listen() *listener {
	b.t.Helper()
	sub := exec.Command("mosquitto_sub", "-h", "127.0.0.1", "-p", fmt.Sprint(b.port), "-u", b.user, "-P", b.password,
		"-q", "1", "-t", "edged/#", "-F", "%t %p")
	stdout, err := sub.StdoutPipe()
	if err == nil {
		err = sub.Start()
	}
	if err != nil {
		b.t.Fatal(err)
	}
	lines := readLines(stdout)
	b.t.Cleanup(func() {
		_ = sub.Process.Kill()
		drain(lines)
		_ = sub.Wait()
	})
	return &listener{b.t, lines}
}

// until waits for a message.
func (l *listener) until(what string, is func(message) bool) {
	l.t.Helper()
	l.untilAll(l.t, map[string]func(message) bool{what: is})
}

// untilAll waits for several messages, in any order.
func (l *listener) untilAll(t *testing.T, want map[string]func(message) bool) {
	t.Helper()
	last := map[string]string{} // by topic, for what is missing
	limit := time.After(patience)
	for len(want) > 0 {
		select {
		case line, ok := <-l.lines:
			if !ok {
				t.Fatalf("mosquitto_sub ended; still missing: %q", slices.Sorted(maps.Keys(want)))
			}
			topic, payload, _ := strings.Cut(line, " ")
			last[topic] = payload
			maps.DeleteFunc(want, func(_ string, is func(message) bool) bool { return is(message{topic, payload}) })
		case <-limit:
			t.Fatalf("after %s still missing: %q\nlast heard: %v", patience, slices.Sorted(maps.Keys(want)), last)
		}
	}
}

// daemon is edged as a process of its own.
type process struct {
	t     *testing.T
	cmd   *exec.Cmd
	lines <-chan string // of the log, as they come
	mu    sync.Mutex
	all   []string
}

// startDaemon starts edged.
func startDaemon(t *testing.T, args ...string) *process {
	t.Helper()
	p := &process{t: t, cmd: exec.Command("edged", args...)}
	stderr, err := p.cmd.StderrPipe()
	if err == nil {
		err = p.cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	heard := make(chan string, 1024)
	p.lines = heard
	go func() {
		defer close(heard)
		for line := range readLines(stderr) {
			p.mu.Lock()
			p.all = append(p.all, line)
			p.mu.Unlock()
			select {
			case heard <- line:
			default: // nobody waits for so many
			}
		}
	}()
	t.Cleanup(func() {
		_ = p.cmd.Process.Kill()
		drain(heard)
		_ = p.cmd.Wait()
		if t.Failed() {
			t.Logf("edged said:\n%s", p.log())
		}
	})
	return p
}

func (p *process) log() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return strings.Join(p.all, "\n")
}

// untilLogged waits for a line of the log.
func (p *process) untilLogged(part string) {
	p.t.Helper()
	await(p.t, part, p.lines, func(line string) bool { return strings.Contains(line, part) })
}

// end sends a signal and expects an exit status.
func (p *process) end(s os.Signal, status int) {
	p.t.Helper()
	if err := p.cmd.Process.Signal(s); err != nil {
		p.t.Fatal(err)
	}
	drain(p.lines) // Wait may be called once the pipe is read to its end
	if _ = p.cmd.Wait(); p.cmd.ProcessState.ExitCode() != status {
		p.t.Errorf("after %v: got %v, want exit status %d", s, p.cmd.ProcessState, status)
	}
}

// readLines passes on the lines of r as they come. It takes many before one is wanted: mosquitto drops what a listener who
// is not listening leaves in its queue of 1000.
func readLines(r interface{ Read([]byte) (int, error) }) <-chan string {
	lines := make(chan string, 1<<16)
	go func() {
		defer close(lines)
		scan := bufio.NewScanner(r)
		scan.Buffer(nil, 1<<20)
		for scan.Scan() {
			lines <- scan.Text()
		}
	}()
	return lines
}

func drain(lines <-chan string) {
	for range lines {
		continue
	}
}

// await waits for a line.
func await(t *testing.T, what string, lines <-chan string, is func(string) bool) {
	t.Helper()
	limit := time.After(patience)
	for {
		select {
		case line, ok := <-lines:
			if !ok {
				t.Fatalf("the output ended before: %s", what)
			}
			if is(line) {
				return
			}
		case <-limit:
			t.Fatalf("after %s: not yet: %s", patience, what)
		}
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
