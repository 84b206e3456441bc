package mqtt

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"time"
)

// Trial says how one try at a broker went.
type Trial struct {
	Broker string
	Err    error     // in the words of the log; nil if the broker takes this client
	TLS    string    // "TLS 1.3"; empty in the clear
	Until  time.Time // when the broker's certificate expires; zero in the clear
}

// Try connects to each of the brokers once, as Connect would, and leaves again; it publishes nothing. A ClientID that is in
// use elsewhere would end the connection there. The error is about o, before anything is tried.
func Try(ctx context.Context, o Options) ([]Trial, error) {
	o.Will, o.Birth, o.Bye, o.Listen = Message{}, Message{}, Message{}, nil
	c, err := New(o)
	if err != nil {
		return nil, err
	}
	var all []Trial
	for _, e := range c.brokers {
		all = append(all, c.try(ctx, e))
	}
	return all, nil
}

func (c *Client) try(ctx context.Context, e *endpoint) Trial {
	t := Trial{Broker: e.url.String()}
	k, err := c.dial(ctx, e)
	if err != nil {
		t.Err = errors.New(explain(err))
		return t
	}
	if s := sealed(k.wire.Conn); s != nil {
		state := s.ConnectionState()
		t.TLS, t.Until = tls.VersionName(state.Version), state.PeerCertificates[0].NotAfter
	}
	if err := c.end(ctx, k); err != nil {
		k.cut(err) // it let us in, which is what was asked
	}
	return t
}

// sealed returns the TLS below a connection, nil if there is none.
func sealed(wire net.Conn) *tls.Conn {
	if s, ok := wire.(*stream); ok {
		wire = s.NetConn()
	}
	s, _ := wire.(*tls.Conn)
	return s
}
