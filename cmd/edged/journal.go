package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"os"
	goruntime "runtime"
	"strconv"
	"strings"

	"github.com/coreos/go-systemd/v22/journal"
)

// journaled is a slog.Handler that gives systemd's journal each line with its fields: PRIORITY, the place in the code, and each
// attribute as EDGED_NAME (systemd.journal-fields(7)).
type journaled struct {
	level  slog.Leveler
	fields map[string]string // of With, by their names in the journal
	group  string            // before the names of attributes
	send   func(message string, p journal.Priority, fields map[string]string) error
}

// newHandler returns what writes a log to w: to the journal by itself, if that is what w leads to.
func newHandler(w io.Writer, level slog.Leveler) slog.Handler {
	if w == os.Stderr {
		if ok, err := journal.StderrIsJournalStream(); ok && err == nil {
			return &journaled{level: level, send: journal.Send}
		}
	}
	return slog.NewTextHandler(w, &slog.HandlerOptions{Level: level})
}

// Enabled implements slog.Handler.
func (h *journaled) Enabled(_ context.Context, l slog.Level) bool { return l >= h.level.Level() }

// Handle implements slog.Handler.
func (h *journaled) Handle(_ context.Context, r slog.Record) error {
	fields := map[string]string{"SYSLOG_IDENTIFIER": "edged"}
	maps.Copy(fields, h.fields)
	r.Attrs(func(a slog.Attr) bool {
		put(fields, h.group, a)
		return true
	})
	if r.PC != 0 {
		at, _ := goruntime.CallersFrames([]uintptr{r.PC}).Next()
		fields["CODE_FILE"], fields["CODE_LINE"], fields["CODE_FUNC"] = at.File, strconv.Itoa(at.Line), at.Function
	}
	return h.send(r.Message, priority(r.Level), fields)
}

// WithAttrs implements slog.Handler.
func (h *journaled) WithAttrs(attrs []slog.Attr) slog.Handler {
	next := *h
	if next.fields = maps.Clone(h.fields); next.fields == nil {
		next.fields = map[string]string{}
	}
	for _, a := range attrs {
		put(next.fields, h.group, a)
	}
	return &next
}

// WithGroup implements slog.Handler.
func (h *journaled) WithGroup(name string) slog.Handler {
	next := *h
	next.group = h.group + name + "_"
	return &next
}

// put adds an attribute to the fields.
func put(fields map[string]string, group string, a slog.Attr) {
	v := a.Value.Resolve()
	if v.Kind() == slog.KindGroup {
		for _, inner := range v.Group() {
			put(fields, group+a.Key+"_", inner)
		}
		return
	}
	fields["EDGED_"+fieldName(group+a.Key)] = fmt.Sprint(v.Any())
}

// fieldName is a name in the journal's letters.
func fieldName(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		case r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
			return r
		}
		return '_'
	}, s)
}

// priority is a level as syslog has it.
func priority(l slog.Level) journal.Priority {
	switch {
	case l >= slog.LevelError:
		return journal.PriErr
	case l >= slog.LevelWarn:
		return journal.PriWarning
	case l >= slog.LevelInfo:
		return journal.PriInfo
	}
	return journal.PriDebug
}
