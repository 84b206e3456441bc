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

// conn is one connection, from CONNECT to its loss. It is never used again.
type conn struct {
	at   *endpoint
	paho paho.Client
	wire *guard
	born time.Time

	up       context.Context // ends with the connection
	lost     context.CancelCauseFunc
	gone     chan struct{} // closed when paho has lost the connection and its goroutines have ended
	leaving  atomic.Bool   // Bye is on its way
	wills    chan struct{} // 1 deep: the own will came
	answered chan struct{} // closed when nobody answers that any more
}

// dial makes one try at a connection: network, MQTT handshake, watch on the own availability, birth.
func (c *Client) dial(ctx context.Context, e *endpoint) (*conn, error) {
	k := &conn{at: e, born: time.Now(), gone: make(chan struct{}), wills: make(chan struct{}, 1), answered: make(chan struct{})}
	k.up, k.lost = context.WithCancelCause(context.WithoutCancel(ctx))
	go k.answer(c.o.Birth)
	if err := c.handshake(ctx, k); err != nil {
		k.lost(err)
		<-k.answered
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
	e, o := k.at, c.pahoOptions(k)
	var openErr error
	stop := func() bool { return true } // returns false if ctx has ended
	o.SetCustomOpenConnectionFn(func(*url.URL, paho.ClientOptions) (net.Conn, error) {
		wire, err := c.open(ctx, e)
		if err != nil {
			openErr = err
			return nil, err
		}
		k.wire = newGuard(wire, func(topic string, size int) {
			c.drop(k, fmt.Sprintf("a message of %d bytes to %.100q; the limit is %d", size, topic, maxPayload))
		})
		stop = context.AfterFunc(ctx, k.wire.sever)
		return k.wire, nil
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
	o.AddBroker(k.at.url.String())
	o.SetClientID(c.o.ClientID).SetUsername(c.o.Username).SetPassword(c.o.Password)
	o.SetProtocolVersion(4) // MQTT 3.1.1, or a refusal is followed by a second try with 3.1
	o.SetCleanSession(true).SetAutoReconnect(false).SetConnectRetry(false)
	// In order, and so by one goroutine, which hear does not detain. paho acknowledges only what it has a handler for.
	o.SetOrderMatters(true).SetDefaultPublishHandler(func(_ paho.Client, m paho.Message) { c.hear(k, m) })
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

// open opens the network connection, within connectTime.
func (c *Client) open(ctx context.Context, e *endpoint) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, connectTime)
	defer cancel()
	if e.url.Scheme == "ws" || e.url.Scheme == "wss" {
		return c.openWebsocket(ctx, e)
	}
	wire, err := c.o.Dial(ctx, e.url.Host)
	if err != nil || e.tls == nil {
		return wire, err
	}
	secure := tls.Client(wire, e.tls)
	if err := secure.HandshakeContext(ctx); err != nil {
		wire.Close()
		return nil, err
	}
	return secure, nil
}

// announce subscribes to the will's topic, so as to answer a will that comes late, and to what is listened to, and
// publishes the birth.
func (c *Client) announce(ctx context.Context, k *conn) error {
	for _, filter := range c.filters() {
		if err := c.subscribe(ctx, k, filter); err != nil {
			return err
		}
	}
	if c.o.Birth.Topic == "" {
		return nil
	}
	return k.publish(ctx, c.o.Birth)
}

// filters are what a connection is subscribed to.
func (c *Client) filters() []string {
	var all []string
	if c.o.Will.Topic != "" && c.o.Birth.Topic != "" {
		all = append(all, c.o.Will.Topic)
	}
	for _, l := range c.o.Listen {
		all = append(all, l.Filter)
	}
	return all
}

// subscribe asks for the messages of filter. A broker may refuse that, and is then as good as any to publish to.
func (c *Client) subscribe(ctx context.Context, k *conn, filter string) error {
	t := k.paho.Subscribe(filter, 1, nil)
	if err := k.wait(ctx, t); err != nil {
		return err
	}
	for _, code := range t.(*paho.SubscribeToken).Result() {
		if code > 2 {
			c.o.Log.Warn(fmt.Sprintf("broker %s: refuses the subscription to %s: check its access rules", k.at.url, filter))
		}
	}
	return nil
}

// hear takes a message that came. It does not wait.
func (c *Client) hear(k *conn, m paho.Message) {
	switch topic := m.Topic(); {
	case topic == "": // the guard's, in place of one that was too long
	case topic == c.o.Will.Topic:
		// Retained is what was there before this connection; birth is about to replace it.
		if !m.Retained() && !k.leaving.Load() && string(m.Payload()) == string(c.o.Will.Payload) {
			select {
			case k.wills <- struct{}{}:
			default:
			}
		}
	default:
		if !c.inbox.put(Message{Topic: topic, Payload: m.Payload(), Retain: m.Retained()}) {
			c.drop(k, fmt.Sprintf("a message to %.100q: too many wait to be heard", topic))
		}
	}
}

// answer says birth again when the will of an older connection has come, for as long as the connection lives.
func (k *conn) answer(birth Message) {
	defer close(k.answered)
	for {
		select {
		case <-k.up.Done():
			return
		case <-k.wills:
		}
		if k.send(k.up, birth).err != nil || sleep(k.up, answerEvery) != nil {
			return
		}
	}
}

func (k *conn) publish(ctx context.Context, m Message) error {
	d := k.send(ctx, m)
	if d.err != nil {
		return d.err
	}
	return k.wait(ctx, d.token)
}

// send gives m to paho once the message before it is written: paho waits no longer than offerTime for that, and gives up
// on a message in the midst of others.
func (k *conn) send(ctx context.Context, m Message) *Delivery {
	select {
	case <-k.wire.free:
	case <-k.up.Done():
		return &Delivery{err: context.Cause(k.up)}
	case <-ctx.Done():
		return &Delivery{err: ctx.Err()}
	}
	d := &Delivery{conn: k, token: k.paho.Publish(m.Topic, m.QoS.level(), m.Retain, m.Payload)}
	if d.token.Error() != nil {
		k.wire.sever() // or a later one would arrive without it
	}
	return d
}

// wait returns nil when the broker has acknowledged on this connection. A broker that does not in ackTime has lost it.
func (k *conn) wait(ctx context.Context, t paho.Token) error {
	late := time.NewTimer(ackTime)
	defer late.Stop()
	var err error
	select {
	case <-t.Done():
	case <-k.up.Done():
		err = context.Cause(k.up)
	case <-ctx.Done():
		err = ctx.Err()
	case <-late.C:
		err = fmt.Errorf("no acknowledgement in %v", ackTime)
	}
	select {
	case <-t.Done():
	default:
		return err
	}
	switch {
	case t.Error() == nil: // an acknowledgement counts, whatever ended at the same time
		return nil
	case err == nil:
		k.wire.sever() // if it was not the loss of the connection that ended the token, it is lost now
		<-k.gone
		err = context.Cause(k.up) // says more than the token
	}
	return err
}

// cut ends the connection without a DISCONNECT, so that the broker publishes the will unless a new connection comes.
func (k *conn) cut(why error) {
	k.lost(why)
	k.wire.sever()
	<-k.gone
	<-k.answered
}

// end says bye and ends the connection with a DISCONNECT, upon which the broker drops the will.
//
// The subscriptions end first. Otherwise the broker sends us our own bye, and a socket that is closed with bytes unread
// is reset, which may lose the DISCONNECT; the will would then follow the bye.
func (c *Client) end(ctx context.Context, k *conn) error {
	k.leaving.Store(true)
	if all := c.filters(); len(all) > 0 {
		if err := k.wait(ctx, k.paho.Unsubscribe(all...)); err != nil {
			return err
		}
	}
	if c.o.Bye.Topic != "" {
		if err := k.publish(ctx, c.o.Bye); err != nil {
			return err
		}
	}
	k.paho.Disconnect(uint(time.Second / time.Millisecond)) // at most so long
	k.wire.Close()
	k.lost(errClosed)
	<-k.answered
	return nil
}
