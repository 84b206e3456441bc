package mic

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"edged/sensors"
)

// program is a child process that writes samples to its standard output.
type program struct {
	agreed
	cmd     *exec.Cmd
	out     *os.File
	says    stderr
	raw     []byte // a clip's bytes, of which have are there
	have    int
	conn    syscall.RawConn // of out
	askRest func(fd uintptr)
	rest    int // bytes in the pipe when last asked
	tally
}

// openProgram starts the program args.
func openProgram(args []string, o *Options) (*program, error) {
	a := agreed{format: sensors.S16LE, rate: o.Rate, channels: o.Channels}
	if o.format != nil {
		a.format = *o.format
	}
	frames := max(1, int(int64(a.rate)*int64(o.Chunk)/int64(time.Second)))
	p := &program{agreed: a, raw: make([]byte, frames*a.channels*a.format.Bytes()), tally: tally{lost: -1}}
	if err := p.start(args); err != nil {
		return nil, fmt.Errorf("microphone exec: %w", err)
	}
	return p, nil
}

// start starts the program as the head of a process group, so that what it starts can be ended with it. The pipes are
// files of ours, for which os/exec starts no goroutines.
func (p *program) start(args []string) error {
	out, in, err := os.Pipe()
	if err != nil {
		return err
	}
	defer in.Close()
	errIn, err := p.says.open()
	if err != nil {
		return errors.Join(err, out.Close())
	}
	defer errIn.Close()
	p.cmd = exec.Command(args[0], args[1:]...)
	p.cmd.Stdout, p.cmd.Stderr = in, errIn
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if p.conn, err = out.SyscallConn(); err == nil {
		err = p.cmd.Start()
	}
	if err != nil {
		return errors.Join(err, out.Close(), p.says.close())
	}
	p.out = out
	p.askRest = func(fd uintptr) { p.rest, _ = unix.IoctlGetInt(int(fd), unix.TIOCINQ) } // 0 if it cannot be asked
	return nil
}

// Read waits for the next clip. The last, which is not whole, is not given.
func (p *program) Read(ctx context.Context, into *sensors.Clip) error {
	if p.out == nil {
		return fs.ErrClosed
	}
	for {
		ended, wait := ctx.Err(), pollSlice
		if ended != nil {
			wait = time.Millisecond // for what is there; see pcm.Read
		}
		if err := p.out.SetReadDeadline(time.Now().Add(wait)); err != nil {
			return err
		}
		n, err := p.out.Read(p.raw[p.have:])
		p.have += n
		p.says.drain() // or the program would wait for us to
		switch {
		case p.have == len(p.raw):
			return p.give(into)
		case err == io.EOF:
			return p.died()
		case err != nil && !errors.Is(err, os.ErrDeadlineExceeded):
			return fmt.Errorf("microphone exec: %w: %w", sensors.ErrLost, err)
		case ended != nil:
			return ended
		}
	}
}

// give makes a clip of p.raw, whose end is as far back as there is more to read.
func (p *program) give(into *sensors.Clip) error {
	p.end = time.Now()
	if err := p.conn.Control(p.askRest); err != nil {
		return err
	}
	frame := p.channels * p.format.Bytes()
	p.end = p.end.Add(-p.length(p.rest/frame, p.rate))
	n := len(p.raw) / frame
	into.RateHz, into.Channels, into.Name = p.rate, p.channels, ""
	into.Samples = slices.Grow(into.Samples[:0], n*p.channels)[:n*p.channels]
	p.format.Decode(into.Samples, p.raw)
	p.stamp(n, p.rate, into)
	p.have = 0
	return nil
}

// died says what the program died of.
func (p *program) died() error {
	err := p.reap()
	p.says.drain()
	what := "it ended"
	if err != nil {
		what = err.Error()
	}
	if last := p.says.last(); last != "" {
		what += ": " + last
	}
	return fmt.Errorf("microphone exec: %w: %s: %s", sensors.ErrLost, p.cmd.Path, what)
}

// reap ends the program's group and waits for the program. A recorder has nothing to save, so it is not asked.
func (p *program) reap() error {
	if p.cmd.ProcessState != nil {
		return nil
	}
	_ = syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL)
	return p.cmd.Wait()
}

// Close ends the program and waits for it; it must not be called during a Read.
func (p *program) Close() error {
	if p.out == nil {
		return nil
	}
	_ = p.reap() // it was killed
	err := errors.Join(p.out.Close(), p.says.close())
	p.out = nil
	return err
}

// stderr keeps the last line of what a program says.
type stderr struct {
	file *os.File
	conn syscall.RawConn
	read func(fd uintptr) bool
	buf  [512]byte
	n    int // bytes of buf
	more bool
}

// open returns the end to give to the program.
func (s *stderr) open() (*os.File, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	if s.conn, err = r.SyscallConn(); err != nil {
		return nil, errors.Join(err, r.Close(), w.Close())
	}
	s.file = r
	s.read = s.take
	return w, nil
}

// drain takes what is there, without waiting.
func (s *stderr) drain() {
	s.more = true
	for s.more {
		if s.conn.Read(s.read) != nil {
			return
		}
	}
}

// take reads once. When the buffer is full its older half goes.
func (s *stderr) take(fd uintptr) bool {
	if s.n == len(s.buf) {
		s.n = copy(s.buf[:], s.buf[len(s.buf)/2:])
	}
	n, err := unix.Read(int(fd), s.buf[s.n:])
	s.more = err == nil && n > 0
	s.n += max(0, n)
	return true // do not wait
}

// last returns the last line that is not empty.
func (s *stderr) last() string {
	text := bytes.TrimSpace(s.buf[:s.n])
	return strings.ToValidUTF8(string(text[bytes.LastIndexAny(text, "\r\n")+1:]), "?")
}

func (s *stderr) close() error { return s.file.Close() }
