package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// mosquitto is Debian's broker with a judge beside it, and a gate before it that opens when the judge is subscribed.
type mosquitto struct {
	dir    string
	listen string // HOST:PORT
	gate   *gate
	judge  *subscriber
	child  *child
	wg     sync.WaitGroup
	stop   context.CancelFunc
}

// judged starts a broker at an address, or on loopback if it is empty, and a judge who hands all labels to take.
func judged(ctx context.Context, dir, listen string, take func(string, []byte)) (*mosquitto, error) {
	if listen == "" {
		ports, err := freePorts(1)
		if err != nil {
			return nil, err
		}
		listen = loopback(ports[0])
	}
	m := &mosquitto{dir: dir, listen: listen}
	var err error
	if m.gate, err = newGate(listen); err != nil {
		return nil, err
	}
	if m.child, err = startMosquitto(ctx, dir, m.listen); err != nil {
		return nil, err
	}
	m.judge = newSubscriber("judge", "edged/+/+/+/#", dialer(m.listen), func(topic string, payload []byte) {
		if last := strings.Split(topic, "/")[3]; last == "labels" || last == "alert" {
			take(topic, payload)
		}
	})
	ctx, m.stop = context.WithCancel(ctx)
	m.wg.Go(func() { m.judge.run(ctx) })
	return m, m.open(ctx)
}

// open waits for the judge and opens the gate.
func (m *mosquitto) open(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	if err := m.judge.await(ctx, true); err != nil {
		return err
	}
	m.gate.set(true)
	return nil
}

// restart kills the broker and starts another.
func (m *mosquitto) restart(ctx context.Context) error {
	m.gate.set(false)
	m.child.kill()
	if err := m.judge.await(ctx, false); err != nil {
		return err
	}
	var err error
	if m.child, err = startMosquitto(ctx, m.dir, m.listen); err != nil {
		return err
	}
	return m.open(ctx)
}

// close ends the judge, the gate and the broker.
func (m *mosquitto) close() {
	m.stop()
	m.wg.Wait()
	_ = m.gate.close()
	m.child.kill()
}

// startMosquitto starts a broker that holds no message back: what it has acknowledged, it has written to its
// subscribers' sockets.
func startMosquitto(ctx context.Context, dir, listen string) (*child, error) {
	host, port, _ := net.SplitHostPort(listen)
	conf := filepath.Join(dir, "mosquitto.conf")
	text := fmt.Sprintf("listener %s %s\nallow_anonymous true\npersistence false\nmax_inflight_messages 0\nmax_queued_messages 0\nuser root\n", port, host)
	if err := os.WriteFile(conf, []byte(text), 0o600); err != nil {
		return nil, err
	}
	return start(ctx, filepath.Join(dir, "mosquitto.log"), nil, "mosquitto", "-c", conf)
}
