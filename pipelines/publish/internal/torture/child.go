package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
)

// child is a process of ours. Its talk is added to a file.
type child struct {
	cmd  *exec.Cmd
	log  *os.File
	done chan struct{} // closed when it has ended and all that it said is read
	err  error         // then: how it ended
}

// start starts a program that is killed, at the latest, when ctx ends. What it writes to stdout goes to out, if there is
// one, else to the log too.
func start(ctx context.Context, log string, out io.Writer, argv ...string) (*child, error) {
	f, err := os.OpenFile(log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	c := &child{cmd: exec.CommandContext(ctx, argv[0], argv[1:]...), log: f, done: make(chan struct{})}
	c.cmd.Stdout, c.cmd.Stderr = f, f
	if out != nil {
		c.cmd.Stdout = out
	}
	if err := c.cmd.Start(); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", argv[0], err), f.Close())
	}
	go func() {
		c.err = c.cmd.Wait()
		f.Close()
		close(c.done)
	}()
	return c, nil
}

// kill ends the process at once (SIGKILL) and waits for its end.
func (c *child) kill() {
	_ = c.cmd.Process.Kill()
	<-c.done
}

// freePorts returns ports of loopback that nobody listens on.
func freePorts(n int) ([]int, error) {
	var ports []int
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		defer l.Close() // at the end: no port comes twice
		ports = append(ports, l.Addr().(*net.TCPAddr).Port)
	}
	return ports, nil
}

func loopback(port int) string { return fmt.Sprintf("127.0.0.1:%d", port) }

// lines is a Writer that hands on whole lines.
type lines struct {
	part []byte
	take func(line string)
}

func (l *lines) Write(b []byte) (int, error) {
	l.part = append(l.part, b...)
	for {
		line, rest, whole := strings.Cut(string(l.part), "\n")
		if !whole {
			return len(b), nil
		}
		l.part = []byte(rest)
		l.take(line)
	}
}
