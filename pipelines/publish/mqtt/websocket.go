package mqtt

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// maxOpening is what a broker may say until a websocket is open: certificates and the head of an HTTP response, which
// gorilla reads to its end however long that is.
const maxOpening = 256 << 10

// noWebsocket is a server that answers with HTTP, but opens no websocket for MQTT.
type noWebsocket int // the status

func (n noWebsocket) Error() string {
	return fmt.Sprintf("no websocket for MQTT (HTTP status %d): check the path in mqtt.broker", int(n))
}

// openWebsocket opens a websocket. paho's own dialer would obey no context.
func (c *Client) openWebsocket(ctx context.Context, e *endpoint) (net.Conn, error) {
	var wire *opening
	stop := func() bool { return true } // returns false if ctx has ended
	d := websocket.Dialer{
		Proxy: http.ProxyFromEnvironment, Subprotocols: []string{"mqtt"}, TLSClientConfig: e.tls,
		NetDialContext: func(_ context.Context, _, address string) (net.Conn, error) {
			conn, err := c.o.Dial(ctx, address)
			if err != nil {
				return nil, err
			}
			stop = context.AfterFunc(ctx, func() { conn.SetDeadline(time.Unix(1, 0)) })
			wire = &opening{Conn: conn, left: maxOpening}
			return wire, nil
		},
	}
	ws, answer, err := d.DialContext(ctx, e.url.String(), nil)
	ended := !stop()
	switch {
	case errors.Is(err, websocket.ErrBadHandshake):
		return nil, noWebsocket(answer.StatusCode)
	case err != nil:
		return nil, err
	case ended:
		ws.Close()
		return nil, ctx.Err()
	}
	wire.open = true
	return &stream{Conn: ws}, nil
}

// opening is the wire below a websocket, which takes maxOpening bytes until that is open.
type opening struct {
	net.Conn
	left int
	open bool
}

func (o *opening) Read(p []byte) (int, error) {
	if o.open {
		return o.Conn.Read(p)
	}
	if o.left == 0 {
		return 0, broken("over %d bytes before the websocket is open", maxOpening)
	}
	n, err := o.Conn.Read(p[:min(len(p), o.left)])
	o.left -= n
	return n, err
}

// stream is a websocket without the bounds of its messages, which MQTT does not mind (MQTT 3.1.1, section 6). One
// goroutine may read; several may write, as gorilla's connection may not.
type stream struct {
	*websocket.Conn
	text io.Reader // of the message at hand; nil between two

	writing sync.Mutex
}

// Write sends p as one message, within writeTime.
func (s *stream) Write(p []byte) (int, error) {
	s.writing.Lock()
	defer s.writing.Unlock()
	s.Conn.SetWriteDeadline(time.Now().Add(writeTime))
	if err := s.WriteMessage(websocket.BinaryMessage, p); err != nil {
		return 0, err
	}
	return len(p), nil
}

// SetWriteDeadline does nothing: gorilla's may not be set while another goroutine writes, and Write sets it.
func (s *stream) SetWriteDeadline(time.Time) error { return nil }

// SetDeadline sets the deadline for reading.
func (s *stream) SetDeadline(t time.Time) error { return s.SetReadDeadline(t) }

func (s *stream) Read(p []byte) (int, error) {
	for {
		if s.text == nil {
			var err error
			if _, s.text, err = s.NextReader(); err != nil {
				return 0, err
			}
		}
		n, err := s.text.Read(p)
		if err == io.EOF {
			s.text, err = nil, nil
		}
		if n > 0 || err != nil {
			return n, err
		}
	}
}
