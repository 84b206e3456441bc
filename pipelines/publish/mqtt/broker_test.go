package mqtt_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	crand "crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"log/slog"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	paho "github.com/eclipse/paho.mqtt.golang"

	"edged/pipelines/publish/broker"
	"edged/pipelines/publish/mqtt"
)

// serve starts a real broker on loopback.
func serve(t *testing.T, o broker.Options) *broker.Broker {
	t.Helper()
	b, err := broker.Serve(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() })
	return b
}

// words is what somebody else who listens to a topic hears.
type words chan string

// listen subscribes to topic, as another client, and hears either what was retained before or what comes after.
func listen(t *testing.T, b *broker.Broker, topic string, retained bool) words {
	t.Helper()
	w := make(words, 100)
	c := paho.NewClient(paho.NewClientOptions().AddBroker("tcp://" + b.Addr()).SetClientID(crand.Text()).SetAutoReconnect(false))
	if tok := c.Connect(); tok.Wait() && tok.Error() != nil {
		t.Fatal(tok.Error())
	}
	t.Cleanup(func() { c.Disconnect(1000) })
	tok := c.Subscribe(topic, 1, func(_ paho.Client, m paho.Message) {
		if m.Retained() == retained {
			w <- string(m.Payload())
		}
	})
	if tok.Wait() && tok.Error() != nil {
		t.Fatal(tok.Error())
	}
	return w
}

func (w words) want(t *testing.T, want string) {
	t.Helper()
	select {
	case got := <-w:
		if got != want {
			t.Fatalf("heard %q, want %q", got, want)
		}
	case <-time.After(10 * time.Second):
		t.Fatalf("heard nothing, want %q", want)
	}
}

// client makes a Client whose connections the test can kill with cut.
func client(t *testing.T, url string, change func(*mqtt.Options)) (c *mqtt.Client, cut func()) {
	t.Helper()
	word := func(w string) mqtt.Message {
		return mqtt.Message{Topic: "edged/porch/availability", Payload: []byte(w), Retain: true}
	}
	var mu sync.Mutex
	var wire net.Conn
	o := mqtt.Options{
		URL: url, ClientID: "edged-porch", Will: word("offline"), Birth: word("online"), Bye: word("stopped"),
		Dial: func(ctx context.Context, addr string) (net.Conn, error) {
			conn, err := new(net.Dialer).DialContext(ctx, "tcp", addr)
			mu.Lock()
			defer mu.Unlock()
			wire = conn
			return conn, err
		},
	}
	if change != nil {
		change(&o)
	}
	c, err := mqtt.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return c, func() {
		mu.Lock()
		defer mu.Unlock()
		wire.SetDeadline(time.Unix(1, 0)) // what a dead link looks like from here
	}
}

func TestAvailability(t *testing.T) {
	b := serve(t, broker.Options{})
	heard := listen(t, b, "edged/porch/availability", false)
	c, cut := client(t, b.URL(), nil)
	up, err := c.Connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	heard.want(t, "online")
	cut() // no DISCONNECT: the broker publishes the will
	heard.want(t, "offline")
	listen(t, b, "edged/porch/availability", true).want(t, "offline")
	if err := c.Publish(t.Context(), mqtt.Message{Topic: "event"}); err == nil {
		t.Error("published without a connection")
	}
	if up.Err() == nil {
		t.Error("the lost connection's context lives")
	}
	if _, err := c.Connect(t.Context()); err != nil {
		t.Fatal(err)
	}
	heard.want(t, "online")
	if err := c.Close(t.Context()); err != nil {
		t.Error(err)
	}
	heard.want(t, "stopped")
	listen(t, b, "edged/porch/availability", true).want(t, "stopped")
}

func TestPassword(t *testing.T) {
	b := serve(t, broker.Options{Username: "edged", Password: "s3cret"})
	var log bytes.Buffer
	for password, want := range map[string]string{"s3cret": "connected", "guess": "not authorised: check mqtt.username and mqtt.password_file"} {
		log.Reset()
		c, _ := client(t, b.URL(), func(o *mqtt.Options) {
			o.Username, o.Password, o.Log = "edged", password, slog.New(slog.NewTextHandler(&log, nil))
		})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		_, err := c.Connect(ctx)
		cancel()
		if (err == nil) != (password == "s3cret") {
			t.Errorf("%s: got %v", password, err)
		}
		if got := log.String(); strings.Count(got, "\n") != 1 || !strings.Contains(got, "broker "+b.URL()+": "+want) || strings.Contains(got, password) {
			t.Errorf("%s: got log %s", password, got)
		}
		if err := c.Close(t.Context()); err != nil {
			t.Error(err)
		}
	}
}

// certificate makes a key and a certificate for 127.0.0.1 that signs itself, and writes the latter to a file.
func certificate(t *testing.T) (tls.Certificate, string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), crand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	tmpl := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(crand.Reader, tmpl, tmpl, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, file
}

// secure serves addr's broker over TLS and returns where.
func secure(t *testing.T, cert tls.Certificate, addr string) string {
	t.Helper()
	l, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{cert}})
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

func TestTLS(t *testing.T) {
	b := serve(t, broker.Options{})
	cert, ca := certificate(t)
	_, other := certificate(t)
	addr := secure(t, cert, b.Addr())
	tests := []struct{ name, url, ca, want string }{
		{"the right CA", "mqtts://" + addr, ca, "connected"},
		{"another CA", "mqtts://" + addr, other, "check mqtt.ca_file and the host in mqtt.broker"},
		{"the system's CAs", "mqtts://" + addr, "", "check mqtt.ca_file and the host in mqtt.broker"},
		{"a broker in the clear", "mqtts://" + b.Addr(), ca, ": "},
	}
	for _, tt := range tests {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		log := &watched{want: tt.want, seen: func() {}}
		if tt.want != "connected" {
			log.seen = cancel // it would try for ever
		}
		c, _ := client(t, tt.url, func(o *mqtt.Options) { o.CAFile, o.Log = tt.ca, slog.New(slog.NewTextHandler(log, nil)) })
		_, err := c.Connect(ctx)
		cancel()
		if (err == nil) != (tt.want == "connected") || !strings.Contains(log.String(), tt.want) {
			t.Errorf("%s: got %v, log %s", tt.name, err, log)
		}
		if err == nil {
			if err := c.Publish(t.Context(), mqtt.Message{Topic: "event"}); err != nil {
				t.Errorf("%s: %v", tt.name, err)
			}
		}
		if err := c.Close(t.Context()); err != nil {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}
