package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// room is a small file system, and the daemon that has its outbox there.
type room struct {
	dir      string
	kind     string
	patience time.Duration

	ledger *ledger
	broker *mosquitto
	lives  int
}

// disk fills the file system of an outbox and makes it read-only, with the broker there and away, and kills the daemon
// in that state. It mounts a file system in the namespace that it is started in: scripts/torture gives it one of its own.
func disk(ctx context.Context, args []string) (err error) {
	r := room{ledger: newLedger()}
	set := flag.NewFlagSet("disk", flag.ContinueOnError)
	set.StringVar(&r.dir, "dir", ".", "the `folder` for logs and the file system")
	set.StringVar(&r.kind, "fs", "tmpfs", "the file system: tmpfs, or ext4 in a file by a loop device")
	set.DurationVar(&r.patience, "patience", time.Minute, "how long each step may take")
	if err := set.Parse(args); err != nil {
		return err
	}
	if err := r.mount(ctx); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, command(context.WithoutCancel(ctx), "umount", r.path(""))) }()
	if r.broker, err = judged(ctx, r.dir, "", r.ledger.arrive); err != nil {
		return err
	}
	defer r.broker.close()
	if err := r.story(ctx); err != nil {
		return fmt.Errorf("%w\n%v", err, r.ledger.total())
	}
	r.ledger.settle(ctx, r.patience)
	fmt.Printf("disk: %s: %v\n", r.kind, r.ledger.total())
	return r.ledger.verdict()
}

func (r *room) path(name string) string { return filepath.Join(r.dir, r.kind, name) }

// mount makes a file system of some MiB: the least that ext4 takes with a journal, and less.
func (r *room) mount(ctx context.Context) error {
	if err := os.MkdirAll(r.path(""), 0o700); err != nil {
		return err
	}
	if r.kind != "ext4" {
		return command(ctx, "mount", "-t", "tmpfs", "-o", "size=2m", "torture", r.path(""))
	}
	image := filepath.Join(r.dir, "ext4.image")
	return errors.Join(command(ctx, "truncate", "-s", "8M", image), command(ctx, "mkfs.ext4", "-q", "-F", image),
		command(ctx, "mount", "-o", "loop", image, r.path("")))
}

// story is what happens to the disk.
func (r *room) story(ctx context.Context) error {
	if err := r.fill(); err != nil {
		return err
	}
	v, err := r.live(ctx)
	if err != nil {
		return err
	}
	live := func(s sums) bool { return s.Arrived > 50 && s.Degraded > 50 && s.Alerts > 10 }
	if err := r.until(ctx, "a full disk from the start: events are refused, and go out live and say why; alerts do too", live); err != nil {
		return err
	}
	if err := r.accepts(ctx, "room is made", func() error { return os.Remove(r.path("filler")) }); err != nil {
		return err
	}
	if err := r.fills(ctx, v); err != nil {
		return err
	}
	return r.readOnly(ctx)
}

// fills has the disk become full of what waits for a broker that is away, kills the daemon there, and lets the broker
// come back to the next one.
func (r *room) fills(ctx context.Context, v *life) error {
	r.broker.gate.set(false)
	r.broker.gate.cut()
	if err := r.refuses(ctx, "the disk is full of what waits for the broker"); err != nil {
		return err
	}
	if err := r.over(v, "no space left on device"); err != nil {
		return err
	}
	v, err := r.live(ctx)
	if err != nil {
		return err
	}
	if err := r.refuses(ctx, "killed, and started on a full disk"); err != nil {
		return err
	}
	err = r.accepts(ctx, "the broker is back and makes room", func() error { r.broker.gate.set(true); return nil })
	if err != nil {
		return err
	}
	return r.over(v, "no space left on device")
}

// readOnly starts the daemon on a file system that cannot be written, and mends that.
func (r *room) readOnly(ctx context.Context) error {
	if err := command(ctx, "mount", "-o", "remount,ro", r.path("")); err != nil {
		return err
	}
	v, err := r.live(ctx)
	if err != nil {
		return err
	}
	if err := r.refuses(ctx, "killed, and started on a read-only file system"); err != nil {
		return err
	}
	before := r.ledger.total()
	live := func(s sums) bool {
		return s.Arrived > before.Arrived+50 && s.Degraded > before.Degraded+50 && s.Alerts > before.Alerts+10
	}
	if err := r.until(ctx, "which is told while events go out live", live); err != nil {
		return err
	}
	rw := func() error { return command(ctx, "mount", "-o", "remount,rw", r.path("")) }
	if err := r.accepts(ctx, "it can be written again", rw); err != nil {
		return err
	}
	if err := r.over(v, "read-only file system"); err != nil {
		return err
	}
	if v, err = r.live(ctx, "-events", "1"); err != nil { // delivers what is left
		return err
	}
	r.ledger.await(ctx, r.patience, v.over)
	v.kill()
	return errors.Join(v.bad, v.err)
}

// live starts a source.
func (r *room) live(ctx context.Context, args ...string) (*life, error) {
	r.lives++
	args = append(args, "-broker", r.broker.gate.url(), "-outbox", r.path("outbox"), "-every", "10ms", "-alerts", "100ms")
	return live(ctx, r.ledger, filepath.Join(r.dir, "source.log"), "torture", fmt.Sprintf("b%d", r.lives), args...)
}

// over kills a source, which must have heard why its disk failed.
func (r *room) over(v *life, why string) error {
	v.kill()
	for text := range v.refusals {
		if strings.Contains(text, why) {
			return v.bad
		}
	}
	return fmt.Errorf("nothing was refused with %q, but %v", why, v.refusals)
}

// fill leaves no room.
func (r *room) fill() error {
	f, err := os.Create(r.path("filler"))
	if err != nil {
		return err
	}
	block := make([]byte, 4096)
	for err == nil {
		_, err = f.Write(block)
	}
	if !strings.Contains(err.Error(), "no space") {
		return errors.Join(err, f.Close())
	}
	_ = f.Sync()
	return f.Close()
}

// refuses waits until many events more are refused.
func (r *room) refuses(ctx context.Context, what string) error {
	before := r.ledger.total()
	return r.until(ctx, what+": events are refused", func(s sums) bool { return s.Refused > before.Refused+50 })
}

// accepts mends something and waits until events are accepted again.
func (r *room) accepts(ctx context.Context, what string, mend func() error) error {
	before := r.ledger.total()
	if err := mend(); err != nil {
		return err
	}
	return r.until(ctx, what+": events are accepted", func(s sums) bool { return s.Accepted > before.Accepted+50 })
}

// until waits for what the sums say, and prints that.
func (r *room) until(ctx context.Context, what string, is func(sums) bool) error {
	began := time.Now()
	for !is(r.ledger.total()) {
		if time.Since(began) > r.patience {
			return fmt.Errorf("not within %v: %s", r.patience, what)
		}
		if !sleep(ctx, 10*time.Millisecond) {
			return ctx.Err()
		}
	}
	fmt.Printf("disk: %s: %s (%.1f s)\n", r.kind, what, time.Since(began).Seconds())
	return nil
}
