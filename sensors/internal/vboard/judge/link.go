package main

import (
	"bufio"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"
)

// link is the connection to the guest: a line there, a line back.
type link struct {
	conn  net.Conn
	lines *bufio.Reader
	hello string
}

// listen waits for the guest on a socket.
func listen(socket string, patience time.Duration) (*link, error) {
	l, err := net.Listen("unix", socket)
	if err != nil {
		return nil, err
	}
	defer l.Close()
	if err := l.(*net.UnixListener).SetDeadline(time.Now().Add(patience)); err != nil {
		return nil, err
	}
	conn, err := l.Accept()
	if err != nil {
		return nil, fmt.Errorf("the board has not called: %w", err)
	}
	k := &link{conn: conn, lines: bufio.NewReader(conn)}
	if k.hello, err = k.answer(patience); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return k, nil
}

// ask has the guest do something and returns what it says.
func (k *link) ask(format string, args ...any) (string, error) {
	if _, err := fmt.Fprintf(k.conn, format+"\n", args...); err != nil {
		return "", err
	}
	return k.answer(20 * time.Second)
}

func (k *link) answer(patience time.Duration) (string, error) {
	if err := k.conn.SetReadDeadline(time.Now().Add(patience)); err != nil {
		return "", err
	}
	line, err := k.lines.ReadString('\n')
	if err != nil {
		return "", fmt.Errorf("the board does not answer: %w", err)
	}
	line = strings.TrimSpace(line)
	if text, ok := strings.CutPrefix(line, "ok"); ok {
		return strings.TrimSpace(text), nil
	}
	return "", errors.New(strings.TrimPrefix(line, "error "))
}

func (k *link) close() { _ = k.conn.Close() }
