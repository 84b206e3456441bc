package mqtt

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestURL(t *testing.T) {
	tests := []struct{ url, want string }{
		{"mqtt://hub", "mqtt://hub:1883"},
		{"mqtts://hub.lan:8884", "mqtts://hub.lan:8884"},
		{"mqtts://[::1]", "mqtts://[::1]:8883"},
		{"ws://hub/mqtt", "ws://hub:80/mqtt"},
		{"wss://hub", "wss://hub:443"},
		{"hub:1883", `broker "hub:1883": write mqtt://host:1883`},
		{"http://hub", `broker "http://hub": write mqtt://host:1883`},
		{"mqtt://", `broker "mqtt://": write mqtt://host:1883`},
		{"", `broker "": write mqtt://host:1883`},
		{"mqtt://me:s3cret@hub", `broker …@hub: put the user into mqtt.username`},
		{"mqtt//me:s3cret@hub", `broker …@hub: put the user into mqtt.username`},
	}
	for _, tt := range tests {
		u, err := parseURL(tt.url)
		got := ""
		if err != nil {
			got = err.Error()
		} else {
			got = u.String()
		}
		if !strings.HasPrefix(got, tt.want) || strings.Contains(got, "s3cret") {
			t.Errorf("%s: got %s, want %s", tt.url, got, tt.want)
		}
	}
}

func TestCAFile(t *testing.T) {
	empty := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(empty, []byte("no certificate\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	tests := []struct{ name, url, file, want string }{
		{"absent", "mqtts://hub", empty + ".gone", "broker mqtts://hub:8883: mqtt.ca_file: open "},
		{"empty", "wss://hub", empty, "broker wss://hub:443: mqtt.ca_file " + empty + " holds no PEM certificate"},
		{"in the clear", "mqtt://hub", empty, "broker mqtt://hub:1883: mqtt.ca_file is set, but mqtt:// is not encrypted; write mqtts://"},
	}
	for _, tt := range tests {
		if _, err := New(Options{URL: tt.url, TLS: TLS{CAFile: tt.file}}); err == nil || !strings.HasPrefix(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %s", tt.name, err, tt.want)
		}
	}
}
