package topic

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// Templates are those of a device's topics. {device}, {pipeline}, {kind}, {alert} and {sensor} stand for names. What is empty is the
// default: edged/{device}, and under that {pipeline}/{kind}, {pipeline}/alert/{alert}, {sensor}/reading and {sensor}/snapshot.
type Templates struct {
	Prefix   string // of all topics of the device
	Event    string // under Prefix; {kind} is labels, detections or caption
	Alert    string // under Prefix
	Reading  string // under Prefix
	Snapshot string // under Prefix
}

// Tree is all topics of one device. Make it with New.
type Tree struct{ prefix, event, alert, reading, snapshot string }

// longest is how long a template may be. With the names put in, a topic stays far below MQTT's 65535 bytes.
const longest = 200

// New checks device's name and t.
func New(device string, t Templates) (Tree, error) {
	if err := level(device); err != nil {
		return Tree{}, fmt.Errorf("device: %w", err)
	}
	if err := t.Check(); err != nil {
		return Tree{}, fmt.Errorf("topics: %w", err)
	}
	t = t.filled()
	prefix := strings.ReplaceAll(t.Prefix, "{device}", device) + "/"
	return Tree{prefix, prefix + t.Event, prefix + t.Alert, prefix + t.Reading, prefix + t.Snapshot}, nil
}

func (t Templates) filled() Templates {
	orElse := func(s *string, other string) {
		if *s == "" {
			*s = other
		}
	}
	orElse(&t.Prefix, "edged/{device}")
	orElse(&t.Event, "{pipeline}/{kind}")
	orElse(&t.Alert, "{pipeline}/alert/{alert}")
	orElse(&t.Reading, "{sensor}/reading")
	orElse(&t.Snapshot, "{sensor}/snapshot")
	return t
}

// Error says what is wrong with one of the Templates.
type Error struct {
	Key  string // as the config has it: prefix, event, alert, reading or snapshot
	What string
}

func (e *Error) Error() string { return e.Key + ": " + e.What }

// Check returns an *Error if a template cannot be, or if those of events, or a sensor's two, are the same.
func (t Templates) Check() error {
	t = t.filled()
	for _, c := range []struct {
		key, template string
		needs         []string
	}{
		{"prefix", t.Prefix, []string{"{device}"}},
		{"event", t.Event, []string{"{pipeline}", "{kind}"}},
		{"alert", t.Alert, []string{"{pipeline}", "{alert}"}},
		{"reading", t.Reading, []string{"{sensor}"}},
		{"snapshot", t.Snapshot, []string{"{sensor}"}},
	} {
		if what := wrong(c.template, c.needs); what != "" {
			return &Error{c.key, what}
		}
		if first, _, _ := strings.Cut(c.template, "/"); c.key != "prefix" && slices.Contains(own, first) {
			return &Error{c.key, fmt.Sprintf("%q begins with %q, a topic of the daemon's own", c.template, first)}
		}
	}
	if strings.ReplaceAll(t.Alert, "{alert}", "{kind}") == t.Event {
		return &Error{"alert", fmt.Sprintf("%q is that of other events too", t.Alert)}
	}
	if t.Reading == t.Snapshot {
		return &Error{"snapshot", fmt.Sprintf("%q is that of readings too", t.Snapshot)}
	}
	return nil
}

// own are the levels right below the prefix that are the device's own.
var own = []string{"availability", "info", "health", "request", "response"}

// wrong holds a template against MQTT 3.1.1 section 4.7 and the placeholders that it must have. It returns "" if all is well.
func wrong(template string, needs []string) string {
	if len(template) > longest {
		return fmt.Sprintf("%d bytes, at most %d can be", len(template), longest)
	}
	rest := template
	for _, name := range needs {
		if !strings.Contains(template, name) {
			return fmt.Sprintf("%q lacks %s", template, name)
		}
		rest = strings.ReplaceAll(rest, name, "x")
	}
	switch {
	case strings.ContainsAny(rest, "{}"):
		return fmt.Sprintf("%q has other braces than %s", template, strings.Join(needs, " and "))
	case rest[0] == '$':
		return fmt.Sprintf("%q begins with $, which is the broker's", template)
	}
	for l := range strings.SplitSeq(rest, "/") {
		if err := level(l); err != nil {
			return fmt.Sprintf("%q: level %v", template, err)
		}
	}
	return ""
}

// Device returns <prefix>/<name>.
func (t Tree) Device(name string) string { return t.prefix + name }

// Event returns the topic of a pipeline's events of a kind. It is an error if pipeline cannot be a level of a topic.
func (t Tree) Event(pipeline, kind string) (string, error) {
	if err := level(pipeline); err != nil {
		return "", err
	}
	return strings.NewReplacer("{pipeline}", pipeline, "{kind}", kind).Replace(t.event), nil
}

// Alert returns the topic of one of a pipeline's alerts. It is an error if a name cannot be a level of a topic.
func (t Tree) Alert(pipeline, alert string) (string, error) {
	if err := errors.Join(level(pipeline), level(alert)); err != nil {
		return "", err
	}
	return strings.NewReplacer("{pipeline}", pipeline, "{alert}", alert).Replace(t.alert), nil
}

// Reading returns the topic of a sensor's readings.
func (t Tree) Reading(sensor string) (string, error) { return of(t.reading, sensor) }

// Snapshot returns the topic of a camera's pictures.
func (t Tree) Snapshot(sensor string) (string, error) { return of(t.snapshot, sensor) }

func of(template, sensor string) (string, error) {
	if err := level(sensor); err != nil {
		return "", err
	}
	return strings.ReplaceAll(template, "{sensor}", sensor), nil
}

// level checks a name that is to be one level of a topic (MQTT 3.1.1 section 4.7).
func level(name string) error {
	bad := func(r rune) bool {
		return strings.ContainsRune("/+#", r) || r == unicode.ReplacementChar || unicode.IsControl(r)
	}
	if name == "" || len(name) > 200 || strings.ContainsFunc(name, bad) {
		return fmt.Errorf("name %q cannot be part of an MQTT topic: 1 to 200 bytes without / + # and control characters", name)
	}
	return nil
}
