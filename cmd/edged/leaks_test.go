package main

import (
	"net"
	"strings"
	"testing"
	"time"
)

func TestLeakCheck(t *testing.T) {
	before := hold()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error)
	go func() { _, err := l.Accept(); done <- err }()
	if err := before.leaked(50 * time.Millisecond); err == nil || !strings.Contains(err.Error(), "1 goroutines too many") ||
		!strings.Contains(err.Error(), `"socket:[`) || !strings.Contains(err.Error(), "Accept") {
		t.Errorf("got %v, want a goroutine in Accept and its socket", err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	<-done
	if err := before.leaked(leakPatience); err != nil {
		t.Errorf("got %v after all was closed", err)
	}
}
