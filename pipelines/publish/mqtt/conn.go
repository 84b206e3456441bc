package mqtt

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/url"
	"sync/atomic"
	"time"

	paho "github.com/eclipse/paho.mqtt.golang"
)

var (
	errNotConnected = errors.New("not connected")
	errClosed       = errors.New("connection closed")
)

// patient gives a packet writeTime to be written. paho knows one time for that and for its own offering of a packet to the
// goroutine that writes; it offers in vain, for all of that time, what is sent at the moment when the connection is lost.
type patient struct{ net.Conn }

func (p patient) SetWriteDeadline(t time.Time) error {
	if !t.IsZero() {
		t = t.Add(writeTime - offerTime)
	}
	return p.Conn.SetWriteDeadline(t)
}

// conn is one connection, from CONNECT to its loss. It is never used again.
type conn struct {
	paho paho.Client
	wire net.Conn
	born time.Time

	up      context.Context // ends with the connection
	lost    context.CancelCauseFunc
	gone    chan struct{} // closed when paho has lost the connection and its goroutines have ended
	leaving atomic.Bool   // Bye is on its way
}

// dial makes one try at a connection: network, MQTT handshake, watch on the own availability, birth.
func (c *Client) dial(ctx context.Context) (*conn, error) {
	k := &conn{born: time.Now(), gone: make(chan struct{})}
	k.up, k.lost = context.WithCancelCause(context.WithoutCancel(ctx))
	if err := c.handshake(ctx, k); err != nil {
		k.lost(err)
		return nil, err
	}
	if err := c.announce(ctx, k); err != nil {
		k.cut(err)
		return nil, err
	}
	return k, nil
}

// handshake opens the network connection and has paho send CONNECT. It obeys ctx and lasts no longer than twice
// connectTime.
func (c *Client) handshake(ctx context.Context, k *conn) error {
	o := c.pahoOptions(k)
	var openErr error
	stop := func() bool { return true } // returns false if ctx has ended
	o.SetCustomOpenConnectionFn(func(*url.URL, paho.ClientOptions) (net.Conn, error) {
		if k.wire, openErr = c.open(ctx); openErr == nil {
			k.wire = patient{k.wire}
			stop = context.AfterFunc(ctx, k.sever)
		}
		return k.wire, openErr
	})
	k.paho = paho.NewClient(o)
	token := k.paho.Connect()
	<-token.Done()
	ended := !stop()
	switch {
	case openErr != nil:
		return openErr // as it is; paho's says "network Error" before it
	case token.Error() != nil:
		return token.Error()
	case ended:
		k.cut(ctx.Err())
		return ctx.Err()
	}
	return nil
}

func (c *Client) pahoOptions(k *conn) *paho.ClientOptions {
	o := paho.NewClientOptions()
	o.AddBroker(c.url.String())
	o.SetClientID(c.o.ClientID).SetUsername(c.o.Username).SetPassword(c.o.Password)
	o.SetProtocolVersion(4) // MQTT 3.1.1, or a refusal is followed by a second try with 3.1
	o.SetCleanSession(true).SetAutoReconnect(false).SetConnectRetry(false).SetOrderMatters(false)
	o.SetKeepAlive(keepAlive).SetPingTimeout(pingTimeout)
	o.SetConnectTimeout(connectTime).SetWriteTimeout(offerTime)
	o.SetConnectionLostHandler(func(_ paho.Client, err error) {
		k.lost(err)
		close(k.gone)
	})
	if w := c.o.Will; w.Topic != "" {
		o.SetBinaryWill(w.Topic, w.Payload, 1, w.Retain)
	}
	return o
}

// open opens the network connection. It obeys ctx, but for ws and wss only within connectTime.
func (c *Client) open(ctx context.Context) (net.Conn, error) {
	if c.url.Scheme == "ws" || c.url.Scheme == "wss" {
		return paho.NewWebsocket(c.url.String(), c.tls, connectTime, nil, nil)
	}
	ctx, cancel := context.WithTimeout(ctx, connectTime)
	defer cancel()
	wire, err := c.o.Dial(ctx, c.url.Host)
	if err != nil || c.tls == nil {
		return wire, err
	}
	secure := tls.Client(wire, c.tls)
	if err := secure.HandshakeContext(ctx); err != nil {
		wire.Close()
		return nil, err
	}
	return secure, nil
}

// announce subscribes to the will's topic, so as to answer a will that comes late, and publishes the birth.
func (c *Client) announce(ctx context.Context, k *conn) error {
	if c.o.Birth.Topic == "" {
		return nil
	}
	if c.o.Will.Topic != "" {
		err := k.wait(ctx, k.paho.Subscribe(c.o.Will.Topic, 1, func(_ paho.Client, m paho.Message) {
			// Retained is what was there before this connection; birth is about to replace it.
			if !m.Retained() && !k.leaving.Load() && string(m.Payload()) == string(c.o.Will.Payload) {
				k.send(c.o.Birth)
			}
		}))
		if err != nil {
			return err
		}
	}
	return k.publish(ctx, c.o.Birth)
}

func (k *conn) publish(ctx context.Context, m Message) error { return k.wait(ctx, k.send(m)) }

func (k *conn) send(m Message) paho.Token { return k.paho.Publish(m.Topic, 1, m.Retain, m.Payload) }

// wait returns nil when the broker has acknowledged on this connection. A broker that does not in ackTime has lost it.
func (k *conn) wait(ctx context.Context, t paho.Token) error {
	late := time.NewTimer(ackTime)
	defer late.Stop()
	select {
	case <-t.Done():
		if t.Error() == nil {
			return nil
		}
		k.sever() // if it was not the loss of the connection that ended the token, it is lost now
		<-k.gone
		return context.Cause(k.up) // says more than the token
	case <-k.up.Done():
		return context.Cause(k.up)
	case <-ctx.Done():
		return ctx.Err()
	case <-late.C:
		return fmt.Errorf("no acknowledgement in %v", ackTime)
	}
}

// cut ends the connection without a DISCONNECT, so that the broker publishes the will unless a new connection comes.
func (k *conn) cut(why error) {
	k.lost(why)
	k.sever()
	<-k.gone
}

// sever makes paho's reader fail, upon which paho closes the wire and tells of the loss. Were the wire closed here, paho
// would take the closing for its own and tell nobody.
func (k *conn) sever() { k.wire.SetReadDeadline(time.Unix(1, 0)) }

// end says bye and ends the connection with a DISCONNECT, upon which the broker drops the will.
//
// The subscription ends first. Otherwise the broker sends us our own bye, and a socket that is closed with bytes unread
// is reset, which may lose the DISCONNECT; the will would then follow the bye.
func (c *Client) end(ctx context.Context, k *conn) error {
	k.leaving.Store(true)
	if c.o.Bye.Topic != "" {
		if c.o.Will.Topic != "" {
			if err := k.wait(ctx, k.paho.Unsubscribe(c.o.Will.Topic)); err != nil {
				return err
			}
		}
		if err := k.publish(ctx, c.o.Bye); err != nil {
			return err
		}
	}
	k.paho.Disconnect(uint(time.Second / time.Millisecond)) // at most so long
	k.wire.Close()
	k.lost(errClosed)
	return nil
}
