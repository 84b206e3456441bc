package mqtt

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/eclipse/paho.mqtt.golang/packets"
)

// script is a connection on which all that will be said is known.
type script struct {
	net.Conn
	text io.Reader
}

func (s script) Read(p []byte) (int, error) { return s.text.Read(p) }

// said are things that a broker may say.
var said = []string{
	"\x20\x02\x00\x00", "\x20\x02\x01\x05", "\xd0\x00", "\x90\x03\x00\x01\x01", "\xb0\x02\x00\x05",
	"\x40\x02\x00\x02", "\x40\x02\x00\x03", "\x50\x02\x00\x04", "\x70\x02\x00\x04",
	"\x30\x05\x00\x01ahi", "\x32\x07\x00\x01a\x00\x09hi", "\x31\x10\x00\x0cavailabilityoffline", "\x30\x15\x00\x0cavailabilityoffline",
	"\x30\x90\x80\x10\x00\x01a", "\x30\xff\xff\xff\xff", "HTTP/1.1 200 OK\r\n", "\x16\x03\x01\x02\x00",
}

// FuzzGuard lets paho read what a broker says through a guard.
func FuzzGuard(f *testing.F) {
	f.Add([]byte(strings.Join(said[:9], "")))
	for _, s := range said {
		f.Add([]byte(said[0] + s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		g := newGuard(script{text: bytes.NewReader(text)}, func(topic string, size int) {
			if topic == "" || size <= maxPayload {
				t.Errorf("a message of %d bytes to %q is too long", size, topic)
			}
		})
		g.awaited = map[uint16]byte{1: suback, 2: puback, 3: puback, 4: pubrec, 5: unsuback}
		for {
			p, err := packets.ReadPacket(g)
			var broken protocolError
			switch {
			case err == io.EOF, err == io.ErrUnexpectedEOF, errors.As(err, &broken):
				return
			case err != nil:
				t.Fatalf("paho cannot read what it was given: %v", err)
			}
			wantSane(t, p)
		}
	})
}

// wantSane fails for what paho must not see.
func wantSane(t *testing.T, p packets.ControlPacket) {
	t.Helper()
	switch p := p.(type) {
	case *packets.PublishPacket:
		if p.Qos > 1 || len(p.Payload) > maxPayload || p.TopicName == "" && len(p.Payload) > 0 {
			t.Errorf("got a message of QoS %d and %d bytes to %q", p.Qos, len(p.Payload), p.TopicName)
		}
	case *packets.SubackPacket:
		if len(p.ReturnCodes) != 1 || p.MessageID != 1 {
			t.Errorf("got %v with codes %v", p, p.ReturnCodes)
		}
	case *packets.PubackPacket, *packets.PubrecPacket, *packets.PubcompPacket, *packets.UnsubackPacket:
		if id := p.Details().MessageID; id < 2 || id > 5 {
			t.Errorf("got %v", p)
		}
	case *packets.ConnackPacket, *packets.PingrespPacket:
	default:
		t.Errorf("got %v", p)
	}
}

// FuzzBroker has a broker that makes a good connection and then says what it likes. The client must come to an end, and
// call nothing delivered that was not acknowledged.
func FuzzBroker(f *testing.F) {
	f.Add([]byte("\x40\x02\x00\x03\x40\x02\x00\x04\x40\x02\x00\x05"))
	f.Add([]byte("\x40\x82\x00\x00\x04"))
	for _, s := range said {
		f.Add([]byte(s + s))
		f.Add([]byte("\x40\x02\x00\x03" + s + "\x40\x02\x00\x04"))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		synctest.Test(t, func(t *testing.T) {
			b := &pipeBroker{}
			c, _ := b.client(t, Listener{"a", func(context.Context, Message) {}})
			up, err := c.Connect(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			b.quirk.Store(&quirk{raw: func(packets.ControlPacket) []byte { return []byte{} }})
			go func() {
				time.Sleep(time.Second) // the client has sent by then
				b.conns[0].Write(text)
				b.conns[0].Close()
			}()
			for range 3 {
				wantAcknowledged(t, c.Send(t.Context(), Message{Topic: "event"}), text)
			}
			<-up.Done()
			if err := c.Close(t.Context()); err != nil {
				t.Error(err)
			}
		})
	})
}

// wantAcknowledged fails if d is done without a PUBACK in text.
func wantAcknowledged(t *testing.T, d *Delivery, text []byte) {
	t.Helper()
	if d.Wait(t.Context()) != nil {
		return
	}
	id := d.token.(interface{ MessageID() uint16 }).MessageID()
	for _, length := range []string{"\x02", "\x82\x00", "\x82\x80\x00", "\x82\x80\x80\x00"} { // MQTT 3.1.1 wants no shortest form
		puback := append([]byte{puback << 4}, length...)
		if bytes.Contains(text, binary.BigEndian.AppendUint16(puback, id)) {
			return
		}
	}
	t.Errorf("message %d is delivered without an acknowledgement", id)
}
