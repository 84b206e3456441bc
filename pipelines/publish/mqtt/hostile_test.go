package mqtt

import (
	"bytes"
	"context"
	"encoding/binary"
	"io"
	"net"
	goruntime "runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/eclipse/paho.mqtt.golang/packets"
)

// to answers packets of kind with text, in which "ID" stands for the packet's id.
func to(kind byte, text string) func(packets.ControlPacket) []byte {
	return func(p packets.ControlPacket) []byte {
		var first bytes.Buffer
		if p.Write(&first) != nil || first.Bytes()[0]>>4 != kind {
			return nil
		}
		id := binary.BigEndian.AppendUint16(nil, p.Details().MessageID)
		return bytes.ReplaceAll([]byte(text), []byte("ID"), id)
	}
}

// TestBrokenProtocol has brokers that answer what MQTT does not allow. Each ends its connection, and is told of.
func TestBrokenProtocol(t *testing.T) {
	tests := []struct {
		name string
		raw  func(packets.ControlPacket) []byte
		want string
	}{
		{"another protocol", to(connect, "HTTP/1.1 400 Bad Request\r\n\r\n"), "a packet of type 4 at the wrong time"},
		{"a banner", to(connect, "220 hub ESMTP\r\n"), "a packet of type 3 at the wrong time"},
		{"no CONNACK", to(connect, "\xd0\x00"), "a packet of type 13 at the wrong time"},
		{"a CONNACK of no known code", to(connect, "\x20\x02\x00\x2a"), "a CONNACK of code 42"},
		{"a CONNACK of MQTT 5", to(connect, "\x20\x03\x00\x00\x00"), "a packet of type 2, flags 0x0 and 3 bytes"},
		{"two CONNACKs", to(connect, "\x20\x02\x00\x00\x20\x02\x00\x00"), "a packet of type 2 at the wrong time"},
		{"a SUBACK of two codes", to(subscribe, "\x90\x04ID\x01\x01"), "a packet of type 9, flags 0x0 and 4 bytes"},
		{"a SUBACK of none", to(subscribe, "\x90\x02ID"), "a packet of type 9, flags 0x0 and 2 bytes"},
		{"a PUBACK for a subscription", to(subscribe, "\x40\x02ID"), "an acknowledgement of type 4 for packet"},
		{"an UNSUBACK for a message", to(publish, "\xb0\x02ID"), "an acknowledgement of type 11 for packet"},
		{"a SUBACK for a message", to(publish, "\x90\x03ID\x01"), "an acknowledgement of type 9 for packet"},
		{"a PUBREC for QoS 1", to(publish, "\x50\x02ID"), "an acknowledgement of type 5 for packet"},
		{"a PUBCOMP for QoS 1", to(publish, "\x70\x02ID"), "an acknowledgement of type 7 for packet"},
		{"a PUBACK for nothing", to(publish, "\x40\x02\xff\xff"), "an acknowledgement of type 4 for packet 65535"},
		{"a PUBACK with flags", to(publish, "\x42\x02ID"), "a packet of type 4, flags 0x2 and 2 bytes"},
		{"a PUBACK that is short", to(publish, "\x40\x01\x00"), "a packet of type 4, flags 0x0 and 1 bytes"},
		{"a PUBREL", to(publish, "\x62\x02ID"), "a packet of type 6"},
		{"a CONNECT", to(publish, "\x10\x00"), "a packet of type 1"},
		{"a type that is not", to(publish, "\xf0\x00"), "a packet of type 15"},
		{"nothing but zeros", to(publish, strings.Repeat("\x00", 100)), "a packet of type 0"},
		{"a length without end", to(publish, "\x30\xff\xff\xff\xff\xff"), "a length of more than four bytes"},
		{"a message of QoS 2", to(publish, "\x34\x06\x00\x01a\x00\x07x"), "a message of QoS 2, which nobody asked for"},
		{"a message of QoS 3", to(publish, "\x36\x06\x00\x01a\x00\x07x"), "a message of QoS 3, which nobody asked for"},
		{"a message without a topic", to(publish, "\x30\x03\x00\x00x"), "a message of 3 bytes with a topic of 0"},
		{"a message that is all topic", to(publish, "\x30\x03\x00\x09x"), "a message of 3 bytes with a topic of 9"},
		{"a message without room for its id", to(publish, "\x32\x04\x00\x01ab"), "a message of 4 bytes with a topic of 1"},
		{"a message of no bytes", to(publish, "\x30\x00"), "a message of 0 bytes"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := &pipeBroker{}
				b.quirk.Store(&quirk{raw: tt.raw})
				c, log := b.client(t)
				ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
				defer cancel()
				if _, err := c.Connect(ctx); err == nil {
					t.Error("got a connection")
				}
				if want := "broker mqtt://hub:1883: the broker breaks the protocol: " + tt.want; !strings.Contains(log.String(), want) {
					t.Errorf("got log %s\nwant %s", log, want)
				}
				if n := len(b.dials); n < 2 || n > 7 {
					t.Errorf("got %d tries in 10 s", n)
				}
				if err := c.Close(t.Context()); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

// TestSilence has brokers that stop in the middle of a packet, of reading or of everything. Each is a lost connection after
// some time, and the next one is as good as any.
func TestSilence(t *testing.T) {
	tests := []struct {
		name   string
		said   string
		closes bool
		want   string
	}{
		{"after half a packet", "\x30\x10\x00", false, "pingresp not received"},
		{"after half a length", "\x30\x80", false, "pingresp not received"},
		{"after the beginning of a message that is too long", "\x30\xff\xff\xff\x7f\x00\x01a", false, "pingresp not received"},
		{"between packets", "", false, "pingresp not received"},
		{"and closes after half a packet", "\x30\x10\x00", true, "connection closed by the broker"},
		{"and closes after half a length", "\x30\x80", true, "connection closed by the broker"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := &pipeBroker{}
				c, log := b.client(t)
				up, err := c.Connect(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				b.quirk.Store(&quirk{raw: func(packets.ControlPacket) []byte { return []byte{} }}) // it reads, and no more
				if _, err := io.WriteString(b.conns[0], tt.said); err != nil {
					t.Fatal(err)
				}
				if tt.closes {
					b.conns[0].Close()
				}
				start := time.Now()
				<-up.Done()
				if d := time.Since(start); d > keepAlive+pingTimeout+10*time.Second {
					t.Errorf("noticed after %v", d)
				}
				b.quirk.Store(nil)
				if _, err := c.Connect(t.Context()); err != nil {
					t.Fatal(err)
				}
				if !strings.Contains(log.String(), tt.want) {
					t.Errorf("got log %s, want %s", log, tt.want)
				}
				if err := c.Close(t.Context()); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

// TestNobodyReads has a broker that takes nothing any more, and one that talks without end meanwhile.
func TestNobodyReads(t *testing.T) {
	for name, talk := range map[string]string{
		"silent":     "",
		"messages":   "\x30\x04\x00\x01ax",
		"to confirm": "\x32\x06\x00\x01a\x00\x07x",
		"pings":      "\xd0\x00",
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := &pipeBroker{}
				c, _ := b.client(t, Listener{"a", func(context.Context, Message) {}})
				if _, err := c.Connect(t.Context()); err != nil {
					t.Fatal(err)
				}
				ended := make(chan struct{})
				synctest.Wait() // the broker reads one more
				b.quirk.Store(&quirk{slow: time.Hour})
				go func() {
					defer close(ended)
					for talk != "" {
						if _, err := io.WriteString(b.conns[0], talk); err != nil {
							return
						}
						time.Sleep(time.Millisecond)
					}
				}()
				start := time.Now()
				var last error
				for range 3 {
					if err := c.Publish(t.Context(), Message{Topic: "event"}); err != nil {
						last = err
					}
				}
				if last == nil || time.Since(start) > ackTime+time.Second {
					t.Errorf("got %v after %v", last, time.Since(start))
				}
				if err := c.Close(t.Context()); err != nil {
					t.Error(err)
				}
				<-ended
				time.Sleep(time.Hour) // the broker ends, too
			})
		})
	}
}

// TestCloseWhileStuck ends a client that can neither write its message nor confirm what it reads.
func TestCloseWhileStuck(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &pipeBroker{}
		c, _ := b.client(t)
		if _, err := c.Connect(t.Context()); err != nil {
			t.Fatal(err)
		}
		synctest.Wait() // the broker reads one more
		b.quirk.Store(&quirk{slow: time.Hour})
		c.Send(t.Context(), Message{Topic: "event"})
		stuck := c.Send(t.Context(), Message{Topic: "event"})
		for range 5 {
			b.conns[0].SetWriteDeadline(time.Now().Add(time.Second)) // it does not take all of them
			send(b.conns[0], Message{Topic: "a"})
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start := time.Now()
		if err := c.Close(ctx); err == nil || time.Since(start) > time.Second {
			t.Errorf("got %v after %v", err, time.Since(start))
		}
		if stuck.Wait(t.Context()) == nil {
			t.Error("what was never read is delivered")
		}
		time.Sleep(time.Hour) // the broker ends, too
	})
}

// held is what is on the heap.
func held() int64 {
	goruntime.GC()
	var m goruntime.MemStats
	goruntime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// TestMemory has a broker that sends large messages to a listener that is slow, and then one as large as MQTT allows.
func TestMemory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &pipeBroker{}
		heard := make(chan string, 1)
		c, _ := b.client(t, Listener{"request/+", func(ctx context.Context, m Message) {
			if m.Topic == "request/last" {
				heard <- string(m.Payload)
			} else {
				sleep(ctx, time.Second)
			}
		}})
		if _, err := c.Connect(t.Context()); err != nil {
			t.Fatal(err)
		}
		wire := b.conns[0]
		before := held()
		large := Message{Topic: "request/ping", Payload: make([]byte, 200<<10), QoS: AtMostOnce}
		for range 100 {
			if err := send(wire, large); err != nil {
				t.Fatal(err)
			}
		}
		synctest.Wait()
		if got := held() - before; got > 4<<20 {
			t.Errorf("%d bytes are held of 100 messages of 200 KiB", got)
		}
		time.Sleep(time.Minute + time.Second) // off the beat of the pings, whose answers would come in between
		if got := c.Stats(); got.Heard+got.Dropped != 100 || got.Heard < 3 {
			t.Errorf("got %+v", got)
		}
		giant(t, wire)
		if err := send(wire, Message{Topic: "request/last", Payload: []byte("after it"), QoS: AtMostOnce}); err != nil {
			t.Fatal(err)
		}
		if got := <-heard; got != "after it" {
			t.Errorf("heard %q", got)
		}
		if err := c.Close(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

// giant sends a message of 268,435,455 bytes and fails if that needs much memory.
func giant(t *testing.T, wire net.Conn) {
	t.Helper()
	var before, after goruntime.MemStats
	goruntime.ReadMemStats(&before)
	if _, err := io.WriteString(wire, "\x30\xff\xff\xff\x7f\x00\x01a"); err != nil {
		t.Fatal(err)
	}
	rest := 1<<28 - 1 - 3
	for chunk := make([]byte, 1<<16); rest > 0; {
		n, err := wire.Write(chunk[:min(rest, len(chunk))])
		if err != nil {
			t.Fatal(err)
		}
		rest -= n
	}
	goruntime.ReadMemStats(&after)
	if got := after.TotalAlloc - before.TotalAlloc; got > 1<<20 {
		t.Errorf("%d bytes were allocated for a message that nobody hears", got)
	}
}

// TestWillWithoutEnd has a broker that sends the client's own will again and again.
func TestWillWithoutEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &pipeBroker{}
		c, _ := b.client(t)
		if _, err := c.Connect(t.Context()); err != nil {
			t.Fatal(err)
		}
		births := func() int { return strings.Count(strings.Join(b.got, ", "), "availability online") }
		for range 1000 {
			if err := send(b.conns[0], Message{Topic: "availability", Payload: []byte("offline"), QoS: AtMostOnce}); err != nil {
				t.Fatal(err)
			}
			time.Sleep(10 * time.Millisecond)
		}
		time.Sleep(answerEvery)
		synctest.Wait()
		if n := births(); n < 10 || n > 13 {
			t.Errorf("got %d births in 11 s", n)
		}
		if last := b.got[len(b.got)-1]; last != "availability online" {
			t.Errorf("got %s at last", last)
		}
		if err := c.Close(t.Context()); err != nil {
			t.Error(err)
		}
	})
}
