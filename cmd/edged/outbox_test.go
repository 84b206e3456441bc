package main

import (
	"path/filepath"
	"testing"
)

func TestWhereTheOutboxIs(t *testing.T) {
	for _, tt := range []struct{ name, path, states, want string }{
		{"nowhere", "", "", ""},
		{"the config's", "/a", "/var/lib/edged", "/a"},
		{"systemd's", "", "/var/lib/edged", "/var/lib/edged/outbox"},
		{"the first of systemd's", "", "/var/lib/edged:/var/lib/other", "/var/lib/edged/outbox"},
		{"in memory in spite of systemd", "off", "/var/lib/edged", ""},
	} {
		got := outboxPath(tt.path, func(key string) string { return map[string]string{"STATE_DIRECTORY": tt.states}[key] })
		if got != filepath.FromSlash(tt.want) {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}
