// Command compare measures what a stored event costs the device below a folder: bytes written, as the kernel counts them
// for the whole device, so nothing else should use it. It compares the outbox with a queue on bbolt, a tree of pages.
//
//	go run . -path /mnt/card            a table; scripts/wear makes a file system to try
//
// It is a module of its own, so that bbolt is none of edged's.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"text/tabwriter"
	"time"
)

// store is a queue on disk.
type store interface {
	put(payloads [][]byte) error // durably
	take(n int) error            // the oldest are read and removed
	close() error
}

// load is how events come.
type load struct {
	name   string
	events int // in all
	batch  int // each commit
	every  time.Duration
	live   bool // the broker is there: each is delivered before the next comes
}

func main() {
	path := flag.String("path", "", "a folder on the device to measure; needed")
	size := flag.Int("size", 500, "bytes of an event")
	seconds := flag.Int("seconds", 120, "how long each kind of load lasts")
	flag.Parse()
	if *path == "" || flag.NArg() > 0 {
		flag.Usage()
		os.Exit(2)
	}
	if err := compare(*path, *size, *seconds); err != nil {
		fmt.Fprintln(os.Stderr, "compare:", err)
		os.Exit(1)
	}
}

func compare(path string, size, seconds int) error {
	loads := []load{
		{"1 a second, delivered at once", seconds, 1, time.Second, true},
		{"10 a second, delivered at once", 10 * seconds, 1, time.Second / 10, true},
		{"10 a second, no broker", 10 * seconds, 1, time.Second / 10, false},
		{"1000 a second, in commits of 50, no broker", 1000 * seconds, 50, time.Second / 20, false},
	}
	stores := []struct {
		name string
		open func(path string) (store, error)
	}{{"outbox", openOutbox}, {"bbolt", openBolt}}
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "events of %d bytes\tqueue\tbytes written per event\tMB written per hour\tms per commit\n", size)
	for _, l := range loads {
		for _, s := range stores {
			dir := filepath.Join(path, s.name)
			written, busy, err := measure(dir, s.open, l, size)
			if err = errors.Join(err, os.RemoveAll(dir)); err != nil {
				return fmt.Errorf("%s, %s: %w", s.name, l.name, err)
			}
			commits := l.events / l.batch
			hours := (time.Duration(commits) * l.every).Hours()
			fmt.Fprintf(w, "%s\t%s\t%d\t%.1f\t%.2f\n", l.name, s.name, written/int64(l.events), float64(written)/1e6/hours, busy.Seconds()*1e3/float64(commits))
		}
	}
	return w.Flush()
}

// measure returns the bytes that the device has written for l, and the time that put took in all.
func measure(dir string, open func(string) (store, error), l load, size int) (written int64, busy time.Duration, err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return 0, 0, err
	}
	s, err := open(dir)
	if err != nil {
		return 0, 0, err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	if err := run(s, load{events: 10, batch: 1, live: true}, size, new(time.Duration)); err != nil { // what only the first costs
		return 0, 0, err
	}
	before, err := deviceWritten(dir)
	if err != nil {
		return 0, 0, err
	}
	if err := run(s, l, size, &busy); err != nil {
		return 0, 0, err
	}
	after, err := deviceWritten(dir)
	return after - before, busy, err
}

func run(s store, l load, size int, busy *time.Duration) error {
	ctx := context.Background()
	payloads := make([][]byte, l.batch)
	for i := range payloads {
		payloads[i] = []byte(strings.Repeat("x", size))
	}
	due := time.Now()
	for range l.events / l.batch {
		if due = due.Add(l.every); l.every > 0 {
			wait(ctx, time.Until(due))
		}
		begin := time.Now()
		if err := s.put(payloads); err != nil {
			return err
		}
		*busy += time.Since(begin)
		if l.live {
			if err := s.take(l.batch); err != nil {
				return err
			}
		}
	}
	return nil
}

func wait(ctx context.Context, d time.Duration) {
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	<-ctx.Done()
}

// deviceWritten returns the bytes that the device of the folder has written since it is there, after all that waits in
// memory was. Field 7 of its stat file counts sectors of 512 bytes: the kernel's Documentation/block/stat.rst.
func deviceWritten(dir string) (int64, error) {
	syscall.Sync()
	var st syscall.Stat_t
	if err := syscall.Stat(dir, &st); err != nil {
		return 0, err
	}
	major, minor := st.Dev>>8&0xfff, st.Dev&0xff|st.Dev>>12&^0xff
	b, err := os.ReadFile(fmt.Sprintf("/sys/dev/block/%d:%d/stat", major, minor))
	if err != nil {
		return 0, err
	}
	var n [7]int64
	_, err = fmt.Sscan(string(b), &n[0], &n[1], &n[2], &n[3], &n[4], &n[5], &n[6])
	return n[6] * 512, err
}
