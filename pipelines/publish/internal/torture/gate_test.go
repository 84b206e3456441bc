package main

import (
	"io"
	"net"
	"testing"
)

func TestGate(t *testing.T) {
	echo, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer echo.Close()
	go func() {
		for {
			c, err := echo.Accept()
			if err != nil {
				return
			}
			go func() { defer c.Close(); _, _ = io.Copy(c, c) }()
		}
	}()
	g, err := newGate(echo.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	dial := func() net.Conn {
		c, err := net.Dial("tcp", g.l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Close() })
		return c
	}
	answers := func(c net.Conn) bool {
		b := make([]byte, 1)
		_, _ = c.Write([]byte("x"))
		n, _ := io.ReadFull(c, b)
		return n == 1
	}
	if answers(dial()) {
		t.Error("a gate that is shut lets through")
	}
	g.set(true)
	c := dial()
	if !answers(c) {
		t.Error("a gate that is open does not let through")
	}
	g.set(false)
	if !answers(c) || answers(dial()) {
		t.Error("shutting it must end nothing and let nobody through")
	}
	g.cut()
	if answers(c) {
		t.Error("a connection outlives the cut")
	}
	if err := g.close(); err != nil {
		t.Error(err)
	}
}
