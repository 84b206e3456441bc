package broker

import (
	"cmp"
	"context"
	"crypto/subtle"
	"fmt"
	"log/slog"
	"net"
	"net/netip"

	mochi "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/packets"
)

// Options says where to serve and whom. The zero value serves everybody on a free port.
type Options struct {
	Listener net.Listener // whose clients are served, in place of Addr's; closed with the broker
	Addr     string       // a loopback address and port; empty is 127.0.0.1:0, port 0 is a free one
	Username string       // with Password, the only user; empty lets everybody in
	Password string

	// Tap sees every message that clients publish, and the wills of those that die, before it is acknowledged. It is
	// called from several goroutines, but those of one client in order. It may be nil.
	Tap func(topic string, payload []byte)
	Log *slog.Logger
}

// Broker is an MQTT broker at work.
type Broker struct {
	server *mochi.Server
	listen *listener
}

// Serve starts a broker. It is an error if Addr is not on loopback or is taken.
func Serve(o Options) (*Broker, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	l, err := o.listen()
	if err != nil {
		return nil, fmt.Errorf("broker: %w", err)
	}
	b := &Broker{
		// mochi warns of every client that goes away; of its talk only errors are news here.
		server: mochi.New(&mochi.Options{Logger: slog.New(errorsOnly{o.Log.Handler()})}),
	}
	b.listen = newListener(l, &b.server.Listeners.ClientsWg)
	err = b.server.AddHook(&gate{user: []byte(o.Username), password: []byte(o.Password), tap: o.Tap}, nil)
	if err == nil {
		err = b.server.AddListener(b.listen)
	}
	if err == nil {
		err = b.server.Serve()
	}
	if err != nil {
		l.Close()
		return nil, fmt.Errorf("broker: %w", err)
	}
	return b, nil
}

func (o *Options) listen() (net.Listener, error) {
	if o.Listener != nil {
		return o.Listener, nil
	}
	addr := cmp.Or(o.Addr, "127.0.0.1:0")
	if at, err := netip.ParseAddrPort(addr); err != nil || !at.Addr().IsLoopback() {
		return nil, fmt.Errorf("address %q is not a loopback address and port, such as 127.0.0.1:1883", addr)
	}
	return net.Listen("tcp", addr)
}

// Addr returns the address and port served.
func (b *Broker) Addr() string { return b.listen.Address() }

// URL returns what a client calls the broker.
func (b *Broker) URL() string { return "mqtt://" + b.Addr() }

// Close cuts all connections and waits until they are gone and the port is free.
func (b *Broker) Close() error { return b.server.Close() }

// gate lets one user in, or everybody if it names none; who is in may do all, and tap sees it.
type gate struct {
	mochi.HookBase
	user, password []byte
	tap            func(topic string, payload []byte)
}

// ID names the hook to mochi.
func (g *gate) ID() string { return "gate" }

// Provides tells mochi which questions the hook answers.
func (g *gate) Provides(b byte) bool {
	if b == mochi.OnPublish || b == mochi.OnWillSent {
		return g.tap != nil
	}
	return b == mochi.OnConnectAuthenticate || b == mochi.OnACLCheck
}

// OnConnectAuthenticate says whether a client may come in.
func (g *gate) OnConnectAuthenticate(_ *mochi.Client, pk packets.Packet) bool {
	if len(g.user) == 0 {
		return true
	}
	user := subtle.ConstantTimeCompare(pk.Connect.Username, g.user)
	return user&subtle.ConstantTimeCompare(pk.Connect.Password, g.password) == 1
}

// OnACLCheck says whether a client may use a topic.
func (g *gate) OnACLCheck(*mochi.Client, string, bool) bool { return true }

// OnPublish shows a message to the tap.
func (g *gate) OnPublish(_ *mochi.Client, pk packets.Packet) (packets.Packet, error) {
	g.tap(pk.TopicName, pk.Payload)
	return pk, nil
}

// OnWillSent shows a will to the tap.
func (g *gate) OnWillSent(_ *mochi.Client, pk packets.Packet) { g.tap(pk.TopicName, pk.Payload) }

// errorsOnly passes on records of errors.
type errorsOnly struct{ slog.Handler }

func (h errorsOnly) Enabled(ctx context.Context, l slog.Level) bool {
	return l >= slog.LevelError && h.Handler.Enabled(ctx, l)
}

func (h errorsOnly) WithAttrs(a []slog.Attr) slog.Handler { return errorsOnly{h.Handler.WithAttrs(a)} }
func (h errorsOnly) WithGroup(name string) slog.Handler   { return errorsOnly{h.Handler.WithGroup(name)} }
