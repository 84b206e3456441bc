package broker

import (
	"io"
	"net"
	"strings"
	"testing"
)

// connect sends a CONNECT (MQTT 3.1.1 section 3.1) and returns the code of the CONNACK.
func connect(t *testing.T, addr, user, password string) byte {
	t.Helper()
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	field := func(s string) string { return string([]byte{0, byte(len(s))}) + s }
	flags := byte(0x02)
	body := field("test")
	if user != "" {
		flags |= 0xc0
		body += field(user) + field(password)
	}
	body = field("MQTT") + string([]byte{4, flags, 0, 60}) + body
	if _, err := io.WriteString(c, string([]byte{0x10, byte(len(body))})+body); err != nil {
		t.Fatal(err)
	}
	var ack [4]byte
	if _, err := io.ReadFull(c, ack[:]); err != nil {
		t.Fatal(err)
	}
	return ack[3]
}

func TestWhoMayConnect(t *testing.T) {
	tests := []struct {
		name           string
		o              Options
		user, password string
		want           byte
	}{
		{"everybody", Options{}, "", "", 0},
		{"the one user", Options{Username: "edged", Password: "s3cret"}, "edged", "s3cret", 0},
		{"a wrong password", Options{Username: "edged", Password: "s3cret"}, "edged", "secret", 5},
		{"nobody in particular", Options{Username: "edged", Password: "s3cret"}, "", "", 5},
	}
	for _, tt := range tests {
		b, err := Serve(tt.o)
		if err != nil {
			t.Fatal(err)
		}
		if got := connect(t, b.Addr(), tt.user, tt.password); got != tt.want {
			t.Errorf("%s: got code %d, want %d", tt.name, got, tt.want)
		}
		if err := b.Close(); err != nil {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

func TestCloseFreesThePort(t *testing.T) {
	var o Options
	for range 3 {
		b, err := Serve(o)
		if err != nil {
			t.Fatal(err)
		}
		o.Addr = b.Addr()
		if got := connect(t, o.Addr, "", ""); got != 0 {
			t.Errorf("got code %d", got)
		}
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	}
}

// TestCloseWhileConnecting closes brokers whose clients are on their way in, and have not said who they are.
func TestCloseWhileConnecting(t *testing.T) {
	for range 20 {
		b, err := Serve(Options{})
		if err != nil {
			t.Fatal(err)
		}
		var conns []net.Conn
		for range 3 {
			c, err := net.Dial("tcp", b.Addr())
			if err != nil {
				t.Fatal(err)
			}
			conns = append(conns, c)
		}
		if err := b.Close(); err != nil {
			t.Error(err)
		}
		for _, c := range conns {
			_, _ = io.Copy(io.Discard, c) // ends: the broker has cut it
			c.Close()
		}
	}
}

func TestLoopbackOnly(t *testing.T) {
	for _, addr := range []string{"0.0.0.0:0", "192.0.2.1:1883", ":1883", "[::]:0", "localhost:0", "127.0.0.1"} {
		b, err := Serve(Options{Addr: addr})
		if err == nil {
			b.Close()
			t.Errorf("%s: got no error", addr)
		} else if !strings.Contains(err.Error(), "not a loopback address and port") {
			t.Errorf("%s: got %v", addr, err)
		}
	}
}
