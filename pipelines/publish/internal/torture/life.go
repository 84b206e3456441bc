package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
)

// life is a source at work, whose words go to the ledger.
type life struct {
	*child
	figures string // what it said at its end

	ledger       *ledger
	device, boot string
	refusals     map[string]int // by reason; looked at when the life is over
	bad          error          // a line that no source says
}

// live starts a source as one of a device's runs.
func live(ctx context.Context, l *ledger, log, device, boot string, args ...string) (*life, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	return liveBy(ctx, l, log, device, boot, append([]string{self, "source"}, args...)...)
}

// liveBy starts a source by a command line of one's own.
func liveBy(ctx context.Context, l *ledger, log, device, boot string, argv ...string) (*life, error) {
	v := &life{ledger: l, device: device, boot: boot, refusals: map[string]int{}}
	l.begin(device, boot)
	argv = append(argv, "-device", device, "-boot", boot)
	var err error
	v.child, err = start(ctx, log, &lines{take: v.take}, argv...)
	return v, err
}

// take reads one line of a source.
func (v *life) take(line string) {
	kind, rest, _ := strings.Cut(line, " ")
	if kind == "=" {
		v.figures = rest
		return
	}
	pipeline, rest, _ := strings.Cut(rest, " ")
	number, why, _ := strings.Cut(rest, " ")
	seq, err := strconv.ParseUint(number, 10, 64)
	s := stream{v.device, v.boot, pipeline}
	switch {
	case err != nil:
	case kind == "+":
		err = v.ledger.accept(s, seq)
	case kind == "-":
		v.refusals[why]++
		err = v.ledger.refuse(s, seq)
	default:
		err = errors.New("unknown")
	}
	if err != nil {
		v.bad = fmt.Errorf("the source says %q: %w", line, err)
	}
}

// over reports whether the life has ended.
func (v *life) over() bool {
	select {
	case <-v.done:
		return true
	default:
		return false
	}
}
