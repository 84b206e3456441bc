package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// endurance is what torture million is told.
type endurance struct {
	dir       string
	events    int
	pipelines int
	depth     int
	every     time.Duration
	patience  time.Duration
}

func (n *endurance) parse(args []string) error {
	set := flag.NewFlagSet("million", flag.ContinueOnError)
	set.StringVar(&n.dir, "dir", ".", "the `folder` for logs and the outbox")
	set.IntVar(&n.events, "events", 20_000, "how many events")
	set.IntVar(&n.pipelines, "pipelines", 16, "how many pipelines put them")
	set.IntVar(&n.depth, "depth", 500, "how many may wait for the broker before the next is put")
	set.DurationVar(&n.every, "every", 0, "the least time from one event of a pipeline to the next")
	set.DurationVar(&n.patience, "patience", time.Minute, "how long nothing may arrive before what is missing is lost")
	return set.Parse(args)
}

// million has very many events go to a broker that is well, and prints the source's memory and how late they were.
func million(ctx context.Context, args []string) error {
	var n endurance
	if err := n.parse(args); err != nil {
		return err
	}
	l := newLedger()
	m, err := judged(ctx, n.dir, "", l.arrive)
	if err != nil {
		return err
	}
	defer m.close()
	began := time.Now()
	v, err := live(ctx, l, filepath.Join(n.dir, "source.log"), "torture", "million", "-broker", m.gate.url(),
		"-outbox", filepath.Join(n.dir, "outbox"), "-pipelines", fmt.Sprint(n.pipelines), "-events", fmt.Sprint(n.events/n.pipelines),
		"-depth", fmt.Sprint(n.depth), "-every", n.every.String())
	if err != nil {
		return err
	}
	defer v.kill()
	memory := v.watch(ctx)
	took := time.Since(began)
	l.settle(ctx, n.patience)
	fmt.Printf("million: %v\n", l.total())
	fmt.Printf("million: in %.1f s, %.0f a second; the source says: %s\n", took.Seconds(), float64(l.total().Arrived)/took.Seconds(), v.figures)
	fmt.Printf("million: event to subscriber p50 %v, p99 %v (events carry milliseconds)\n", quantile(l.late, 0.5), quantile(l.late, 0.99))
	held, grows := flat(memory)
	fmt.Printf("million: %s\n", held)
	return errors.Join(v.bad, v.err, l.verdict(), grows)
}

// watch returns the resident memory of a life, in KiB, twice a second until its end.
func (v *life) watch(ctx context.Context) []int {
	var all []int
	tick := time.NewTicker(500 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-v.done:
			return all
		case <-ctx.Done():
			return all
		case <-tick.C:
		}
		if kib, err := resident(v.cmd.Process.Pid); err == nil {
			all = append(all, kib)
		}
	}
}

// resident reads proc_pid_status(5).
func resident(pid int) (kib int, err error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	_, rest, _ := strings.Cut(string(text), "VmRSS:")
	_, err = fmt.Sscanf(rest, "%d kB", &kib)
	return kib, err
}

// flat says what a process held, in KiB. It is an error if the second half is above the first by more than a tenth and 4 MiB.
func flat(kib []int) (string, error) {
	if len(kib) < 4 {
		return "", fmt.Errorf("memory was looked at %d times: too few events to say whether it grows", len(kib))
	}
	first, second := slices.Max(kib[:len(kib)/2]), slices.Max(kib[len(kib)/2:])
	text := fmt.Sprintf("memory at most %.1f MiB in the first half and %.1f MiB in the second", float64(first)/1024, float64(second)/1024)
	if second > first+first/10+4096 {
		return text, errors.New("memory grows: " + text)
	}
	return text, nil
}

func quantile(all []time.Duration, q float64) time.Duration {
	if len(all) == 0 {
		return 0
	}
	all = slices.Sorted(slices.Values(all))
	return all[int(q*float64(len(all)-1))].Round(time.Millisecond)
}
