//go:build linux && (amd64 || arm64 || arm) && !nonative

package native

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// process is one running worker. It belongs to whoever holds the Worker's lock.
type process struct {
	cmd     *exec.Cmd
	socket  int
	control *control
	printed *log
	seq     uint32
	timeout time.Duration // that the socket has
	in      *receiver
	out     []byte    // for requests
	checked time.Time // when its memory was last looked at
	dead    bool
	signal  syscall.Signal // that has ended it; 0 if none did
}

func startProcess(argv []string) (*process, error) {
	p := &process{socket: -1, control: &control{fd: -1}, out: make([]byte, 0, 64)}
	socket, theirSocket, err := socketPair()
	if err != nil {
		return nil, err
	}
	p.socket, p.in = socket, newReceiver(socket)
	ourControl, theirControl, err := socketPair()
	if err == nil {
		p.control.fd = ourControl
		p.printed, err = newLog()
	}
	files := []*os.File{os.NewFile(uintptr(theirSocket), "socket"), nil}
	if err == nil {
		files[1] = os.NewFile(uintptr(theirControl), "control")
		err = p.exec(argv, files)
	}
	for _, f := range files {
		if f != nil {
			f.Close()
		}
	}
	if err != nil {
		p.release()
		return nil, err
	}
	return p, nil
}

func (p *process) exec(argv []string, files []*os.File) error {
	if len(argv) == 0 {
		p.cmd = exec.Command("/proc/self/exe", "worker")
		p.cmd.Args[0] = os.Args[0]
	} else {
		p.cmd = exec.Command(argv[0], argv[1:]...)
	}
	p.cmd.ExtraFiles = files
	p.cmd.Stdout, p.cmd.Stderr = p.printed.file, p.printed.file
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // a terminal's interrupt is for edged, which then ends the worker
	if err := p.cmd.Start(); err != nil {
		return fmt.Errorf("starting the worker: %w", err)
	}
	return nil
}

// errNoAnswer is returned where the timeout passed.
var errNoAnswer = errors.New("no answer")

// ask sends a request and waits for its answer. fd is sent along if it is not negative; answerFD is a descriptor that came
// with the answer, or -1.
func (p *process) ask(h header, body []byte, fd int, timeout time.Duration) (answer []byte, answerFD int, err error) {
	p.seq++
	h.seq = p.seq
	if err := send(p.socket, append(h.append(p.out[:0]), body...), fd); err != nil {
		return nil, -1, err
	}
	return p.await(timeout)
}

// await waits for the answer to the last request, and drops those to earlier ones.
func (p *process) await(timeout time.Duration) (answer []byte, fd int, err error) {
	if err := p.setTimeout(timeout); err != nil {
		return nil, -1, err
	}
	for {
		message, fd, err := p.in.receive()
		if errors.Is(err, unix.EAGAIN) {
			return nil, -1, errNoAnswer
		}
		if err != nil {
			return nil, -1, err
		}
		h, body, ok := parseHeader(message)
		if !ok {
			return nil, -1, errors.New("the connection has ended")
		}
		if h.seq == p.seq {
			return body, fd, nil
		}
		if fd >= 0 {
			unix.Close(fd)
		}
	}
}

func (p *process) setTimeout(timeout time.Duration) error {
	if timeout == p.timeout {
		return nil
	}
	t := unix.NsecToTimeval(max(timeout, time.Millisecond).Nanoseconds())
	if err := unix.SetsockoptTimeval(p.socket, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &t); err != nil {
		return err
	}
	p.timeout = timeout
	return nil
}

// call is ask with JSON both ways.
func (p *process) call(h header, request any, fd int, timeout time.Duration, answer any) error {
	body, err := json.Marshal(request)
	if err != nil {
		return err
	}
	got, answerFD, err := p.ask(h, body, fd, timeout)
	if err != nil {
		return err
	}
	if answerFD >= 0 {
		unix.Close(answerFD)
	}
	return json.Unmarshal(got, answer)
}

// cancel asks the library to end the Invoke that runs. It may be called when the process is gone.
func (p *process) cancel() {
	p.control.mu.Lock()
	defer p.control.mu.Unlock()
	if p.control.fd >= 0 {
		_, _ = unix.Write(p.control.fd, []byte{1})
	}
}

// control is the socket to a worker's second goroutine; its end ends the worker.
type control struct {
	mu sync.Mutex
	fd int
}

func (c *control) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	closeFD(c.fd)
	c.fd = -1
}

// kill ends the worker, waits for it and says how it ended.
func (p *process) kill() string {
	_ = p.cmd.Process.Kill()
	return p.wait()
}

func (p *process) wait() string {
	err := p.cmd.Wait()
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signaled() {
			p.signal = status.Signal()
			return signalName(p.signal)
		}
	}
	if err != nil {
		return err.Error()
	}
	return "exit status 0"
}

// faulty are the signals that a process's own code brings upon it. Others come from outside: the kernel out of memory, a user.
var faulty = []syscall.Signal{syscall.SIGSEGV, syscall.SIGBUS, syscall.SIGABRT, syscall.SIGILL, syscall.SIGFPE, syscall.SIGTRAP, syscall.SIGSYS}

func signalName(s syscall.Signal) string { return fmt.Sprintf("signal %d (%s)", int(s), s) }

// ended waits a moment for a process whose connection has broken to end by itself, so that its own signal is known, and
// kills it else.
func (p *process) ended() string {
	const patience = 500 * time.Millisecond
	t := time.AfterFunc(patience, func() { _ = p.cmd.Process.Kill() })
	defer t.Stop()
	return p.wait()
}

// release gives back what is left of a process that has ended.
func (p *process) release() {
	closeFD(p.socket)
	p.control.close()
	if p.printed != nil {
		p.printed.close()
	}
}

// residentBytes returns the worker's memory: /proc/PID/statm, second field, in pages (proc(5)).
func (p *process) residentBytes() int64 {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", p.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	var size, resident int64
	if _, err := fmt.Sscan(string(data), &size, &resident); err != nil {
		return 0
	}
	return resident * int64(os.Getpagesize())
}

// log is where a worker prints, a file in memory: what a crashing library has said is there when it is gone.
type log struct{ file *os.File }

func newLog() (*log, error) {
	fd, err := unix.MemfdCreate("edged-worker-log", unix.MFD_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("memfd_create: %w", err)
	}
	if _, err := unix.FcntlInt(uintptr(fd), unix.F_SETFL, unix.O_APPEND); err != nil {
		unix.Close(fd)
		return nil, err
	}
	return &log{os.NewFile(uintptr(fd), "worker-log")}, nil
}

// take returns what has been printed since the last take, the last few lines of it, as one line.
func (l *log) take() string {
	info, err := l.file.Stat()
	if err != nil || info.Size() == 0 {
		return ""
	}
	const most = 4096
	buf := make([]byte, min(info.Size(), most))
	n, _ := l.file.ReadAt(buf, info.Size()-int64(len(buf)))
	_ = l.file.Truncate(0)
	return oneLine(string(buf[:n]))
}

// bound drops what has been printed if it has become much.
func (l *log) bound() {
	if info, err := l.file.Stat(); err == nil && info.Size() > 1<<20 {
		_ = l.file.Truncate(0)
	}
}

func (l *log) close() { l.file.Close() }

// oneLine joins lines, without those that only praise the library.
func oneLine(text string) string {
	var kept []string
	for line := range strings.SplitSeq(text, "\n") {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "INFO:") {
			kept = append(kept, strings.TrimPrefix(line, "ERROR: "))
		}
	}
	const most = 6
	if len(kept) > most {
		kept = kept[len(kept)-most:]
	}
	return strings.Join(kept, "; ")
}
