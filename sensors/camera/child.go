package camera

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"sync"
	"time"

	"edged/sensors"
)

// grace is how long a program may take to end when it is asked to.
const grace = 500 * time.Millisecond

// child is a program that writes pictures to its standard output.
type child struct {
	name   string
	cmd    *exec.Cmd
	stderr lastLine
	*pump
}

// startChild starts a program; reader makes of its output a reader of pictures.
func startChild(args []string, rate float64, reader func(io.Reader) func(*sensors.Frame) error) (*child, error) {
	c := &child{name: args[0], cmd: exec.Command(args[0], args[1:]...)}
	c.cmd.Stderr = &c.stderr
	c.cmd.WaitDelay = grace // what else holds its standard error is not waited for longer
	inGroup(c.cmd)
	out, err := c.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := c.cmd.Start(); err != nil {
		return nil, fmt.Errorf("camera: %w", err)
	}
	c.pump = startPump(rate, reader(out), c.reap)
	return c, nil
}

// reap ends the program and all it started, waits for it, and returns what it died of.
func (c *child) reap(cause error) error {
	terminate(c.cmd)
	late := time.AfterFunc(grace, func() { kill(c.cmd) })
	err := c.cmd.Wait()
	late.Stop()
	kill(c.cmd) // what it left behind
	said := c.stderr.String()
	switch {
	case said != "":
		return fmt.Errorf("%w: %s says: %s", cause, c.name, said)
	case err != nil && c.cmd.ProcessState != nil && c.cmd.ProcessState.ExitCode() > 0:
		return fmt.Errorf("%w: %s: %w", cause, c.name, err)
	}
	return fmt.Errorf("%w: %s", cause, c.name)
}

func (c *child) Read(ctx context.Context, into *sensors.Frame) error { return c.read(ctx, into) }

// Close ends the program and waits for it.
func (c *child) Close() error {
	select {
	case <-c.ended:
		return nil // its number may be another's by now
	default:
	}
	terminate(c.cmd)
	late := time.AfterFunc(grace, func() { kill(c.cmd) })
	defer late.Stop()
	<-c.ended // which reaps it
	return nil
}

// lastLine keeps the last line that was written to it, and of that the first part.
type lastLine struct {
	mu   sync.Mutex
	line []byte
	over bool // line is complete: what comes begins another
}

const longestLine = 300

func (l *lastLine) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for part := range bytes.Lines(p) {
		text, ends := bytes.CutSuffix(part, []byte("\n"))
		if len(bytes.TrimSpace(text)) > 0 {
			if l.over {
				l.line, l.over = l.line[:0], false
			}
			l.line = append(l.line, text[:min(len(text), longestLine-len(l.line))]...)
		}
		l.over = l.over || ends
	}
	return len(p), nil
}

func (l *lastLine) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.ToValidUTF8(strings.TrimSpace(string(l.line)), "?")
}
