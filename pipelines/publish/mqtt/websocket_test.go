package mqtt_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"edged/pipelines/publish/broker"
	"edged/pipelines/publish/mqtt"
)

// TestNoWebsocket has servers that answer something else.
func TestNoWebsocket(t *testing.T) {
	plain := httptest.NewServer(http.NotFoundHandler())
	defer plain.Close()
	ca := newAuthority(t)
	secure := httptest.NewUnstartedServer(http.NotFoundHandler())
	secure.TLS = tlsOf(ca.issue(t, leaf{}))
	secure.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, 0)
	secure.StartTLS()
	defer secure.Close()
	b := serve(t, broker.Options{})
	tests := []struct {
		name, url string
		o         mqtt.TLS
		want      string
	}{
		{"a server of pages", "ws://" + plain.Listener.Addr().String(), mqtt.TLS{}, "no websocket for MQTT (HTTP status 404): check the path in mqtt.broker"},
		{"one that is encrypted", "wss://" + secure.Listener.Addr().String(), mqtt.TLS{CAFile: ca.file}, "no websocket for MQTT (HTTP status 404)"},
		{"one that is not trusted", "wss://" + secure.Listener.Addr().String(), mqtt.TLS{}, "certificate signed by unknown authority"},
		{"a head without end", "ws://" + endless(t, "HTTP/1.1 101 Switching\r\n", "X-Same: as before\r\n"), mqtt.TLS{}, "the broker breaks the protocol: over 262144 bytes before the websocket is open"},
		{"a line without end", "ws://" + endless(t, "HTTP/1.1 101 Switching", " and switching"), mqtt.TLS{}, "the broker breaks the protocol: over 262144 bytes"},
		{"a broker of MQTT alone", "ws://" + b.Addr(), mqtt.TLS{}, "connection closed by the broker"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { says(t, tt.url, tt.o, tt.want) })
	}
}

// endless serves first and then more, again and again, and returns where.
func endless(t *testing.T, first, more string) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	t.Cleanup(func() { l.Close(); <-ended })
	go func() {
		defer close(ended)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			_, err = io.WriteString(c, first)
			for text := strings.Repeat(more, 1000); err == nil; {
				_, err = io.WriteString(c, text)
			}
			c.Close()
		}
	}()
	return l.Addr().String()
}

// TestWebsocketObeysContext has a server that says nothing.
func TestWebsocketObeysContext(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0") // connects, and nobody accepts
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	ctx, cancel := context.WithCancel(t.Context())
	c, _ := client(t, "ws://"+l.Addr().String(), func(o *mqtt.Options) {
		dial := o.Dial
		o.Dial = func(ctx context.Context, address string) (net.Conn, error) {
			defer cancel()
			return dial(ctx, address)
		}
	})
	start := time.Now()
	if _, err := c.Connect(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v after %v", err, time.Since(start))
	}
	if err := c.Close(t.Context()); err != nil {
		t.Error(err)
	}
}
