package publish_test

import (
	"context"
	"encoding/json"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"edged/pipelines"
	"edged/pipelines/publish"
	"edged/pipelines/publish/broker"
	"edged/pipelines/publish/mqtt"
	"edged/sensors"
)

var (
	_ pipelines.Sink        = (*publish.Publisher)(nil)
	_ pipelines.ReadingSink = (*publish.Publisher)(nil)
)

// tap keeps what a broker, over all its lives, has taken from clients.
type tap struct {
	mu   sync.Mutex
	cond sync.Cond
	got  []string // "topic payload", the topic without its prefix
	seqs []uint64 // of the events among them
}

func newTap() *tap {
	t := &tap{}
	t.cond.L = &t.mu
	return t
}

func (p *tap) see(topic string, payload []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.got = append(p.got, strings.TrimPrefix(topic, "edged/porch/")+" "+string(payload))
	if topic == "edged/porch/room/labels" {
		var ev struct{ Seq uint64 }
		if err := json.Unmarshal(payload, &ev); err != nil {
			panic(err) // on the broker's goroutine
		}
		p.seqs = append(p.seqs, ev.Seq)
	}
	p.cond.Broadcast()
}

// wait waits until ok, which may read p's fields.
func (p *tap) wait(ok func() bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for !ok() {
		p.cond.Wait()
	}
}

// infos returns how often a connection has said who the device is.
func (p *tap) infos() (n int) {
	for _, g := range p.got {
		if strings.HasPrefix(g, "info ") {
			n++
		}
	}
	return n
}

func serve(t testing.TB, addr string, p *tap) *broker.Broker {
	t.Helper()
	b, err := broker.Serve(broker.Options{Addr: addr, Tap: p.see})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func start(t testing.TB, o publish.Options) (p *publish.Publisher, stop func()) {
	t.Helper()
	o.Device = "porch"
	p, err := publish.New(o)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() {
		if err := p.Run(ctx); err != nil {
			t.Error(err)
		}
	})
	return p, func() { cancel(); wg.Wait() }
}

func event(seq int) *pipelines.Event {
	return &pipelines.Event{Seq: uint64(seq), Boot: "b", Time: time.Now(), Pipeline: "room", Kind: pipelines.KindLabels}
}

func TestPublisherDeliversInOrder(t *testing.T) {
	seen := newTap()
	b := serve(t, "", seen)
	defer b.Close()
	p, stop := start(t, publish.Options{Broker: mqtt.Options{URL: b.URL()}, Info: publish.Info{Version: "1"}})
	for i := range 200 {
		if err := p.Put(t.Context(), event(i+1)); err != nil {
			t.Fatal(err)
		}
	}
	r := &sensors.Reading{Time: time.Now(), Values: []sensors.Value{{Name: "temperature", Unit: "°C", Value: 25.08}}}
	if err := p.PutReading(t.Context(), "air", r); err != nil {
		t.Fatal(err)
	}
	seen.wait(func() bool { return len(seen.seqs) > 0 })
	stop() // delivers all that was accepted
	got := seen.got
	if len(got) != 204 {
		t.Fatalf("got %d messages, want 204", len(got))
	}
	if got[0] != "availability online" || !strings.HasPrefix(got[1], `info {"version":"1"`) {
		t.Errorf("got %q first", got[:2])
	}
	for i, seq := range seen.seqs {
		if seq != uint64(i+1) {
			t.Fatalf("event %d: got seq %d", i, seq)
		}
	}
	if !strings.HasPrefix(got[202], "air/reading {") || got[203] != "availability stopped" {
		t.Errorf("got %q last", got[202:])
	}
	if s := p.Stats(); s.Delivered != 201 || s.Connected || s.Queue.Depth != 0 {
		t.Errorf("got %+v", s)
	}
}

// TestBrokerDiesWhilePublishing kills and restarts the broker several times while events come; each comes at least
// once, and their first comings are in order.
func TestBrokerDiesWhilePublishing(t *testing.T) {
	const lives, each = 2, 400
	seen := newTap()
	b := serve(t, "", seen)
	addr := b.Addr()
	p, stop := start(t, publish.Options{Broker: mqtt.Options{URL: b.URL()}})
	for life := range lives {
		for i := range each {
			if err := p.Put(t.Context(), event(life*each+i+1)); err != nil {
				t.Fatal(err)
			}
		}
		part := life*each + each/2
		seen.wait(func() bool { return len(seen.seqs) >= part })
		b.Close()
		b = serve(t, addr, seen)
	}
	seen.wait(func() bool { return seen.infos() > lives && seen.seqs[len(seen.seqs)-1] == lives*each })
	stop()
	b.Close()
	inOrder(t, seen.seqs, lives*each)
	again := 0
	for i, g := range seen.got {
		if g == "availability online" {
			again++
			if !strings.HasPrefix(seen.got[i+1], "info ") {
				t.Errorf("after online came %q, want info", seen.got[i+1])
			}
		}
	}
	if again != lives+1 {
		t.Errorf("got %d times online, want %d", again, lives+1)
	}
	// A will may still follow: the broker may have been closed before it read the DISCONNECT.
	if last := seen.got[len(seen.got)-2:]; !slices.Contains(last, "availability stopped") {
		t.Errorf("got %q last", last)
	}
}

func TestIdlePublisherComesBack(t *testing.T) {
	seen := newTap()
	b := serve(t, "", seen)
	_, stop := start(t, publish.Options{Broker: mqtt.Options{URL: b.URL()}})
	seen.wait(func() bool { return seen.infos() == 1 })
	b.Close()
	b = serve(t, b.Addr(), seen)
	defer b.Close()
	seen.wait(func() bool { return seen.infos() == 2 }) // though nothing was put
	stop()
}

// TestRetainedComesAfterInfo on each connection, and when it is announced.
func TestRetainedComesAfterInfo(t *testing.T) {
	seen := newTap()
	b := serve(t, "", seen)
	defer b.Close()
	p, stop := start(t, publish.Options{
		Broker: mqtt.Options{URL: b.URL()},
		Retained: func() []mqtt.Message {
			return []mqtt.Message{{Topic: "ha/config", Payload: []byte("{}"), Retain: true}}
		},
	})
	seen.wait(func() bool { return len(seen.got) == 3 })
	if err := p.Announce(); err != nil {
		t.Fatal(err)
	}
	if err := p.Post(mqtt.Message{Topic: "edged/porch/response/ping", Payload: []byte("pong")}); err != nil {
		t.Fatal(err)
	}
	stop()
	got := slices.Delete(seen.got, 1, 2) // info
	if want := []string{"availability online", "ha/config {}", "ha/config {}", "response/ping pong", "availability stopped"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestOnlineWhenReady holds the first connection back until the device is ready, though not the end.
func TestOnlineWhenReady(t *testing.T) {
	seen := newTap()
	b := serve(t, "", seen)
	defer b.Close()
	ready := make(chan struct{})
	p, stop := start(t, publish.Options{
		Broker: mqtt.Options{URL: b.URL()},
		Wait: func(ctx context.Context) {
			select {
			case <-ready:
				seen.see("ready", nil)
			case <-ctx.Done():
			}
		},
	})
	if err := p.Put(t.Context(), event(1)); err != nil {
		t.Fatal(err)
	}
	close(ready)
	seen.wait(func() bool { return len(seen.seqs) == 1 })
	stop()
	if seen.got[0] != "ready " || seen.got[1] != "availability online" {
		t.Errorf("got %q first, want ready and then online", seen.got[:2])
	}
}

func TestHealthComes(t *testing.T) {
	seen := newTap()
	b := serve(t, "", seen)
	defer b.Close()
	g := pipelines.NewGroup(pipelines.Options{Boot: "b1"})
	_, stop := start(t, publish.Options{Broker: mqtt.Options{URL: b.URL()}, Stats: g.Stats, HealthEvery: time.Millisecond})
	seen.wait(func() bool {
		return len(seen.got) > 0 && strings.HasPrefix(seen.got[len(seen.got)-1], `health {"time":`)
	})
	stop()
}

func TestEndWithoutABroker(t *testing.T) {
	b := serve(t, "", newTap())
	b.Close()
	p, stop := start(t, publish.Options{Broker: mqtt.Options{URL: b.URL()}, FlushTime: 50 * time.Millisecond})
	if err := p.Put(t.Context(), event(1)); err != nil {
		t.Fatal(err)
	}
	begin := time.Now()
	stop()
	if d := time.Since(begin); d > 2*time.Second {
		t.Errorf("the end took %v", d)
	}
	if s := p.Stats(); s.Queue.Depth != 1 {
		t.Errorf("got %+v, want one left", s)
	}
}

// TestEndWhileConnecting ends when the network connection is there and the handshake is not: what waits is delivered over
// that connection, not over a second one.
func TestEndWhileConnecting(t *testing.T) {
	seen := newTap()
	b := serve(t, "", seen)
	defer b.Close()
	ctx, end := context.WithCancel(t.Context())
	dials := 0
	dial := func(ctx context.Context, addr string) (net.Conn, error) {
		dials++
		end()
		return new(net.Dialer).DialContext(ctx, "tcp", addr)
	}
	p, err := publish.New(publish.Options{Device: "porch", Broker: mqtt.Options{URL: b.URL(), Dial: dial}, FlushTime: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Put(t.Context(), event(1)); err != nil {
		t.Fatal(err)
	}
	if err := p.Run(ctx); err != nil {
		t.Fatal(err)
	}
	seen.mu.Lock()
	defer seen.mu.Unlock()
	if s := p.Stats(); dials != 1 || s.Delivered != 1 || !slices.Equal(seen.seqs, []uint64{1}) {
		t.Errorf("got %d dials, %+v, events %v; want 1 dial and event 1 delivered", dials, s, seen.seqs)
	}
}

func TestPublisherRefuses(t *testing.T) {
	if _, err := publish.New(publish.Options{Device: "a/b"}); err == nil || !strings.HasPrefix(err.Error(), `publish: device: name "a/b"`) {
		t.Errorf("got %v", err)
	}
	p, err := publish.New(publish.Options{Device: "porch", Broker: mqtt.Options{URL: "mqtt://localhost"}, QueueBytes: 300})
	if err != nil {
		t.Fatal(err)
	}
	ev := event(1)
	if err := p.Put(t.Context(), ev); err == nil || !strings.Contains(err.Error(), "above the limit of 300") {
		t.Errorf("got %v", err)
	}
	ev.Pipeline = "#"
	if err := p.Put(t.Context(), ev); err == nil || !strings.HasPrefix(err.Error(), `publish: event b-#-1: name "#"`) {
		t.Errorf("got %v", err)
	}
	if err := p.PutReading(t.Context(), "", &sensors.Reading{}); err == nil || !strings.HasPrefix(err.Error(), `publish: reading: name ""`) {
		t.Errorf("got %v", err)
	}
}
