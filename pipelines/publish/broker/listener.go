package broker

import (
	"log/slog"
	"net"
	"sync"

	"github.com/mochi-mqtt/server/v2/listeners"
)

// listener hands connections to the server. mochi's own counts a client only when its goroutine has begun, which may be after
// the server's Close has looked whether there are any, and leaves alone who has connected and not said who it is.
type listener struct {
	accept  net.Listener
	clients *sync.WaitGroup // the server's, which its Close waits for
	done    chan struct{}   // closed when nobody is accepted any more

	mu    sync.Mutex
	conns map[net.Conn]struct{}
}

func newListener(l net.Listener, clients *sync.WaitGroup) *listener {
	return &listener{accept: l, clients: clients, done: make(chan struct{}), conns: map[net.Conn]struct{}{}}
}

// Init does nothing: the address is open.
func (l *listener) Init(*slog.Logger) error { return nil }

// ID names the listener to mochi.
func (l *listener) ID() string { return "tcp" }

// Address returns the address and port served.
func (l *listener) Address() string { return l.accept.Addr().String() }

// Protocol names it.
func (l *listener) Protocol() string { return l.accept.Addr().Network() }

// Serve accepts clients until Close.
func (l *listener) Serve(establish listeners.EstablishFn) {
	defer close(l.done)
	for {
		c, err := l.accept.Accept()
		if err != nil {
			return
		}
		l.keep(c)
		l.clients.Go(func() {
			defer l.drop(c)
			_ = establish(l.ID(), c) // that a client has gone is no news
		})
	}
}

func (l *listener) keep(c net.Conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.conns[c] = struct{}{}
}

func (l *listener) drop(c net.Conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.conns, c)
	_ = c.Close() // mostly has been
}

// Close accepts nobody any more, lets closeClients say goodbye to those that it knows, and cuts the others off.
func (l *listener) Close(closeClients listeners.CloseFn) {
	_ = l.accept.Close()
	<-l.done
	closeClients(l.ID())
	l.mu.Lock()
	defer l.mu.Unlock()
	for c := range l.conns {
		_ = c.Close()
	}
}
