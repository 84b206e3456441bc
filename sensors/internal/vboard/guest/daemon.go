package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"syscall"
	"time"
)

// daemon is edged as a child; what it says goes to the console.
type daemon struct {
	cmd  *exec.Cmd
	done chan error // closed once it has ended, the error before
}

func start(path string, args ...string) (*daemon, error) {
	d := &daemon{cmd: exec.Command(path, args...), done: make(chan error, 1)}
	d.cmd.Stdout, d.cmd.Stderr = os.Stdout, os.Stderr
	if err := d.cmd.Start(); err != nil {
		return nil, err
	}
	go func() { d.done <- d.cmd.Wait(); close(d.done) }()
	return d, nil
}

func (d *daemon) pid() int { return d.cmd.Process.Pid }

// freeze stops it for a while.
func (d *daemon) freeze(length time.Duration) error {
	if err := d.cmd.Process.Signal(syscall.SIGSTOP); err != nil {
		return err
	}
	time.Sleep(length)
	return d.cmd.Process.Signal(syscall.SIGCONT)
}

// status finds in /proc/PID/status what is asked for, see proc(5).
var status = regexp.MustCompile(`(?m)^(VmRSS|Threads):\s+(\d+)`)

// holds tells the pid, what is in memory in KiB, the open descriptors and the threads.
func (d *daemon) holds() (string, error) {
	dir := fmt.Sprintf("/proc/%d/", d.pid())
	text, err := os.ReadFile(dir + "status")
	if err != nil {
		return "", err
	}
	files, err := os.ReadDir(dir + "fd")
	if err != nil {
		return "", err
	}
	var out bytes.Buffer
	fmt.Fprintf(&out, "pid=%d fds=%d", d.pid(), len(files))
	for _, m := range status.FindAllSubmatch(text, -1) {
		fmt.Fprintf(&out, " %s=%s", m[1], m[2])
	}
	return out.String(), nil
}

// end asks it to end as systemd does.
func (d *daemon) end(patience time.Duration) (string, error) {
	if err := d.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return "", err
	}
	select {
	case err := <-d.done:
		return "", err
	case <-time.After(patience):
		return "", fmt.Errorf("edged has not ended after %v", patience)
	}
}
