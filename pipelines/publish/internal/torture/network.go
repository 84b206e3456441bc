package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"
)

// line is what torture network is told.
type line struct {
	dir       string
	events    uint64
	backlog   uint64
	pipelines int
	cuts      int
	loss      float64
	delay     time.Duration
	seed      uint64
	patience  time.Duration
}

func (n *line) parse(args []string) error {
	set := flag.NewFlagSet("network", flag.ContinueOnError)
	set.StringVar(&n.dir, "dir", ".", "the `folder` for logs and the outbox")
	set.Uint64Var(&n.events, "events", 2000, "how many events go over the line while it is cut now and then")
	set.Uint64Var(&n.backlog, "backlog", 2000, "how many wait when it is mended for the last time")
	set.IntVar(&n.pipelines, "pipelines", 16, "how many pipelines put events")
	set.IntVar(&n.cuts, "cuts", 3, "how often the line is cut")
	set.Float64Var(&n.loss, "loss", 0.01, "the share of packets that are lost, each way")
	set.DurationVar(&n.delay, "delay", 20*time.Millisecond, "how late packets are, each way")
	set.Uint64Var(&n.seed, "seed", 1, "draws what is lost and when the line is cut")
	set.DurationVar(&n.patience, "patience", 2*time.Minute, "how long nothing may arrive before what is missing is lost")
	return set.Parse(args)
}

// The two ends of the line: the broker's namespace, which is ours, and the device's.
const (
	here, hereAddress   = "torture0", "10.77.0.1"
	there, thereAddress = "torture1", "10.77.0.2"
)

// network has events go from one network namespace to another over a bad line. It changes the namespace that it is
// started in: scripts/torture gives it one of its own.
func network(ctx context.Context, args []string) error {
	var n line
	if err := n.parse(args); err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	var laid sync.WaitGroup
	defer laid.Wait()
	defer stop()
	w := &wire{delay: n.delay, loss: n.loss}
	far, err := n.lay(ctx, w, &laid)
	if err != nil {
		return err
	}
	l := newLedger()
	m, err := judged(ctx, n.dir, hereAddress+":1883", l.arrive)
	if err != nil {
		return err
	}
	defer m.close()
	if err = n.bad(ctx, w, l, far); err == nil {
		err = n.drain(ctx, w, l, far)
	}
	fmt.Printf("network: %v\n", l.total())
	return errors.Join(err, l.verdict())
}

// lay makes the line. What is returned is put before a command that is to run at its far end.
func (n *line) lay(ctx context.Context, w *wire, laid *sync.WaitGroup) ([]string, error) {
	a, err := tun(here)
	if err != nil {
		return nil, err
	}
	b, err := tun(there)
	if err != nil {
		return nil, errors.Join(err, a.Close())
	}
	laid.Go(func() {
		if err := w.join(a, b, n.seed); ctx.Err() == nil {
			fmt.Fprintln(os.Stderr, "network: the wire:", err)
		}
	})
	context.AfterFunc(ctx, func() { a.Close(); b.Close() })
	holder, err := holdNamespace(ctx)
	if err != nil {
		return nil, err
	}
	far := []string{"nsenter", "--net", "--target", fmt.Sprint(holder)}
	err = errors.Join(
		command(ctx, "ip", "link", "set", there, "netns", fmt.Sprint(holder)),
		up(ctx, nil, here, hereAddress), up(ctx, far, there, thereAddress))
	if err != nil {
		return nil, err
	}
	return far, n.spoil(ctx, w, far)
}

// spoil has the kernel lose and delay packets, where it can (tc-netem(8)), else the wire does.
func (n *line) spoil(ctx context.Context, w *wire, far []string) error {
	how := "the wire between two TUN devices"
	netem := func(before []string, device string) error {
		return command(ctx, append(before[:len(before):len(before)], "tc", "qdisc", "add", "dev", device, "root", "netem",
			"loss", fmt.Sprintf("%g%%", 100*n.loss), "delay", n.delay.String())...)
	}
	if err := netem(nil, here); err == nil {
		how, w.loss, w.delay = "tc netem", 0, 0
		if err := netem(far, there); err != nil {
			return err
		}
	}
	fmt.Printf("network: %g %% of packets are lost and all are %v late, each way, by %s\n", 100*n.loss, n.delay, how)
	return nil
}

// up gives a device an address.
func up(ctx context.Context, before []string, device, address string) error {
	ip := func(args ...string) error {
		return command(ctx, append(append(before[:len(before):len(before)], "ip"), args...)...)
	}
	return errors.Join(ip("link", "set", "lo", "up"), ip("addr", "add", address+"/24", "dev", device), ip("link", "set", device, "up"))
}

func command(ctx context.Context, argv ...string) error {
	if out, err := exec.CommandContext(ctx, argv[0], argv[1:]...).CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %s", strings.Join(argv, " "), err, out)
	}
	return nil
}

// holdNamespace starts a process in a network namespace of its own, and returns its number.
func holdNamespace(ctx context.Context) (int, error) {
	self, err := os.Executable()
	if err != nil {
		return 0, err
	}
	c := exec.CommandContext(ctx, self, "hold")
	c.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNET}
	if err := c.Start(); err != nil {
		return 0, err
	}
	go func() { _ = c.Wait() }() // ends with ctx
	return c.Process.Pid, nil
}

// hold does nothing until it is ended.
func hold(ctx context.Context, _ []string) error {
	<-ctx.Done()
	return nil
}

// source starts one at the far end, which ends when its events are delivered.
func (n *line) source(ctx context.Context, l *ledger, far []string, boot string, events uint64, args ...string) (*life, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	argv := append(far[:len(far):len(far)], self, "source", "-broker", "mqtt://"+hereAddress, "-outbox", filepath.Join(n.dir, "outbox"),
		"-pipelines", fmt.Sprint(n.pipelines), "-events", fmt.Sprint(events/uint64(n.pipelines)))
	return liveBy(ctx, l, filepath.Join(n.dir, "source.log"), "torture", boot, append(argv, args...)...)
}

// bad has events go over the line while it is cut now and then.
func (n *line) bad(ctx context.Context, w *wire, l *ledger, far []string) error {
	v, err := n.source(ctx, l, far, "bad", n.events, "-every", "25ms")
	if err != nil {
		return err
	}
	defer v.kill()
	r := rand.New(rand.NewPCG(n.seed, 3))
	for _, at := range moments(r, n.cuts, n.events*9/10) {
		if err := v.until(ctx, l.reached(at)); err != nil {
			return err
		}
		w.cut.Store(true)
		sleep(ctx, 200*time.Millisecond+time.Duration(r.Int64N(int64(4*time.Second))))
		w.cut.Store(false)
	}
	l.settle(ctx, n.patience)
	fmt.Printf("network: %d cuts of up to 4 s; %d packets passed, %d were lost by the wire\n", n.cuts, w.passed.Load(), w.lost.Load())
	return n.over(ctx, l, v)
}

// drain lets events wait behind a cut, and measures how fast they come when it is mended.
func (n *line) drain(ctx context.Context, w *wire, l *ledger, far []string) error {
	before := l.total()
	v, err := n.source(ctx, l, far, "drain", n.backlog, "-every", "1ms")
	if err != nil {
		return err
	}
	defer v.kill()
	if err := v.until(ctx, l.reached(before.Accepted+n.backlog/20)); err != nil {
		return err
	}
	w.cut.Store(true)
	if err := v.until(ctx, l.reached(before.Accepted+n.backlog/uint64(n.pipelines)*uint64(n.pipelines))); err != nil {
		return err
	}
	sleep(ctx, 2*n.delay) // what was under way
	waiting, mended := l.total().Missing, time.Now()
	w.cut.Store(false)
	for l.total().Missing == waiting && time.Since(mended) < n.patience && sleep(ctx, time.Millisecond) {
	}
	first := time.Now()
	l.settle(ctx, n.patience)
	took := time.Since(first)
	fmt.Printf("network: %d events waited; the first came %.1f s after the line was mended, the last %.2f s later: %.0f a minute\n",
		waiting, first.Sub(mended).Seconds(), took.Seconds(), float64(waiting)/took.Minutes())
	return n.over(ctx, l, v)
}

// over waits for the end of a source whose events are all delivered.
func (n *line) over(ctx context.Context, l *ledger, v *life) error {
	l.await(ctx, n.patience, v.over)
	v.kill()
	return errors.Join(v.bad, v.err)
}
