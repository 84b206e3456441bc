package mqtt

import (
	"context"
	"errors"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/eclipse/paho.mqtt.golang/packets"
)

// TestBrokersInOrder has a first broker that is away, a second that refuses the user, and a third.
func TestBrokersInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		brokers := map[string]*pipeBroker{
			"hub:1883":   {dialErr: &net.OpError{Op: "dial", Err: errors.New("connection refused")}},
			"other:1883": {refuse: packets.ErrRefusedNotAuthorised},
			"spare:1883": {},
		}
		c, log := (&pipeBroker{}).client(t)
		var tries []string
		c.o.Dial = func(ctx context.Context, address string) (net.Conn, error) {
			tries = append(tries, address)
			return brokers[address].dial(ctx, address)
		}
		var err error
		if c.brokers, err = endpoints(&Options{URL: "mqtt://hub", Fallbacks: []string{"mqtt://other", "mqtt://spare"}}); err != nil {
			t.Fatal(err)
		}
		connect := func(want string) {
			t.Helper()
			tries = nil
			if _, err := c.Connect(t.Context()); err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(tries, " "); got != want {
				t.Errorf("got tries of %s, want %s", got, want)
			}
		}
		lose := func(address string) {
			all := brokers[address].conns
			all[len(all)-1].Close()
			synctest.Wait()
		}
		start := time.Now()
		connect("hub:1883 other:1883 spare:1883")
		if d := time.Since(start); d != 0 {
			t.Errorf("waited %v for the third", d)
		}
		time.Sleep(5 * time.Second) // hub's turn has come again, other's has not
		lose("spare:1883")
		connect("hub:1883 spare:1883")
		brokers["hub:1883"].dialErr = nil
		lose("spare:1883")
		time.Sleep(10 * time.Second)
		connect("hub:1883")
		for _, want := range []string{"mqtt://hub:1883: unreachable", "mqtt://other:1883: not authorised", "mqtt://spare:1883: connected", "mqtt://hub:1883: connected"} {
			if !strings.Contains(log.String(), want) {
				t.Errorf("got log %s, want %s", log, want)
			}
		}
		if err := c.Close(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

func TestEndpoints(t *testing.T) {
	tests := []struct {
		name string
		o    Options
		want string
	}{
		{"one in the clear", Options{URL: "mqtts://a", Fallbacks: []string{"ws://b"}}, "brokers mqtts://a:8883 and ws://b:80: one is encrypted and one is not"},
		{"a certificate in the clear", Options{URL: "mqtt://a", TLS: TLS{CertFile: "c"}}, "broker mqtt://a:1883: mqtt.client_cert_file is set, but mqtt:// is not encrypted"},
		{"a name in the clear", Options{URL: "ws://a", TLS: TLS{ServerName: "c"}}, "broker ws://a:80: mqtt.server_name is set, but ws:// is not encrypted; write wss://"},
		{"ALPN over HTTP", Options{URL: "wss://a", TLS: TLS{ALPN: []string{"mqtt"}}}, "broker wss://a:443: mqtt.alpn is set, but wss:// is HTTP"},
		{"no certificate", Options{URL: "mqtts://a", TLS: TLS{CertFile: "/absent"}}, "broker mqtts://a:8883: mqtt.client_cert_file and client_key_file: open /absent"},
	}
	for _, tt := range tests {
		if _, err := New(tt.o); err == nil || !strings.HasPrefix(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %s", tt.name, err, tt.want)
		}
	}
}
