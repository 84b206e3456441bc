package mqtt_test

import (
	"bytes"
	"context"
	crand "crypto/rand"
	"log/slog"
	"net"
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
