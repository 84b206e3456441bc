package mqtt_test

import (
	"crypto/tls"
	"net"
	"strings"
	"testing"
	"time"

	"edged/pipelines/publish/broker"
	"edged/pipelines/publish/mqtt"
)

// TestTry asks brokers that let it in and brokers that do not, and says why as the log would.
func TestTry(t *testing.T) {
	b := serve(t, broker.Options{Username: "edged", Password: "s3cret"})
	ca := newAuthority(t)
	until := time.Now().Add(30 * time.Minute)
	secured := "mqtts://" + secure(t, &tls.Config{Certificates: []tls.Certificate{ca.issue(t, leaf{until: until}).pair}}, b.Addr())
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	gone := "mqtt://" + l.Addr().String()
	l.Close()
	for _, tt := range []struct{ name, url, password, ca, want, tls string }{
		{"let in", b.URL(), "s3cret", "", "", ""},
		{"by TLS", secured, "s3cret", ca.file, "", "TLS 1.3"},
		{"a wrong password", b.URL(), "guess", "", "not authorised: check mqtt.username and mqtt.password_file", ""},
		{"an authority that is not trusted", secured, "s3cret", "", "check mqtt.ca_file", ""},
		{"nobody there", gone, "", "", "unreachable", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			all, err := mqtt.Try(t.Context(), mqtt.Options{
				URL: tt.url, ClientID: "doctor", Username: "edged", Password: tt.password, TLS: mqtt.TLS{CAFile: tt.ca},
				Will: mqtt.Message{Topic: "a/will"}, Birth: mqtt.Message{Topic: "a/birth"},
			})
			if err != nil || len(all) != 1 || all[0].Broker != tt.url {
				t.Fatalf("got %v, %v", all, err)
			}
			got := all[0]
			if (got.Err == nil) != (tt.want == "") || got.Err != nil && !strings.Contains(got.Err.Error(), tt.want) {
				t.Errorf("got %v, want %q", got.Err, tt.want)
			}
			if got.TLS != tt.tls || (got.TLS != "") != got.Until.Equal(until.Truncate(time.Second)) {
				t.Errorf("got %q until %v, want %q until %v", got.TLS, got.Until, tt.tls, until)
			}
		})
	}
	if _, err := mqtt.Try(t.Context(), mqtt.Options{URL: "http://broker"}); err == nil {
		t.Error("tried an address that is none")
	}
}

// TestTryPublishesNothing has somebody listen to everything while a broker is tried.
func TestTryPublishesNothing(t *testing.T) {
	b := serve(t, broker.Options{})
	heard := listen(t, b, "#", false)
	if _, err := mqtt.Try(t.Context(), mqtt.Options{URL: b.URL(), ClientID: "doctor", Birth: mqtt.Message{Topic: "a/birth", Payload: []byte("here")}}); err != nil {
		t.Fatal(err)
	}
	c, _ := client(t, b.URL(), nil)
	if _, err := c.Connect(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := c.Publish(t.Context(), mqtt.Message{Topic: "after", Payload: []byte("after")}); err != nil {
		t.Fatal(err)
	}
	heard.want(t, "online") // of the second client; of the first there was nothing
	heard.want(t, "after")
}
