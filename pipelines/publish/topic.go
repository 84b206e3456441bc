package publish

import (
	"fmt"
	"strings"
	"unicode"
)

// topics makes the topics of one device: edged/<device>/….
type topics struct{ prefix string }

func newTopics(device string) (topics, error) {
	if err := level(device); err != nil {
		return topics{}, fmt.Errorf("device: %w", err)
	}
	return topics{"edged/" + device + "/"}, nil
}

func (t topics) device(name string) string { return t.prefix + name }

// of returns <owner>/<what>, owner being a pipeline or a sensor.
func (t topics) of(owner, what string) (string, error) {
	if err := level(owner); err != nil {
		return "", err
	}
	return t.prefix + owner + "/" + what, nil
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
