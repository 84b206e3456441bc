package main

import (
	"path/filepath"
	"slices"
	"testing"

	"edged/cmd/edged/internal/config"
	"edged/pipelines/publish/mqtt"
)

func TestReachBrokers(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "user"), "porch\r\nsomething else\n")
	text := `
mqtt:
  broker: [mqtts://hub.lan, mqtts://spare.lan:8884]
  username_file: user
  client_cert_file: /etc/porch.pem
  client_key_file: /etc/porch.key
  server_name: hub
  alpn: mqtt
sensors: { air: { i2c: sim, chip: bme280 } }
`
	c, err := config.Parse(filepath.Join(dir, "edged.yaml"), []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	env := map[string]string{"EDGED_MQTT_PASSWORD": "s3cret"}
	d := &daemon{surroundings: surroundings{env: func(key string) string { return env[key] }}, parts: &parts{config: c}}
	got, err := d.reachBrokers()
	if err != nil {
		t.Fatal(err)
	}
	tls := mqtt.TLS{CertFile: "/etc/porch.pem", KeyFile: "/etc/porch.key", ServerName: "hub", ALPN: []string{"mqtt"}}
	switch {
	case got.URL != "mqtts://hub.lan" || !slices.Equal(got.Fallbacks, []string{"mqtts://spare.lan:8884"}):
		t.Errorf("got %s, then %s", got.URL, got.Fallbacks)
	case got.Username != "porch" || got.Password != "s3cret":
		t.Errorf("got %q with %q", got.Username, got.Password)
	case got.TLS.CertFile != tls.CertFile || got.TLS.KeyFile != tls.KeyFile || got.TLS.ServerName != tls.ServerName || !slices.Equal(got.TLS.ALPN, tls.ALPN):
		t.Errorf("got %+v", got.TLS)
	}
	c.MQTT.PasswordFile = filepath.Join(dir, "absent")
	if _, err := d.reachBrokers(); err == nil {
		t.Error("a password in a file that is not there: got no error")
	}
}
