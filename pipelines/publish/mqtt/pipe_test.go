package mqtt

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/eclipse/paho.mqtt.golang/packets"
)

// pipeBroker is the other end of a client's connections: a broker that does what a test tells it.
type pipeBroker struct {
	dials   []time.Time
	dialErr error
	refuse  byte      // the code of every CONNACK
	mute    bool      // acknowledges no PUBLISH of the topic "event"
	hangUps int       // closes so many connections as soon as they are made
	lateOff bool      // publishes the will of an older connection after the birth
	batch   int       // acknowledges messages of the topic "event" so many at once; 0 is each
	held    []uint16  // their ids, until then
	refuses string    // a filter that may not be subscribed to
	push    []Message // sent after the birth

	quirk atomic.Pointer[quirk] // nil for none
	got   []string              // packets that came, in words
	conns []net.Conn            // the broker's ends
}

// quirk is what a broker does that it should not.
type quirk struct {
	slow time.Duration                        // between reading what comes
	raw  func(p packets.ControlPacket) []byte // sent in place of an answer, unless it is nil
}

func (b *pipeBroker) quirks() quirk {
	if q := b.quirk.Load(); q != nil {
		return *q
	}
	return quirk{}
}

func (b *pipeBroker) dial(context.Context, string) (net.Conn, error) {
	b.dials = append(b.dials, time.Now())
	if b.dialErr != nil {
		return nil, b.dialErr
	}
	client, server := net.Pipe()
	b.conns = append(b.conns, server)
	go b.serve(server)
	return client, nil
}

func (b *pipeBroker) serve(c net.Conn) {
	defer c.Close()
	for {
		time.Sleep(b.quirks().slow)
		p, err := packets.ReadPacket(c)
		if err != nil {
			return
		}
		if raw := b.quirks().raw; raw != nil {
			if text := raw(p); text != nil {
				if _, err := c.Write(text); err != nil {
					return
				}
				continue
			}
		}
		if reply := b.reply(p); reply != nil && reply.Write(c) != nil {
			return
		}
		if _, ok := p.(*packets.ConnectPacket); ok && b.hangUps > 0 {
			b.hangUps--
			return
		}
		if pub, ok := p.(*packets.PublishPacket); ok && b.lateOff && string(pub.Payload) == "online" {
			b.lateOff = false
			if send(c, Message{Topic: "availability", Payload: []byte("offline"), QoS: AtMostOnce}) != nil {
				return
			}
		}
		if pub, ok := p.(*packets.PublishPacket); ok && string(pub.Payload) == "online" {
			for _, m := range b.push {
				if send(c, m) != nil {
					return
				}
			}
		}
		if len(b.held) < b.batch {
			continue
		}
		for ; len(b.held) > 0; b.held = b.held[1:] {
			ack := packets.NewControlPacket(packets.Puback).(*packets.PubackPacket)
			if ack.MessageID = b.held[0]; ack.Write(c) != nil {
				return
			}
		}
	}
}

func (b *pipeBroker) reply(p packets.ControlPacket) packets.ControlPacket {
	id := p.Details().MessageID
	switch p := p.(type) {
	case *packets.ConnectPacket:
		b.got = append(b.got, "connect "+p.Username+":"+string(p.Password)+" will "+string(p.WillMessage))
		ack := packets.NewControlPacket(packets.Connack).(*packets.ConnackPacket)
		ack.ReturnCode = b.refuse
		return ack
	case *packets.SubscribePacket:
		b.got = append(b.got, "subscribe "+p.Topics[0])
		ack := packets.NewControlPacket(packets.Suback).(*packets.SubackPacket)
		ack.MessageID, ack.ReturnCodes = id, []byte{1}
		if p.Topics[0] == b.refuses {
			ack.ReturnCodes[0] = 0x80
		}
		return ack
	case *packets.UnsubscribePacket:
		b.got = append(b.got, "unsubscribe "+strings.Join(p.Topics, " "))
		ack := packets.NewControlPacket(packets.Unsuback).(*packets.UnsubackPacket)
		ack.MessageID = id
		return ack
	case *packets.PublishPacket:
		b.got = append(b.got, p.TopicName+" "+string(p.Payload))
		switch {
		case b.mute && p.TopicName == "event" || p.Qos == 0:
			return nil
		case b.batch > 0 && p.TopicName == "event":
			b.held = append(b.held, id)
			return nil
		case p.Qos == 2:
			rec := packets.NewControlPacket(packets.Pubrec).(*packets.PubrecPacket)
			rec.MessageID = id
			return rec
		}
		ack := packets.NewControlPacket(packets.Puback).(*packets.PubackPacket)
		ack.MessageID = id
		return ack
	case *packets.PubrelPacket:
		b.got = append(b.got, "release")
		comp := packets.NewControlPacket(packets.Pubcomp).(*packets.PubcompPacket)
		comp.MessageID = id
		return comp
	case *packets.PubackPacket:
		b.got = append(b.got, "heard")
	case *packets.PingreqPacket:
		return packets.NewControlPacket(packets.Pingresp)
	case *packets.DisconnectPacket:
		b.got = append(b.got, "disconnect")
	}
	return nil
}

// send publishes m to who is at the other end of c.
func send(c net.Conn, m Message) error {
	p := packets.NewControlPacket(packets.Publish).(*packets.PublishPacket)
	p.TopicName, p.Payload, p.Retain, p.Qos, p.MessageID = m.Topic, m.Payload, m.Retain, m.QoS.level(), 7
	return p.Write(c)
}

// client makes a Client of b whose log goes to the buffer.
func (b *pipeBroker) client(t *testing.T, listen ...Listener) (*Client, *bytes.Buffer) {
	t.Helper()
	var log bytes.Buffer
	word := func(w string) Message { return Message{Topic: "availability", Payload: []byte(w), Retain: true} }
	c, err := New(Options{
		URL: "mqtt://hub", ClientID: "edged-porch", Username: "edged", Password: "s3cret",
		Will: word("offline"), Birth: word("online"), Bye: word("stopped"),
		Listen: listen, Dial: b.dial, Log: slog.New(slog.NewTextHandler(&log, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	return c, &log
}

func TestLifeOfAConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &pipeBroker{}
		c, _ := b.client(t)
		up, err := c.Connect(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if again, err := c.Connect(t.Context()); err != nil || again != up {
			t.Errorf("a second Connect made another connection: %v", err)
		}
		if err := c.Publish(t.Context(), Message{Topic: "event", Payload: []byte("1")}); err != nil {
			t.Error(err)
		}
		time.Sleep(time.Minute) // pings keep it up
		if err := up.Err(); err != nil {
			t.Errorf("lost: %v", context.Cause(up))
		}
		if err := c.Close(t.Context()); err != nil {
			t.Error(err)
		}
		synctest.Wait()
		got := strings.Join(b.got, ", ")
		want := "connect edged:s3cret will offline, subscribe availability, availability online, event 1, " +
			"unsubscribe availability, availability stopped, disconnect"
		if got != want {
			t.Errorf("got %s\nwant %s", got, want)
		}
		if up.Err() == nil {
			t.Error("the connection's context outlives it")
		}
		if err := c.Publish(t.Context(), Message{Topic: "event"}); err != errNotConnected {
			t.Errorf("got %v", err)
		}
	})
}

func TestLateWillIsAnswered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &pipeBroker{lateOff: true}
		c, _ := b.client(t)
		if _, err := c.Connect(t.Context()); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if got := strings.Join(b.got[2:], ", "); got != "availability online, availability online" {
			t.Errorf("got %s", got)
		}
		if err := c.Close(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

func TestNoAcknowledgementIsALostConnection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &pipeBroker{mute: true}
		c, log := b.client(t)
		up, err := c.Connect(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		err = c.Publish(t.Context(), Message{Topic: "event"})
		if err == nil || err.Error() != "no acknowledgement in 20s" || time.Since(start) != ackTime {
			t.Errorf("got %v after %v", err, time.Since(start))
		}
		if context.Cause(up) != err {
			t.Errorf("the connection ended with %v", context.Cause(up))
		}
		b.mute = false
		if _, err := c.Connect(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := c.Publish(t.Context(), Message{Topic: "event"}); err != nil {
			t.Error(err)
		}
		if !strings.Contains(log.String(), "broker mqtt://hub:1883: no acknowledgement in 20s") {
			t.Errorf("got log %s", log)
		}
		if err := c.Close(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

func TestLossEndsTheConnectionsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &pipeBroker{}
		c, log := b.client(t)
		up, err := c.Connect(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		b.conns[0].Close()
		<-up.Done()
		if err := c.Publish(t.Context(), Message{Topic: "event"}); err == nil {
			t.Error("published without a connection")
		}
		if _, err := c.Connect(t.Context()); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(log.String(), "connection closed by the broker") || len(b.dials) != 2 {
			t.Errorf("got %d dials, log %s", len(b.dials), log)
		}
		if err := c.Close(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

// TestHangUpAfterTheHandshake has a broker that takes a connection and gives it up at once, as when an older connection
// of the same client comes to its notice: what is sent at that moment must not be waited for as for a slow write.
func TestHangUpAfterTheHandshake(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &pipeBroker{hangUps: 1}
		c, _ := b.client(t)
		if _, err := c.Connect(t.Context()); err != nil {
			t.Fatal(err)
		}
		if len(b.dials) != 2 || b.dials[1].Sub(b.dials[0]) > 3*time.Second {
			t.Errorf("got dials at %v, want the second within 3 s", b.dials)
		}
		if err := c.Close(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

// TestRetries counts the tries of an hour and what is told of them.
func TestRetries(t *testing.T) {
	unreachable := &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
	tests := []struct {
		name     string
		b        *pipeBroker
		min, max int           // tries
		second   time.Duration // the second try, at the latest
		log      string
	}{
		{"unreachable", &pipeBroker{dialErr: unreachable}, 110, 140, 700 * time.Millisecond,
			"broker mqtt://hub:1883: unreachable (connection refused): check mqtt.broker and that the broker runs"},
		{"not authorised", &pipeBroker{refuse: packets.ErrRefusedNotAuthorised}, 12, 20, 40 * time.Second,
			"broker mqtt://hub:1883: not authorised: check mqtt.username and mqtt.password_file"},
		{"bad password", &pipeBroker{refuse: packets.ErrRefusedBadUsernameOrPassword}, 12, 20, 40 * time.Second,
			"broker mqtt://hub:1883: not authorised: check mqtt.username and mqtt.password_file"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, log := tt.b.client(t)
				ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
				defer cancel()
				start := time.Now()
				if _, err := c.Connect(ctx); !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != time.Hour {
					t.Errorf("got %v after %v", err, time.Since(start))
				}
				if n := len(tt.b.dials); n < tt.min || n > tt.max {
					t.Errorf("got %d tries in an hour, want %d to %d", n, tt.min, tt.max)
				}
				if d := tt.b.dials[1].Sub(start); d > tt.second || d < tt.second/4 {
					t.Errorf("got the second try after %v", d)
				}
				if n := strings.Count(log.String(), tt.log); n < 5 || n > 6 || n != strings.Count(log.String(), "\n") {
					t.Errorf("got %d lines, want one in 10 minutes:\n%s", n, log)
				}
			})
		})
	}
}

func TestConnectEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _ := (&pipeBroker{}).client(t)
		c.o.Dial = func(context.Context, string) (net.Conn, error) {
			client, server := net.Pipe() // says nothing
			context.AfterFunc(t.Context(), func() { server.Close() })
			go func() {
				for b := make([]byte, 100); ; {
					if _, err := server.Read(b); err != nil {
						return
					}
				}
			}()
			return client, nil
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start := time.Now()
		if _, err := c.Connect(ctx); err == nil || time.Since(start) != time.Second {
			t.Errorf("got %v after %v", err, time.Since(start))
		}
	})
}
