package main

import (
	"context"
	"errors"
	"io"
	"net"
	"sync"
)

// gate is an address that leads to a broker while it is open.
type gate struct {
	l      net.Listener
	target string
	wg     sync.WaitGroup

	mu    sync.Mutex
	open  bool
	conns map[net.Conn]bool
}

func newGate(target string) (*gate, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	g := &gate{l: l, target: target, conns: map[net.Conn]bool{}}
	g.wg.Go(g.serve)
	return g, nil
}

func (g *gate) url() string { return "mqtt://" + g.l.Addr().String() }

// set opens the gate, or shuts it for those who are not through yet.
func (g *gate) set(open bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.open = open
}

// cut ends all connections.
func (g *gate) cut() {
	g.mu.Lock()
	defer g.mu.Unlock()
	for c := range g.conns {
		c.Close()
	}
}

func (g *gate) close() error {
	err := g.l.Close()
	g.cut()
	g.wg.Wait()
	return err
}

func (g *gate) serve() {
	for {
		c, err := g.l.Accept()
		if err != nil {
			return
		}
		g.wg.Go(func() { g.join(c) })
	}
}

// join passes bytes on both ways until one side ends.
func (g *gate) join(c net.Conn) {
	defer c.Close()
	if !g.hold(c) {
		return
	}
	defer g.drop(c)
	b, err := net.Dial("tcp", g.target)
	if err != nil {
		return
	}
	defer b.Close()
	var there sync.WaitGroup
	there.Go(func() {
		_, _ = io.Copy(b, c) // either side may go at any time
		b.Close()
	})
	_, _ = io.Copy(c, b)
	c.Close()
	there.Wait()
}

// hold lets c through if the gate is open.
func (g *gate) hold(c net.Conn) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.open {
		g.conns[c] = true
	}
	return g.open
}

func (g *gate) drop(c net.Conn) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.conns, c)
}

// dialer returns a way to the first of the addresses that answers, whichever that is.
func dialer(addresses ...string) func(context.Context) (net.Conn, error) {
	return func(ctx context.Context) (net.Conn, error) {
		var all error
		for _, a := range addresses {
			c, err := new(net.Dialer).DialContext(ctx, "tcp", a)
			if err == nil {
				return c, c.(*net.TCPConn).SetReadBuffer(4 << 20) // a broker that dies must not have waited for us
			}
			all = errors.Join(all, err)
		}
		return nil, all
	}
}
