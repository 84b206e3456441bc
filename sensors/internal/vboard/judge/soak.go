package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// holds asks the guest what edged holds: "pid", "fds", "VmRSS" in KiB, "Threads". What is missing is 0.
func (j *judge) holds() map[string]int {
	held := map[string]int{}
	text, _ := j.board.ask("daemon")
	for pair := range strings.FieldsSeq(text) {
		name, value, _ := strings.Cut(pair, "=")
		held[name], _ = strconv.Atoi(value)
	}
	return held
}

// soak goes on with one fault after another for d, and asserts that edged comes back from each, and that what it holds
// does not grow.
func (j *judge) soak(d time.Duration) {
	var held []map[string]int
	j.table.row(fmt.Sprintf("faults for %v", d), func() (string, error) {
		var worst time.Duration
		n, all := 0, faultsOf()
		for end := time.Now().Add(d); time.Now().Before(end); n++ {
			f := all[n%len(all)]
			_, undone, err := j.inflict(f)
			if err != nil {
				return "", fmt.Errorf("fault %d, %s: %w", n, f.name, err)
			}
			took, err := j.recovered(f, undone)
			if err != nil {
				return "", fmt.Errorf("after fault %d, %s: %w", n, f.name, err)
			}
			worst = max(worst, took)
			held = append(held, j.holds())
		}
		return fmt.Sprintf("%d, each noticed; the slowest return took %.2f s", n, worst.Seconds()), nil
	})
	for _, flat := range []struct {
		name, unit string
		may        int // grow by
	}{{"VmRSS", "KiB in memory", 2048}, {"fds", "descriptors", 0}, {"Threads", "threads", 2}} {
		j.table.row("flat: "+flat.unit, func() (string, error) { return level(held, flat.name, flat.may) })
	}
}

// level compares the median of a number in the second quarter, when all has happened once, with that in the last.
func level(held []map[string]int, name string, may int) (string, error) {
	q := len(held) / 4
	if q < 2 {
		return "", fmt.Errorf("%d samples are too few: soak for longer", len(held))
	}
	early, late := median(held[q:2*q], name), median(held[3*q:], name)
	says := fmt.Sprintf("%d at first, %d in the second quarter, %d in the last, of %d samples", held[0][name], early, late, len(held))
	if late > early+may || early == 0 {
		return "", fmt.Errorf("%s; %d more are allowed", says, may)
	}
	return says, nil
}

func median(held []map[string]int, name string) int {
	var v []int
	for _, h := range held {
		v = append(v, h[name])
	}
	slices.Sort(v)
	return v[len(v)/2]
}
