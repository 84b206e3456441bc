package mqtt_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"io"
	"log/slog"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"edged/pipelines/publish/broker"
	"edged/pipelines/publish/mqtt"
)

// secure serves addr's broker over TLS and returns where.
func secure(t *testing.T, cfg *tls.Config, addr string) string {
	t.Helper()
	l, err := tls.Listen("tcp", "127.0.0.1:0", cfg)
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	t.Cleanup(func() { l.Close(); wg.Wait() })
	pass := func(dst, src net.Conn) {
		io.Copy(dst, src)
		dst.Close()
		src.Close()
	}
	wg.Go(func() {
		for {
			in, err := l.Accept()
			if err != nil {
				return
			}
			out, err := net.Dial("tcp", addr)
			if err != nil {
				in.Close()
				continue
			}
			wg.Go(func() { pass(out, in) })
			wg.Go(func() { pass(in, out) })
		}
	})
	return l.Addr().String()
}

// watched is a log that calls seen when it has what is wanted.
type watched struct {
	want string
	seen func()

	mu   sync.Mutex
	text bytes.Buffer
}

func (w *watched) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	n, err := w.text.Write(b)
	if strings.Contains(w.text.String(), w.want) {
		w.seen()
	}
	return n, err
}

func (w *watched) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.String()
}

// says expects that a client logs want, which is "connected" or what hinders it.
func says(t *testing.T, url string, o mqtt.TLS, want string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	log := &watched{want: want, seen: func() {}}
	if want != "connected" {
		log.seen = cancel // it would try for ever
	}
	c, _ := client(t, url, func(p *mqtt.Options) { p.TLS, p.Log = o, slog.New(slog.NewTextHandler(log, nil)) })
	_, err := c.Connect(ctx)
	if (err == nil) != (want == "connected") || !strings.Contains(log.String(), want) {
		t.Errorf("got %v, log %s\nwant %s", err, log, want)
	}
	if err == nil {
		if err := c.Publish(t.Context(), mqtt.Message{Topic: "event"}); err != nil {
			t.Error(err)
		}
	}
	if err := c.Close(t.Context()); err != nil {
		t.Error(err)
	}
}

// TestTrust has brokers whose certificate is right or not.
func TestTrust(t *testing.T) {
	b := serve(t, broker.Options{})
	ca, other := newAuthority(t), newAuthority(t)
	now := time.Now()
	front := func(change func(*tls.Config), o leaf) string {
		cfg := &tls.Config{Certificates: []tls.Certificate{ca.issue(t, o).pair}}
		if change != nil {
			change(cfg)
		}
		return "mqtts://" + secure(t, cfg, b.Addr())
	}
	good := front(nil, leaf{})
	tests := []struct {
		name, url string
		o         mqtt.TLS
		want      string
	}{
		{"the right CA", good, mqtt.TLS{CAFile: ca.file}, "connected"},
		{"another CA", good, mqtt.TLS{CAFile: other.file}, "certificate signed by unknown authority"},
		{"the system's CAs", good, mqtt.TLS{}, "check mqtt.ca_file"},
		{"expired", front(nil, leaf{until: now.Add(-24 * time.Hour)}), mqtt.TLS{CAFile: ca.file},
			"its certificate expired on " + now.UTC().Add(-24*time.Hour).Format("2006-01-02") + ": renew it"},
		{"of the future", front(nil, leaf{from: now.Add(24 * time.Hour)}), mqtt.TLS{CAFile: ca.file}, "check the clock of this machine"},
		{"another name", front(nil, leaf{name: "hub.lan"}), mqtt.TLS{CAFile: ca.file}, "check mqtt.ca_file, and the host in mqtt.broker or mqtt.server_name"},
		{"that name asked for", front(nil, leaf{name: "hub.lan"}), mqtt.TLS{CAFile: ca.file, ServerName: "hub.lan"}, "connected"},
		{"an old TLS", front(func(c *tls.Config) { c.MaxVersion, c.MinVersion = tls.VersionTLS11, tls.VersionTLS10 }, leaf{}), mqtt.TLS{CAFile: ca.file},
			"speaks no TLS 1.2 or newer"},
		{"its ALPN", front(func(c *tls.Config) { c.NextProtos = []string{"mqtt"} }, leaf{}), mqtt.TLS{CAFile: ca.file, ALPN: []string{"mqtt"}}, "connected"},
		{"another ALPN", front(func(c *tls.Config) { c.NextProtos = []string{"h2"} }, leaf{}), mqtt.TLS{CAFile: ca.file, ALPN: []string{"mqtt"}}, "knows no protocol of mqtt.alpn"},
		{"a broker in the clear", "mqtts://" + b.Addr(), mqtt.TLS{CAFile: ca.file}, ": "},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { says(t, tt.url, tt.o, tt.want) })
	}
}
