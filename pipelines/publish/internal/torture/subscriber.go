package main

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"
)

// subscriber hears all that is published to its filter, with QoS 1 and a session that outlives its connections. It knows
// as much of MQTT 3.1.1 as that takes.
type subscriber struct {
	id, filter string
	dial       func(ctx context.Context) (net.Conn, error) // asked again after each loss
	take       func(topic string, payload []byte)          // called in order, and before the message is acknowledged

	mu      sync.Mutex
	up      bool
	changed chan struct{} // closed when up changes
}

// Packets of MQTT 3.1.1, section 2.2.1, in the high half of the first byte, with the flags that they must have.
const (
	connectPacket   = 0x10
	connackPacket   = 0x20
	publishPacket   = 0x30
	pubackPacket    = 0x40
	subscribePacket = 0x82
	subackPacket    = 0x90
	pingPacket      = 0xc0
)

const (
	answerTime = 10 * time.Second // for a CONNACK
	pingEvery  = 10 * time.Second
	keepAlive  = 60 // seconds, as the broker is told
	mostBytes  = 1 << 20
)

func newSubscriber(id, filter string, dial func(context.Context) (net.Conn, error), take func(string, []byte)) *subscriber {
	return &subscriber{id: id, filter: filter, dial: dial, take: take, changed: make(chan struct{})}
}

// run hears until ctx ends. A connection is read to its end, whatever ends it, before there is another.
func (s *subscriber) run(ctx context.Context) {
	for ctx.Err() == nil {
		if conn, err := s.dial(ctx); err == nil {
			stop := context.AfterFunc(ctx, func() { conn.Close() })
			_ = s.hear(conn) // its broker is gone; the ledger tells what that cost
			stop()
			conn.Close()
			s.set(false)
		}
		select {
		case <-time.After(20 * time.Millisecond):
		case <-ctx.Done():
		}
	}
}

// await waits until the subscriber is subscribed, or is not.
func (s *subscriber) await(ctx context.Context, up bool) error {
	for {
		s.mu.Lock()
		is, changed := s.up, s.changed
		s.mu.Unlock()
		if is == up {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return fmt.Errorf("subscriber %s: waiting for it to be subscribed (%v): %w", s.id, up, ctx.Err())
		}
	}
}

func (s *subscriber) set(up bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.up != up {
		s.up = up
		close(s.changed)
		s.changed = make(chan struct{})
	}
}

// hear subscribes on conn and takes what comes until conn ends.
func (s *subscriber) hear(conn net.Conn) error {
	r := bufio.NewReaderSize(conn, 1<<16)
	if err := s.enter(conn, r); err != nil {
		return err
	}
	done := make(chan struct{})
	var pings sync.WaitGroup
	pings.Go(func() { ping(conn, done) })
	defer pings.Wait()
	defer close(done)
	var acks []byte
	for {
		head, body, err := readPacket(r)
		if err != nil {
			return err
		}
		switch head & 0xf0 {
		case subackPacket:
			if len(body) != 3 || body[2] > 2 {
				return fmt.Errorf("not subscribed: % x", body)
			}
			s.set(true)
		case publishPacket: // what the session has kept may come before the SUBACK
			if acks, err = s.message(head, body, acks); err != nil {
				return err
			}
		}
		if len(acks) > 0 && r.Buffered() == 0 {
			_, _ = conn.Write(acks) // if this fails, reading does too, once all that has come is read
			acks = acks[:0]
		}
	}
}

// enter opens the session and asks for the subscription.
func (s *subscriber) enter(conn net.Conn, r *bufio.Reader) error {
	_ = conn.SetReadDeadline(time.Now().Add(answerTime))
	hello := text(nil, "MQTT")
	hello = append(hello, 4, 0) // protocol level; flags: no clean session, no will, no user
	hello = binary.BigEndian.AppendUint16(hello, keepAlive)
	hello = text(hello, s.id)
	if _, err := conn.Write(packet(connectPacket, hello)); err != nil {
		return err
	}
	head, body, err := readPacket(r)
	if err != nil {
		return err
	}
	if head != connackPacket || len(body) != 2 || body[1] != 0 {
		return fmt.Errorf("not connected: %x % x", head, body)
	}
	want := append(text([]byte{0, 1}, s.filter), 1) // packet identifier 1; QoS 1
	if _, err := conn.Write(packet(subscribePacket, want)); err != nil {
		return err
	}
	return conn.SetReadDeadline(time.Time{})
}

// message takes a PUBLISH (section 3.3) and returns acks with its acknowledgement.
func (s *subscriber) message(head byte, body, acks []byte) ([]byte, error) {
	qos := head >> 1 & 3
	topic, rest, err := cutText(body)
	if err != nil {
		return acks, err
	}
	if qos > 0 {
		if len(rest) < 2 {
			return acks, errShort
		}
		acks = append(acks, pubackPacket, 2, rest[0], rest[1])
		rest = rest[2:]
	}
	s.take(topic, rest)
	return acks, nil
}

var errShort = errors.New("a packet that is cut short")

// readPacket reads one control packet, section 2.2.
func readPacket(r *bufio.Reader) (head byte, body []byte, err error) {
	if head, err = r.ReadByte(); err != nil {
		return 0, nil, err
	}
	n, err := binary.ReadUvarint(r) // section 2.2.3 numbers as Uvarint does
	if err != nil {
		return 0, nil, err
	}
	if n > mostBytes {
		return 0, nil, fmt.Errorf("a packet of %d bytes", n)
	}
	body = make([]byte, n)
	_, err = io.ReadFull(r, body)
	return head, body, err
}

func packet(head byte, body []byte) []byte {
	return append(binary.AppendUvarint([]byte{head}, uint64(len(body))), body...)
}

// text appends a string as section 1.5.3 writes it.
func text(b []byte, s string) []byte {
	return append(binary.BigEndian.AppendUint16(b, uint16(len(s))), s...)
}

func cutText(b []byte) (s string, rest []byte, err error) {
	if len(b) < 2 || len(b)-2 < int(binary.BigEndian.Uint16(b)) {
		return "", nil, errShort
	}
	n := 2 + int(binary.BigEndian.Uint16(b))
	return string(b[2:n]), b[n:], nil
}

func ping(conn net.Conn, done <-chan struct{}) {
	tick := time.NewTicker(pingEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			_, _ = conn.Write([]byte{pingPacket, 0})
		case <-done:
			return
		}
	}
}
