package mqtt

import (
	"bufio"
	"encoding/binary"
	"io"
	"net"
	"os"
	"sync"
	"time"
)

// guard stands between paho and the wire. To paho it passes whole packets that this client can have been sent, and nothing
// else: paho panics at a SUBACK of too many codes, takes an UNSUBACK for the acknowledgement of a message, keeps messages of
// QoS 2 in memory for ever, and makes room for 256 MiB when a length says so.
//
// It also keeps the times of writing. paho knows one time for a write and for its own offering of a packet to the goroutine
// that writes; it offers in vain, for all of that time, what is sent at the moment when the connection is lost.
type guard struct {
	net.Conn
	in   *bufio.Reader
	rest []byte                       // of the packet at hand, what paho has not read yet
	buf  []byte                       // holds it
	long func(topic string, size int) // a message was too long

	free chan struct{} // 1 deep; full while no PUBLISH is with paho's writer

	mu       sync.Mutex
	severed  bool
	accepted bool            // there was a CONNACK
	awaited  map[uint16]byte // by the id of a packet of ours, the type of its answer
}

func newGuard(wire net.Conn, long func(topic string, size int)) *guard {
	g := &guard{
		Conn: wire, in: bufio.NewReader(wire), long: long,
		free: make(chan struct{}, 1), awaited: map[uint16]byte{},
	}
	g.free <- struct{}{}
	return g
}

// Read gives paho the next packet piece by piece.
func (g *guard) Read(p []byte) (int, error) {
	if len(g.rest) == 0 {
		if err := g.next(); err != nil {
			return 0, err
		}
	}
	n := copy(p, g.rest)
	g.rest = g.rest[n:]
	return n, nil
}

// next reads and checks the next packet.
func (g *guard) next() error {
	first, err := g.in.ReadByte()
	if err != nil {
		return err
	}
	length, err := readLength(g.in)
	if err != nil {
		return err
	}
	kind := first >> 4
	if err := g.inTurn(kind); err != nil {
		return err
	}
	if kind == publish {
		return g.message(first, length)
	}
	if size, ok := sizes[kind]; !ok || length != size || first&0x0f != 0 {
		return broken("a packet of type %d, flags %#x and %d bytes", kind, first&0x0f, length)
	}
	g.begin(first, length)
	if err := g.take(length); err != nil {
		return err
	}
	return g.answer(kind, g.buf[2:])
}

// inTurn checks that a CONNACK comes first, and never again.
func (g *guard) inTurn(kind byte) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.accepted == (kind == connack) {
		return broken("a packet of type %d at the wrong time", kind)
	}
	g.accepted = true
	return nil
}

// begin starts the packet at hand with a fixed header.
func (g *guard) begin(first byte, length int) { g.buf = appendLength(append(g.buf[:0], first), length) }

// take reads n more bytes of the packet at hand.
func (g *guard) take(n int) error {
	at := len(g.buf)
	g.buf = append(g.buf, make([]byte, n)...)
	_, err := io.ReadFull(g.in, g.buf[at:])
	g.rest = g.buf
	return unexpected(err)
}

// message reads a PUBLISH. Of one that is too long it passes on an empty one without a topic, so that paho acknowledges it:
// closing the connection would not help against one that is retained.
func (g *guard) message(first byte, length int) error {
	qos := first >> 1 & 3
	if qos > 1 {
		return broken("a message of QoS %d, which nobody asked for", qos)
	}
	id := 2 * int(qos)
	if length < 2+id {
		return broken("a message of %d bytes", length)
	}
	g.begin(first, length)
	at := len(g.buf)
	if err := g.take(2); err != nil {
		return err
	}
	topic := int(binary.BigEndian.Uint16(g.buf[at:]))
	payload := length - 2 - topic - id
	if topic == 0 || payload < 0 {
		return broken("a message of %d bytes with a topic of %d", length, topic)
	}
	if payload <= maxPayload {
		return g.take(length - 2)
	}
	if err := g.take(topic + id); err != nil {
		return err
	}
	if _, err := g.in.Discard(payload); err != nil {
		return unexpected(err)
	}
	g.long(string(g.buf[at+2:at+2+topic]), payload)
	number := append([]byte(nil), g.buf[at+2+topic:]...)
	g.begin(first, 2+id)
	g.buf = append(append(g.buf, 0, 0), number...)
	g.rest = g.buf
	return nil
}

// answer checks an acknowledgement against what was sent.
func (g *guard) answer(kind byte, body []byte) error {
	switch kind {
	case pingresp:
		return nil
	case connack:
		if code := body[1]; code > 5 { // paho takes what it does not know for a connection
			return broken("a CONNACK of code %d", code)
		}
		return nil
	}
	id := binary.BigEndian.Uint16(body)
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.awaited[id] != kind {
		return broken("an acknowledgement of type %d for packet %d, which did not ask for one", kind, id)
	}
	delete(g.awaited, id)
	if kind == pubrec {
		g.awaited[id] = pubcomp
	}
	return nil
}

// Write sends one packet: paho never writes a part of one, nor several at once.
func (g *guard) Write(p []byte) (int, error) {
	if p[0]>>4 == publish {
		defer g.release()
	}
	if err := g.arm(p); err != nil {
		return 0, err
	}
	n, err := g.Conn.Write(p)
	if err != nil && p[0]>>4 == connect {
		// A broker that refuses the client's certificate says so after the handshake of TLS 1.3, and hangs up.
		if _, why := g.in.Peek(1); alert(why) != "" {
			err = why
		}
	}
	return n, err
}

// arm notes what p waits for and gives it its time to be written.
func (g *guard) arm(p []byte) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.severed {
		return os.ErrDeadlineExceeded
	}
	if id, answer := expects(p); answer != 0 {
		g.awaited[id] = answer
	}
	return g.Conn.SetWriteDeadline(time.Now().Add(writeTime))
}

func (g *guard) release() {
	select {
	case g.free <- struct{}{}:
	default:
	}
}

// sever makes paho's reader and writer fail, upon which paho closes the wire and tells of the loss. Were the wire closed
// here, paho would take the closing for its own and tell nobody.
func (g *guard) sever() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.severed = true
	past := time.Unix(1, 0)
	g.Conn.SetReadDeadline(past)
	raw := g.Conn
	if c, ok := raw.(interface{ NetConn() net.Conn }); ok {
		raw = c.NetConn() // a websocket's own deadline for writing may not be set while it writes
	}
	raw.SetWriteDeadline(past)
}

// SetDeadline sets the deadline of the handshake, which is that of reading its answer.
func (g *guard) SetDeadline(t time.Time) error { return g.SetReadDeadline(t) }

// SetReadDeadline does nothing once the connection is severed.
func (g *guard) SetReadDeadline(t time.Time) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.severed {
		return nil
	}
	return g.Conn.SetReadDeadline(t)
}

// SetWriteDeadline does nothing: Write has its own.
func (g *guard) SetWriteDeadline(time.Time) error { return nil }
