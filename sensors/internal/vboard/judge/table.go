package main

import (
	"fmt"
	"io"
	"time"
)

// table is what was asserted, a line each, and counts what did not hold.
type table struct {
	w      io.Writer
	name   string
	start  time.Time
	lines  int
	failed int
}

func newTable(w io.Writer, name string) *table {
	t := &table{w: w, name: name, start: time.Now()}
	fmt.Fprintf(w, "%-6s %8s %8s  %s\n", name, "at", "took", "what was asserted")
	return t
}

// row does what asserts something and writes how it went: what it says, or its error.
func (t *table) row(what string, assert func() (string, error)) bool {
	began := time.Now()
	detail, err := assert()
	verdict := "ok"
	if err != nil {
		verdict, detail = "FAILED", err.Error()
		t.failed++
	}
	t.lines++
	if detail != "" {
		what += ": " + detail
	}
	fmt.Fprintf(t.w, "%-6s %6.2f s %6.2f s  %s\n", verdict, time.Since(t.start).Seconds(), time.Since(began).Seconds(), what)
	return err == nil
}

// end sums up; it is an error if something did not hold.
func (t *table) end() error {
	fmt.Fprintf(t.w, "%s: %d assertions, %d failed, %.1f s\n", t.name, t.lines, t.failed, time.Since(t.start).Seconds())
	if t.failed > 0 {
		return fmt.Errorf("%s: %d of %d assertions failed", t.name, t.failed, t.lines)
	}
	return nil
}
