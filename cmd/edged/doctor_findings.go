package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// findingJSON is one line of edged doctor; its field names are stable.
type findingJSON struct {
	Name   string `json:"name"`
	State  string `json:"state"`
	Wrong  bool   `json:"wrong"`
	Remedy string `json:"remedy"`

	Verdict string `json:"verdict"` // of an earlier probe

	Level level  `json:"level"`
	Cause string `json:"cause"` // why that is so, or what comes of it
}

// level is how bad a finding is.
type level string

// The levels, each worse than the one before.
const (
	fine    level = "ok"
	note    level = "note"    // worth knowing; edged runs
	warning level = "warning" // something will not work well, or not at all that may not be needed
	ailing  level = "error"   // what the config asks for does not work, or the board is in danger
)

// exitStatus is a result that is no failure of edged's own: nothing is printed of it.
type exitStatus int

// The statuses of edged doctor beside done.
const (
	warned  exitStatus = 3
	alarmed exitStatus = 4
)

func (s exitStatus) Error() string { return fmt.Sprintf("exit status %d", int(s)) }

// graded gives each finding that has no level one: what is wrong is as bad as that.
func graded(list []findingJSON, wrong level) []findingJSON {
	for i := range list {
		switch f := &list[i]; {
		case f.Level != "":
			f.Wrong = f.Wrong || f.Level == warning || f.Level == ailing
		case f.Wrong:
			f.Level = wrong
		default:
			f.Level = fine
		}
	}
	return list
}

// verdictOf is the error that makes the exit status: of the worst finding.
func verdictOf(list []findingJSON) error {
	var worst error
	for _, f := range list {
		switch {
		case f.Level == ailing:
			return alarmed
		case f.Level == warning:
			worst = warned
		}
	}
	return worst
}

func printFindings(out io.Writer, list []findingJSON) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, f := range list {
		verdict := ""
		if f.Verdict != "" {
			verdict = " (probe " + f.Verdict + ")"
		}
		fmt.Fprintf(w, "%s\t%s\t%s%s\n", f.Level, f.Name, f.State, verdict)
		if why := strings.TrimPrefix(f.Cause+": "+f.Remedy, ": "); f.Remedy != "" {
			fmt.Fprintf(w, "\t\t%s\n", why)
		} else if f.Cause != "" {
			fmt.Fprintf(w, "\t\t%s\n", f.Cause)
		}
	}
	return w.Flush()
}
