package main

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"sync"
	"testing"

	"edged/pipelines/publish/broker"
)

// publisher is a client that publishes with QoS 0.
func publisher(t *testing.T, address string) func(topic, payload string) {
	t.Helper()
	c, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	hello := append(text(nil, "MQTT"), 4, 2, 0, 60) // protocol level 4, a clean session, keep alive
	if _, err := c.Write(packet(connectPacket, text(hello, "publisher"))); err != nil {
		t.Fatal(err)
	}
	if head, body, err := readPacket(bufio.NewReader(c)); err != nil || head != connackPacket || body[1] != 0 {
		t.Fatalf("got %x % x, %v", head, body, err)
	}
	return func(topic, payload string) {
		if _, err := c.Write(packet(publishPacket, append(text(nil, topic), payload...))); err != nil {
			t.Error(err)
		}
	}
}

// TestSubscriber loses its connection and hears what its broker kept for it.
func TestSubscriber(t *testing.T) {
	b, err := broker.Serve(broker.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	heard := make(chan string, 100)
	var mu sync.Mutex
	var last net.Conn
	away := make(chan struct{}) // closed when the subscriber may come back
	dial := func(ctx context.Context) (net.Conn, error) {
		mu.Lock()
		defer mu.Unlock()
		if last != nil {
			<-away
		}
		var err error
		last, err = dialer(b.Addr())(ctx)
		return last, err
	}
	s := newSubscriber("judge", "a/#", dial, func(topic string, payload []byte) { heard <- topic + " " + string(payload) })
	ctx, stop := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { s.run(ctx) })
	defer running.Wait()
	defer stop()
	if err := s.await(ctx, true); err != nil {
		t.Fatal(err)
	}
	publish := publisher(t, b.Addr())
	expect := func(n int) {
		t.Helper()
		if got, want := <-heard, fmt.Sprintf("a/b %d", n); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	publish("b/c", "not for us")
	for n := range 10 {
		publish("a/b", fmt.Sprint(n))
		expect(n)
	}
	mu.Lock()
	last.Close()
	mu.Unlock()
	if err := s.await(ctx, false); err != nil {
		t.Fatal(err)
	}
	close(away)
	if err := s.await(ctx, true); err != nil {
		t.Fatal(err)
	}
	publish("a/b", "10")
	expect(10)
}

func TestPackets(t *testing.T) {
	for _, n := range []int{0, 1, 127, 128, 20_000} {
		c, s := net.Pipe()
		go func() { _, _ = c.Write(packet(publishPacket, make([]byte, n))) }()
		if head, body, err := readPacket(bufio.NewReader(s)); err != nil || head != publishPacket || len(body) != n {
			t.Errorf("got %x, %d bytes, %v, want %d bytes", head, len(body), err, n)
		}
		c.Close()
	}
	for _, b := range []string{"", "\x00", "\x00\x02a"} {
		if _, _, err := cutText([]byte(b)); err == nil {
			t.Errorf("%q: taken for a string", b)
		}
	}
	if s, rest, err := cutText([]byte("\x00\x02abc")); err != nil || s != "ab" || string(rest) != "c" {
		t.Errorf("got %q, %q, %v", s, rest, err)
	}
}
