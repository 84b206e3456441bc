package main

import (
	"fmt"
	"os"
	"strings"

	"edged/cmd/edged/internal/config"
	"edged/pipelines/publish/broker"
	"edged/pipelines/publish/mqtt"
)

// reachBrokers says how to reach the config's brokers. The embedded one it starts.
func (d *daemon) reachBrokers() (mqtt.Options, error) {
	c := &d.config.MQTT
	o, err := brokerOptions(c, d.env)
	if err != nil {
		return o, err
	}
	o.Dial = d.wire.dial
	if c.Broker[0] != config.Embedded {
		o.URL, o.Fallbacks = c.Broker[0], c.Broker[1:]
		return o, nil
	}
	if d.broker, err = broker.Serve(broker.Options{Listener: d.wire.listener, Addr: d.address, Log: d.log, Tap: d.tap}); err != nil {
		return o, err
	}
	o.URL = d.broker.URL()
	d.log.Info("embedded broker: serving " + o.URL)
	return o, nil
}

// brokerOptions says as whom to speak to the config's brokers, and how secretly.
func brokerOptions(c *config.MQTT, env func(string) string) (mqtt.Options, error) {
	o := mqtt.Options{Username: c.Username, Password: env("EDGED_MQTT_PASSWORD")}
	o.TLS = mqtt.TLS{CAFile: c.CAFile, CertFile: c.ClientCertFile, KeyFile: c.ClientKeyFile, ServerName: c.ServerName, ALPN: c.ALPN}
	for _, secret := range []struct {
		key, file string
		to        *string
	}{{"mqtt.username_file", c.UsernameFile, &o.Username}, {"mqtt.password_file", c.PasswordFile, &o.Password}} {
		if err := readLine(secret.key, secret.file, secret.to); err != nil {
			return o, err
		}
	}
	return o, nil
}

// readLine reads the first line of a file that key names, if it names one.
func readLine(key, path string, to *string) error {
	if path == "" {
		return nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("%s: %w", key, err)
	}
	line, _, _ := strings.Cut(string(text), "\n")
	*to = strings.TrimSuffix(line, "\r")
	return nil
}
